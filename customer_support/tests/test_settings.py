from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import SupportCommon


@tagged("post_install", "-at_install")
class TestSettings(SupportCommon):
    def get_param(self, name):
        return self.env["ir.config_parameter"].get_param(f"customer_support.{name}")

    def save(self, **values):
        settings = self.env["res.config.settings"].create(values)
        settings.execute()

    def test_trust_in_addresses_can_be_switched_off_and_on(self):
        self.save(support_trust_sender_addresses=False)
        self.assertEqual(self.get_param("trust_sender_addresses"), "False")
        fresh = self.env["res.config.settings"].create({})
        self.assertFalse(fresh.support_trust_sender_addresses)
        self.save(support_trust_sender_addresses=True)
        self.assertEqual(self.get_param("trust_sender_addresses"), "True")

    def test_defaults_are_shown_and_not_written(self):
        self.env["ir.config_parameter"].search(
            [("key", "=like", "customer_support.%")]
        ).unlink()
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.support_trust_sender_addresses)
        self.assertEqual(settings.support_reopen_days, 7)
        settings.execute()
        self.assertFalse(self.get_param("reopen_days"))

    def test_zero_days_of_reopening_is_kept(self):
        self.save(support_reopen_days=0)
        self.assertEqual(self.get_param("reopen_days"), "0")
        self.assertEqual(
            self.env["res.config.settings"].create({}).support_reopen_days, 0
        )

    def test_limits_below_one_are_refused(self):
        for name in (
            "support_limit_form_ip",
            "support_mail_retention_days",
            "support_mail_size_limit_mb",
        ):
            with self.subTest(name=name), self.assertRaises(ValidationError):
                self.env["res.config.settings"].create({name: 0})

    def test_the_largest_mail_is_set_in_megabytes(self):
        mails = self.env["support.incoming.mail"]
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.support_mail_size_limit_mb, 50)
        self.assertEqual(mails._get_size_limit(), 50 * 1024 * 1024)
        self.save(support_mail_size_limit_mb=3)
        self.assertEqual(mails._get_size_limit(), 3 * 1024 * 1024)

    def test_the_name_of_the_mail_server_is_trimmed_and_can_be_emptied(self):
        self.save(support_mail_authserv_id=" mx.store.example ")
        self.assertEqual(self.get_param("mail_authserv_id"), "mx.store.example")
        self.save(support_mail_authserv_id="")
        self.assertFalse(self.get_param("mail_authserv_id"))


@tagged("post_install", "-at_install")
class TestCheckPage(SupportCommon):
    def get_states(self):
        Check = self.env["support.check"].with_user(self.lead)
        return {line["name"]: line["state"] for line in Check._get_checks()}

    def test_a_manager_sees_the_page_and_an_agent_does_not(self):
        action = self.env["support.check"].with_user(self.lead).action_open_checks()
        lines = self.env["support.check"].search(action["domain"])
        self.assertGreaterEqual(len(lines), 7)
        with self.assertRaises(AccessError):
            self.env["support.check"].with_user(self.agent).action_open_checks()

    def test_a_team_without_members_is_red_until_it_has_some(self):
        self.env["support.team"].search([]).member_ids = self.agent
        self.assertEqual(self.get_states()["Teams have members"], "ok")
        self.team.member_ids = False
        self.assertEqual(self.get_states()["Teams have members"], "failed")

    def test_trust_in_addresses_is_named(self):
        parameters = self.env["ir.config_parameter"]
        name = "Senders of mail are checked"
        parameters.set_param("customer_support.trust_sender_addresses", "True")
        self.assertEqual(self.get_states()[name], "warning")
        parameters.set_param("customer_support.trust_sender_addresses", "False")
        parameters.set_param("customer_support.mail_authserv_id", False)
        self.assertEqual(self.get_states()[name], "failed")
        parameters.set_param("customer_support.mail_authserv_id", "mx.example")
        self.assertEqual(self.get_states()[name], "ok")

    def test_held_mail_is_named_until_it_is_decided(self):
        self.assertEqual(self.get_states()["No mail is held"], "ok")
        row = self.env["support.incoming.mail"].create(
            {
                "content_key": "held",
                "received_at": "2026-03-02",
                "state": "quarantined",
            }
        )
        self.assertEqual(self.get_states()["No mail is held"], "warning")
        row.with_user(self.lead).action_discard()
        self.assertEqual(self.get_states()["No mail is held"], "ok")

    def test_every_line_that_is_not_in_order_says_how_to_mend_it(self):
        self.env["support.team"].search([]).member_ids = False
        for line in self.env["support.check"]._get_checks():
            if line["state"] != "ok":
                self.assertTrue(line["advice"], line["name"])
                self.assertTrue(self.env.ref(line["action_xmlid"]), line["name"])
