from odoo import fields, models
from odoo.tools import SQL

from ..models.support_metric_source_ticket import COUNTED
from ..tools.metric import SMALL_CELL


class SupportContactSource(models.Model):
    """One line a mailing or promotion: whom it reached, and how many wrote to us."""

    _name = "support.contact.source"
    _description = "What Brings Contacts"
    _auto = False
    _order = "contact_rate desc, contact_count desc, id"
    _depends = {
        "support.ticket": [
            *("exclusion", "merged_into_id", "company_id", "source_id"),
            "sale_order_id",
        ],
        "mailing.trace": ["mass_mailing_id", "trace_status", "is_test_trace"],
        "mailing.mailing": ["source_id", "campaign_id", "sent_date"],
        "sale.order": ["state", "date_order", "company_id"],
        "sale.order.line": ["order_id", "reward_id"],
        "loyalty.program": ["name"],
    }

    kind = fields.Selection(
        [("mailing", "Mailing"), ("promotion", "Promotion")], readonly=True
    )
    name = fields.Char(readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    date = fields.Datetime("Last used on", readonly=True)
    reached_count = fields.Integer(
        "Reached",
        readonly=True,
        help="Recipients of a mailing; orders with a promotion.",
    )
    contact_count = fields.Integer("Contacts", readonly=True)
    contact_rate = fields.Float(
        "Contacts per 100",
        digits=(16, 1),
        readonly=True,
        aggregator=None,
        help="Tickets for a hundred recipients, or orders. Empty where fewer than five"
        " were reached.",
    )

    @property
    def _table_query(self):
        return SQL(
            """SELECT line.*, CASE WHEN reached_count >= %s
                        THEN 100.0 * contact_count / reached_count END AS contact_rate
                 FROM (%s UNION ALL %s) line""",
            SMALL_CELL,
            self._get_mailings(),
            self._get_promotions(),
        )

    def _get_mailings(self):
        """Mailings with what answers them, or came through their links."""
        return SQL(
            """SELECT mailing.id * 2 AS id, 'mailing' AS kind, source.name,
                      mailing.source_id, mailing.campaign_id, mailing.sent_date AS date,
                      reached.number AS reached_count,
                      (SELECT count(*) FROM support_ticket ticket
                        WHERE ticket.source_id = mailing.source_id
                          AND ticket.company_id IN %s AND %s) AS contact_count
                 FROM mailing_mailing mailing
                 JOIN utm_source source ON source.id = mailing.source_id
                 JOIN (SELECT mass_mailing_id, count(*) AS number
                         FROM mailing_trace
                        WHERE is_test_trace IS NOT TRUE
                          AND trace_status IN ('pending', 'sent', 'open', 'reply')
                        GROUP BY 1) reached ON reached.mass_mailing_id = mailing.id""",
            self._get_company_ids(),
            COUNTED,
        )

    def _get_promotions(self):
        """Promotions with the tickets about the orders that used them."""
        return SQL(
            """SELECT program.id * 2 + 1 AS id, 'promotion' AS kind,
                      coalesce(program.name->>%s, program.name->>'en_US') AS name,
                      NULL::int AS source_id, NULL::int AS campaign_id,
                      max(used.date_order) AS date, count(*) AS reached_count,
                      sum(used.contacts)::int AS contact_count
                 FROM (SELECT DISTINCT reward.program_id, orders.id, orders.date_order,
                              (SELECT count(*) FROM support_ticket ticket
                                WHERE ticket.sale_order_id = orders.id
                                  AND %s) AS contacts
                         FROM sale_order orders
                         JOIN sale_order_line line ON line.order_id = orders.id
                         JOIN loyalty_reward reward ON reward.id = line.reward_id
                        WHERE orders.state = 'sale' AND orders.company_id IN %s) used
                 JOIN loyalty_program program ON program.id = used.program_id
                GROUP BY program.id""",
            self.env.lang or "en_US",
            COUNTED,
            self._get_company_ids(),
        )

    def _get_company_ids(self):
        return tuple(self.env.companies.ids)

    def action_open_tickets(self):
        """The tickets that a mailing or promotion brought.

        :return: an action; it shows those that the user may read
        """
        self.ensure_one()
        domain = [("source_id", "=", self.source_id.id)]
        if self.kind == "promotion":
            # sudo: sale.order: only which orders used the promotion
            orders = self.env["sale.order"].sudo()
            used = orders._search(
                [
                    ("order_line.reward_id.program_id", "=", self.id // 2),
                    ("state", "=", "sale"),
                ]
            )
            tickets = self.env["support.ticket"].search([("sale_order_id", "in", used)])
            domain = [("id", "in", tickets.ids)]
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "support.ticket",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [
                *domain,
                ("exclusion", "=", False),
                ("merged_into_id", "=", False),
            ],
            "context": {"create": False},
        }
