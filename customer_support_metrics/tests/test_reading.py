"""Who keeps a text that agents must know sees who has confirmed its change."""

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.customer_support.tests.common import SupportCommon


@tagged("post_install", "-at_install")
class TestReading(SupportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.readings = cls.env["support.reading"]
        cls.macro = cls.env["support.macro"].create(
            {
                "name": "On its way",
                "body": "<p>It arrives in 5 days.</p>",
                "team_ids": [Command.set(cls.team.ids)],
                "asks_confirmation": True,
            }
        )
        cls.policy = cls.env["support.return.policy"].create(
            {"name": "30 days", "days": 30, "asks_confirmation": True}
        )

    def change(self, body="<p>It arrives in 3 days.</p>"):
        self.macro.with_user(self.lead).body = body
        return self.find(self.macro)

    def find(self, document):
        column = document._reading_column
        return self.readings.search([(column, "=", document.id)], order="version")

    def get_asked(self, reading):
        return (
            self.env["mail.activity"]
            .search([("res_model", "=", reading._name), ("res_id", "=", reading.id)])
            .user_id
        )

    def test_a_changed_macro_asks_its_teams(self):
        reading = self.change()
        self.assertEqual(reading.version, 1)
        self.assertIn("3 days", reading.body)
        self.assertEqual(reading.confirmation_ids.user_id, self.agent | self.agent_own)
        self.assertEqual(self.get_asked(reading), self.agent | self.agent_own)
        self.assertEqual((reading.confirmed_count, reading.missing_count), (0, 2))

    def test_who_has_not_confirmed_is_seen(self):
        reading = self.change()
        reading.with_user(self.agent).action_confirm()
        mine = reading.confirmation_ids.filtered(lambda one: one.user_id == self.agent)
        self.assertEqual((mine.state, bool(mine.confirmed_at)), ("confirmed", True))
        self.assertEqual(self.get_asked(reading), self.agent_own)
        missing = reading.with_user(self.lead).confirmation_ids.filtered(
            lambda one: one.state == "open"
        )
        self.assertEqual(missing.user_id, self.agent_own)
        with self.assertRaises(UserError):
            reading.with_user(self.agent).action_confirm()

    def test_a_newer_version_takes_the_place_of_what_is_open(self):
        first = self.change()
        first.with_user(self.agent).action_confirm()
        second = self.change("<p>It arrives tomorrow.</p>") - first
        self.assertEqual((second.version, second.missing_count), (2, 2))
        self.assertEqual(first.missing_count, 0)
        self.assertFalse(first.is_current)
        self.assertFalse(self.get_asked(first))
        self.assertEqual(first.confirmed_count, 1, "what was confirmed stays")

    def test_a_changed_policy_asks_everybody_in_words(self):
        self.policy.days = 30
        self.assertFalse(self.find(self.policy))
        self.policy.days = 14
        reading = self.find(self.policy)
        self.assertIn("14", reading.body)
        self.assertLessEqual(
            self.agent | self.agent_b, reading.confirmation_ids.user_id
        )

    def test_nothing_is_asked_unless_it_is_wished_or_when_nothing_changed(self):
        self.macro.body = self.macro.body
        self.macro.priority = "2"
        self.macro.asks_confirmation = False
        self.assertFalse(self.change())

    def test_a_changed_translation_is_a_change(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        self.macro.update_field_translations(
            "body", {"pt_BR": {"It arrives in 5 days.": "Chega em 5 dias."}}
        )
        reading = self.find(self.macro)
        self.assertIn("Chega", reading.with_context(lang="pt_BR").body)
        self.assertIn("arrives", reading.with_context(lang="en_US").body)

    def test_agents_see_what_they_are_asked_and_write_nothing(self):
        reading = self.change()
        self.assertFalse(
            self.readings.with_user(self.agent_b).search([("id", "=", reading.id)])
        )
        self.env.invalidate_all()
        mine = reading.with_user(self.agent)
        self.assertTrue(mine.is_mine_open)
        self.assertEqual(mine.confirmation_ids.user_id, self.agent)
        with self.assertRaises(AccessError):
            mine.confirmation_ids.write({"state": "confirmed"})
        with self.assertRaises(AccessError):
            reading.with_user(self.agent_b).action_confirm()
        with self.assertRaises(AccessError):
            reading.with_user(self.lead).confirmation_ids.write({"state": "confirmed"})

    def test_each_person_is_asked_once_for_each_version(self):
        reading = self.change()
        for model, vals in (
            (
                "support.reading.confirmation",
                {"reading_id": reading.id, "user_id": self.agent.id},
            ),
            (
                "support.reading",
                {"name": "x", "macro_id": self.macro.id, "version": 1},
            ),
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.env[model].sudo().create(vals)
