from odoo import api, fields, models


class SupportContactPreference(models.TransientModel):
    """Write down how and when a customer wants to hear from the store."""

    _name = "support.contact.preference"
    _description = "How to Reach a Customer"

    partner_id = fields.Many2one("res.partner", required=True, readonly=True)
    allowed_channel_ids = fields.Many2many(
        "support.channel", compute="_compute_allowed_channel_ids"
    )
    channel_id = fields.Many2one(
        "support.channel",
        "Prefers answers by",
        domain="[('id', 'in', allowed_channel_ids)]",
        help="E-mail, and the networks on which the customer is proven. Empty: where "
        "the customer wrote.",
    )
    hours_from = fields.Float("Notices from")
    hours_to = fields.Float(
        "Notices until",
        help="Automatic notices leave between these hours of the customer's day. Both "
        "0: at any time. Your own answers leave at once.",
    )

    @api.depends("partner_id")
    def _compute_allowed_channel_ids(self):
        for window in self:
            window.allowed_channel_ids = (
                window.partner_id._get_support_channel_choices()
            )

    def action_save(self):
        """Keep the wishes of the customer."""
        self.ensure_one()
        self.partner_id.check_access("read")
        self.partner_id._set_support_preference(
            self.channel_id, self.hours_from, self.hours_to
        )
        return {"type": "ir.actions.act_window_close"}
