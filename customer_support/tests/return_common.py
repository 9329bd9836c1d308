from datetime import datetime

from odoo import Command

from .store_common import StoreCommon

MONDAY_NOON = datetime(2026, 3, 2, 15)  # 12:00 in São Paulo, in UTC


class ReturnCommon(StoreCommon):
    """A store with lamps and bulbs, and no policy but those that a test makes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Policy = cls.env["support.return.policy"]
        cls.Policy.search([]).active = False
        cls.home, cls.lighting, cls.lamps = cls._make_categories(
            "Home", "Lighting", "Lamps"
        )
        cls.lamp.categ_id = cls.lamps
        cls.bulb.categ_id = cls.lighting
        cls.customer.tz = "America/Sao_Paulo"
        cls.damaged = cls.env.ref("customer_support.reason_damaged")
        cls.changed_mind = cls.env.ref("customer_support.reason_return")

    @classmethod
    def _make_categories(cls, *names):
        """A branch of the tree of categories, from its root on."""
        category = cls.env["product.category"]
        branch = []
        for name in names:
            category = category.create({"name": name, "parent_id": category.id})
            branch.append(category)
        return branch

    @classmethod
    def make_policy(cls, name="30 days to return", **values):
        if "category" in values:
            values["category_ids"] = [Command.set(values.pop("category").ids)]
        # In force since ever, unless a test is about that.
        values.setdefault("valid_from", False)
        return cls.Policy.create({"name": name, **values})

    @classmethod
    def deliver_at(cls, moment, order=None, quantities=None):
        """Deliver a part of an order, all of it by default, at a moment in UTC."""
        picking = cls.deliver(
            order or cls.sale, quantities or {cls.lamp: {cls.lot_1: 3}, cls.bulb: 2}
        )
        picking.date_done = moment
        return picking

    def judge(self, line, *at, reason=None, user=None):
        """The verdict on one line, at a moment in UTC: ``judge(line, 2026, 3, 2)``."""
        policies = self.Policy.with_user(user or self.agent)
        moment = datetime(*at) if at else None
        return policies._judge(line, reason=reason, at=moment)[line]
