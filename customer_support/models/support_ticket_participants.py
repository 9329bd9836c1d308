"""Who reads a case beside the customer: a partner, an assistant, a neighbour."""

from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

MAX_PARTICIPANTS = 10


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    participant_ids = fields.Many2many(
        "res.partner",
        string="Participants",
        compute="_compute_participant_ids",
        inverse="_inverse_participant_ids",
        help="They get our answers, may write here and see the case in the portal.",
    )

    @api.depends("message_partner_ids", "partner_id")
    def _compute_participant_ids(self):
        for ticket in self:
            ticket.participant_ids = ticket._get_participants()

    def _inverse_participant_ids(self):
        for ticket in self:
            present, wanted = ticket._get_participants(), ticket.participant_ids
            for partner in wanted - present - ticket.partner_id:
                ticket._add_participant(partner)
            for partner in present - wanted:
                ticket._remove_participant(partner)

    def _get_participants(self):
        """The followers on the customer's side, without the customer."""
        self.ensure_one()
        followers = self.message_partner_ids.filtered("partner_share")
        return followers - self.partner_id

    def _may_choose_participants(self, partner):
        """Whether somebody who reads this ticket in the portal adds and removes."""
        self.ensure_one()
        return bool(partner) and partner == self.sudo().partner_id

    def _add_participant(self, partner):
        """Let ``partner`` take part, and tell so by mail.

        :param partner: ``res.partner``
        :raise UserError: for colleagues, contacts without an address, and too many
        """
        self.ensure_one()
        if not partner.partner_share or not email_normalize(partner.email or ""):
            raise UserError(self._get_refusal(partner.email or partner.name))
        if len(self._get_participants()) >= MAX_PARTICIPANTS:
            raise UserError(
                self.env._("A ticket has %s participants at most.", MAX_PARTICIPANTS)
            )
        self.message_subscribe(partner.ids)
        self._tell_participant(partner)

    def _get_refusal(self, name):
        return self.env._("%s cannot take part in this case.", name)

    def _remove_participant(self, partner):
        """Let ``partner`` take part no more; links made so far end."""
        self.ensure_one()
        if partner not in self._get_participants():
            return
        self.message_unsubscribe(partner.ids)
        # sudo: support.ticket: the token is hidden, and old links may be with anybody
        ticket = self.sudo()
        if ticket.access_token:
            ticket.access_token = str(uuid4())

    def _tell_participant(self, partner):
        """Mail a fixed text: nobody can send words of his own through us."""
        template = self.env.ref(
            "customer_support.mail_template_participant", raise_if_not_found=False
        )
        if not template:
            return
        # sudo: mail.template: this fixed text, to this one address
        template.sudo().with_context(lang=partner.lang or self.lang).send_mail(
            self.id,
            email_values={
                "recipient_ids": [],
                "email_to": partner.email_formatted,
                "author_id": self.company_id.partner_id.id,
                "reply_to": self._notify_get_reply_to()[self.id] or False,
                "message_type": "auto_comment",
                "auto_delete": False,
            },
        )

    # --- by the customer ----------------------------------------------------------

    def _add_participant_by_address(self, address):
        """Let whoever has this e-mail address take part.

        The caller has checked that this visitor may choose.

        :param str address: as typed
        :raise UserError: if the address is none, a colleague's or one of our own
        """
        self.ensure_one()
        email = email_normalize(address)
        # sudo: mail.alias.domain, res.partner: only whether the address may be added
        is_ours = self.env["mail.alias.domain"].sudo()._find_aliases([email or ""])
        if not email or is_ours or email == self.email_normalized:
            raise UserError(self._get_refusal(address))
        self._add_participant(self._find_or_make_participant(email))

    def _find_or_make_participant(self, email):
        # sudo: res.partner: a customer names somebody whom the store may not know
        partners = self.env["res.partner"].sudo()
        domain = [
            ("email_normalized", "=", email),
            ("company_id", "in", (False, self.company_id.id)),
        ]
        found = partners.search(domain, order="id")
        colleagues = found.filtered(lambda partner: not partner.partner_share)
        return (colleagues or found)[:1] or partners.create(
            {"name": email, "email": email, "lang": self.lang}
        )
