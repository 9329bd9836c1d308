from ipaddress import ip_address, ip_network
from uuid import uuid4

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.http import request
from odoo.tools import email_normalize
from odoo.tools.translate import LazyTranslate

from ..tools.uploaded_file import (
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_TOTAL_BYTES,
    TYPE_BY_ENDING,
)
from .support_form_input import FormInput, get_id, get_text

_lt = LazyTranslate(__name__)

# Room for the texts and the form's own overhead beside the files.
MAX_BODY_BYTES = MAX_TOTAL_BYTES + 2 * 1024 * 1024
CAPTCHA_ACTION = "support_form"
LIMIT_WINDOW_SECONDS = 3600
LIMIT_BY_SCOPE = {"form_address": 5, "form_ip": 20, "form_user": 20}
HONEYPOT_FIELD = "company_website"
MAX_ORDERS_SHOWN = 20


def get_network(address):
    """The part of an IP address that stands for one visitor.

    A line with IPv6 has 2**64 addresses of its own to send from.
    """
    parsed = ip_address(address)
    if parsed.version == 4:
        return str(parsed)
    return str(ip_network((parsed, 64), strict=False))


class SupportForm(http.Controller):
    """The public form: questions of customers and of guests."""

    @http.route(
        "/support",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
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

    @http.route(
        "/support",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
        max_content_length=MAX_BODY_BYTES,
    )
    def support_form_send(self, **params):
        """Make a ticket of the form, or show it again with what is wrong."""
        if sent_id := self._find_sent_before(params):
            return self._redirect_to_thanks(sent_id)
        form = self._read_form(params)
        if get_text(params, "refresh"):
            return self._render_form(form.values)
        if form.errors:
            return self._render_form(form.values, form.errors, status=400)
        if not self._is_answer_seen(form):
            return self._render_form(form.values, show_answer=True)
        if error := self._find_captcha_error():
            return self._render_form(form.values, {"captcha": error}, status=400)
        if not self._is_within_limits(form):
            error = request.env._(
                "We have had many messages from you within the last hour. Please "
                "try again later; what you wrote is still here."
            )
            return self._render_form(form.values, {"limit": error}, status=429)
        ticket = self._create_ticket(form)
        self._remember_sent(params, ticket)
        return self._redirect_to_thanks(ticket.id)

    @http.route(
        "/support/thanks",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def support_form_thanks(self):
        """Tell the number and the promised time of what was just sent."""
        # The id comes from the visitor's own session, never from the request.
        ticket_id = request.session.get("support_thanks_id")
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

    def _get_customer(self):
        """Who asks, from the login alone; none for a guest."""
        user = request.env.user
        return user.partner_id.browse() if user._is_public() else user.partner_id

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
        if get_text(params, HONEYPOT_FIELD):
            form.errors[HONEYPOT_FIELD] = _("Please leave the last field empty.")
        return form

    def _read_documents(self, form):
        """Keep of order, lines, delivery and product what the visitor may name."""
        order = self._find_order(get_id(form.params, "order_id"))
        product = request.website._find_support_product(
            get_id(form.params, "product_id")
        )
        picking = self._find_picking(order, get_id(form.params, "picking_id"))
        form.values.update(
            order_id=str(order.id or ""),
            picking_id=str(picking.id or ""),
            product_id=str(product.id or ""),
            quantity_by_line=self._read_lines(form, order),
        )

    def _read_lines(self, form, order):
        """Map the id of each chosen line to its quantity in question."""
        quantity_by_line = {}
        chosen = request.httprequest.form.getlist("line_ids")
        for line in self._get_order_lines(order):
            if str(line.id) not in chosen:
                continue
            text = get_text(form.params, f"quantity_{line.id}") or "1"
            quantity = float(text) if text.isascii() and text.isdigit() else 0
            if not 0 < quantity <= max(line.product_uom_qty, 1):
                form.errors[f"quantity_{line.id}"] = request.env._(
                    "%(product)s: please give a quantity up to %(count)s.",
                    product=line.product_id.display_name,
                    count=int(line.product_uom_qty),
                )
            quantity_by_line[line.id] = quantity
        return quantity_by_line

    def _find_reason(self, reason_id):
        # sudo: support.reason: published reasons are public on this form
        reasons = request.env["support.reason"].sudo()
        return reasons.search(
            [("id", "=", reason_id), ("website_published", "=", True)], limit=1
        )

    def _get_order_domain(self):
        """Orders that the visitor may name: those of the own company or person."""
        customer = self._get_customer()
        return [
            ("partner_id", "child_of", customer.commercial_partner_id.id or 0),
            ("state", "=", "sale"),
            ("company_id", "=", request.website.company_id.id),
        ]

    def _find_order(self, order_id):
        # sudo: sale.order: read of the customer's own orders, by the domain
        orders = request.env["sale.order"].sudo()
        if not order_id or not self._get_customer():
            return orders
        return orders.search([("id", "=", order_id), *self._get_order_domain()])

    def _find_orders(self):
        # sudo: sale.order: read of the customer's own orders, by the domain
        orders = request.env["sale.order"].sudo()
        if not self._get_customer():
            return orders
        return orders.search(
            self._get_order_domain(), limit=MAX_ORDERS_SHOWN, order="date_order desc"
        )

    def _get_order_lines(self, order):
        """Lines that a customer can have a problem with."""
        return order.order_line.filtered(
            lambda line: not line.display_type and not line.is_delivery
        )

    def _find_picking(self, order, picking_id):
        return order.picking_ids.filtered(lambda picking: picking.id == picking_id)

    def _is_answer_seen(self, form):
        """Whether the chosen reason's own answer was on the screen before."""
        reason = self._find_reason(int(form.values["reason_id"]))
        return not reason.answer or form.values["answer_seen"] == str(reason.id)

    def _find_captcha_error(self):
        # Not as the route's `captcha`: its error page would lose what was typed.
        try:
            request.env["ir.http"]._verify_request_recaptcha_token(CAPTCHA_ACTION)
        except UserError as error:
            return str(error)
        return None

    def _is_within_limits(self, form):
        """Count this message for its sender; False when there were too many."""
        if customer := self._get_customer():
            return self._hit_limit("form_user", str(customer.id))
        by_ip = self._hit_limit("form_ip", get_network(request.httprequest.remote_addr))
        by_address = self._hit_limit(
            "form_address", email_normalize(form.values["email"])
        )
        return by_ip and by_address

    def _hit_limit(self, scope, key):
        # sudo: ir.config_parameter, support.rate.limit: a visitor counts himself
        # and reads no more than whether he may go on
        env = request.env(su=True)
        limit = env["ir.config_parameter"].get_param(f"customer_support.limit_{scope}")
        limit = int(limit) if (limit or "").isdigit() else LIMIT_BY_SCOPE[scope]
        return env["support.rate.limit"]._hit(scope, key, limit, LIMIT_WINDOW_SECONDS)

    # ------------------------------------------------------------
    # Creating
    # ------------------------------------------------------------

    def _create_ticket(self, form):
        """Make the ticket; its first message holds the visitor's own words."""
        # sudo: support.ticket: visitors may not create tickets; only the values
        # prepared here are taken, never a field that the request names
        tickets = request.env["support.ticket"].sudo()
        tickets = tickets.with_company(request.website.company_id)
        ticket = tickets.with_context(mail_create_nosubscribe=True).create(
            self._prepare_ticket_values(form)
        )
        ticket._post_from_customer(
            form.values["message"], self._get_customer(), form.files
        )
        ticket._send_acknowledgement()
        return ticket

    def _prepare_ticket_values(self, form):
        reason = self._find_reason(int(form.values["reason_id"]))
        channel = request.env.ref("customer_support.channel_web_form")
        values = {
            "name": form.values["subject"],
            "reason_id": reason.id,
            "team_id": request.website._find_support_team(reason).id,
            "channel_id": channel.id,
            "website_id": request.website.id,
            **self._prepare_sender_values(form),
            **self._prepare_document_values(form),
        }
        if reason.priority:
            values["priority"] = reason.priority
        if form.values["phone"]:
            values["phone"] = form.values["phone"]
        return values

    def _prepare_sender_values(self, form):
        """The login proves who writes; what a guest types is a claim."""
        if customer := self._get_customer():
            return {"partner_id": customer.id}
        # sudo: res.partner: finds whose address was typed; nothing of it is shown
        partners = request.env["res.partner"].sudo()
        claimed = partners.search(
            [("email_normalized", "=", email_normalize(form.values["email"]))], limit=1
        )
        return {
            "claimed_partner_id": claimed.id,
            "partner_name": form.values["partner_name"],
            "email_from": form.values["email"],
            "claimed_order_ref": form.values["order_ref"] or False,
            "lang": request.env.lang,
        }

    def _prepare_document_values(self, form):
        """Order, affected lines, delivery and product, as `_read_form` allowed."""
        order = self._find_order(get_id(form.values, "order_id"))
        quantity_by_line = form.values["quantity_by_line"]
        lines = self._get_order_lines(order).filtered(
            lambda line: line.id in quantity_by_line
        )
        return {
            "sale_order_id": order.id,
            "picking_id": get_id(form.values, "picking_id") or False,
            "product_id": get_id(form.values, "product_id") or False,
            "line_ids": [
                Command.create(
                    {
                        "sale_line_id": line.id,
                        "product_id": line.product_id.id,
                        "product_uom_id": line.product_uom_id.id,
                        "quantity": quantity_by_line[line.id],
                    }
                )
                for line in lines
            ],
        }

    def _find_sent_before(self, params):
        """The ticket that this very form made already (sent again, or reloaded)."""
        key = self._get_form_key(params)
        return key and request.session.get("support_sent", {}).get(key)

    def _remember_sent(self, params, ticket):
        if key := self._get_form_key(params):
            sent = {**request.session.get("support_sent", {}), key: ticket.id}
            request.session["support_sent"] = dict(list(sent.items())[-5:])

    def _get_form_key(self, params):
        return get_text(params, "form_key")[:64]

    def _redirect_to_thanks(self, ticket_id):
        request.session["support_thanks_id"] = ticket_id
        return request.redirect("/support/thanks")

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
            "team": request.website._find_support_team(reason),
            "get_order_lines": self._get_order_lines,
            "honeypot": HONEYPOT_FIELD,
            "captcha_action": CAPTCHA_ACTION,
            "file_limits": {
                "count": MAX_FILES,
                "file_bytes": MAX_FILE_BYTES,
                "total_bytes": MAX_TOTAL_BYTES,
                "endings": sorted(TYPE_BY_ENDING),
            },
        }

    def _get_reason_groups(self):
        """Pairs of a heading (empty for single ones) and the reasons below it."""
        # sudo: support.reason: published reasons are public on this form
        reasons = request.env["support.reason"].sudo()
        reasons = reasons.search([("website_published", "=", True)])
        parents = reasons.parent_id
        groups = []
        for root in reasons.filtered(lambda reason: reason.parent_id not in reasons):
            leaves = reasons.filtered(
                lambda reason, path=root.parent_path: (
                    reason not in parents and reason.parent_path.startswith(path)
                )
            )
            groups.append((reasons.browse() if leaves == root else root, leaves))
        return groups
