"""Odoo's privacy lookup finds what we keep of a person who asks for it."""

from odoo import fields
from odoo.tests import tagged

from .common import SupportCommon

ADDRESS = "canary.guest@example.org"
# What Odoo's lookup looks into, of each model.
KNOWN_COLUMNS = {"email_normalized", "email", "email_from", "company_email"}


@tagged("post_install", "-at_install")
class TestPrivacyLookup(SupportCommon):
    def setUp(self):
        super().setUp()
        if "privacy.lookup.wizard" not in self.env:
            self.skipTest("Without Odoo's privacy lookup")

    def find(self, name, email):
        """Ids that the lookup finds, by model."""
        lookup = self.env["privacy.lookup.wizard"].create(
            {"name": name, "email": email}
        )
        lookup.action_lookup()
        found = {}
        for line in lookup.line_ids:
            found.setdefault(line.res_model, set()).add(line.res_id)
        return found

    def test_a_guest_is_found_by_the_address_alone(self):
        channel = self.env.ref("customer_support.channel_email")
        identities = self.env["support.identity"]
        by_mail = identities._get_or_create(channel, "Canary.Guest@Example.org")
        by_form = identities.create(
            {
                "channel_id": self.env.ref("customer_support.channel_web_form").id,
                "sender_key": ADDRESS,
            }
        )
        foreign = identities._get_or_create(channel, "other.guest@example.org")
        ticket = self.make_ticket(
            partner_id=False, email_from=f"Canary Guest <{ADDRESS}>"
        )
        other = self.make_ticket(partner_id=False, email_from="other.guest@example.org")
        mail = self.env["support.incoming.mail"].create(
            {
                "content_key": "canary",
                "email_from": f"Canary Guest <{ADDRESS}>",
                "received_at": fields.Datetime.now(),
            }
        )
        code = self.env["support.one.time.code"].create(
            {
                "identity_id": by_mail.id,
                "company_id": self.env.company.id,
                "email": ADDRESS,
                "requested_at": fields.Datetime.now(),
                "expires_at": fields.Datetime.now(),
            }
        )
        found = self.find("Canary Guest", ADDRESS)
        for record in (by_mail, by_form, ticket, mail, code):
            self.assertIn(record.id, found.get(record._name, ()), record)
        self.assertNotIn(foreign.id, found["support.identity"])
        self.assertNotIn(other.id, found["support.ticket"])

    def test_a_customer_is_found_by_what_hangs_on_the_contact(self):
        ticket = self.make_ticket()
        other = self.make_ticket(partner_id=self.customer_b.id)
        found = self.find(self.customer.name, self.customer.email)
        self.assertIn(ticket.id, found["support.ticket"])
        self.assertNotIn(other.id, found["support.ticket"])

    def test_no_model_of_ours_keeps_an_address_where_nobody_looks(self):
        with_addresses = {
            name: {field.name for field in model._fields.values() if field.store}
            for name, model in self.env.registry.items()
            if name.startswith("support.") and model._auto and not model._transient
        }
        missed = {
            name
            for name, columns in with_addresses.items()
            if any("email" in column for column in columns)
            and not columns & KNOWN_COLUMNS
        }
        self.assertIn("email_from", with_addresses["support.ticket"])
        self.assertFalse(missed)
