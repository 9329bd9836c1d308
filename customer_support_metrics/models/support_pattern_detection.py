"""Finds the patterns of a night, and tells their owners, each once."""

from datetime import timedelta

from odoo import Command, api, fields, models

from odoo.addons.customer_support.models.support_due_job_mixin import (
    conflicts_left_to_the_next_run,
)

from ..tools.chance import find_discoveries
from .support_pattern_cells import RECENT

# Fewer cases than these are no pattern, whatever the odds.
SMALLEST_COUNT = 5
# As long as nothing grows, at most one night in a hundred points at something.
FALSE_ALARMS = 0.01
# A growth below this is nobody's work, however certain it is.
SMALLEST_GROWTH = 1.5


def find_growing(cells):
    """The cells that no chance explains, of all that were looked at.

    Which cells are looked at goes by past and recent cases together: the test takes
    their sum as given, so that this choice favours nothing.

    :param cells: list of ``Cell``
    :return: list of ``Cell`` and p-value
    """
    tested = [
        cell
        for cell in cells
        if cell.counts.total >= SMALLEST_COUNT and cell.counts.is_comparable
    ]
    p_values = [cell.counts.get_p_value() for cell in tested]
    return [
        (tested[position], p_values[position])
        for position in sorted(find_discoveries(p_values, FALSE_ALARMS))
        if _is_worth_a_look(tested[position].counts)
    ]


def _is_worth_a_look(counts):
    return counts.recent >= max(SMALLEST_COUNT, SMALLEST_GROWTH * counts.expected)


class SupportPattern(models.Model):
    _inherit = "support.pattern"

    @api.model
    def _cron_detect(self):
        """Look at the last four weeks of every company; each is committed by itself."""
        groups = self.env["support.team"]._read_group([], ["company_id"])
        companies = [company for (company,) in groups]
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(companies))
        for company in companies:
            with conflicts_left_to_the_next_run(self.env), self.env.cr.savepoint():
                self._detect(company, fields.Date.today())
            if not progress._commit_progress(1):
                return

    @api.model
    def _detect(self, company, day):
        """Point out what grows beyond chance in a company.

        :param date day: the day after the last one that counts
        :return: the patterns that are new
        """
        window = self._get_window(company, day)
        if not window:
            return self.browse()
        found = find_growing(self._get_cells(company, window))
        return self._record(company, window, found)

    @api.model
    def _record(self, company, window, found):
        """Write down what was found; what is known already is brought up to date.

        A pattern goes on while its window touches the one that was pointed out; that it
        was put aside holds for as long.
        """
        recent = self.search(
            [
                ("company_id", "=", company.id),
                ("date_to", ">=", window.middle.date()),
            ]
        )
        known = {one._get_key(): one for one in recent.sorted("date_to")}
        names = self._get_thing_names([cell for cell, _p_value in found])
        values, new = {}, []
        for cell, p_value in found:
            key = cell.kind, cell.thing_id, cell.reason_id
            values[key] = self._prepare_values(window, cell, p_value)
            if key in known:
                known[key].write(values[key])
            elif names.get(key[:2]):
                new.append(
                    {
                        **values[key],
                        "company_id": company.id,
                        "kind": cell.kind,
                        "thing_id": cell.thing_id,
                        "thing_name": names[key[:2]],
                        "reason_id": cell.reason_id,
                        "date_from": window.middle.date(),
                    }
                )
        patterns = self.create(new)
        patterns._notify_owner()
        return patterns

    def _get_key(self):
        self.ensure_one()
        return self.kind, self.thing_id, self.reason_id.id

    @api.model
    def _get_thing_names(self, cells):
        """How people call what the cells are about, as long as it exists."""
        names = {}
        for kind, model in self._get_thing_models().items():
            ids = {cell.thing_id for cell in cells if cell.kind == kind}
            # sudo: all of them: a name, for people who work with its tickets
            for record in self.env[model].sudo().browse(ids).exists():
                names[kind, record.id] = self._get_thing_name(kind, record)
        return names

    @api.model
    def _get_thing_name(self, kind, record):
        if kind == "lot":
            return f"{record.product_id.display_name}, {record.name}"
        return record.display_name

    @api.model
    def _prepare_values(self, window, cell, p_value):
        counts = cell.counts
        return {
            "date_to": window.end.date() - timedelta(days=1),
            "recent_count": counts.recent,
            "expected_count": counts.expected,
            "p_value": p_value,
            "ticket_ids": [Command.link(ticket) for ticket in cell.ticket_ids],
        }

    def _notify_owner(self):
        """Give each pattern a team and an owner, and the owner something to do."""
        for pattern in self:
            pattern.team_id = pattern._find_team()
            pattern.user_id = owner = pattern._find_owner()
            if not owner:
                continue
            staff = pattern.with_context(lang=owner.lang)
            staff.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=staff.env._("Look into it: %s", staff.display_name),
                note=staff._get_words(),
                user_id=owner.id,
            )

    def _find_team(self):
        """The team that has most of the tickets."""
        teams = self.ticket_ids.mapped("team_id")
        return max(
            teams, key=lambda team: sum(t.team_id == team for t in self.ticket_ids)
        )

    def _find_owner(self):
        """The leader of the team, else a manager of the company."""
        # sudo: res.users: who leads, and who manages
        managers = self.env.ref("customer_support.group_support_manager").sudo()
        managers = managers.all_user_ids.filtered(
            lambda user: self.company_id in user.company_ids
        )
        candidates = self.team_id.sudo().leader_id | managers
        return candidates.filtered(lambda user: user.active and not user.share)[:1]

    def _get_words(self):
        """What was counted, in a sentence."""
        self.ensure_one()
        return self.env._(
            "%(count)s cases in the last %(days)s days, where %(expected)s were to be"
            " expected.",
            count=self.recent_count,
            days=RECENT.days,
            expected=f"{self.expected_count:.1f}",
        )
