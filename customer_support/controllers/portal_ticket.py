from uuid import uuid4

from werkzeug.exceptions import NotFound
from werkzeug.urls import url_encode

from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..tools.uploaded_file import INLINE_TYPES
from .support_form_input import (
    MAX_ID,
    FormInput,
    get_file_limits,
    get_id,
    get_text,
)
from .support_route import customer_route, visitor_route
from .website_form import MAX_BODY_BYTES

# An id that no table can hold is no route, rather than an error of the database.
TICKET_ROUTE = f"/my/support/<int(max={MAX_ID}):ticket_id>"
FILE_ROUTE = f"{TICKET_ROUTE}/file/<int(max={MAX_ID}):attachment_id>"
MESSAGES_PER_PAGE = 20
REPLIES_PER_HOUR = 30
# A page opened by a link must not hand the link to other sites.
PAGE_HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


class SupportTicketPortal(CustomerPortal):
    """One case of the customer: reading it, writing to it, its files."""

    def _find_ticket(self, ticket_id, access_token=None):
        """Return the ticket in sudo and whether a link alone opened it.

        A foreign id and a missing one give the same answer: not found, or for a
        visitor who is not signed in, the sign-in page.

        :raises NotFound: unless the visitor or the link may read it
        """
        token = access_token if isinstance(access_token, str) else None
        try:
            ticket = self._document_check_access("support.ticket", ticket_id)
        except (AccessError, MissingError):
            # sudo: support.ticket: shown only when the secret link fits
            ticket = request.env["support.ticket"].sudo().browse(ticket_id).exists()
            if not ticket or not ticket._is_portal_token(token):
                raise NotFound() from None
            return ticket, True
        # Core gives the record as the superuser; the visitor's own zone, language
        # and name go with it from here.
        return ticket.with_user(request.env.user).sudo(), False

    def _redirect_guest(self, ticket_id):
        """Send a visitor without login to the sign-in page, whatever the id."""
        if not request.env.user._is_public():
            raise NotFound()
        return request.redirect(f"/web/login?redirect=/my/support/{ticket_id}")

    @visitor_route(TICKET_ROUTE, methods=["GET"])
    def portal_my_ticket(self, ticket_id, access_token=None, **params):
        """Show one case: by login, or by the link of a mail."""
        try:
            ticket, by_link = self._find_ticket(ticket_id, access_token)
        except NotFound:
            return self._redirect_guest(ticket_id)
        if ticket.merged_into_id:
            return request.redirect(ticket._get_survivor().access_url)
        return self._render_ticket(ticket, by_link, params)

    def _render_ticket(self, ticket, by_link, params, typed=None, errors=None):
        values = {
            "page_name": "support_ticket",
            "ticket": ticket,
            "by_link": by_link,
            "no_breadcrumbs": by_link,
            "typed": typed or {},
            "errors": errors or {},
            "form_key": uuid4().hex,
            "has_files": bool(request.httprequest.files),
            "shows_order": ticket._may_show_order(request.env.user),
            "author_partner": self._find_author(ticket, params),
            **self._prepare_conversation(ticket, get_id(params, "before")),
            "link_params": (
                link_params := self._get_link_params(ticket, by_link, params)
            ),
            "link_query": url_encode(link_params),
            "inline_types": INLINE_TYPES,
            "file_limits": get_file_limits(),
        }
        request.update_context(tz=ticket._get_reader_zone())
        response = request.render("customer_support.portal_my_ticket", values)
        response.headers.update(PAGE_HEADERS)
        if errors:
            response.status_code = 429 if "limit" in errors else 400
        return response

    def _get_link_params(self, ticket, by_link, params):
        """What the forms and file links of a page opened by a link must carry."""
        if not by_link:
            return {}
        signed = {name: get_text(params, name) for name in ("pid", "hash")}
        return {
            "access_token": ticket.access_token,
            **{name: value for name, value in signed.items() if value},
        }

    def _prepare_conversation(self, ticket, before_id):
        """A bounded part of the public messages, newest first."""
        messages = self._search_messages(
            ticket,
            [("id", "<", before_id)] if before_id else [],
            limit=MESSAGES_PER_PAGE + 1,
        )
        has_more = len(messages) > MESSAGES_PER_PAGE
        messages = messages[:MESSAGES_PER_PAGE]
        return {
            "messages": messages,
            "before_id": messages[-1:].id if has_more else 0,
            "is_first_page": not before_id,
        }

    def _search_messages(self, ticket, domain, **options):
        # sudo: mail.message: the ticket was opened by who may read it, and the
        # domain holds back every note and internal message
        messages = request.env["mail.message"].sudo()
        public = messages._get_search_domain_share() & Domain(
            [
                ("model", "=", "support.ticket"),
                ("res_id", "=", ticket.id),
                ("message_type", "in", ("comment", "email", "email_outgoing")),
                ("subtype_id", "=", request.env.ref("mail.mt_comment").id),
            ]
        )
        return messages.search(public & Domain(domain), order="id desc", **options)

    # ------------------------------------------------------------
    # Writing
    # ------------------------------------------------------------

    @visitor_route(
        f"{TICKET_ROUTE}/reply",
        methods=["POST"],
        max_content_length=MAX_BODY_BYTES,
    )
    def portal_ticket_reply(self, ticket_id, access_token=None, **params):
        """Add a message of the customer, with files."""
        ticket, by_link = self._find_ticket(ticket_id, access_token)
        ticket = ticket._get_survivor()
        form = FormInput(params)
        form.read_text("message", request.env._("Your message"))
        form.read_files("files", request.env._("Files"))
        if not form.values["message"] and not form.files and not form.errors:
            form.errors["message"] = request.env._("Please write something first.")
        form_key = get_text(params, "form_key")
        for posted in (ticket, ticket._get_running_case()):
            if posted._find_form_message(form_key):
                return self._redirect_to_ticket(posted, by_link, params)
        if not form.errors and not self._hit_reply_limit(ticket):
            form.errors["limit"] = request.env._(
                "There were many messages within the last hour. Please try again "
                "later; what you wrote is still here."
            )
        if form.errors:
            return self._render_ticket(
                ticket, by_link, params, form.values, form.errors
            )
        author = self._find_author(ticket, params)
        running = ticket._get_case_for(form.values["message"], form.files)
        running._post_from_customer(
            form.values["message"], author, form.files, form_key
        )
        return self._redirect_to_ticket(
            running, by_link, params if running == ticket else {}
        )

    def _hit_reply_limit(self, ticket):
        # sudo: support.rate.limit: counts this visitor's own message
        limits = request.env["support.rate.limit"].sudo()
        return limits._hit("portal_reply", str(ticket.id), REPLIES_PER_HOUR, 3600)

    def _find_author(self, ticket, params):
        """Return the partner who writes; empty for a guest, who has an address only."""
        if not request.env.user._is_public():
            return request.env.user.partner_id
        signer = ticket._find_portal_signer(
            get_text(params, "hash"), get_id(params, "pid")
        )
        return signer or ticket.partner_id

    @customer_route(f"{TICKET_ROUTE}/close", methods=["POST"])
    def portal_ticket_close(self, ticket_id):
        """Let the customer say that the case is solved."""
        return self._change_state(ticket_id, "action_close")

    @customer_route(f"{TICKET_ROUTE}/reopen", methods=["POST"])
    def portal_ticket_reopen(self, ticket_id):
        """Let the customer open a closed case again."""
        return self._change_state(ticket_id, "action_reopen")

    def _change_state(self, ticket_id, action):
        """Run one of our own actions on a case of the signed-in visitor.

        A forwarded link is not enough here: it lets people read and write only.
        """
        ticket, _by_link = self._find_ticket(ticket_id)
        if action == "action_reopen":
            ticket = ticket._continue_for_customer()
        is_closed = bool(ticket.closed_at)
        if is_closed == (action == "action_reopen"):
            # sudo: support.ticket: the visitor may read it (checked above); this
            # fixed action is all he may do to it
            getattr(ticket, action)()
        return self._redirect_to_ticket(ticket, False, {})

    def _redirect_to_ticket(self, ticket, by_link, params):
        if by_link:
            ticket._portal_ensure_token()
        query = self._get_link_params(ticket, by_link, params)
        return request.redirect_query(ticket.access_url, query)

    # ------------------------------------------------------------
    # Files
    # ------------------------------------------------------------

    @visitor_route(FILE_ROUTE, methods=["GET"])
    def portal_ticket_file(self, ticket_id, attachment_id, access_token=None, **params):
        """Give a file of the public conversation."""
        ticket, _by_link = self._find_ticket(ticket_id, access_token)
        messages = self._search_messages(
            ticket, [("attachment_ids", "in", [attachment_id])], limit=1
        )
        attachment = messages.attachment_ids.filtered(
            lambda attachment: attachment.id == attachment_id
        )
        if not attachment:
            raise NotFound()
        try:
            stream = request.env["ir.binary"]._get_stream_from(attachment)
        except FileNotFoundError as error:
            raise NotFound() from error
        is_inline = attachment.mimetype in INLINE_TYPES
        response = stream.get_response(as_attachment=not is_inline)
        response.headers.update(PAGE_HEADERS)
        return response
