"""What the composer says about an answer that does not leave by e-mail."""

from odoo import models
from odoo.tools import format_datetime


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def _message_get_suggested_recipients_batch(self, *args, **kwargs):
        """Leave the customer out of "To" where no e-mail goes to him."""
        suggested = super()._message_get_suggested_recipients_batch(*args, **kwargs)
        for ticket in self:
            if ticket._get_answer_channel():
                suggested[ticket.id] = [
                    one
                    for one in suggested[ticket.id]
                    if not ticket._is_suggested_customer(one)
                ]
        return suggested

    def _is_suggested_customer(self, suggestion):
        # sudo: support.ticket: compared, never shown
        customer = self.sudo().partner_id
        if customer and suggestion.get("partner_id") == customer.id:
            return True
        return self._is_requester(suggestion.get("email") or "")

    def _thread_to_store(self, store, fields, *, request_list=None):
        """Tell the composer which way the answer takes, where it is no e-mail."""
        super()._thread_to_store(store, fields, request_list=request_list)
        if "suggestedRecipients" not in (request_list or ()):
            return
        for ticket in self:
            way = ticket._describe_way() if ticket._get_answer_channel() else False
            store.add(ticket, {"supportWay": way}, as_thread=True)

    def _describe_way(self):
        """Where the answer goes, by which account and until when, in words.

        :return: dict with the keys to, account, window (may be empty) and is_closed
        """
        self.ensure_one()
        # sudo: support.channel, support.identity: names that the form shows as well,
        # also to a colleague who follows the ticket
        channel = self._get_answer_channel().sudo()
        identity = self.sudo().answer_identity_id
        return {
            "to": self._get_way_to(channel, identity),
            "account": self._get_way_account(channel),
            "window": self._get_way_window(channel, identity),
            "is_closed": channel._is_window_closed(identity),
        }

    def _get_way_text(self):
        """All of ``_describe_way`` in lines."""
        way = self._describe_way()
        return "\n".join(filter(None, (way["to"], way["account"], way["window"])))

    def _get_way_to(self, channel, identity):
        details = {
            "network": dict(channel._fields["kind"]._description_selection(self.env))[
                channel.kind
            ],
            "sender": channel._get_provider()._describe_sender(identity),
        }
        if channel._get_provider()._is_public:
            return self.env._(
                "In public on %(network)s, to %(sender)s: everybody can read it",
                **details,
            )
        return self.env._("By %(network)s to %(sender)s", **details)

    def _get_way_account(self, channel):
        if channel.state == "paused":
            return self.env._(
                "Account: %s. It is paused: the answer waits until an administrator"
                " resumes it.",
                channel.name,
            )
        return self.env._("Account: %s", channel.name)

    def _get_way_window(self, channel, identity):
        end = channel._get_window_end(identity)
        if not end:
            return ""
        hours = channel._get_provider()._reply_window_hours
        if not channel._is_window_closed(identity):
            zone = self.env.context.get("tz") or self.env.user.tz
            moment = format_datetime(self.env, end, tz=zone, dt_format="short")
            return self.env._(
                "The %(hours)s-hour window is open until %(moment)s.",
                hours=hours,
                moment=moment,
            )
        if channel._get_provider()._has_templates:
            return self.env._(
                "The %s-hour window is closed: send an approved message, or answer by"
                " e-mail.",
                hours,
            )
        return self.env._(
            "The %s-hour window is closed: answer by e-mail, or wait until the"
            " customer writes again.",
            hours,
        )
