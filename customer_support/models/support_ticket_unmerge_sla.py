"""Deadlines that were missed for a merged ticket leave with it."""

from odoo import models

from ..tools import sla_target
from .support_ticket_sla import OUTCOME_COLUMNS


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def _prepare_absorbed_payload(self, loser, columns):
        payload = super()._prepare_absorbed_payload(loser, columns)
        # sudo: support.sla.result: which the ticket has before, no more
        return {**payload, "results": self.sudo().sla_result_ids.ids}

    def _release_clock(self, absorbed, loser, now):
        result = super()._release_clock(absorbed, loser, now)
        self._withdraw_borrowed_results(absorbed)
        return result

    def _withdraw_borrowed_results(self, absorbed):
        """Take back what was missed since a merge for the other ticket's sake.

        The merge can be undone only while nobody has answered or closed this ticket
        since, so all that was recorded are deadlines that passed; a target of its own
        whose time is over has missed it in any case.

        :param absorbed: the ``support.ticket.event`` of the merge
        """
        known = absorbed.payload.get("results")
        if known is None:  # a merge from before this was written down
            return
        state, targets = self._get_clock_state(), self._get_target_seconds()
        own = {
            sla_target.get_key(kind, state)
            for kind in sla_target.get_running(state)
            if targets[kind] and sla_target.get_used(kind, state) > targets[kind]
        }
        # sudo: support.sla.result, support.ticket: written by the system alone
        ticket = self.sudo()
        borrowed = ticket.sla_result_ids.filtered(
            lambda result: (
                result.id not in known
                and result.target_key not in own
                and not result.withdrawn_at
            )
        )
        borrowed._withdraw()
        ticket._recall_outcomes(set(borrowed.mapped("kind")))

    def _recall_outcomes(self, kinds):
        """Let the ticket say again what its first result that counts says."""
        values = {}
        for kind in kinds & OUTCOME_COLUMNS.keys():
            counted = self.sla_result_ids.filtered(
                lambda result, kind=kind: (
                    result.kind == kind and not result.withdrawn_at
                )
            )
            values[OUTCOME_COLUMNS[kind]] = counted.sorted("id")[:1].outcome
        if values:
            self.with_context(tracking_disable=True).write(values)
