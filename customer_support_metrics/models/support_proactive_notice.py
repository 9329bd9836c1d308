"""One message about one delivery: planned, sent or not sent, and why."""

from odoo import api, fields, models

STATES = [
    ("queued", "Planned"),
    ("sent", "Sent"),
    ("held", "Left out to compare"),
    ("skipped", "Not sent"),
]
SKIP_REASONS = [
    ("resolved", "Is all right meanwhile"),
    ("cancelled", "The order was cancelled"),
    ("open_case", "The customer has a ticket about it"),
    ("opted_out", "Wants no such mails"),
    ("no_address", "No e-mail address"),
    ("quiet", "Got another message not long ago"),
    ("late", "Too late"),
    ("off", "Rule or incident ended"),
]


class SupportProactiveNotice(models.Model):
    """A row for each delivery and rule, or for each order and incident.

    The unique indexes are what makes a customer hear of a thing once, whatever jobs run
    side by side.
    """

    _name = "support.proactive.notice"
    _description = "Proactive Message"
    _inherit = [
        *("support.due.job.mixin", "support.system.written.mixin"),
        "support.outreach.mixin",
    ]
    _order = "id desc"
    _due_job_column = "send_at"

    rule_id = fields.Many2one(
        "support.proactive.rule", ondelete="restrict", index="btree_not_null"
    )
    incident_id = fields.Many2one(
        "support.proactive.incident", ondelete="restrict", index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    team_id = fields.Many2one("support.team", required=True, ondelete="restrict")
    picking_id = fields.Many2one(
        "stock.picking", "Delivery", required=True, ondelete="cascade", index=True
    )
    order_id = fields.Many2one(
        "sale.order", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", ondelete="set null", index="btree_not_null"
    )
    email = fields.Char("E-mail")
    lang = fields.Char("Language")
    state = fields.Selection(STATES, required=True, default="queued")
    skip_reason = fields.Selection(SKIP_REASONS, "Not sent because")
    due_at = fields.Datetime("Noticed on", required=True)
    send_at = fields.Datetime("Next try")
    decided_at = fields.Datetime(
        "Decided on",
        help="When it was sent, or left out to compare: the effect counts from here.",
    )
    holdout_percent = fields.Integer(
        "Share left out (%)", help="The setting at the moment of the decision."
    )
    ticket_id = fields.Many2one(
        "support.ticket",
        ondelete="set null",
        index="btree_not_null",
        help="The case that the customer's answer belongs to.",
    )
    action_id = fields.Many2one(
        "support.ticket.action", "Apology", ondelete="set null", index="btree_not_null"
    )
    gesture_error = fields.Char(
        "Nothing was given because", help="The message was sent all the same."
    )
    closing_state = fields.Selection(
        [("queued", "Planned"), ("sent", "Sent")], "Message at the end"
    )

    _one_owner = models.Constraint(
        "CHECK ((rule_id IS NULL) <> (incident_id IS NULL))",
        "A message belongs to a rule or to an incident.",
    )
    _delivery_unique = models.UniqueIndex(
        "(rule_id, picking_id) WHERE rule_id IS NOT NULL",
        "This rule has taken up the delivery already.",
    )
    _order_unique = models.UniqueIndex(
        "(incident_id, order_id) WHERE incident_id IS NOT NULL",
        "This incident has reached the order already.",
    )
    _queue_idx = models.Index("(send_at) WHERE send_at IS NOT NULL")

    @api.depends("order_id", "rule_id", "incident_id")
    def _compute_display_name(self):
        for notice in self:
            owner = notice.rule_id or notice.incident_id
            notice.display_name = f"{notice.order_id.name}: {owner.name}"

    @api.model
    def _queue(self, pickings, rule=None, incident=None):
        """Plan a message for each of these deliveries.

        :return: the new notices
        """
        return self.create(
            [self._prepare_values(picking, rule or incident) for picking in pickings]
        )

    @api.model
    def _prepare_values(self, picking, owner):
        """Values of the row of a delivery.

        :param owner: the ``support.proactive.rule`` or ``support.proactive.incident``
        """
        now, order = fields.Datetime.now(), picking.sale_id
        partner = order.partner_id
        name = "rule_id" if owner._name == "support.proactive.rule" else "incident_id"
        return {
            name: owner.id,
            "company_id": owner.company_id.id,
            "team_id": owner.team_id.id,
            "picking_id": picking.id,
            "order_id": order.id,
            "partner_id": partner.id,
            "email": partner.email_normalized,
            "lang": partner.lang or self.env.lang,
            "due_at": now,
            "send_at": now,
        }

    def action_open_case(self):
        """Open the ticket of the answer, else the order."""
        self.ensure_one()
        return (self.ticket_id or self.order_id).get_formview_action()

    # --- words for the mail ---------------------------------------------------------

    def _get_tracking_url(self):
        """The carrier's page of the parcel; empty when there is none."""
        links = self.picking_id._get_support_tracking_links()
        return links[0]["url"] if links else ""

    def _get_gift_words(self):
        """What was given as an apology, in the customer's words; empty if nothing."""
        # sudo: support.ticket.action: of this very notice
        action = self.sudo().action_id
        if action.state != "done":
            return ""
        if action.kind == "points":
            return self.env._("%s loyalty points", f"{action.points:g}")
        code = ", ".join(action.card_ids.mapped("code"))
        amount = action._format_amount(action.amount)
        if not code:
            return self.env._("a credit of %s", amount)
        return self.env._(
            "a voucher of %(amount)s with the code %(code)s", amount=amount, code=code
        )

    def _get_incident_text(self):
        """What the store says of the incident, in the customer's language."""
        # sudo: support.proactive.incident: the text is for customers
        incident = self.sudo().with_context(lang=self.lang).incident_id
        return incident.customer_text or ""
