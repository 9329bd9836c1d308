from odoo import api, fields, models
from odoo.exceptions import UserError


class SupportMerge(models.TransientModel):
    """Choose which of several tickets stays, and see what the merge will do."""

    _name = "support.merge"
    _description = "Merge Tickets"

    ticket_ids = fields.Many2many(
        "support.ticket", string="Tickets", help="They become one ticket."
    )
    survivor_id = fields.Many2one(
        "support.ticket",
        "Ticket that stays",
        domain="[('id', 'in', ticket_ids)]",
        compute="_compute_survivor_id",
        store=True,
        readonly=False,
        help="The others are closed; later mails to them arrive here.",
    )
    suggested_ids = fields.Many2many(
        "support.ticket",
        string="Perhaps these too",
        compute="_compute_suggested_ids",
        help="Other open tickets of the same customer or about the same order.",
    )
    effect = fields.Text("What happens", compute="_compute_effect")
    foreign_customers = fields.Char(
        "Other customers", compute="_compute_foreign_customers"
    )
    accept_foreign = fields.Boolean("These customers may read each other's messages")

    @api.model
    def _get_action(self, tickets):
        """The dialog for these tickets; for one, others are suggested."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge tickets"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_ticket_ids": [fields.Command.set(tickets.ids)]},
        }

    @api.depends("ticket_ids")
    def _compute_survivor_id(self):
        for wizard in self:
            if wizard.survivor_id not in wizard.ticket_ids:
                usable = wizard.ticket_ids.filtered(lambda t: not t.merged_into_id)
                running = usable.filtered(lambda t: not t.closed_at)
                oldest = (running or usable).sorted("id")[:1]
                wizard.survivor_id = oldest._origin

    @api.depends("ticket_ids")
    def _compute_suggested_ids(self):
        for wizard in self:
            wizard.suggested_ids = wizard.ticket_ids._origin._find_likely_duplicates()

    def _get_losers(self):
        return self.ticket_ids._origin - self.survivor_id._origin

    @api.depends("ticket_ids", "survivor_id")
    def _compute_effect(self):
        for wizard in self:
            losers = wizard._get_losers()
            ready = wizard.survivor_id and losers
            wizard.effect = "\n".join(wizard._get_effects(losers)) if ready else False

    def _get_effects(self, losers):
        """What the merge does, one sentence each."""
        _, survivor = self.env._, self.survivor_id
        numbers = ", ".join(f"#{number}" for number in losers.mapped("number"))
        return [
            _(
                "%(numbers)s go into #%(survivor)s “%(subject)s” and are closed.",
                numbers=numbers,
                survivor=survivor.number,
                subject=survivor.name,
            ),
            _("Their messages and files move there, and so do later mails to them."),
            _("The clock goes on from the earliest message of the customer."),
            _("The customer gets no mail about it."),
            _("You can undo it until somebody has answered or closed the ticket."),
        ]

    @api.depends("ticket_ids", "survivor_id")
    def _compute_foreign_customers(self):
        for wizard in self:
            survivor = wizard.survivor_id
            others = wizard._get_losers().filtered(
                lambda t, survivor=survivor: t._has_other_requester(survivor)
            )
            names = dict.fromkeys(t.customer_name for t in others if t.customer_name)
            wizard.foreign_customers = ", ".join(names)

    def action_add_suggested(self):
        """Take the suggested tickets in as well, and show the dialog again."""
        self.ensure_one()
        self.ticket_ids |= self.suggested_ids
        return {**self._get_action(self.ticket_ids), "res_id": self.id, "context": {}}

    def action_merge(self):
        """Merge, and open the ticket that stays.

        :raise UserError: with nothing to merge, or other customers not accepted
        """
        self.ensure_one()
        losers = self._get_losers()
        if not self.survivor_id or not losers:
            raise UserError(self.env._("Choose at least two tickets."))
        if self.foreign_customers and not self.accept_foreign:
            raise UserError(
                self.env._(
                    "The tickets are of different customers (%s). After the merge they"
                    " read each other's messages: confirm that this is right.",
                    self.foreign_customers,
                )
            )
        (losers | self.survivor_id).check_access("write")
        losers._merge_into(self.survivor_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": "support.ticket",
            "res_id": self.survivor_id.id,
            "views": [(False, "form")],
            "target": "current",
        }
