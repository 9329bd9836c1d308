import json
import re

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.http import _generate_routing_rules
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .web_common import PDF, PNG, SupportWebCase

MISSING_ID = 2**31 - 1
# Path, methods, who may call, whether a form needs the session's secret.
ROUTES = [
    ("/my/orders/<order>/support", "GET", "user", "http", True),
    ("/my/orders/<order>/support/address", "POST", "user", "http", True),
    ("/my/orders/<order>/support/cancel", "POST", "user", "http", True),
    ("/my/orders/<order>/support/damage", "POST", "user", "http", True),
    ("/my/orders/<order>/support/return", "POST", "user", "http", True),
    ("/my/support", "GET", "user", "http", True),
    ("/my/support/<ticket>", "GET", "public", "http", True),
    ("/my/support/<ticket>/call-back/cancel", "POST", "user", "http", True),
    ("/my/support/<ticket>/close", "POST", "user", "http", True),
    ("/my/support/<ticket>/file/<attachment>", "GET", "public", "http", True),
    ("/my/support/<ticket>/participants/add", "POST", "user", "http", True),
    ("/my/support/<ticket>/participants/remove", "POST", "user", "http", True),
    ("/my/support/<ticket>/reopen", "POST", "user", "http", True),
    ("/my/support/<ticket>/reply", "POST", "public", "http", True),
    ("/my/support/<ticket>/slip/<picking>", "GET", "user", "http", True),
    ("/my/support/page/<page>", "GET", "user", "http", True),
    ("/my/support/preferences", "GET", "user", "http", True),
    ("/my/support/preferences", "POST", "user", "http", True),
    ("/support", "GET", "public", "http", True),
    ("/support", "POST", "public", "http", True),
    ("/support/call-back", "GET", "public", "http", True),
    ("/support/call-back", "POST", "public", "http", True),
    ("/support/cart/<token>", "GET", "public", "http", True),
    ("/support/cart/<token>", "POST", "public", "http", True),
    ("/support/join/<token>", "GET", "public", "http", True),
    ("/support/join/<token>", "POST", "public", "http", True),
    ("/support/returns", "GET", "public", "http", True),
    ("/support/thanks", "GET", "public", "http", True),
    ("/web/pivot/export_xlsx", "POST", "user", "http", True),
]
POST_ACTIONS = ("reply", "close", "reopen")
NASTY = (
    "'",
    "1' OR '1'='1",
    "%",
    "\\",
    "\x00",
    "id; DROP TABLE support_ticket",
    "access_token desc",
    "user_id.password",
    "(SELECT 1)",
    "99999999999999999999",
    "-1",
    "[]",
    "{{7*7}}",
    "%(x)s",
    "\ud83d".encode("utf-8", "surrogatepass").decode("latin-1"),
    "a" * 5000,
)


@tagged("post_install", "-at_install")
class TestPortalIsolation(SupportWebCase):
    """What customer B, guests and other companies get of Ana's case."""

    def setUp(self):
        super().setUp()
        self.ticket = self.make_ticket(sale_order_id=self.order.id)
        self.url = f"/my/support/{self.ticket.id}"
        self.missing = f"/my/support/{MISSING_ID}"
        self.customer_writes(self.ticket, "Canary of Ana")
        self.file = self.env["ir.attachment"].create(
            {
                "name": "ana.png",
                "raw": PNG,
                "res_model": "support.ticket",
                "res_id": self.ticket.id,
            }
        )
        self.ticket.message_post(
            body="see file",
            author_id=self.customer.id,
            attachment_ids=self.file.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.env.flush_all()

    def get_state(self):
        self.env.invalidate_all()
        return (
            self.ticket.stage_id,
            self.ticket.message_ids.ids,
            self.ticket.message_partner_ids,
            self.ticket.write_date,
            self.env["support.ticket.event"].search_count(
                [("ticket_id", "=", self.ticket.id)]
            ),
        )

    def assert_same_answer(self, path):
        """A foreign id and a missing one cannot be told apart."""
        foreign = self.url_open(f"{self.url}{path}", allow_redirects=False)
        missing = self.url_open(f"{self.missing}{path}", allow_redirects=False)
        self.assertEqual(foreign.status_code, missing.status_code)
        self.assertEqual(
            *(
                # The id as a word of its own: its digits also stand in secrets.
                re.sub(rf'csrf_token: "\w+"|\b{id_}\b', "", answer.text)
                for answer, id_ in ((foreign, self.ticket.id), (missing, MISSING_ID))
            )
        )
        self.assertNotIn("Canary", foreign.text)
        self.assertNotIn(self.ticket.number, foreign.text)
        return foreign

    def test_another_customer_finds_nothing(self):
        self.visit_as(self.portal_user_b)
        # The first page of all measures the store's logo, and is another one by that.
        self.url_open("/my/support")
        self.assertEqual(self.assert_same_answer("").status_code, 404)
        path = f"/file/{self.file.id}"
        self.assertEqual(self.assert_same_answer(path).status_code, 404)
        for query in ("", "?search=Lamp", "?filterby=all", "?search_in=order&search=S"):
            page = self.url_open(f"/my/support{query}").text
            self.assertNotIn(self.ticket.number, page)

    def test_another_customer_changes_nothing(self):
        before = self.get_state()
        self.visit_as(self.portal_user_b)
        for action in POST_ACTIONS:
            with self.subTest(action=action):
                answer = self.send(f"{self.url}/{action}", {"message": "Evil"})
                self.assertEqual(answer.status_code, 404)
                missing = self.send(f"{self.missing}/{action}", {"message": "Evil"})
                self.assertEqual(missing.status_code, 404)
        self.assertEqual(self.get_state(), before)

    def test_reading_never_changes(self):
        before = self.get_state()
        for user in (None, self.portal_user_b, self.portal_user):
            self.visit_as(user)
            for action in POST_ACTIONS:
                answer = self.url_open(
                    f"{self.url}/{action}?message=Evil", allow_redirects=False
                )
                self.assertIn(answer.status_code, (404, 405))
        self.assertEqual(self.get_state(), before)

    def test_guest_is_sent_to_sign_in_whatever_the_id(self):
        self.visit_as()
        for url in (self.url, self.missing):
            answer = self.url_open(url, allow_redirects=False)
            self.assertEqual(answer.status_code, 303)
            self.assertIn("/web/login", answer.headers["Location"])
        before = self.get_state()
        self.assertEqual(
            self.send(f"{self.url}/reply", {"message": "Evil"}).status_code, 404
        )
        self.assertEqual(
            self.url_open(f"{self.url}/file/{self.file.id}").status_code, 404
        )
        for action in ("close", "reopen"):
            answer = self.send(f"{self.url}/{action}")
            self.assertIn("/web/login", answer.headers["Location"])
        self.assertEqual(self.get_state(), before)

    def test_agent_of_another_company_finds_nothing(self):
        company = self.env["res.company"].create({"name": "Other store"})
        agent = new_test_user(
            self.env,
            "support_other_company",
            groups="base.group_user,customer_support.group_support_agent_all",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.visit_as(agent)
        self.assertEqual(self.url_open(self.url).status_code, 404)

    def test_colleague_of_the_same_company_finds_nothing(self):
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        (self.customer | self.customer_b).parent_id = firm
        self.visit_as(self.portal_user_b)
        self.assertEqual(self.url_open(self.url).status_code, 404)

    def test_every_form_needs_the_sessions_secret(self):
        before = self.get_state()
        self.visit_as(self.portal_user)
        paths = [f"{self.url}/{action}" for action in POST_ACTIONS]
        for path in [*paths, "/support", "/support/cart/x"]:
            answer = self.send(path, {"message": "Evil"}, csrf=False)
            self.assertEqual(answer.status_code, 400, path)
        self.assertEqual(self.get_state(), before)

    # --- files ---------------------------------------------------------------------

    def test_files_by_their_id(self):
        note_file = self.env["ir.attachment"].create(
            {
                "name": "fraud.pdf",
                "raw": PDF,
                "res_model": "support.ticket",
                "res_id": self.ticket.id,
            }
        )
        self.ticket.with_user(self.agent).message_post(
            body="Fraud?", attachment_ids=note_file.ids
        )
        loose_file = note_file.copy({"name": "loose.pdf"})
        self.env.flush_all()
        for user, readable in (
            (None, self.file.browse()),
            (self.portal_user_b, self.file.browse()),
            (self.portal_user, self.file),
        ):
            self.visit_as(user)
            for file in self.file | note_file | loose_file:
                with self.subTest(user=user and user.login, file=file.name):
                    answer = self.url_open(f"/web/content/{file.id}")
                    self.assertNotEqual(answer.content, file.raw)
                    image = self.url_open(f"/web/image/{file.id}")
                    self.assertNotEqual(image.content, file.raw)
                    ours = self.url_open(f"{self.url}/file/{file.id}")
                    self.assertEqual(ours.status_code == 200, file in readable)

    def test_file_of_another_case_is_not_given(self):
        other = self.make_ticket(partner_id=self.customer_b.id)
        self.visit_as(self.portal_user_b)
        answer = self.url_open(f"/my/support/{other.id}/file/{self.file.id}")
        self.assertEqual(answer.status_code, 404)

    def test_generic_upload_and_chatter_are_closed_to_customers(self):
        token = self.ticket._portal_ensure_token()
        signature = self.ticket._sign_token(self.customer.id)
        proofs = {"token": token, "hash": signature, "pid": self.customer.id}
        before = self.get_state()
        for user in (None, self.portal_user_b, self.portal_user):
            self.visit_as(user)
            upload = self.send(
                "/mail/attachment/upload",
                {
                    "thread_model": "support.ticket",
                    "thread_id": self.ticket.id,
                    **proofs,
                },
                files=[("ufile", ("evil.html", b"<html>", "text/html"))],
            )
            self.assertEqual(upload.status_code, 404)
            with mute_logger("odoo.http"):
                answer = self.url_open(
                    "/mail/message/post",
                    data=json.dumps(
                        {
                            "params": {
                                "thread_model": "support.ticket",
                                "thread_id": self.ticket.id,
                                "post_data": {"body": "Evil"},
                                "context": {"support_author_kind": "human"},
                                **proofs,
                            }
                        }
                    ),
                    headers={"Content-Type": "application/json"},
                )
            self.assertIn("error", answer.json())
        self.assertEqual(self.get_state(), before)

    def test_foreign_file_cannot_be_attached_to_an_own_case(self):
        own = self.make_ticket(partner_id=self.customer_b.id)
        self.visit_as(self.portal_user_b)
        for value in (self.file.id, json.dumps([[4, self.file.id]])):
            self.send(
                f"/my/support/{own.id}/reply",
                {"message": "Hi", "attachment_ids": value, "files": value},
            )
        self.env.invalidate_all()
        self.assertFalse(own.message_ids.attachment_ids)

    # --- what a login may ask the server by itself ----------------------------------

    def test_hidden_fields_cannot_be_read_searched_or_sorted_by(self):
        tickets = self.env["support.ticket"].with_user(self.portal_user)
        self.assertEqual(tickets.search([("name", "ilike", "lamp")]), self.ticket)
        for field in (
            "access_token",
            "description",
            "exclusion",
            "user_id",
            "clock_at",
        ):
            with self.subTest(field=field), mute_logger("odoo.orm.models"):
                with self.assertRaises(AccessError):
                    tickets.browse(self.ticket.id).read([field])
                with self.assertRaises(AccessError):
                    tickets.search([(field, "!=", False)])
                with self.assertRaises(AccessError):
                    tickets.search([], order=field)
                with self.assertRaises(AccessError):
                    tickets.formatted_read_group([], [field], ["__count"])
        for domain in (
            [("user_id.password", "ilike", "a")],
            [("message_ids.body", "ilike", "Canary")],
            [("team_id.name", "ilike", "a")],
        ):
            with self.subTest(domain=domain), self.assertRaises(AccessError):
                tickets.search(domain)

    def test_who_becomes_or_stops_being_staff_is_known_at_once(self):
        user = self.portal_user_b
        ticket = self.ticket.with_user(user)
        background = ticket._fields["description"]
        for group, may_read in (("portal", False), ("user", True), ("portal", False)):
            user.group_ids = self.env.ref(f"base.group_{group}")
            self.assertEqual(ticket._has_field_access(background, "read"), may_read)

    def test_customer_calls_no_button_of_agents(self):
        ticket = self.ticket.with_user(self.portal_user)
        for action in ("action_close", "action_cancel", "action_take", "action_wait"):
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(ticket, action)()
        for values in ({"name": "Evil"}, {"partner_id": self.customer_b.id}):
            with self.assertRaises(AccessError):
                ticket.write(values)
        with self.assertRaises(AccessError):
            ticket.create({"name": "Evil", "team_id": self.team.id})

    def test_customer_speaks_for_nobody_else(self):
        message = (
            self.ticket.with_user(self.portal_user)
            .with_context(support_author_kind="human", support_no_clock=True)
            .message_post(
                body="Ana again",
                author_id=self.agent.partner_id.id,
                email_from="bia@store.example.com",
                message_type="notification",
                partner_ids=self.customer_b.ids,
                outgoing_email_to="victim@example.com",
            )
        )
        message = message.sudo()
        self.assertEqual(message.author_id, self.customer)
        self.assertNotIn("bia", message.email_from)
        self.assertEqual(message.message_type, "comment")
        self.assertFalse(message.partner_ids or message.outgoing_email_to)
        self.assertEqual(self.ticket.customer_message_count, 3)

    # --- routes -----------------------------------------------------------------------

    def test_no_route_but_the_listed_ones(self):
        found = []
        modules = self.env.registry._init_modules
        for path, endpoint in _generate_routing_rules(modules, nodb_only=False):
            module = endpoint.func.__module__
            if not module.startswith("odoo.addons.customer_support."):
                continue
            routing = endpoint.routing
            self.assertTrue(routing["methods"], path)
            for converter in ("ticket", "attachment", "order", "picking"):
                path = path.replace(
                    f"<int(max={MISSING_ID}):{converter}_id>", f"<{converter}>"
                )
            path = path.replace("<int(max=1000000):page>", "<page>")
            path = path.replace("<string:token>", "<token>")
            for method in routing["methods"]:
                found.append(
                    (
                        path,
                        method,
                        routing["auth"],
                        routing["type"],
                        routing.get("csrf", True),
                    )
                )
        self.assertEqual(sorted(set(found)), ROUTES)

    def test_hostile_parameters_give_no_server_error(self):
        names = ("search", "search_in", "sortby", "filterby", "groupby", "page")
        form = ("reason", "order", "delivery", "product", "reason_id", "refresh")
        self.visit_as(self.portal_user)
        urls = [("/my/support", name) for name in names]
        urls += [("/support", name) for name in form]
        urls += [(self.url, name) for name in ("before", "access_token", "hash", "pid")]
        for url, name in urls:
            for value in NASTY:
                answer = self.url_open(
                    url, params={name: value}, method="GET", allow_redirects=False
                )
                self.assertLess(answer.status_code, 500, (url, name, value[:40]))

    def test_hostile_paths_and_forms_give_no_server_error(self):
        self.visit_as(self.portal_user)
        for value in NASTY:
            # Core itself stumbles over NUL in a path that no route takes.
            in_path = value.replace("\x00", "")
            for path in (
                f"/my/support/{in_path}",
                f"{self.url}/file/{in_path}",
                f"/support/cart/{in_path}",
            ):
                answer = self.url_open(path, allow_redirects=False)
                self.assertLess(answer.status_code, 500, path[:80])
            for name in ("reason_id", "order_id", "line_ids"):
                answer = self.send_form(**{name: value})
                self.assertLess(answer.status_code, 500, (name, value[:40]))
            answer = self.send(f"{self.url}/reply", {"pid": value, "hash": value})
            self.assertLess(answer.status_code, 500, value[:40])
        files = [("subject", ("x.png", PNG, "image/png")), ("message", ("y", PNG))]
        answer = self.send_form(files=files, subject="", message="")
        self.assertEqual(answer.status_code, 400)
