"""What the mail tests share: a team with an address, and mail that arrives."""

from odoo.addons.mail.tests.common import MockEmail

from ..tools.mail_content_key import get_content_key
from ..tools.mail_headers import find_addresses
from .common import SupportCommon
from .mail_corpus import make_mail, read_mail

DOMAIN = "desk.example.com"


class SupportMailCommon(SupportCommon, MockEmail):
    """The team answers at ``self.address``; mail comes in as from a mail server."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create({"name": DOMAIN})
        cls.env.company.alias_domain_id = cls.domain
        cls.team.write({"alias_name": "suporte", "alias_domain_id": cls.domain.id})
        cls.team.send_acknowledgement = True
        cls.address = f"suporte@{DOMAIN}"
        # Its own mailbox: the default team must not play a part.
        cls.team_b.write({"alias_name": "atacado", "alias_domain_id": cls.domain.id})
        cls.ledger = cls.env["support.incoming.mail"]

    # --- in ---------------------------------------------------------------------

    def mail(self, **values):
        """Make a mail to the team's address."""
        return make_mail(**{"to": self.address, **values})

    def corpus(self, name, **values):
        """Read a mail of the corpus, sent to the team's address."""
        raw = read_mail(name, **values)
        return raw.replace(b"suporte@example.com", self.address.encode())

    def deliver(self, raw, model=False):
        """Hand a mail to Odoo, as fetchmail and the pipe do; nothing is processed."""
        with self.enter_registry_test_mode():
            self.env["mail.thread"].message_process(model, raw)

    def process(self):
        """Let the spool's job run, and what it queued."""
        cron = self.env.ref("customer_support.ir_cron_support_incoming_mail")
        with self.enter_registry_test_mode(), self.mock_mail_gateway():
            cron.method_direct_trigger()

    def receive(self, raw, model=False):
        """Deliver and process a mail; return its row in the ledger."""
        self.deliver(raw, model)
        self.process()
        return self.find_row(raw)

    def find_row(self, raw):
        key = get_content_key(raw)
        return self.ledger.search([("content_key", "in", (key, f"passed:{key}"))])

    def count_rows(self):
        return self.ledger.search_count([])

    # --- a conversation ---------------------------------------------------------

    def open_ticket(self, **values):
        """A ticket that Ana wrote by mail; returns (ticket, Message-Id of hers)."""
        message_id = f"<first-{self.count_rows()}@example.com>"
        row = self.receive(self.mail(message_id=message_id, **values))
        self.assertEqual(row.outcome, "ticket_created", row.error)
        return row.ticket_id, message_id

    def answer_of_agent(self, ticket, body="Please send a photo."):
        """The agent's public answer; returns the message and the mails sent."""
        with self.mock_mail_gateway():
            message = self.agent_replies(ticket, body)
            self.env.cr.flush()
        return message, list(self._new_mails)

    def notices_of(self, user):
        """The messages by which Odoo told this user something."""
        return self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("partner_ids", "in", user.partner_id.ids),
            ]
        )

    def addresses_of(self, mails):
        """The addresses that these ``mail.mail`` go to."""
        found = set()
        for mail in mails:
            found |= set(find_addresses(mail.email_to or ""))
            found |= set(mail.recipient_ids.mapped("email_normalized"))
        return found
