"""Tells the owner of a goal that it is off track, once."""

from odoo import api, fields, models

from odoo.addons.customer_support.models.support_due_job_mixin import (
    conflicts_left_to_the_next_run,
)

BATCH = 50


class SupportGoal(models.Model):
    _inherit = "support.goal"

    @api.model
    def _cron_alert(self):
        """Look at every goal in force; each is committed by itself."""
        today = fields.Date.context_today(self)
        domain = [("date_from", "<=", today), ("date_to", ">=", today)]
        progress, last_id = self.env["ir.cron"], 0
        while goals := self.search(
            [*domain, ("id", ">", last_id)], order="id", limit=BATCH
        ):
            last_id = goals[-1].id
            for goal in goals:
                with conflicts_left_to_the_next_run(self.env), self.env.cr.savepoint():
                    goal.try_lock_for_update(allow_referencing=True)._alert(today)
                if not progress._commit_progress(1):
                    return

    def _alert(self, today):
        """Give the owner something to do when it goes wrong; forget it when it is well.

        :param date today: the day of the alert
        """
        for goal in self:
            if goal.state == "off_track" and not goal.alerted_on:
                goal.alerted_on = today
                goal._schedule_alert(today)
            elif goal.state == "on_track" and goal.alerted_on:
                goal.alerted_on = False

    def _schedule_alert(self, today):
        owner = self.user_id or self.team_id.leader_id
        if not owner.active:
            return
        goal = self.with_context(lang=owner.lang)
        now, target = (
            f"{number:.1f} {goal.unit}" for number in (goal.current, goal.target)
        )
        goal.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=today,
            summary=goal.env._("Off track: %s", goal.display_name),
            note=goal.env._(
                "It is %(now)s now and should be %(target)s.", now=now, target=target
            ),
            user_id=owner.id,
        )
