"""A merge is taken back: both tickets stand for themselves again."""

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import ticket_clock, ticket_clock_undo


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def action_undo_merge(self):
        """Give this ticket its conversation, clock and stage back.

        :raise UserError: when that is no longer possible, with the reason
        """
        self.ensure_one()
        survivor = self.merged_into_id
        (self | survivor).check_access("write")
        self._unmerge()

    def _unmerge(self, is_foreign=False):
        """Undo ``_merge_into`` for one ticket, through the log of both.

        What was written on the survivor since then stays there.

        :param bool is_foreign: the survivor is somebody else's, to whom nothing may
            lead any more: the ticket leaves it in any case. Where that is too late for
            the survivor's clock, what it took over stays in it.
        :raise UserError: see ``_get_unmerge_obstacle``
        """
        self.ensure_one()
        survivor, holder = self.merged_into_id, self._get_survivor()
        (self | survivor | holder)._lock_for_merge()
        obstacle = self._get_unmerge_obstacle()
        if obstacle and not is_foreign:
            raise UserError(obstacle)
        now = fields.Datetime.now()
        merged, absorbed = self._find_merge_events()
        if not obstacle:
            survivor._record_event("clock", at=now)
            survivor._release_clock(absorbed, self, now)
        self._record_event("clock", at=now)
        self._restore_clock(merged, now)
        self._take_conversation_back(survivor | holder, merged.payload)
        holder._log_linked_note(
            self.env._("%(agent)s took %(ticket)s out of this ticket again."), self
        )
        self._log_linked_note(
            self.env._("%(agent)s undid the merge into %(ticket)s."), survivor
        )

    def _find_merge_events(self):
        """The two lines of the log by which this ticket went into its survivor."""
        # sudo: support.ticket.event: agents of one ticket may not read the other's log
        ticket = self.sudo()
        merged = ticket.event_ids.filtered(lambda e: e.kind == "merged")[-1:]
        absorbed = ticket.merged_into_id.event_ids.filtered(
            lambda e: e.kind == "absorbed" and e.payload["loser"] == self.id
        )[-1:]
        return merged, absorbed

    def _get_unmerge_obstacle(self):
        """Why the merge cannot be undone any more; empty when it can."""
        merged, absorbed = self._find_merge_events()
        survivor = self.merged_into_id
        if not survivor:
            return self.env._("Ticket %s is not merged into another one.", self.number)
        if "messages" not in (merged.payload or {}) or not absorbed:
            return self.env._(
                "This merge was made before it was written down what went along with"
                " it, so it cannot be undone."
            )
        if survivor.merged_into_id:
            return self.env._(
                "Ticket %(survivor)s was itself merged into %(other)s. Undo that merge"
                " first.",
                survivor=survivor.number,
                other=survivor.merged_into_id.number,
            )
        return survivor._get_release_obstacle(absorbed)

    def _get_release_obstacle(self, absorbed):
        # sudo: support.ticket.event: see _find_merge_events
        later = self.sudo().event_ids.filtered(lambda e: e.id > absorbed.id)
        given_back = {e.payload["loser"] for e in later if e.kind == "gave_back"}
        others = [
            e.payload["loser"]
            for e in later
            if e.kind == "absorbed" and e.payload["loser"] not in given_back
        ]
        if others:
            return self.env._(
                "Ticket %s was merged into the same ticket later. Undo that merge"
                " first.",
                # sudo: support.ticket: its number alone
                self.sudo().browse(others[-1]).number,
            )
        if "reply" in later.mapped("kind"):
            return self.env._(
                "Ticket %s was answered since the merge, and the answer speaks for both"
                " cases. Move what is missing to a new ticket instead.",
                self.number,
            )
        if self.closed_at and self.closed_at >= absorbed.at:
            return self.env._(
                "Ticket %s was closed since the merge: its result stands.", self.number
            )
        return ""

    def _release_clock(self, absorbed, loser, now):
        """Bring the survivor's clock to where it would be without the merge."""
        # sudo: support.ticket.event: read to compute the clock
        events = self.sudo().event_ids
        state = ticket_clock_undo.replay_without(
            events._to_clock_events(), events.ids.index(absorbed.id)
        )
        columns = ticket_clock.changed_columns(self._get_clock_state(), state)
        payload = {"loser": loser.id, "columns": columns}
        self._record_event("gave_back", at=now, payload=payload)

    def _restore_clock(self, merged, now):
        # sudo: support.ticket.event: read to compute the clock
        earlier = self.sudo().event_ids.filtered(lambda e: e.id < merged.id)
        before, _waits = ticket_clock.replay(earlier._to_clock_events())
        columns = ticket_clock_undo.restore_loser(
            before,
            self._get_clock_state(),
            now,
            self.team_id._get_business_seconds(before.clock_at, now),
        )
        payload = {"from": self.merged_into_id.id, "columns": columns}
        self._record_event("unmerged", at=now, payload=payload)
        # sudo: support.ticket: the stage follows the clock that has just been restored
        self.sudo().write(
            {
                "merged_into_id": False,
                "exclusion": merged.payload.get("exclusion") or False,
                "stage_id": self._find_former_stage(merged, before.clock_kind).id,
            }
        )

    def _find_former_stage(self, merged, kind):
        """The stage before the merge, or another one of its kind."""
        stage = merged.stage_id
        fits = not stage.team_ids or self.team_id in stage.team_ids
        if stage.active and stage.kind == kind and fits:
            return stage
        return self._find_stage(kind)

    def _take_conversation_back(self, survivors, moved):
        """Take what went along with a merge, wherever it went on with another one.

        :param survivors: the tickets that have it now
        :param dict moved: see ``_find_conversation``
        """
        there = [("res_id", "in", survivors.ids)]
        # sudo: mail.message, ir.attachment: moved as a whole with the case; what was
        # moved on or deleted since is left alone
        for name, ids in (
            ("mail.message", "messages"),
            ("ir.attachment", "attachments"),
        ):
            model_field = "model" if name == "mail.message" else "res_model"
            moved_ids = moved.get(ids, [])
            domain = [("id", "in", moved_ids), (model_field, "=", self._name), *there]
            self.env[name].sudo().search(domain).write({"res_id": self.id})
        survivors.message_unsubscribe(partner_ids=moved.get("followers", []))
