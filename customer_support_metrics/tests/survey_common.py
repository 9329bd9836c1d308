from odoo import Command

from odoo.addons.customer_support.tests.common import SupportCommon

MONDAY = (2026, 3, 2, 13)  # 10:00 in São Paulo


class SurveyCommon(SupportCommon):
    """A desk that asks its customers, and two customers who answer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["support.survey.rule"].search([]).active = False
        # What the demo data and other tests solved and delivered is not asked about.
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE support_ticket SET resolved_at = NULL")
        cls.env.cr.execute("UPDATE stock_picking SET date_done = NULL")
        cls.env.invalidate_all()
        cls.invitations = cls.env["support.survey.invitation"]
        cls.customer.lang = cls.customer_b.lang = "en_US"
        cls.team.resource_calendar_id = False
        cls.damaged = cls.env.ref("customer_support.reason_damaged")
        cls.question = cls.env.ref("customer_support.reason_product_question")

    def make_rule(self, moment=MONDAY, **vals):
        """A rule, in force since Monday morning, that asks at once."""
        with self.at(*moment):
            return self.env["support.survey.rule"].create(
                {"name": "After the solution", "delay_hours": 0, **vals}
            )

    def solve(self, *moment, ticket=None, agent=None, **vals):
        """A ticket that an agent answers and solves at a moment."""
        agent = agent or self.agent
        with self.at(*moment):
            ticket = ticket or self.make_ticket(**vals)
            self.agent_replies(ticket, agent=agent)
            ticket.with_user(agent).action_close()
        self.env.flush_all()
        return ticket

    def run_job(self, name, *moment):
        cron = self.env.ref(f"customer_support_metrics.ir_cron_support_survey_{name}")
        with self.at(*moment), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def plan(self, *moment):
        """What the rules queue."""
        before = self.invitations.search([])
        self.run_job("plan", *moment)
        return self.invitations.search([]) - before

    def ask(self, *moment):
        """Both jobs; what was asked by now."""
        self.run_job("plan", *moment)
        self.run_job("ask", *moment)
        return self.invitations.search([("sent_at", "=", self.datetime(*moment))])

    def datetime(self, *moment):
        with self.at(*moment):
            return self.env["support.survey.rule"]._fields["started_at"].now()

    def find_mails(self, text="", address="ana@example.com"):
        """Mails waiting for this address, the oldest first."""
        mails = self.env["mail.mail"].search(
            [("email_to", "ilike", address)], order="id"
        )
        return mails.filtered(lambda mail: text in (mail.body_html or ""))

    def deliver(self, order, *moment):
        """All of an order leaves the store at a moment."""
        picking = order.picking_ids.filtered(lambda one: one.state != "done")
        with self.at(*moment):
            for move in picking.move_ids:
                move.write({"quantity": move.product_uom_qty, "picked": True})
            picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(order.delivery_status, "full")

    def fill_in(self, invitation, score, comment=""):
        """The customer fills in Odoo's survey, as its page does."""
        sheet = invitation.user_input_id
        for question in sheet.survey_id.question_ids:
            answer = score if question.question_type == "scale" else comment
            if answer != "":
                sheet._save_lines(question, str(answer))
        sheet._mark_done()

    def add_answers(self, kind, scores, agent=None, partner=None, **vals):
        """Answered questions, as history; one ticket each."""
        rule = self.make_rule(kind=kind)
        moment = self.datetime(*MONDAY)
        tickets = self.env["support.ticket"].create(
            [
                {
                    "name": f"Case {number}",
                    "team_id": self.team.id,
                    "partner_id": (partner or self.customer).id,
                }
                for number in range(len(scores))
            ]
        )
        return self.invitations.create(
            [
                {
                    "rule_id": rule.id,
                    "kind": kind,
                    "company_id": ticket.company_id.id,
                    "ticket_id": ticket.id,
                    "partner_id": ticket.partner_id.id,
                    "email": ticket.email_normalized,
                    "due_at": moment,
                    "sent_at": moment,
                    "state": "sent" if score is None else "answered",
                    "score": score or 0,
                    "answered_at": score is not None and moment,
                    "fixed_at": moment,
                    "team_id": self.team.id,
                    "agent_id": (agent or self.agent).id,
                    **vals,
                }
                for ticket, score in zip(tickets, scores, strict=True)
            ]
        )

    def link(self, *records):
        return [Command.set([record.id for record in records])]
