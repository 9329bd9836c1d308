"""A call that the telephone system tells of: its ticket, its note, its task."""

from dataclasses import replace

from markupsafe import Markup

from odoo import fields, models

from odoo.addons.customer_support.tools.incoming_message import get_told_moment


class SupportChannelEvent(models.Model):
    _inherit = "support.channel.event"

    def _read_call(self, call):
        """Find or make the ticket of a call, write it down, plan the call back.

        The clocks follow the house rule of the wizard that logs a call: a conversation
        is question and answer at once, one that nobody took is a question that waits.
        Both count from when the call was made, however late we hear of it.
        """
        now = fields.Datetime.now()
        call = replace(call, sent_at=get_told_moment(call.sent_at, now))
        channel = self.channel_id
        identity = self.env["support.identity"]._get_or_create(channel, call.sender_key)
        ticket = self._find_started_ticket(call)
        ticket = ticket or channel._find_open_ticket(identity, call)
        if not ticket:
            ticket = self.env["support.ticket"].create(
                channel._prepare_call_values(identity, call)
            )
        ticket = ticket._in_reader_language()
        message = ticket._log_phone_call(call)
        if call.outcome != "answered" and not call.is_outgoing:
            ticket._plan_call_back(call.phone)
        self.write(
            {
                "state": "done",
                "ticket_id": ticket.id,
                "identity_id": identity.id,
                "message_id": message.id,
            }
        )


class SupportChannel(models.Model):
    _inherit = "support.channel"

    def _prepare_call_values(self, identity, call):
        """The ticket of a call; whoever has the number is a claim, no proof."""
        found = self.env["support.log.call"]._find_partners_by_phone(call.phone)
        partner = identity.partner_id or (found if len(found) == 1 else found.browse())
        known = "partner_id" if identity.is_verified else "claimed_partner_id"
        team = self.team_id or self.env["support.team"]._get_default_team()
        return {
            "name": self.env._("Call from %s", call.phone),
            "channel_id": self.id,
            "identity_id": identity.id,
            known: partner.id,
            "partner_name": call.sender_name or call.phone,
            "phone": call.phone,
            "team_id": team.id,
            "opened_at": call.sent_at,
        }


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def _log_phone_call(self, call):
        """Write a call down and move the clocks; the note is for colleagues.

        :param call: ``tools.provider_events.PhoneCall``
        :return: the ``mail.message``
        """
        self.ensure_one()
        agent = self._find_call_agent(call.agent)
        message = self.message_post(
            date=call.sent_at,
            body=self._render_call(call),
            message_type="notification",
            subtype_xmlid="mail.mt_note",
            author_id=(agent.partner_id or self.env.ref("base.partner_root")).id,
        )
        details = {"message": message, "at": call.sent_at}
        if not call.is_outgoing:
            self._record_customer_message(
                message, {"author_kind": "customer", **details}
            )
        if call.outcome == "answered":
            who = {"user": agent} if agent else {}
            # Without a length it is a call all the same, and nothing written.
            talk = {"talk_seconds": call.duration or None}
            self._record_event(
                "reply", author_kind="human", payload=talk, **details, **who
            )
            if agent:
                self._start_work(agent)
        return message

    def _find_call_agent(self, login):
        """The colleague who spoke, of the team; nobody when the system does not say."""
        if not login:
            return self.env["res.users"]
        members = self.team_id.member_ids
        return members.filtered(lambda user: login in (user.login, user.email))[:1]

    def _render_call(self, call):
        minutes = call.duration and max(1, round(call.duration / 60))
        taken = self.env._("Answered call")
        words = {
            "answered": self.env._("Call of %s min", minutes) if minutes else taken,
            "missed": self.env._("Missed call"),
            "voicemail": self.env._("Message on the voicemail"),
        }
        note = Markup("<p><b>%s</b> · %s</p>") % (words[call.outcome], call.phone)
        if call.recording_url:
            link = Markup('<p><a href="%s" rel="noreferrer">%s</a></p>')
            note += link % (call.recording_url, self.env._("Listen to the recording"))
        return note
