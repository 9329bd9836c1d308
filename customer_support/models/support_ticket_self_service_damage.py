"""Damaged goods: customers report them with photos, and get help at once if allowed."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.author_kind import RULE

# What went wrong with goods that the customer holds in his hands.
DAMAGE_REASONS = (
    "customer_support.reason_damaged",
    "customer_support.reason_wrong_item",
    "customer_support.reason_defective",
)
REMEDIES = ("exchange", "return", "reship")
REASON_LENGTH = 200


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_self_service_damage(self):
        """The goods that the customer has, and what he may get for them at once.

        :return: list of ``(order line, quantity, kinds of store actions, verdict)``
        """
        if self.state != "sale":
            return []
        # sudo: sale.order.line: of the customer's own order, which the caller found
        lines = self.sudo().order_line.filtered(
            lambda line: (
                line._is_support_goods() and line._get_returnable_quantity() > 0
            )
        )
        reason = self.env.ref(DAMAGE_REASONS[0], raise_if_not_found=False)
        verdicts = self.env["support.return.policy"].sudo()._judge(lines, reason)
        return [
            (
                line,
                line._get_returnable_quantity(),
                line._get_remedies(verdicts[line]),
                verdicts[line],
            )
            for line in lines
        ]

    def _get_self_service_remedies(self):
        """What may be chosen for at least one of the products.

        :return: list of kinds of ``support.ticket.action``
        """
        offered = set()
        for _line, _left, kinds, _verdict in self._get_self_service_damage():
            offered.update(kinds)
        return [kind for kind in REMEDIES if kind in offered]


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _get_remedies(self, verdict):
        """What the customer may have done at once when this line is damaged.

        :param verdict: of the return policy, for a fault of ours
        :return: kinds of ``support.ticket.action``
        """
        self.ensure_one()
        # sudo: support.return.policy: terms that the store tells every customer
        policies = self.env["support.return.policy"].sudo()
        policy = policies.browse(verdict.policy_id or [])
        # sudo: res.partner: staff mark who abuses the store
        customer = self.order_id.partner_id.commercial_partner_id.sudo()
        if not verdict.allowed or customer.support_abuse_state == "flagged":
            return ()
        possible = {
            "exchange": policy.self_exchange,
            "return": policy.self_service,
            "reship": policy._replaces_at_once(
                self._get_support_price(1), self.order_id
            ),
        }
        return tuple(kind for kind in REMEDIES if possible[kind])


class SupportTicketAction(models.Model):
    _inherit = "support.ticket.action"

    def _is_offered_by_customer(self):
        return self._is_offered_remedy() or super()._is_offered_by_customer()

    def _is_offered_remedy(self):
        """Whether the policy gives this to who reports damage with a photo."""
        if self.kind not in REMEDIES or not self.line_ids:
            return False
        ticket = self.ticket_id
        if not (ticket.reason_id.is_our_fault and ticket._has_photo()):
            return False
        kinds = {
            line: offered
            for line, _left, offered, _verdict in (
                self.order_id._get_self_service_damage()
            )
        }
        lines = self.line_ids.sale_line_id
        if any(self.kind not in kinds.get(line, ()) for line in lines):
            return False
        return self.kind != "reship" or self._is_within_replacement_limit()

    def _is_within_replacement_limit(self):
        """Whether all that is sent without a return stays below the policy's value."""
        policies = self.env["support.return.policy"]
        lines = self.line_ids.sale_line_id
        verdicts = policies._judge(lines, self.ticket_id.reason_id)
        price = self._get_goods_price()
        return all(
            policies.browse(verdicts[line].policy_id)._replaces_at_once(
                price, self.order_id
            )
            for line in lines
        )


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    def _has_photo(self):
        """Whether the conversation has a picture or a film."""
        files = self.sudo().message_ids.attachment_ids
        return any(
            (file.mimetype or "").startswith(("image/", "video/")) for file in files
        )

    @api.model
    def _start_damage_report(self, order, form_key, lines, typed, files):
        """Open a ticket about damaged goods, and help at once where that is allowed.

        What cannot be done at once stays a report that a person looks at: nothing that
        the customer wrote is lost.

        :param order: ``sale.order`` of the customer, in sudo
        :param str form_key: of the form that is sent
        :param lines: dicts with sale_line_id and quantity
        :param dict typed: message, reason_id and remedy, checked
        :param files: ``tools.uploaded_file.UploadedFile`` each
        :return: the ticket, in sudo, and whether the remedy was carried out
        """
        ticket = self._create_damage_ticket(order, form_key, lines, typed)
        ticket._post_from_customer(
            typed["message"], self.env.user.partner_id, files, form_key
        )
        ticket._send_acknowledgement()
        remedy = typed.get("remedy")
        return ticket, bool(remedy) and ticket._try_remedy(
            order, remedy, form_key, lines, typed["message"]
        )

    @api.model
    def _create_damage_ticket(self, order, form_key, lines, typed):
        sale_lines = order.order_line.browse([line["sale_line_id"] for line in lines])
        names = ", ".join(
            sale_lines.product_id.with_context(display_default_code=False).mapped(
                "display_name"
            )
        )
        reason = self.env["support.reason"].sudo().browse(typed["reason_id"])
        affected = [
            Command.create(
                {
                    **values,
                    "product_id": line.product_id.id,
                    "product_uom_id": line.product_uom_id.id,
                }
            )
            for values, line in zip(lines, sale_lines, strict=True)
        ]
        values = {
            "name": f"{reason.name}: {names}"[:REASON_LENGTH],
            "reason_id": reason.id,
            "line_ids": affected,
            "picking_id": sale_lines.move_ids.picking_id.filtered(
                lambda picking: picking.picking_type_code == "outgoing"
            )[:1].id,
        }
        if reason.priority:
            values["priority"] = reason.priority
        return self._create_portal_ticket(order, form_key, **values)

    def _try_remedy(self, order, kind, form_key, lines, text):
        """Do at once what the customer chose; tell staff why if it cannot be.

        :return: whether it was done
        """
        values = {"reason": text[:REASON_LENGTH]}
        if kind == "exchange":
            values["reserve_hours"] = self._get_reserve_hours(order, lines)
        own = self.with_user(self.env.user)
        try:
            with self.env.cr.savepoint():
                action = own.env["support.ticket.action"]._request(
                    own, kind, form_key, lines, **values
                )
        except UserError as error:
            self._note_refused_remedy(kind, error)
            return False
        rule = self.with_context(support_author_kind=RULE)
        rule._set_stage_kind("on_hold" if kind == "reship" else "waiting")
        return bool(action)

    def _note_refused_remedy(self, kind, error):
        field = self.env["support.ticket.action"]._fields["kind"]
        self.message_post(
            body=self.env._(
                "The customer wanted this at once: %(wish)s. It was not possible:"
                " %(why)s",
                wish=dict(field._description_selection(self.env))[kind],
                why=str(error),
            ),
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )

    def _get_reserve_hours(self, order, lines):
        """How long the replacement is kept: the shortest of the policies."""
        sale_lines = order.order_line.browse([line["sale_line_id"] for line in lines])
        policies = self.env["support.return.policy"].sudo()
        verdicts = policies._judge(sale_lines, self.reason_id)
        found = policies.browse([v.policy_id for v in verdicts.values() if v.policy_id])
        return min(found.mapped("reserve_hours"), default=0)
