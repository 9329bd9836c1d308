from odoo import api, models

from ..tools.mail_authentication import FAIL, NONE, PASS, get_dmarc_result

# Who writes, seen from one ticket
CUSTOMER, AGENT, HELD_AGENT, STRANGER, FORGED = (
    "customer",
    "agent",
    "held_agent",
    "stranger",
    "forged",
)


class SupportIncomingMail(models.Model):
    """Who wrote a mail, what proves it, and what follows for a ticket."""

    _inherit = "support.incoming.mail"

    @api.model
    def _get_dmarc(self, mail):
        # sudo: ir.config_parameter: names of our own mail servers
        parameters = self.env["ir.config_parameter"].sudo()
        servers = parameters.get_param("customer_support.mail_authserv_id") or ""
        return get_dmarc_result(mail.envelope, servers)

    def _get_role(self, case):
        """Return who the sender is to the ticket that the mail answers.

        The address alone is enough for a customer, who gets the answers at that
        address anyway; an agent speaks for the store and needs the proof of the
        trusted mail server. An unproven one is held as a note.
        """
        is_requester = bool(case.sender) and case.ticket._is_requester(case.sender)
        follower = self._find_follower(case)
        user = self._find_staff(case.sender)
        may_read = bool(user) and case.ticket.with_user(user).has_access("read")
        if not (is_requester or follower or may_read):
            return STRANGER
        if case.dmarc == FAIL:
            return FORGED
        if is_requester or not user:
            return CUSTOMER
        return AGENT if case.dmarc == PASS else HELD_AGENT

    def _find_follower(self, case):
        followers = case.ticket.message_partner_ids
        return followers.filtered(lambda p: p.email_normalized == case.sender)[:1]

    @api.model
    def _find_staff(self, address):
        """Return the internal user of an address, if there is just one."""
        if not address:
            return self.env["res.users"]
        domain = [("partner_id.email_normalized", "=", address), ("share", "=", False)]
        users = self.env["res.users"].search(domain, limit=2)
        return users if len(users) == 1 else self.env["res.users"]

    def _find_sender_partner(self, case, company):
        """Return the known contact of the sender's address, best match first: one
        with a login, then one of this company, then the oldest."""
        if not case.sender:
            return self.env["res.partner"]
        found = self._find_partners_of(case.sender, company)
        if len(found) < 2:
            return found
        return found.sorted(lambda p: (not p.user_ids, not p.company_id, p.id))[:1]

    @api.model
    def _find_partners_of(self, address, company):
        """Return the contacts of an address that a company may see, oldest first."""
        domain = [
            ("email_normalized", "=", address),
            ("company_id", "in", (False, company.id)),
        ]
        return self.env["res.partner"].search(domain, limit=20, order="id")

    def _is_sender_proven(self, case):
        """Whether the From address may be taken for true on a new ticket."""
        if self.is_released:
            return False
        if case.dmarc in (PASS, FAIL, NONE):
            return case.dmarc == PASS
        # sudo: ir.config_parameter: one of our own settings
        parameters = self.env["ir.config_parameter"].sudo()
        setting = parameters.get_param(
            "customer_support.trust_sender_addresses", "True"
        )
        return setting not in ("False", "0", "")
