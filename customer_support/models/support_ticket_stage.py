"""Where a ticket stands, and the buttons that move it on."""

from odoo import models
from odoo.exceptions import LockError, UserError

from .support_stage import STAGE_KINDS


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def _find_stage(self, kind):
        """The stage of a kind that the ticket's team uses.

        :raise UserError: if there is none
        """
        Stage = self.env["support.stage"]
        stage = Stage.browse(Stage._find_id(self.team_id.id, kind))
        if not stage:
            raise UserError(
                self.env._(
                    "There is no stage of the kind “%(kind)s”. A manager can add one"
                    " under Configuration, Stages.",
                    kind=dict(STAGE_KINDS)[kind],
                )
            )
        return stage

    def _set_stage_kind(self, kind):
        """Move each ticket to its team's stage of ``kind``; others stay."""
        for ticket in self.filtered(lambda t: t.stage_kind != kind):
            ticket.stage_id = ticket._find_stage(kind)

    def action_open(self):
        """Back to work: the next step is ours."""
        self._set_stage_kind("open")

    def action_wait(self):
        """The next step is the customer's; the resolution clock stops."""
        self._set_stage_kind("waiting")

    def action_hold(self):
        """The next step is a third party's; the resolution clock stops."""
        self._set_stage_kind("on_hold")

    def action_close(self):
        """The case is solved."""
        self._set_stage_kind("solved")

    def action_cancel(self):
        """The case needs no answer."""
        self._set_stage_kind("cancelled")

    def action_reopen(self):
        """A closed case goes on."""
        self.filtered("closed_at")._set_stage_kind("open")

    def action_take(self):
        """Make the present user the agent of these tickets.

        :raise UserError: if a colleague was faster
        """
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._("A colleague is taking this ticket right now.")
            ) from error
        for ticket in self:
            if ticket.user_id and ticket.user_id != self.env.user:
                raise UserError(
                    self.env._(
                        "%(agent)s has taken ticket %(number)s already.",
                        agent=ticket.user_id.name,
                        number=ticket.number,
                    )
                )
        self.user_id = self.env.user
