"""What is due is judged once more, then told in the customer's language, once."""

from datetime import timedelta
from secrets import token_hex

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.customer_support.tools.mail_classification import is_no_reply_address

from ..tools.holdout import is_held_out

# What comes this long after it was noticed is said no more.
MAX_LATE = timedelta(days=2)


class SupportProactiveNotice(models.Model):
    _inherit = "support.proactive.notice"

    def _run_due(self, now):
        """Tell this customer, or write down why not."""
        if self.state == "queued":
            self._decide(now)
        elif self.closing_state == "queued":
            self._tell_end()
        else:
            self.send_at = False

    def _decide(self, now):
        skip_reason = self._get_skip_reason(now)
        wait_until = not skip_reason and self._get_waiting_time()
        if wait_until:
            self.send_at = wait_until
            return
        if not skip_reason and not self._claim_quiet_period():
            skip_reason = "quiet"
        if skip_reason:
            self._settle("skipped", now, skip_reason=skip_reason)
        elif self._is_held_out():
            # After all other questions: who is left out is like who is written to.
            self._settle("held", now)
        else:
            self._settle("sent", now)
            self._make_gesture()
            self._send_mail(self._get_mail_template())

    def _settle(self, state, now, **values):
        self.write(
            {
                "state": state,
                "decided_at": now,
                "send_at": False,
                "holdout_percent": self._get_holdout_percent(),
                **values,
            }
        )

    # --- whether --------------------------------------------------------------------

    def _get_skip_reason(self, now):
        """Why this is not told: a value of ``skip_reason``, or False."""
        order, picking = self.order_id, self.picking_id
        if "cancel" in (order.state, picking.state):
            return "cancelled"
        if self._is_ended():
            return "off"
        if now > self.due_at + MAX_LATE:
            return "late"
        if not (self.rule_id or self.incident_id)._still_applies(picking):
            return "resolved"
        if not self.email or is_no_reply_address(self.email):
            return "no_address"
        if self._is_blacklisted():
            return "opted_out"
        if self._has_open_case():
            return "open_case"
        return False

    def _is_ended(self):
        if self.incident_id:
            return self.incident_id.state == "closed"
        # A preview asks for rules that are still off.
        return self.rule_id.state == "off" and bool(self._origin)

    def _has_open_case(self):
        domain = [
            ("sale_order_id", "=", self.order_id.id),
            ("closed_at", "=", False),
            ("exclusion", "=", False),
        ]
        return bool(self.env["support.ticket"].search_count(domain, limit=1))

    def _get_waiting_time(self):
        """Until when the hours that the customer has chosen let it wait; else False."""
        zone = self.team_id.resource_calendar_id.tz or self.company_id.partner_id.tz
        return self.partner_id._get_support_notice_time(zone or "UTC")

    def _get_quiet_counter(self):
        return "proactive"

    # --- the group that is left out ---------------------------------------------------

    def _get_holdout_percent(self):
        """The share that is left out; nobody is, when the carrier is the cause."""
        return self.company_id.support_holdout_percent if self.rule_id else 0

    def _is_held_out(self):
        """Whether this order is left out: always the same answer for a rule.

        By order and not by parcel, for a contact is about the order.
        """
        # sudo: support.proactive.rule: its salt, to draw with
        salt = self.rule_id.sudo().salt
        key = f"{self.rule_id.id}-{self.order_id.id}"
        return is_held_out(salt, key, self._get_holdout_percent())

    # --- telling --------------------------------------------------------------------

    def _get_mail_template(self):
        return (self.rule_id or self.incident_id)._get_mail_template()

    def _get_mail_reply_to(self):
        team = self.team_id
        return team._notify_get_reply_to().get(team.id)

    def _prepare_mail_values(self):
        # It belongs to this notice, so that an answer to it is known
        # (support_proactive_answer.py).
        return {**super()._prepare_mail_values(), "auto_delete": False}

    # --- the apology ----------------------------------------------------------------

    def _make_gesture(self):
        """Give what the rule gives, by the store's action with its limits.

        What cannot be given is written down, and the message goes without it.
        """
        if self.rule_id.gesture in (False, "none"):
            return
        try:
            with self.env.cr.savepoint():
                self._request_gesture()
        except UserError as error:
            self.gesture_error = str(error)

    def _request_gesture(self):
        rule = self.rule_id
        ticket = self._open_gesture_ticket()
        # As the person who gives it: limits and rights are this person's.
        asked = ticket.with_user(rule.gesture_user_id)
        is_voucher = rule.gesture == "voucher"
        action = asked.env["support.ticket.action"]._request(
            asked,
            rule.gesture,
            f"proactive-{self.id}-{token_hex(8)}",
            order_id=self.order_id.id,
            reason=rule.name,
            **(
                {"amount": rule.gesture_amount}
                if is_voucher
                else {"points": rule.gesture_points}
            ),
        )
        self.write({"ticket_id": ticket.id, "action_id": action.id})
        if action.state == "done":
            ticket._set_stage_kind("solved")

    def _open_gesture_ticket(self):
        """The case that the apology is booked on; no figure counts it."""
        return (
            self.env["support.ticket"]
            .with_context(
                mail_create_nosubscribe=True, mail_auto_subscribe_no_notify=True
            )
            .create(
                {
                    "name": self.display_name,
                    "team_id": self.team_id.id,
                    "user_id": self.rule_id.gesture_user_id.id,
                    "exclusion": "internal",
                    **self._prepare_ticket_tie(),
                }
            )
        )

    def _prepare_ticket_tie(self):
        """What a ticket of this notice is about."""
        return {
            "partner_id": self.partner_id.id,
            "sale_order_id": self.order_id.id,
            "picking_id": self.picking_id.id,
        }
