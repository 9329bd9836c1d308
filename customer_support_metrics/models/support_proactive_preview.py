"""Whom a rule or an incident would write to now: nothing is sent or kept."""

from odoo import api, fields, models

from .support_proactive_notice import SKIP_REASONS

SHOWN = 200
OUTCOMES = [
    ("send", "Gets the message"),
    ("held", "Left out to compare"),
    *SKIP_REASONS,
]


class SupportProactivePreview(models.TransientModel):
    """One delivery that was found, and what would become of it."""

    # pylint: disable=no-wizard-in-models
    _name = "support.proactive.preview"
    _description = "Preview of Proactive Messages"
    _order = "id"

    picking_id = fields.Many2one("stock.picking", "Delivery", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    email = fields.Char("E-mail", readonly=True)
    lang = fields.Char("Language", readonly=True)
    outcome = fields.Selection(OUTCOMES, readonly=True)

    @api.model
    def _show(self, owner):
        """List what would happen to the deliveries that are found.

        :param owner: the ``support.proactive.rule`` or ``support.proactive.incident``
        :return: an action
        """
        # sudo: stock.picking, support.proactive.notice: the job's own judgement, for a
        # manager whose right to write the rule was checked
        rows = self.sudo()._judge(owner.sudo().with_company(owner.company_id))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_support_metrics.support_proactive_preview_action"
        )
        return {
            **action,
            "name": self.env._("Preview: %s", owner.name),
            "domain": [("id", "in", rows.ids)],
        }

    @api.model
    def _judge(self, owner):
        now = fields.Datetime.now()
        notices = owner.env["support.proactive.notice"]
        rows, orders, told = [], set(), set()
        for picking in owner._find_deliveries(SHOWN):
            if owner._name == "support.proactive.incident":
                # An order is told once, however many parcels it has.
                if picking.sale_id.id in orders:
                    continue
                orders.add(picking.sale_id.id)
            values = notices._prepare_values(picking, owner)
            notice = notices.new(values)
            outcome = notice._get_skip_reason(now) or (
                "held" if notice._is_held_out() else "send"
            )
            if outcome in ("send", "held") and notice.rule_id.quiet_days:
                outcome = "quiet" if notice.email in told else outcome
                told.add(notice.email)
            names = ("picking_id", "order_id", "partner_id", "email", "lang")
            rows.append({**{n: values[n] for n in names}, "outcome": outcome})
        # In the name of who looks: nobody else may see it.
        return self.create(rows)
