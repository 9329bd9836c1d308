from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SupportTicketLink(models.Model):
    """Two tickets that have to do with each other; shown on both.

    Each link is two rows, one for each ticket, which are written together.
    """

    _name = "support.ticket.link"
    _description = "Link between Tickets"
    _order = "id"
    _rec_name = "other_id"

    ticket_id = fields.Many2one(
        "support.ticket", required=True, ondelete="cascade", index=True
    )
    other_id = fields.Many2one(
        "support.ticket",
        "Linked ticket",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('id', '!=', parent.id)]",
    )
    kind = fields.Selection(
        [("related", "Related"), ("duplicate", "Duplicate")],
        default="related",
        required=True,
        help="A duplicate tells the same; it can also be merged.",
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    other_stage_id = fields.Many2one(
        related="other_id.stage_id", string="Stage", compute_sudo=True
    )
    other_user_id = fields.Many2one(
        related="other_id.user_id", string="Agent", compute_sudo=True
    )

    _pair_unique = models.UniqueIndex(
        "(ticket_id, other_id)", "These tickets are linked already."
    )
    _two_tickets = models.Constraint(
        "CHECK (ticket_id != other_id)", "A ticket cannot be linked to itself."
    )

    @api.model_create_multi
    def create(self, vals_list):
        links = super().create(vals_list)
        links.other_id.check_access("read")
        # sudo: support.ticket.link: the other ticket may be with another team; it
        # learns of the link and nothing else
        alone = links.sudo().filtered(lambda link: not link._find_twins())
        super(SupportTicketLink, alone).create(
            [link._prepare_twin_values() for link in alone]
        )
        return links

    def _prepare_twin_values(self):
        return {
            "ticket_id": self.other_id.id,
            "other_id": self.ticket_id.id,
            "kind": self.kind,
        }

    def _find_twins(self):
        """The rows of the other side of these links."""
        # sudo: support.ticket.link: see create
        rows = self.sudo().search(
            [
                ("ticket_id", "in", self.other_id.ids),
                ("other_id", "in", self.ticket_id.ids),
            ]
        )
        pairs = {(link.other_id, link.ticket_id) for link in self.sudo()}
        return rows.filtered(lambda row: (row.ticket_id, row.other_id) in pairs)

    def write(self, vals):
        twins = self._find_twins()
        result = super().write(vals)
        if "kind" in vals:
            super(SupportTicketLink, twins).write({"kind": vals["kind"]})
        return result

    def unlink(self):
        # sudo: support.ticket.link: see create
        return super(SupportTicketLink, (self.sudo() | self._find_twins())).unlink()

    @api.constrains("ticket_id", "other_id")
    def _check_companies(self):
        for link in self.sudo():  # sudo: support.ticket: its company is compared only
            if link.ticket_id.company_id != link.other_id.company_id:
                raise ValidationError(
                    self.env._("Tickets of different companies cannot be linked.")
                )


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    link_ids = fields.One2many(
        "support.ticket.link",
        "ticket_id",
        "Linked tickets",
        help="Tickets that have to do with this one. The link shows on both.",
    )
