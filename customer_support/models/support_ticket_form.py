"""A form of the website that is sent twice makes one ticket."""

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import NO_ACCESS
from odoo.tools import SQL

from .support_ticket_portal_message import FORM_KEY


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    # As good as a link to the ticket's number and address: for the code alone.
    form_key = fields.Char(readonly=True, copy=False, groups=NO_ACCESS)

    _form_key_unique = models.UniqueIndex("(form_key) WHERE form_key IS NOT NULL")

    @api.model
    def _clean_form_key(self, form_key):
        """Return the key that a page gave to its form, empty unless it is a proper one.

        :param str form_key: what the request says
        """
        return form_key if FORM_KEY.fullmatch(form_key or "") else ""

    @api.model
    def _find_sent_form(self, form_key):
        """Return the ticket, in sudo, that this very form has made already, if any.

        :param str form_key: what the page gave to the form
        """
        # sudo: support.ticket: found by the key that only the visitor's page knows
        tickets = self.sudo()
        form_key = self._clean_form_key(form_key)
        if not form_key:
            return tickets
        return tickets.search([("form_key", "=", form_key)], limit=1)

    @api.model
    def _wait_for_same_form(self, form_key):
        """Let the posts of one form pass one by one, before any of them is counted.

        Whoever had to wait sees the database as it was before. Odoo then repeats the
        request, which finds the first one's ticket.

        :param str form_key: what the page gave to the form
        :raises ConcurrencyError: after a wait
        """
        if form_key := self._clean_form_key(form_key):
            self._wait_for_same(form_key)

    @api.model
    def _wait_for_same(self, what):
        """Let requests about one thing pass one by one.

        :param str what: names the thing
        :raises ConcurrencyError: after a wait; Odoo then repeats the request, which
            sees what the other one has done
        """
        lock = SQL("hashtextextended(%s, 0)", f"{self._name},{what}")
        [[is_first]] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s)", lock)
        )
        if not is_first:
            self.env.execute_query(SQL("SELECT pg_advisory_xact_lock(%s)", lock))
            raise ConcurrencyError("The same was asked for at the same time.")
