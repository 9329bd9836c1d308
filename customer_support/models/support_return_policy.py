from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.return_verdict import ALL_WAYS


class SupportReturnPolicy(models.Model):
    """What the store promises about returns, before anybody promises anything else.

    Which policy decides about a product: see ``support_return_policy_choice.py``. When
    its terms change, what customers bought before keeps them: see
    ``support_return_policy_period.py``.
    """

    _name = "support.return.policy"
    _description = "Return Policy"
    _order = "sequence, id"

    name = fields.Char(
        required=True,
        translate=True,
        help="Customers read it too, such as: 30 days to return.",
    )
    sequence = fields.Integer(
        default=10,
        help="Of several policies that name the same category of a product and the "
        "same places, the first one in the list decides.",
    )
    active = fields.Boolean(default=True)

    # Where it applies
    company_id = fields.Many2one(
        "res.company", help="Only for orders of this company; empty means all of them."
    )
    website_id = fields.Many2one(
        "website",
        ondelete="cascade",
        help="Only for orders placed on this website; empty means all orders.",
    )
    country_ids = fields.Many2many(
        "res.country",
        string="Countries",
        help="Only for goods delivered to these countries; empty means everywhere. A "
        "policy for a country wins over one for everywhere. Only one for everywhere "
        "that names a more specific category competes with it: then the one that is "
        "kinder to the customer decides. So enter what the law of a country demands "
        "as a policy for that country, for all products.",
    )
    country_group_ids = fields.Many2many(
        "res.country.group",
        string="Country Groups",
        help="Only for goods delivered to a country of these groups; empty means "
        "everywhere.",
    )
    category_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        help="Only for products of these categories and of all categories below them; "
        "empty means all products. When several policies fit a product, the one that "
        "names its most specific category decides: one for Chairs wins over one for "
        "Furniture, and that over one for all products. What a policy for the "
        "customer's country gives for all products is not taken away by that.",
    )

    # What it promises
    is_final_sale = fields.Boolean(
        "Final Sale",
        help="These products cannot be returned, unless the fault is ours. Many "
        "countries forbid that for what is bought on-line: in Brazil customers may "
        "change their mind for 7 days, in the European Union for 14. Limit it to "
        "countries where it is allowed.",
    )
    days = fields.Integer(
        "Days to Return",
        default=30,
        required=True,
        help="Whole days after the day of the delivery, on the customer's calendar; "
        "the last day still counts. When an order line is delivered in parts, the days "
        "of the whole line begin with its last delivery.",
    )
    fault_days = fields.Integer(
        "Days When the Fault Is Ours",
        default=90,
        required=True,
        help="Days for what arrived damaged, was the wrong product or does not work; "
        "at least the days above. The store then always pays the way back. Look up the "
        "legal warranty of the countries you sell to.",
    )
    condition = fields.Selection(
        [
            ("unopened", "Unopened, in the original packaging"),
            ("unused", "Unused, with everything that belongs to it"),
            ("any", "In any condition"),
        ],
        default="unused",
        required=True,
        help="How the goods must come back, unless the fault is ours.",
    )
    payer = fields.Selection(
        [("customer", "Customer"), ("store", "Store")],
        string="Way Back Paid by",
        default="customer",
        required=True,
        help="Who pays the way back, unless the fault is ours: then the store pays.",
    )
    offers_refund = fields.Boolean("Refund", default=True)
    offers_exchange = fields.Boolean("Exchange", default=True)
    offers_voucher = fields.Boolean("Voucher", default=True)
    self_service = fields.Boolean(
        help="Customers may start the return themselves, in their account.",
    )
    website_published = fields.Boolean(
        "On the Website",
        default=True,
        help="Shown on the page about returns and on the pages of its products.",
    )
    description = fields.Html(
        "Text for Customers",
        translate=True,
        sanitize=True,
        strip_classes=True,
        help="Stands below the terms on the page about returns.",
    )

    _days_not_negative = models.Constraint(
        "CHECK (days >= 0 AND fault_days >= 0)", "A number of days is 0 or more."
    )

    @api.constrains("company_id", "website_id")
    def _check_website_company(self):
        for policy in self.filtered(lambda p: p.company_id and p.website_id):
            if policy.website_id.company_id != policy.company_id:
                raise ValidationError(
                    self.env._(
                        "Website %(website)s does not belong to %(company)s.",
                        website=policy.website_id.name,
                        company=policy.company_id.name,
                    )
                )

    @api.constrains(
        "is_final_sale", "offers_refund", "offers_exchange", "offers_voucher"
    )
    def _check_ways(self):
        for policy in self:
            if not policy.is_final_sale and not policy._get_ways():
                raise ValidationError(
                    self.env._(
                        "What do customers get for what they return? Choose a refund, "
                        "an exchange or a voucher, or make it a final sale."
                    )
                )

    # Its terms

    def _get_ways(self, is_fault=False):
        """Return what customers get for returned goods.

        :param bool is_fault: the fault is ours: then money or other goods always are
            among the ways, as the law has it
        :return: tuple of "refund", "exchange" and "voucher"
        """
        self.ensure_one()
        always = ("refund", "exchange") if is_fault else ()
        is_offered = not self.is_final_sale
        return tuple(
            way
            for way in ALL_WAYS
            if way in always or (is_offered and self[f"offers_{way}"])
        )

    def _get_days(self, is_fault=False):
        """Return the days in which goods may be returned, None when never.

        :param bool is_fault: the fault is ours: a final sale is none then
        """
        self.ensure_one()
        if self.is_final_sale:
            return self.fault_days if is_fault else None
        return max(self.days, self.fault_days) if is_fault else self.days
