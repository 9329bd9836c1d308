from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_amount


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "support.document.mixin"]

    _support_ticket_field = "partner_id"

    # Odoo looks contacts up by address for every mail and guest order, without an
    # index of its own.
    _support_email_idx = models.Index(
        "(email_normalized) WHERE email_normalized IS NOT NULL"
    )

    def _compute_support_ticket_count(self):
        """Count the tickets of a contact and of the contacts below it."""
        self.support_ticket_count = 0
        contacts = self.with_context(active_test=False).search_fetch(
            [("id", "child_of", self.ids)], ["parent_id"]
        )
        groups = self.env["support.ticket"]._read_group(
            [("partner_id", "in", contacts.ids)], ["partner_id"], ["__count"]
        )
        wanted = set(self._ids)
        for contact, count in groups:
            while contact:
                if contact.id in wanted:
                    contact.support_ticket_count += count
                contact = contact.parent_id

    def _get_support_ticket_domain(self):
        return Domain("partner_id", "child_of", self.ids)

    # The panel

    def _get_support_owner_domain(self):
        """Return the domain of what belongs to this customer.

        That is what his whole company owns, and what was bought as a guest with the
        same address, since every such order makes a contact of its own.
        """
        self.ensure_one()
        commercial = self.commercial_partner_id
        domain = Domain("partner_id.commercial_partner_id", "=", commercial.id)
        if self.email_normalized:
            domain |= Domain("partner_id.email_normalized", "=", self.email_normalized)
        return domain

    def _prepare_support_values(self, company):
        """Return what the panel shows of this customer, ready to display.

        :param company: the company of the case; what other companies sold stays out
        """
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.display_name,
            "email": self.email_normalized or self.email or "",
            "phone": self.phone or "",
            "lang": self._get_support_lang_name(),
            "cards": [
                card._prepare_support_values()
                for card in self._find_support_cards(company)
            ],
            **self._prepare_support_totals(company),
        }

    def _get_support_lang_name(self):
        return dict(self.env["res.lang"].get_installed()).get(self.lang, "")

    def _prepare_support_totals(self, company):
        """Return the number of orders and open quotes, and the total by currency."""
        groups = self.env["sale.order"]._read_group(
            self._get_support_owner_domain()
            & Domain("company_id", "=", company.id)
            & Domain("state", "in", ("sent", "sale")),
            ["state", "currency_id"],
            ["__count", "amount_total:sum"],
        )
        sold = [group for group in groups if group[0] == "sale"]
        return {
            "order_count": sum(count for __, __, count, __ in sold),
            "totals": [
                format_amount(self.env, amount, currency)
                for __, currency, __, amount in sold
            ],
            "quote_count": sum(
                count for state, __, count, __ in groups if state == "sent"
            ),
        }

    def _find_support_orders(self, company, limit=5):
        """Return the newest orders of this customer, carts left out."""
        return self.env["sale.order"].search(
            self._get_support_owner_domain()
            & Domain("company_id", "=", company.id)
            & Domain("state", "in", ("sent", "sale", "cancel")),
            order="date_order desc, id desc",
            limit=limit,
        )

    def _find_support_cards(self, company, limit=10):
        """Return the customer's loyalty cards, vouchers and wallets with points."""
        today = fields.Date.context_today(self)
        return self.env["loyalty.card"].search(
            self._get_support_owner_domain()
            & Domain("company_id", "in", (False, company.id))
            & Domain("points", ">", 0)
            & Domain("program_id.active", "=", True)
            & (
                Domain("expiration_date", "=", False)
                | Domain("expiration_date", ">=", today)
            ),
            limit=limit,
        )

    def _create_support_address(self, values):
        """Make a delivery address of this customer.

        :param dict values: of the address; who receives it, where it is somebody else
        """
        return self.create(
            {
                "parent_id": self.commercial_partner_id.id,
                "type": "delivery",
                "name": self.name,
                "phone": self.phone,
                **values,
            }
        )
