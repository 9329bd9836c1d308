"""What must not be forgotten on a ticket, prepared for each reason."""

from odoo import api, fields, models, tools


class SupportReasonCheck(models.Model):
    """A line that every ticket with a reason (or a finer one) starts with."""

    _name = "support.reason.check"
    _description = "Checklist Line of a Reason"
    _order = "sequence, id"

    reason_id = fields.Many2one(
        "support.reason", required=True, ondelete="cascade", index=True
    )
    name = fields.Char("What to do", required=True, translate=True)
    sequence = fields.Integer(default=10)

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache()
    def _get_ids_by_reason(self):
        """Ids of the lines by id of the reason they are prepared for."""
        # sudo: support.reason.check: customers open tickets as well
        groups = self.sudo().search([("reason_id", "!=", False)]).grouped("reason_id")
        return {reason.id: tuple(lines.ids) for reason, lines in groups.items()}

    @api.model
    def _find_for_reason(self, reason):
        """The lines for tickets with ``reason``: its own and those of wider ones."""
        prepared = self._get_ids_by_reason()
        if not prepared:
            return self.browse()
        ids = [
            line_id
            for reason_id in reason._get_path_ids(reason.id)
            for line_id in prepared.get(reason_id, ())
        ]
        return self.browse(ids)


class SupportReason(models.Model):
    _inherit = "support.reason"

    check_ids = fields.One2many(
        "support.reason.check",
        "reason_id",
        "Checklist",
        help="Tickets with this reason, or a finer one, start with these lines.",
    )


class SupportTicketCheck(models.Model):
    """One thing to do on a ticket: whether it is done, by whom and when."""

    _name = "support.ticket.check"
    _description = "Checklist Line of a Ticket"
    _order = "sequence, id"

    ticket_id = fields.Many2one(
        "support.ticket", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    name = fields.Char("What to do", required=True)
    sequence = fields.Integer(default=10)
    prepared_id = fields.Many2one(
        "support.reason.check", "From the reason", readonly=True, ondelete="set null"
    )
    is_done = fields.Boolean("Done")
    done_by_id = fields.Many2one("res.users", "Done by", readonly=True, copy=False)
    done_at = fields.Datetime("Done on", readonly=True, copy=False)

    _prepared_once = models.UniqueIndex(
        "(ticket_id, prepared_id) WHERE prepared_id IS NOT NULL",
        "This line is on the ticket already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._add_who_and_when(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._add_who_and_when(vals))

    @api.model
    def _add_who_and_when(self, vals):
        """Whoever ticks a line has done it, now; nobody says so for another."""
        vals = {k: v for k, v in vals.items() if k not in ("done_by_id", "done_at")}
        if "is_done" not in vals:
            return vals
        is_done = vals["is_done"]
        return {
            **vals,
            "done_by_id": self.env.uid if is_done else False,
            "done_at": fields.Datetime.now() if is_done else False,
        }


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    check_ids = fields.One2many(
        "support.ticket.check",
        "ticket_id",
        "Checklist",
        help="Open lines are named before the ticket is solved; they do not hinder it.",
    )
    open_check_count = fields.Integer(
        "Open checklist lines", compute="_compute_open_check_count"
    )

    @api.depends("check_ids.is_done")
    def _compute_open_check_count(self):
        for ticket in self:
            ticket.open_check_count = len(ticket._get_open_checks())

    def _get_open_checks(self):
        return self.check_ids.filtered(lambda check: not check.is_done)

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        if any(vals.get("reason_id") for vals in vals_list):
            tickets._add_prepared_checks()
        return tickets

    def write(self, vals):
        result = super().write(vals)
        if vals.get("reason_id"):
            self._add_prepared_checks()
        return result

    def _add_prepared_checks(self):
        """Add what the reason prepares and is not there yet; nothing is taken away."""
        checks = self.env["support.reason.check"]
        if not checks._get_ids_by_reason():
            return
        # sudo: support.ticket.check: customers open tickets as well
        tickets = self.sudo()
        tickets.env["support.ticket.check"].create(
            [
                {
                    "ticket_id": ticket.id,
                    "prepared_id": line.id,
                    "name": line.name,
                    "sequence": line.sequence,
                }
                for ticket in tickets.filtered("reason_id")
                for line in checks.sudo()._find_for_reason(ticket.reason_id)
                - ticket.check_ids.prepared_id
            ]
        )
