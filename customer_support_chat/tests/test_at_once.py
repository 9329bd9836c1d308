"""Several things at the same moment, each in a real transaction."""

import json
import threading
from functools import partial
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from odoo.addons.customer_support.tests.parallel_common import ParallelCase

from ..tools import signature

WORDS = "The glass broke on the first day."
JOB = "customer_support_chat.ir_cron_support_receive"


@tagged("post_install", "-at_install")
class TestReviewsAtOnce(ParallelCase):
    def setUp(self):
        super().setUp()
        self.product, self.users, customers = self.run_really(self.make_reviewers)
        self.customers = customers.ids
        for made in (customers, self.users, self.product):
            self.forget(made)

    def make_reviewers(self, env):
        product = env["product.template"].create(
            {"name": "Glass lamp", "is_published": True}
        )
        groups = [Command.set(env.ref("base.group_portal").ids)]
        users = (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                [
                    {"name": login, "login": f"at.once.{login}", "group_ids": groups}
                    for login in ("ana", "joao")
                ]
            )
        )
        return product, users, users.partner_id

    def review(self, user_id, env, meet):
        product = env["product.template"].browse(self.product.id)
        self.assertTrue(product.name)
        meet()
        return (
            product.with_user(user_id)
            .sudo()
            .message_post(
                body=WORDS,
                rating_value=1,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            .id
        )

    def test_two_reviews_of_one_product_at_once_are_a_case_each(self):
        results = self.at_once(
            *(partial(self.review, user_id) for user_id in self.users.ids)
        )
        self.assertEqual({type(one) for one in results}, {int}, results)

        def check(env):
            tickets = env["support.ticket"].search(
                [("partner_id", "in", self.customers)]
            )
            self.forget(tickets)
            self.assertEqual(len(tickets), 2)
            self.assertEqual(set(tickets.partner_id.ids), set(self.customers))
            self.assertEqual(len(tickets.review_id), 2)
            for ticket in tickets:
                self.assertFalse(ticket._get_clock_differences())

        self.run_really(check)


@tagged("post_install", "-at_install")
class TestWakingAtOnce(ParallelCase):
    """One wake-up for many bodies, and none of them waits for the next minute."""

    def setUp(self):
        super().setUp()
        channel = self.run_really(
            lambda env: env["support.channel"].create(
                {
                    "name": "At once",
                    "kind": "whatsapp",
                    "account_key": "at-once",
                    "app_secret": "a-secret",
                }
            )
        )
        self.forget(channel)
        self.channel_id = channel.id
        self.job = self.env.ref(JOB)
        self.addCleanup(self.run_really, self.clear)
        self.run_really(self.clear)
        self.told = []
        jobs = self.registry["ir.cron"]
        told = patch.object(jobs, "_notifydb", lambda job: self.told.append(job.id))
        told.start()
        self.addCleanup(told.stop)

    def clear(self, env):
        """Take the wake-ups away, as the job does before it looks."""
        env["ir.cron"]._clear_schedule({"id": self.job.id})

    def post(self, number, env):
        body = json.dumps({"entry": [number]}).encode()
        proof = signature.sign_hex("a-secret", body)
        headers = {"X-Hub-Signature-256": f"sha256={proof}"}
        channel = env["support.channel"].browse(self.channel_id)
        self.assertEqual(channel._accept_body(headers, body), 200)

    def count_wakes(self):
        return self.run_really(
            lambda env: env["ir.cron.trigger"].search_count(
                [("cron_id", "=", self.job.id)]
            )
        )

    def count_bodies(self, env):
        return env["support.channel.event"].search_count(
            [("channel_id", "=", self.channel_id)]
        )

    def test_many_bodies_wake_the_job_once(self):
        for number in range(5):
            self.run_really(partial(self.post, number))
        self.assertEqual(self.run_really(self.count_bodies), 5)
        self.assertEqual((self.count_wakes(), len(self.told)), (1, 1))

    def test_a_body_that_comes_while_the_job_works_wakes_it_again(self):
        self.run_really(partial(self.post, 1))

        def work(env):
            self.clear(env)
            # The job does not see this one any more.
            self.run_really(partial(self.post, 2))

        self.run_really(work)
        self.assertEqual((self.count_wakes(), len(self.told)), (1, 2))

    def test_the_job_does_not_look_before_what_relies_on_its_wake_up_is_there(self):
        self.run_really(partial(self.post, 1))
        seen = []

        def work():
            self.run_really(self.clear)
            seen.append(self.run_really(self.count_bodies))

        worker = threading.Thread(target=work)

        def post(env):
            self.post(2, env)
            worker.start()
            worker.join(0.5)
            self.assertFalse(seen, "the wake-up is held until we have committed")

        self.run_really(post)
        worker.join()
        self.assertEqual(seen, [2])

    def test_a_run_that_ended_meanwhile_counts_no_more(self):
        self.run_really(partial(self.post, 1))

        def post(env):
            self.assertEqual(self.count_bodies(env), 1)
            self.run_really(self.clear)
            self.post(2, env)

        self.run_really(post)
        self.assertEqual((self.count_wakes(), len(self.told)), (1, 2))

    def test_a_body_costs_few_queries(self):
        self.run_really(partial(self.post, 1))

        def post(env):
            # Read by the search that finds the channel.
            env["support.channel"].browse(self.channel_id).app_secret  # noqa: B018
            before = env.cr.sql_log_count
            self.post(2, env)
            return env.cr.sql_log_count - before

        # The row, and the look for a wake-up that waits, within a savepoint.
        self.assertEqual(self.run_really(post), 4)
