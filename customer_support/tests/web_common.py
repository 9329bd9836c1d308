from odoo import Command, http
from odoo.tests import HttpCase

from .common import SupportCommon

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02"
    b"\x00\x00\x00\x90wS\xde\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01"
    b"\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)
PDF = b"%PDF-1.4\n%test"


class SupportWebCase(SupportCommon, HttpCase):
    """Visitors of the store: guests, customers, agents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env["website"].get_current_website()
        lang = cls.env["res.lang"]._activate_lang("en_US")
        cls.website.write(
            {"language_ids": [Command.set(lang.ids)], "default_lang_id": lang.id}
        )
        # The promise on the page, whatever data other tests left.
        cls.team.website_ids = cls.website
        cls.team.visibility = "agents"
        cls.damaged = cls.env.ref("customer_support.reason_damaged")

    def visit_as(self, user=None):
        """Begin a session: of a login, or of a guest."""
        self.authenticate(user and user.login, user and user.login)

    def send(self, path, data=None, files=None, csrf=True):
        """POST a form; the answer as it is, redirects not followed."""
        token = {"csrf_token": http.Request.csrf_token(self)} if csrf else {}
        return self.url_open(
            path,
            data={**token, **(data or {})},
            files=files,
            allow_redirects=False,
            method="POST",
        )

    def send_form(self, files=None, csrf=True, **data):
        """Send the form of the store with plausible texts."""
        return self.send(
            "/support",
            {
                "reason_id": self.damaged.id,
                "subject": "Lamp arrived broken",
                "message": "The glass is broken.",
                **data,
            },
            files=files,
            csrf=csrf,
        )

    def send_guest_form(self, **data):
        return self.send_form(
            **{"partner_name": "Rita Alves", "email": "rita@example.com", **data}
        )

    def find_new_tickets(self):
        """Tickets that came by the form in this test."""
        channel = self.env.ref("customer_support.channel_web_form")
        return self.env["support.ticket"].search(
            [("channel_id", "=", channel.id), ("id", ">", self.last_ticket_id)]
        )

    def setUp(self):
        super().setUp()
        self.last_ticket_id = self.env["support.ticket"].search([], limit=1).id or 0
        # Other tests and earlier runs count no tries for these.
        self.env["support.rate.limit"].search([]).unlink()
