"""Opening tickets: all that a batch has in common is found out once."""

from odoo import api, fields, models
from odoo.tools import email_normalize

from ..tools import ticket_clock
from ..tools.author_kind import get_told_author_kind

# What an opening asks of the team.
_FIELDS_OF_TEAM = [
    *("assignment_mode", "company_id", "deadline_version"),
    *("hours_changed_at", "resource_calendar_id", "ticket_properties_definition"),
    *("response_target_hours", "next_reply_target_hours", "resolution_target_hours"),
]


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    opened_by_id = fields.Many2one(
        "res.users",
        "Opened by",
        compute="_compute_opened_by_id",
        compute_sudo=True,
        help="The colleague who opened this ticket, e.g. during a call.",
    )

    @api.depends("create_uid")
    def _compute_opened_by_id(self):
        for ticket in self:
            # Nobody as long as the form is not saved; Odoo's own user opens what
            # comes by mail.
            ticket.opened_by_id = ticket.create_uid.filtered(
                lambda user: user._is_internal() and not user._is_superuser()
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_clock_untouched(vals)
        self._assign_numbers(vals_list)
        events = self._prepare_opening(vals_list)
        tickets = super().create(vals_list)
        tickets._skip_turn()
        tickets._log_opening(events)
        tickets._assign_opened()
        return tickets

    @api.model
    def _assign_numbers(self, vals_list):
        """Give each ticket its number; one query for a whole batch."""
        sequence_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "customer_support.support_ticket_sequence", raise_if_not_found=True
        )
        # sudo: ir.sequence: customers open tickets too
        sequence = self.env["ir.sequence"].sudo().browse(sequence_id)
        for vals, number in zip(
            vals_list, sequence._next_numbers(len(vals_list)), strict=True
        ):
            vals["number"] = number

    @api.model
    def _prepare_opening(self, vals_list):
        """Add the clock and the deadlines of a fresh ticket to its values.

        :return: the opening ``ticket_clock.Event`` of each
        """
        now, known = fields.Datetime.now(), {}
        return [self._prepare_opening_values(vals, now, known) for vals in vals_list]

    @api.model
    def _prepare_opening_values(self, vals, now, known):
        """Add clock and deadlines to the values of one ticket.

        :param datetime now: the moment of a ticket that names none
        :param dict known: defaults and deadlines of tickets before it
        :return: the opening ``ticket_clock.Event``
        """
        for name in ("team_id", "channel_id"):
            if not vals.get(name):
                if name not in known:
                    known[name] = self.default_get([name]).get(name)
                vals[name] = known[name]
        if not vals.get("stage_id"):
            stages = self.env["support.stage"]
            vals["stage_id"] = stages._find_id(vals["team_id"], "new")
        at = fields.Datetime.to_datetime(vals.get("opened_at")) or now
        opening = (vals["team_id"], vals["stage_id"], vals["channel_id"], at)
        if opening not in known:
            known[opening] = self._prepare_opening_state(*opening)
        team, event, state, columns = known[opening]
        vals.update(columns)
        targets = self._get_opening_targets(vals, team)
        key = (opening, tuple(targets.items()))
        if key not in known:
            deadlines = self._prepare_deadlines(state, team, targets)
            known[key] = {name: due for name, due in deadlines.items() if due}
        vals.update(known[key])
        return event

    @api.model
    def _prepare_opening_state(self, team_id, stage_id, channel_id, at):
        """What the opening is to the clock of a ticket, and of each one like it.

        :return: its ``support.team``, readable; the opening ``ticket_clock.Event``; the
            ``ticket_clock.State`` after it; the columns that this state is written as
        """
        event = ticket_clock.Event(
            kind="created",
            at=at,
            author_kind=self._get_opening_author_kind(channel_id),
            payload={"stage_kind": self.env["support.stage"]._get_kind(stage_id)},
        )
        empty = ticket_clock.State()
        state, _waits = ticket_clock.apply(empty, event)
        columns = ticket_clock.changed_columns(empty, state)
        # sudo: support.team: customers open tickets without reading them
        team = self.env["support.team"].sudo().browse(team_id)
        # Odoo would read all its columns.
        team.fetch(_FIELDS_OF_TEAM)
        return team, event, state, columns

    @api.model
    def _add_precomputed_values(self, vals_list):
        """Compute what a ticket that is about no order is written with.

        Odoo makes a draft of each ticket for that, which takes as long as writing it.
        Where an order has a say, that is left to Odoo.
        """
        # sudo: res.partner: the customer's address is copied, whoever opens the ticket
        partners = self.env["res.partner"].sudo()
        # Who opens the ticket is the author of the first line. Odoo would read all
        # columns, of one person after the other.
        people = self.env.user.partner_id.sudo() | partners.browse(
            filter(None, (v.get("partner_id") for v in vals_list))
        )
        people.fetch(self._get_fields_of_people())
        for vals in vals_list:
            if not vals.get("sale_order_id"):
                partner = partners.browse(vals.get("partner_id") or ())
                computed = self._prepare_computed_values(vals, partner)
                missing = computed.keys() - vals.keys()
                vals.update({name: computed[name] for name in missing})
        return super()._add_precomputed_values(vals_list)

    @api.model
    def _get_fields_of_people(self):
        """What is asked of customers when their tickets are opened."""
        return ["email", "lang", "name", "phone"]

    @api.model
    def _prepare_computed_values(self, vals, partner):
        """What Odoo would compute before it writes a ticket that has no order.

        :param dict vals: the ticket's values, defaults included
        :param partner: its ``res.partner``, readable; may be empty
        """
        # sudo: support.team: customers open tickets without reading them
        company = self.env["support.team"].sudo().browse(vals["team_id"]).company_id
        email = vals["email_from"] if "email_from" in vals else partner.email
        return {
            "company_id": company.id,
            "stage_kind": self.env["support.stage"]._get_kind(vals["stage_id"]),
            "picking_id": False,
            "invoice_id": False,
            "email_from": email,
            "email_normalized": email_normalize(email, strict=False),
            "phone": partner.phone,
            "lang": partner.lang or company.partner_id.lang or self.env.lang,
        }

    @api.model
    def _get_opening_targets(self, vals, team):
        """The targets of a ticket that is about to be created with ``vals``."""
        return team._get_target_seconds()

    @api.model
    def _get_opening_author_kind(self, channel_id):
        """Who started the case: a customer, or staff, a bot or a rule."""
        forced = get_told_author_kind(self.env)
        channels = self.env["support.channel"]
        if forced or not channels._begins_with_customer(channel_id):
            return forced or "human"
        return "customer"

    def _log_opening(self, events):
        # sudo: support.ticket.event: the log is written by the system alone
        empty = ticket_clock.State()
        self.env["support.ticket.event"].sudo().create(
            [
                ticket._prepare_event_values(empty, event, None, self.env.user)
                for ticket, event in zip(self.sudo(), events, strict=True)
            ]
        )

    # --- the first line of the conversation ----------------------------------------

    def _creation_message(self):
        """Told to those who follow the team; else the details and the history say it.

        A line of it in each conversation would take a quarter of opening a ticket.
        """
        return self.env._("Ticket created") if self._creation_subtype() else ""

    def _message_log_batch(self, bodies, *args, **kwargs):
        """Log no line that is nothing but an empty text, as that of a new ticket."""
        if not args and not kwargs and not any(bodies.values()):
            return self.env["mail.message"].sudo()
        return super()._message_log_batch(bodies, *args, **kwargs)

    # --- tracking ---------------------------------------------------------------

    def _track_prepare(self, fields_iter):
        """Leave out tickets of this transaction: Odoo tracks no change of theirs.

        It would keep the environment of each such write until the commit all the same,
        and look through all of them whenever somebody changes the context.
        """
        initial = self.env.cr.precommit.data.get(f"mail.tracking.{self._name}", {})
        tracked = self.filtered(lambda ticket: initial.get(ticket.id, {}) is not None)
        if not tracked:
            return None
        return super(SupportTicket, tracked)._track_prepare(fields_iter)

    # --- followers --------------------------------------------------------------

    def _creation_subtype(self):
        """Announce a ticket only where somebody follows its team for that.

        Odoo posts a subtype ticket by ticket, and logs all others of a batch at once.
        """
        find = self.env["ir.model.data"]._xmlid_to_res_id
        announced = self._get_team_followers().subtype_ids.ids
        if find("customer_support.mt_team_ticket_new") not in announced:
            return self.env["mail.message.subtype"]
        return self.env["mail.message.subtype"].browse(
            find("customer_support.mt_ticket_new")
        )

    def _message_auto_subscribe(self, updated_values, followers_existing_policy="skip"):
        """Odoo asks for the team's followers ticket by ticket, also without any."""
        if "team_id" in updated_values and not self._get_team_followers():
            updated_values = {**updated_values, "team_id": False}
        return super()._message_auto_subscribe(
            updated_values, followers_existing_policy=followers_existing_policy
        )

    def _get_team_followers(self):
        """Who follows the teams of these tickets, read once in a transaction."""
        # sudo: support.team, mail.followers: whether there are any, whoever asks
        return self.sudo().team_id.message_follower_ids
