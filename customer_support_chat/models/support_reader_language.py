"""The language of what the system writes for colleagues: whoever answers reads it.

The workers have no language of their own.
"""

from odoo import models


class SupportTeam(models.Model):
    _inherit = "support.team"

    def _get_reader_lang(self, agent):
        """The language of an agent, else of the team's leader, else of the company.

        :param agent: ``res.users``; may be empty
        """
        # sudo: support.team, res.users: the language alone, whoever sets it off
        team, agent = self.sudo(), agent.sudo()
        reader = agent or team.leader_id
        return reader.lang or team.company_id.partner_id.lang or self.env.lang


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def _get_reader_lang(self):
        # sudo: support.ticket: who answers it, whoever sets it off
        ticket = self.sudo()
        return ticket.team_id._get_reader_lang(ticket.user_id)

    def _in_reader_language(self):
        """This ticket, for words that its agent reads."""
        return self.with_context(lang=self._get_reader_lang())


class SupportChannel(models.Model):
    _inherit = "support.channel"

    def _get_reader_lang(self):
        team = self.team_id or self.env["support.team"]._get_default_team()
        return team._get_reader_lang(self.env["res.users"])


class SupportChannelEvent(models.Model):
    _inherit = "support.channel.event"

    def _in_reader_language(self):
        """This row, for words that whoever answers its ticket reads."""
        source = self.ticket_id or self.channel_id
        return self.with_context(lang=source._get_reader_lang())
