from odoo import fields, models
from odoo.exceptions import UserError

# The names of the transfers for which a label was asked; an error rolls back a count
# in the database.
ASKED = []


class DeliveryCarrier(models.Model):
    """A carrier as the connectors of real ones are written, without a network.

    How it answers when it is asked for a return label is set on the record.
    """

    _inherit = "delivery.carrier"

    delivery_type = fields.Selection(
        selection_add=[("support_test", "Test carrier")],
        ondelete={"support_test": "set default"},
    )
    support_test_answer = fields.Selection(
        [
            ("label", "A label"),
            ("nothing", "No label, and no word of it"),
            ("refusal", "It refuses"),
            ("crash", "Its address does not answer"),
        ],
        default="label",
    )

    def _compute_can_generate_return(self):
        result = super()._compute_can_generate_return()
        self.filtered(
            lambda carrier: carrier.delivery_type == "support_test"
        ).can_generate_return = True
        return result

    def support_test_send_shipping(self, pickings):
        """Take parcels, at no cost."""
        return [
            {"exact_price": 0.0, "tracking_number": f"TC{picking.id:08d}"}
            for picking in pickings
        ]

    def support_test_get_tracking_link(self, picking):
        """Return where the way of a parcel can be read."""
        return f"https://carrier.example/{picking.carrier_tracking_ref}"

    def support_test_get_return_label(
        self, pickings, tracking_number=None, origin_date=None
    ):
        """Write a label as an attachment of the transfer, or fail as it is told."""
        ASKED.extend(pickings.mapped("name"))
        if self.support_test_answer == "refusal":
            message = "Ana Souza lives too far away"
            raise UserError(message)
        if self.support_test_answer == "crash":
            message = "carrier.example:443"
            raise ConnectionError(message)
        if self.support_test_answer == "nothing":
            return
        for picking in pickings:
            # A connector posts the label in the chatter, which keeps it.
            picking.message_post(
                body=self.env._("Return label"),
                attachments=[
                    (f"{self.get_return_label_prefix()}-{picking.id}.pdf", b"%PDF-1.4")
                ],
            )
