"""Tickets go to whoever knows most about them, as long as that is known."""

from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_support.tests.test_assignment import AssignmentCommon
from odoo.addons.customer_support.tools.assignment import (
    IN_TURN,
    Need,
    Seat,
    distribute,
)


@tagged("post_install", "-at_install")
class TestSkillMatrix(AssignmentCommon):
    def add(self, user, level="2", **vals):
        return self.env["support.agent.skill"].create(
            {"agent_id": self.seat(user).id, "level": level, **vals}
        )

    def test_the_expert_of_a_reason_comes_first(self):
        returns = self.env["support.reason"].create({"name": "Returns"})
        late = self.env["support.reason"].create(
            {"name": "Too late", "parent_id": returns.id}
        )
        self.add(self.agent, "1", reason_id=returns.id)
        self.add(self.agent_own, "3", reason_id=returns.id)
        self.assertEqual(self.open_batch(3, reason_id=late.id).user_id, self.agent_own)
        self.assertEqual(len(self.open_batch(5).user_id), 5)

    def test_the_category_of_the_product_decides(self):
        lamps = self.env["product.category"].create({"name": "Lamps"})
        desk = self.env["product.category"].create(
            {"name": "Desk lamps", "parent_id": lamps.id}
        )
        self.lamp.categ_id = desk
        self.add(self.agent_own, kind="category", category_id=lamps.id)
        tickets = self.open_batch(
            2, line_ids=[Command.create({"product_id": self.lamp.id})]
        )
        self.assertEqual(tickets.user_id, self.agent_own)
        self.assertEqual(
            self.open_batch(2, sale_order_id=self.order.id).user_id, self.agent_own
        )
        others = self.open_batch(
            4, line_ids=[Command.create({"product_id": self.bulb.id})]
        )
        self.assertNotIn(self.agent_own, others.user_id)

    def test_the_channel_decides(self):
        form = self.env.ref("customer_support.channel_web_form")
        self.add(self.agent_own, kind="channel", channel_id=form.id)
        self.assertEqual(self.open_batch(3).user_id, self.agent_own)

    def test_the_language_decides_and_expired_it_is_no_language_at_all(self):
        portuguese = self.env["res.lang"]._activate_lang("pt_BR")
        self.seats.lang_ids = self.env.ref("base.lang_en")
        self.seat(self.agent_own).lang_ids = False
        skill = self.add(self.agent_own, kind="language", lang_id=portuguese.id)
        self.assertEqual(self.open_batch(3, lang="pt_BR").user_id, self.agent_own)
        skill.valid_until = date(2026, 3, 1)
        self.assertEqual(len(self.open_batch(5, lang="pt_BR").user_id), 5)

    def test_what_has_expired_does_not_count(self):
        reason = self.env["support.reason"].create({"name": "Returns"})
        skill = self.add(
            self.agent_own, reason_id=reason.id, valid_until=date(2026, 3, 2)
        )
        self.assertEqual(
            self.open_batch(3, reason_id=reason.id).user_id, self.agent_own
        )
        skill.valid_until = date(2026, 3, 1)
        self.assertTrue(skill.is_expired)
        self.assertEqual(len(self.open_batch(5, reason_id=reason.id).user_id), 5)

    def test_without_a_matrix_nothing_is_looked_up(self):
        self.env["support.agent.skill"].search([]).unlink()
        ticket = self.make_ticket(sale_order_id=self.order.id)
        self.assertFalse(ticket._get_assignment_need().topics)

    def test_before_it_expires_agent_and_leader_are_warned_once(self):
        reason = self.env["support.reason"].create({"name": "Returns"})
        soon = self.add(
            self.agent_own, reason_id=reason.id, valid_until=date(2026, 3, 10)
        )
        far = self.add(
            self.agent,
            reason_id=reason.id,
            valid_until=date(2026, 3, 2) + timedelta(days=15),
        )
        job = self.env.ref("customer_support_metrics.ir_cron_support_agent_skill")
        for _run in range(2):
            with self.enter_registry_test_mode():
                job.method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(soon.activity_ids.user_id, self.agent_own | self.lead)
            self.assertEqual(len(soon.activity_ids), 2)
        self.assertFalse(far.activity_ids)
        soon.valid_until = date(2026, 3, 12)
        self.assertFalse(soon.warned_on)

    def test_a_skill_is_about_one_thing_and_there_once(self):
        reason = self.env["support.reason"].create({"name": "Returns"})
        form = self.env.ref("customer_support.channel_web_form")
        self.add(self.agent, reason_id=reason.id)
        for vals in (
            {},
            {"reason_id": reason.id, "channel_id": form.id},
            {"kind": "channel", "reason_id": reason.id},
        ):
            with self.assertRaises(ValidationError):
                self.add(self.agent, **vals)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self.add(self.agent, reason_id=reason.id)

    def test_agents_read_the_own_ones_and_change_none(self):
        reason = self.env["support.reason"].create({"name": "Returns"})
        mine = self.add(self.agent_own, reason_id=reason.id)
        other = self.add(self.agent, reason_id=reason.id)
        skills = self.env["support.agent.skill"].with_user(self.agent_own)
        self.assertEqual(skills.search([("id", "in", (mine | other).ids)]), mine)
        with self.assertRaises(AccessError):
            mine.with_user(self.agent_own).level = "3"
        leader = self._new_agent(
            "rui", "Rui Sá", "customer_support.group_support_agent"
        )
        self.team.leader_id = leader
        self.assertEqual(
            skills.with_user(leader).search([("id", "in", (mine | other).ids)]),
            mine | other,
        )
        action = self.team.with_user(self.lead).action_view_skills()
        self.assertEqual(
            skills.with_user(self.lead).search(action["domain"]), mine | other
        )


class TestLevels(BaseCase):
    def test_of_each_kind_the_best_level_counts(self):
        seats = [
            Seat(1, levels={("reason", 1): 2, ("reason", 2): 2}),
            Seat(2, levels={("reason", 1): 3}),
            Seat(3, levels={("reason", 9): 3}),
        ]
        need = Need(topics=frozenset({("reason", 1), ("reason", 2)}))
        self.assertEqual(distribute([need], seats, IN_TURN), [2])
