from uuid import uuid4

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request
from odoo.tools.translate import LazyTranslate

from ..tools.uploaded_file import MAX_TOTAL_BYTES
from .support_form_input import (
    FormInput,
    get_browser_zone,
    get_file_limits,
    get_id,
    get_text,
)
from .support_route import visitor_route
from .website_form_limits import FormLimits
from .website_form_store import FormStore
from .website_form_ticket import FormTicket

_lt = LazyTranslate(__name__)

# Room for the texts and the form's own overhead beside the files.
MAX_BODY_BYTES = MAX_TOTAL_BYTES + 2 * 1024 * 1024


class SupportForm(FormTicket, FormStore, FormLimits, http.Controller):
    """The public form: questions of customers and of guests."""

    @visitor_route(
        "/support",
        methods=["GET"],
        sitemap=True,
        list_as_website_content=_lt("Support"),
    )
    def support_form(self, **params):
        """Show the form; `reason`, `order`, `delivery`, `product` choose ahead."""
        values = {
            name: get_text(params, source)
            for name, source in (
                ("reason_id", "reason"),
                ("order_id", "order"),
                ("picking_id", "delivery"),
                ("product_id", "product"),
            )
        }
        if values["product_id"] and not values["reason_id"]:
            question = request.env.ref(
                "customer_support.reason_product_question", raise_if_not_found=False
            )
            values["reason_id"] = str(question.id) if question else ""
        return self._render_form(values)

    @visitor_route(
        "/support",
        methods=["POST"],
        max_content_length=MAX_BODY_BYTES,
    )
    def support_form_send(self, **params):
        """Make a ticket of the form, or show it again with what is wrong."""
        tickets = request.env["support.ticket"]
        form_key = get_text(params, "form_key")
        if sent := tickets._find_sent_form(form_key):
            return self._redirect_to_thanks(sent)
        form = self._read_form(params)
        if get_text(params, "refresh"):
            return self._render_form(form.values)
        if form.errors:
            return self._render_form(form.values, form.errors, status=400)
        if not self._is_answer_seen(form):
            return self._render_form(form.values, show_answer=True)
        if refusal := self._find_refusal(form):
            errors, status = refusal
            return self._render_form(form.values, errors, status=status)
        return self._redirect_to_thanks(self._create_ticket(form))

    @visitor_route("/support/thanks", methods=["GET"])
    def support_form_thanks(self):
        """Tell the number and the promised time of what was just sent."""
        # The id comes from the visitor's own session, never from the request.
        ticket_id = request.session.get("support_thanks_id")
        request.update_context(tz=get_browser_zone() or None)
        # sudo: support.ticket: a guest may not read it; number, address and
        # promise of what the guest has sent in this session are shown
        ticket = request.env["support.ticket"].sudo().browse(ticket_id or 0).exists()
        if not ticket:
            return request.redirect("/support")
        return request.render(
            "customer_support.form_thanks",
            {"ticket": ticket, "is_guest": request.env.user._is_public()},
        )

    # ------------------------------------------------------------
    # Reading and judging
    # ------------------------------------------------------------

    def _read_form(self, params):
        form = FormInput(params)
        _ = request.env._
        reason = self._find_reason(get_id(params, "reason_id"))
        form.values["reason_id"] = str(reason.id or "")
        if not reason:
            form.errors["reason_id"] = _("What is it about? Please choose one.")
        if not self._get_customer():
            form.read_line("partner_name", _("Your name"), required=True)
            form.read_email("email", _("E-mail address"))
            form.read_line("order_ref", _("Order number"), max_length=64)
        form.read_line("phone", _("Phone"), max_length=40)
        form.read_line("subject", _("Subject"), required=True)
        form.read_text("message", _("Your message"), required=True)
        self._read_documents(form)
        form.read_files("files", _("Files"))
        form.values["answer_seen"] = get_text(params, "answer_seen")
        self._read_guards(form)
        return form

    def _is_answer_seen(self, form):
        """Whether the chosen reason's own answer was on the screen before."""
        reason = self._find_reason(int(form.values["reason_id"]))
        return not reason.answer or form.values["answer_seen"] == str(reason.id)

    # ------------------------------------------------------------
    # Showing
    # ------------------------------------------------------------

    def _render_form(self, values, errors=None, status=200, show_answer=False):
        if not request.website._find_support_team():
            raise NotFound()
        response = request.render(
            "customer_support.form_page",
            {
                **self._prepare_form_values(values),
                "typed": values,
                "errors": errors or {},
                "has_files": bool(request.httprequest.files),
                "show_answer": show_answer,
                "form_key": uuid4().hex,
            },
        )
        response.status_code = status
        return response

    def _prepare_form_values(self, values):
        """What the page shows beside what was typed."""
        customer = self._get_customer()
        order = self._find_order(get_id(values, "order_id"))
        reason = self._find_reason(get_id(values, "reason_id"))
        return {
            "customer": customer,
            "reason": reason,
            "reason_groups": self._get_reason_groups(),
            "order": order,
            "orders": order | self._find_orders(),
            "picking": self._find_picking(order, get_id(values, "picking_id")),
            "product": request.website._find_support_product(
                get_id(values, "product_id")
            ),
            "answer_promise": request.website._get_answer_promise(
                request.website._find_support_team(reason)
            ),
            "get_order_lines": self._get_order_lines,
            **self._get_guard_values(),
            "file_limits": get_file_limits(),
        }
