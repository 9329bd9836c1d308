"""What the mails of a batch ask the database, asked once for all of them."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from odoo import api, models
from odoo.tools import email_normalize

from .support_incoming_mail import TICKET_MODEL

# Under this name a transaction keeps what it knows; it ends with the transaction.
KNOWN = "support_known_of_mails"
MOST_FOUND = 500


@dataclass(frozen=True)
class Known:
    """Answers by what is asked for; what is missing was not asked.

    :param namesakes: ``mail.message`` by Message-Id
    :param own_addresses: whether it is ours, by address
    :param tickets: how many were opened lately, by address
    :param late_answers: ``support.incoming.mail`` by address as written
    :param partners: ``res.partner`` of all companies by address
    :param replies: where answers go, by team; filled on the way
    """

    namesakes: dict[str, Any]
    own_addresses: dict[str, bool]
    tickets: dict[str, int]
    late_answers: dict[str, Any]
    partners: dict[str, Any]
    replies: dict[int, Any] = field(default_factory=dict)


class SupportIncomingMail(models.Model):
    """Each question has its method; here it looks for the answer in memory first."""

    _inherit = "support.incoming.mail"

    def _look_up_together(self):
        """Find at once what these mails will ask for in this transaction.

        Only for who has sent one of them: the first of two mails of one sender changes
        the answers for the second.
        """
        written = self._list_once(mail.email_from for mail in self)
        normalized = {text: email_normalize(text) or text for text in written}
        addresses = self._list_once(normalized.values())
        self.env.cr.cache[KNOWN] = Known(
            namesakes=self._look_up_namesakes(),
            own_addresses=self._look_up_own_addresses(addresses),
            tickets=self._look_up_tickets(addresses),
            late_answers=self._look_up_late_answers(written),
            partners=self._look_up_partners(addresses),
        )

    @api.model
    def _list_once(self, values):
        """Those of these values that are there, and there once."""
        counts = Counter(values)
        return [value for value, times in counts.items() if value and times == 1]

    def _look_up_namesakes(self):
        ids = self._list_once(mail.message_id for mail in self)
        domain = [("message_id", "in", ids)]
        names = ["message_id", "model", "message_type"]
        found = self.env["mail.message"].search_fetch(domain, names)
        groups = found.grouped("message_id")
        return {text: groups.get(text, found.browse()) for text in ids}

    @api.model
    def _look_up_own_addresses(self, addresses):
        own = self.env[TICKET_MODEL]._filter_own_addresses(addresses)
        return {address: address in own for address in addresses}

    @api.model
    def _look_up_tickets(self, addresses):
        _limit, since = self._get_flood_limit()
        domain = [("email_normalized", "in", addresses), ("create_date", ">=", since)]
        groups = self.env[TICKET_MODEL]._read_group(
            domain, ["email_normalized"], ["__count"]
        )
        return dict.fromkeys(addresses, 0) | dict(groups)

    @api.model
    def _look_up_late_answers(self, written):
        domain = [("email_from", "in", written), *self._get_late_answers_domain()]
        found = self.search(domain, order="id desc", limit=MOST_FOUND)
        if len(found) == MOST_FOUND:
            return {}
        groups = found.grouped("email_from")
        return {text: groups.get(text, found.browse()) for text in written}

    @api.model
    def _look_up_partners(self, addresses):
        domain = [("email_normalized", "in", addresses)]
        found = self.env["res.partner"].search(domain, limit=MOST_FOUND, order="id")
        if len(found) == MOST_FOUND:
            return {}
        # Read for all of them: who has a login is asked for each.
        found.mapped("is_public")
        groups = found.grouped("email_normalized")
        return {text: groups.get(text, found.browse()) for text in addresses}

    @api.model
    def _get_known(self, name):
        """What this transaction knows of one question; a dict, empty when nothing."""
        known = self.env.cr.cache.get(KNOWN)
        return getattr(known, name) if known else {}

    # --- the questions ----------------------------------------------------------

    @api.model
    def _find_namesakes(self, message_id):
        known = self._get_known("namesakes")
        if message_id in known:
            return known[message_id]
        return super()._find_namesakes(message_id)

    @api.model
    def _is_own_address(self, address):
        known = self._get_known("own_addresses")
        if address in known:
            return known[address]
        return super()._is_own_address(address)

    @api.model
    def _count_tickets_of(self, address, since, limit):
        known = self._get_known("tickets")
        if address in known:
            return known[address]
        return super()._count_tickets_of(address, since, limit)

    @api.model
    def _find_late_answers(self, email_from):
        known = self._get_known("late_answers")
        if email_from in known:
            return known[email_from]
        return super()._find_late_answers(email_from)

    @api.model
    def _find_partners_of(self, address, company):
        known = self._get_known("partners")
        if address in known:
            companies = (company, company.browse())
            return known[address].filtered(lambda p: p.company_id in companies)[:20]
        return super()._find_partners_of(address, company)
