"""Replies that are sent later, by Odoo's scheduled messages: what calls them off."""

from markupsafe import Markup

from odoo import fields, models

from ..tools.ticket_clock import CLOSED_KINDS


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def _record_customer_message(self, message, details):
        result = super()._record_customer_message(message, details)
        self._cancel_scheduled_replies("customer")
        return result

    def _find_conversation(self, survivor):
        # What is called off becomes a note, which goes along.
        self._cancel_scheduled_replies("merged")
        return super()._find_conversation(survivor)

    def _record_event(self, kind, *args, **kwargs):
        result = super()._record_event(kind, *args, **kwargs)
        payload = kwargs.get("payload") or {}
        if kind == "merged":
            self._cancel_scheduled_replies("merged")
        elif kind == "stage" and payload.get("stage_kind") in CLOSED_KINDS:
            self._cancel_scheduled_replies("closed")
        return result

    def _cancel_scheduled_replies(self, because):
        """Call off the replies that wait to be sent, and keep their words as notes.

        :param str because: customer, closed or merged
        """
        # sudo: mail.scheduled.message: what a colleague planned, whoever's message or
        # click makes it out of date
        replies = (
            self.env["mail.scheduled.message"]
            .sudo()
            .search(
                [
                    ("model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("is_note", "=", False),
                ]
            )
        )
        for reply in replies:
            self.browse(reply.res_id)._keep_scheduled_reply(reply, because)
        replies.unlink()

    def _keep_scheduled_reply(self, reply, because):
        """Leave a planned reply as a note, and tell who planned it."""
        agent = reply.create_uid
        # sudo: support.ticket: a note of the system, also when a customer's message
        # is the cause
        ticket = self.sudo().with_context(lang=agent.lang, tz=agent.tz)
        texts = {
            "customer": ticket.env._("The customer wrote first."),
            "closed": ticket.env._("The ticket was closed."),
            "merged": ticket.env._("The ticket was merged into another one."),
        }
        moment = fields.Datetime.context_timestamp(ticket, reply.scheduled_date)
        text = ticket.env._(
            "%(reason)s Your reply planned for %(moment)s was not sent. Its text:",
            reason=texts[because],
            moment=moment.strftime("%Y-%m-%d %H:%M"),
        )
        ticket.message_post(
            body=Markup("<p>%s</p><blockquote>%s</blockquote>") % (text, reply.body),
            message_type="notification",
            subtype_xmlid="mail.mt_note",
            author_id=self.env.ref("base.partner_root").id,
            partner_ids=agent.partner_id.ids,
            # Also who has just closed the ticket.
            notify_author=True,
            attachment_ids=reply.attachment_ids.ids,
        )
