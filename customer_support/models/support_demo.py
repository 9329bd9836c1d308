import json
from datetime import timedelta

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.tools import file_open

MODULE = "customer_support"


class SupportDemo(models.AbstractModel):
    """Lets the cases of the demo data happen in the past, on the real clocks.

    Called by the demo files alone. No mail leaves: messages are written down with their
    old date instead of being sent.
    """

    _name = "support.demo"
    _description = "Support Demo Data"

    @api.model
    def _let_happen(self, order_id, ordered_days_ago, tracking=False, done_days_ago=0):
        """Date an order back; if it has a parcel, its goods have left the warehouse.

        :param str tracking: number of the parcel; none means it has not left yet
        """
        now = fields.Datetime.now()
        order = self.env["sale.order"].browse(order_id)
        order.date_order = now - timedelta(days=ordered_days_ago)
        pickings = order.picking_ids
        promised = order.date_order + timedelta(days=4)
        pickings.move_ids.write({"date": promised, "date_deadline": promised})
        if tracking:
            pickings.carrier_tracking_ref = tracking
            self._deliver(pickings, now - timedelta(days=done_days_ago))

    def _deliver(self, pickings, moment):
        pickings.action_assign()
        for move in pickings.move_ids:
            move.quantity = move.product_uom_qty
        pickings.move_ids.picked = True
        pickings.with_context(skip_backorder=True, skip_sms=True).button_validate()
        pickings.date_done = moment

    @api.model
    def _load_tickets(self):
        """Open the cases of ``demo/support_ticket_demo.json`` and play them."""
        with file_open(f"{MODULE}/demo/support_ticket_demo.json") as file:
            cases = json.load(file)
        quiet = self.with_context(
            mail_create_nolog=True, mail_notrack=True, tracking_disable=True
        )
        for case in cases:
            quiet._play(case)

    def _play(self, case):
        opened_at = fields.Datetime.now() - timedelta(days=case["days"])
        ticket = self.env["support.ticket"].create(
            {**self._prepare_ticket_values(case), "opened_at": opened_at}
        )
        # An agent follows the own cases; without that nobody is told of an answer.
        ticket.message_subscribe(ticket.user_id.partner_id.ids)
        end = case.get("end")
        for hours, who, text in case["messages"]:
            moment = opened_at + timedelta(hours=hours)
            if end and hours > end[1]:
                self._move(ticket, end[0], opened_at + timedelta(hours=end[1]))
                end = None
            self._say(ticket, who, text, moment)
        if end:
            self._move(ticket, end[0], opened_at + timedelta(hours=end[1]))
        if task := case.get("task"):
            ticket.activity_schedule(
                f"mail.mail_activity_data_{task['type']}",
                date_deadline=fields.Date.today() + timedelta(days=task["in_days"]),
                summary=task["summary"],
                user_id=ticket.user_id.id,
            )
        if case.get("promise"):
            self._promise(ticket, **case["promise"])
        return ticket

    def _promise(self, ticket, hours, **vals):
        """Let the ticket's agent have promised something for so many hours from now.

        It is tied to a delivery of the order that has not left yet, if there is one.
        """
        waiting = ticket.sale_order_id.picking_ids.filtered(lambda p: p.state != "done")
        self.env["support.promise"].create(
            {
                "ticket_id": ticket.id,
                "user_id": ticket.user_id.id or self.env.uid,
                "due_at": fields.Datetime.now() + timedelta(hours=hours),
                "picking_id": waiting[:1].id,
                **vals,
            }
        )

    def _prepare_ticket_values(self, case):
        partner = self._ref(case.get("customer"))
        sender = case.get("sender", {})
        return {
            "name": case["subject"],
            "partner_id": partner.id if partner else False,
            "partner_name": sender.get("name"),
            **({"email_from": sender["email"]} if sender else {}),
            "team_id": self._ref(case["team"]).id,
            "channel_id": self._ref(case["channel"]).id,
            "reason_id": self._get_id(case.get("reason")),
            "user_id": self._get_id(case.get("agent")),
            "priority": case.get("priority", "1"),
            "sale_order_id": self._get_id(case.get("order")),
            "product_id": self._get_id(case.get("product")),
            "tag_ids": [
                fields.Command.link(self._ref(tag).id) for tag in case.get("tags", ())
            ],
            "exclusion": case.get("exclusion"),
            "description": case.get("description"),
        }

    def _ref(self, xmlid):
        if not xmlid:
            return None
        return self.env.ref(xmlid if "." in xmlid else f"{MODULE}.{xmlid}")

    def _get_id(self, xmlid):
        record = self._ref(xmlid)
        return record.id if record else False

    def _say(self, ticket, who, text, moment):
        """Write down who said what, and move the clocks as if it were then."""
        customer, note = who == "customer", who == "note"
        author = ticket.partner_id if customer else ticket.user_id.partner_id
        email = ticket.email_from if customer else author.email_formatted
        message = self.env["mail.message"].create(
            {
                "model": ticket._name,
                "res_id": ticket.id,
                "message_type": "email" if customer else "comment",
                "subtype_id": self.env.ref(
                    "mail.mt_note" if note else "mail.mt_comment"
                ).id,
                "author_id": author.id,
                "email_from": email,
                "date": moment,
                "body": Markup("<br/>").join(escape(text).split("\n")),
            }
        )
        kind = "customer_message" if customer else "note" if note else "reply"
        ticket._record_event(
            kind,
            author_kind="customer" if customer else "human",
            at=moment,
            message=message,
            user=self.env.ref("base.public_user") if customer else ticket.user_id,
        )

    def _move(self, ticket, kind, moment):
        """Change the stage as if it were then: the log first, then the column."""
        user = ticket.user_id or self.env.user
        payload = {"stage_kind": kind}
        ticket._record_event("stage", "human", at=moment, user=user, payload=payload)
        ticket._set_stage_kind(kind)
