from odoo.http import request

from ..models.support_ticket_self_service_damage import DAMAGE_REASONS
from .self_service import ORDER_ROUTE, SelfService
from .support_form_input import FormInput, get_file_limits, get_id, get_text
from .support_route import customer_route
from .website_form import MAX_BODY_BYTES


class DamageReport(SelfService):
    """Reporting damaged goods with photos, from the page of their order."""

    @customer_route(
        f"{ORDER_ROUTE}/damage", methods=["POST"], max_content_length=MAX_BODY_BYTES
    )
    def portal_order_damage(self, order_id, **params):
        """Open a case about damaged products, and help at once where it is allowed."""
        order = self._find_own_order(order_id)
        form = FormInput(params)
        lines = self._read_damage(form, order)
        if refused := self._refuse_form(order, form):
            return refused
        tickets = request.env["support.ticket"]
        form_key = tickets._clean_form_key(get_text(params, "form_key"))
        ticket, is_done = tickets._start_damage_report(
            order, form_key, lines, form.values, form.files
        )
        wanted = form.values["remedy"] and not is_done
        query = {"later": "1"} if wanted else {}
        return request.redirect_query(ticket.access_url, query)

    def _read_damage(self, form, order):
        """Read products, what is wrong, words, photos and what would help.

        :return: dicts of values of the ticket's lines
        """
        _ = request.env._
        form.read_text("message", _("What is wrong"), required=True)
        form.read_files("files", _("Photos"))
        reasons = self._get_damage_reasons()
        chosen = get_id(form.params, "reason_id")
        reason = reasons.filtered(lambda r: r.id == chosen) or reasons[:1]
        form.values["reason_id"] = reason.id
        quantity_by_line = self._read_lines(form, order)
        form.values["damaged"] = quantity_by_line
        held = [line.id for line, *_rest in order._get_self_service_damage()]
        if not quantity_by_line or set(quantity_by_line) - set(held):
            form.errors["line_ids"] = _("Please choose which products it is about.")
        remedy = get_text(form.params, "remedy")
        is_offered = remedy in order._get_self_service_remedies()
        form.values["remedy"] = remedy if is_offered else ""
        if form.values["remedy"] and not form.files and "files" not in form.errors:
            form.errors["files"] = _("Please add a photo: then we can help at once.")
        return [
            {"sale_line_id": line_id, "quantity": quantity}
            for line_id, quantity in quantity_by_line.items()
        ]

    def _get_damage_reasons(self):
        # sudo: support.reason: what a customer may choose of, by its name
        reasons = request.env["support.reason"].sudo()
        for xmlid in DAMAGE_REASONS:
            reasons |= request.env.ref(xmlid, raise_if_not_found=False) or reasons
        return reasons.filtered("active")

    def _prepare_order_values(self, order, errors, typed):
        values = super()._prepare_order_values(order, errors, typed)
        return {
            **values,
            "damage_lines": order._get_self_service_damage(),
            "damage_reasons": self._get_damage_reasons(),
            "remedies": order._get_self_service_remedies(),
            "file_limits": get_file_limits(),
        }
