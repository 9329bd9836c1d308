"""No advertising to a customer who waits for help: mailings leave them out meanwhile.

Nobody is put on a blacklist, and what is not a mailing is sent as always.
"""

from odoo import api, fields, models
from odoo.fields import Domain

HOLD_CHOICES = [
    ("complaint", "While a complaint is open"),
    ("any", "While any ticket is open"),
    ("none", "Never"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    support_mailing_hold = fields.Selection(
        HOLD_CHOICES, "Leave customers out of mailings", default="complaint"
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    support_mailing_hold = fields.Selection(
        related="company_id.support_mailing_hold",
        readonly=False,
        help="E-mail and SMS mailings do not reach them until the ticket is closed."
        " Answers, order confirmations and invoices always do.",
    )


class SupportReason(models.Model):
    _inherit = "support.reason"

    is_complaint = fields.Boolean(
        "Complaint",
        compute="_compute_is_complaint",
        store=True,
        readonly=False,
        help="While such a ticket is open, its customer gets no mailings.",
    )

    @api.depends("is_our_fault")
    def _compute_is_complaint(self):
        for reason in self:
            reason.is_complaint = reason.is_complaint or reason.is_our_fault


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    @api.model
    def _get_mailing_hold_domain(self):
        """The open tickets whose customers are left out of mailings."""
        # sudo: res.company: their choice, no more
        companies = self.env["res.company"].sudo()
        companies = companies.search([("support_mailing_hold", "!=", "none")])
        by_choice = companies.grouped("support_mailing_hold")
        nobody = companies.browse()
        complaints = Domain(
            "company_id", "in", by_choice.get("complaint", nobody).ids
        ) & Domain("reason_id.is_complaint", "=", True)
        every = Domain("company_id", "in", by_choice.get("any", nobody).ids)
        return (
            Domain("closed_at", "=", False)
            & Domain("exclusion", "=", False)
            & (complaints | every)
        )


class MailingMailing(models.Model):
    _inherit = "mailing.mailing"

    def _get_opt_out_list(self):
        """Add the addresses of customers who are held to those who want no mails."""
        opted_out = super()._get_opt_out_list()
        return list({*opted_out, *self._get_support_held_emails()})

    def _get_opt_out_list_sms(self):
        """The same for text messages, where Odoo's addon for these is installed."""
        parent = getattr(super(), "_get_opt_out_list_sms", None)
        opted_out = parent() if parent else []
        return list({*opted_out, *self._get_support_held_ids()})

    @api.model
    def _get_support_held_tickets(self):
        # sudo: support.ticket: who sends mailings learns whom to leave out, no more
        tickets = self.env["support.ticket"].sudo()
        if self.env.context.get("support_without_hold"):
            return tickets
        return tickets.search(tickets._get_mailing_hold_domain())

    @api.model
    def _get_support_held_emails(self):
        """Normalised addresses of the customers who are held."""
        return _get_addresses(self._get_support_held_tickets())

    def _get_support_held_ids(self):
        """Ids of the recipients, in the model of this mailing, who are held."""
        target = self.env[self.mailing_model_real]
        held = self._get_support_held_tickets()
        partners = held.partner_id
        phones = [phone for phone in partners.mapped("phone_sanitized") if phone]
        wanted = {
            "email_normalized": list(_get_addresses(held)),
            "partner_id": partners.ids,
            "phone_sanitized": phones,
        }
        if target._name == "res.partner":
            wanted["id"] = partners.ids
        domain = Domain.OR(
            Domain(name, "in", values)
            for name, values in wanted.items()
            if name in target._fields
        )
        return target.search(domain).ids


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _mailing_get_opt_out_list_sms(self, mailing):
        """Ask for those held here too: until the next start of the server an addon for
        text messages that came later stands before our own method of the mailing."""
        return mailing._get_support_held_ids()


class MailingTrace(models.Model):
    _inherit = "mailing.trace"

    failure_type = fields.Selection(
        selection_add=[("support_hold", "Held: a complaint is open")],
        ondelete={"support_hold": "set null"},
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._mark_support_holds(vals_list)
        return super().create(vals_list)

    @api.model
    def _mark_support_holds(self, vals_list):
        """Tell those who are held from those who opted out themselves."""
        lists = {}
        for vals in vals_list:
            kind = vals.get("failure_type")
            if kind not in ("mail_optout", "sms_optout"):
                continue
            mailing_id = vals.get("mass_mailing_id")
            if (mailing_id, kind) not in lists:
                lists[mailing_id, kind] = self._get_own_opt_outs(mailing_id, kind)
            key = "email" if kind == "mail_optout" else "res_id"
            if vals.get(key) not in lists[mailing_id, kind]:
                vals["failure_type"] = "support_hold"

    @api.model
    def _get_own_opt_outs(self, mailing_id, kind):
        mailing = self.env["mailing.mailing"].browse(mailing_id)
        mailing = mailing.with_context(support_without_hold=True)
        return set(
            mailing._get_opt_out_list()
            if kind == "mail_optout"
            else mailing._get_opt_out_list_sms()
        )


def _get_addresses(tickets):
    found = tickets.mapped("email_normalized")
    found += tickets.partner_id.mapped("email_normalized")
    return set(filter(None, found))
