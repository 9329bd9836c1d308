"""Reviews as browsers post them: of a login, of a guest, of somebody else."""

import json

from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .review_common import WORDS, ReviewCommon


@tagged("post_install", "-at_install")
class TestReviewPage(ReviewCommon, HttpCase):
    def call(self, user, route, params):
        """Call a route as a login or a guest; None when it is refused."""
        self.authenticate(user and user.login, user and user.login)
        try:
            with mute_logger("odoo.http"):
                return self.make_jsonrpc_request(route, params)
        except JsonRpcException:
            return None
        finally:
            self.env.invalidate_all()

    def post(self, user, stars, **values):
        return self.call(
            user,
            "/mail/message/post",
            {
                "thread_model": "product.template",
                "thread_id": self.product.id,
                "post_data": {
                    "body": WORDS,
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    "rating_value": stars,
                    **values,
                },
            },
        )

    def test_a_customers_low_review_opens_a_case(self):
        answer = self.post(self.portal_user, 1)
        ticket = self.find_tickets()
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.sale_order_id, self.order)
        # The page learns nothing of the ticket.
        self.assertNotIn("support.ticket", json.dumps(answer))

    def test_a_guest_opens_no_case_in_anybodys_name(self):
        forged = {"author_id": self.customer.id, "partner_id": self.customer.id}
        self.post(None, 1, **forged)
        self.assertFalse(self.find_tickets())
        self.post(self.portal_user_b, 1, **forged)
        self.assertEqual(self.find_tickets().partner_id, self.customer_b)

    def test_nobody_lowers_the_review_of_another(self):
        message_id = self.post(self.portal_user, 5)["message_id"]
        change = {
            "message_id": message_id,
            "update_data": {"body": "Awful.", "rating_value": 1},
        }
        for user in (None, self.portal_user_b):
            self.call(user, "/mail/message/update_content", change)
        self.assertFalse(self.find_tickets())
        self.call(self.portal_user, "/mail/message/update_content", change)
        self.assertEqual(self.find_tickets().partner_id, self.customer)

    def test_everybody_reads_the_answer_on_the_products_page(self):
        self.post(self.portal_user, 1)
        ticket = self.find_tickets()
        ticket.user_id = self.agent_own
        ticket.with_user(self.agent_own)._answer_review("We put this right.")
        shown = self.call(
            None,
            "/mail/chatter_fetch",
            {
                "thread_model": "product.template",
                "thread_id": self.product.id,
                "rating_include": True,
            },
        )
        self.assertIn("We put this right.", json.dumps(shown))
        self.assertNotIn("Our answer to your review", json.dumps(shown))
