"""A random year of tickets, the same one for the same seed."""

import random
from datetime import datetime, timedelta

from odoo import Command

from odoo.addons.customer_support.tools.author_kind import BOT

from .metric_common import MetricCommon

MINUTES_OF_A_YEAR = 364 * 24 * 60
# Local days without work; all are weekdays.
HOLIDAYS = ((2025, 3, 4), (2025, 4, 21), (2025, 9, 8), (2025, 12, 25))


class RandomYear(MetricCommon):
    """Customers, agents, bots and rules do what they do, all through 2025."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar.leave_ids = [
            Command.create(
                {
                    "name": "Holiday",
                    # São Paulo is three hours behind
                    "date_from": datetime(*day, 3),
                    "date_to": datetime(*day, 3) + timedelta(days=1),
                    "company_id": cls.calendar.company_id.id,
                }
            )
            for day in HOLIDAYS
        ]
        cls.reasons = cls.env["support.reason"].create(
            [{"name": "Broken lamp"}, {"name": "Lost parcel"}]
        )
        cls.channels = cls.env.ref("customer_support.channel_email") | cls.env.ref(
            "customer_support.channel_phone"
        )

    def play_year(self, seed, tickets):
        self.chance = random.Random(seed)
        for _number in range(tickets):
            moment = datetime(2025, 1, 1, 3) + timedelta(
                minutes=self.chance.randrange(MINUTES_OF_A_YEAR)
            )
            opening = self.chance.choice(
                3 * [self.open_by_customer] + [self.open_by_us, self.open_twice]
            )
            ticket = self.step(moment, opening)
            for _step in range(self.chance.randint(4, 12)):
                moment += timedelta(minutes=self.chance.randint(70, 2500))
                do = self.chance.choice(
                    3 * [self.reply, self.customer_asks]
                    + 2 * [self.wait, self.close]
                    + [self.note, self.bot_writes, self.notify, self.split]
                    + [self.take_in, self.hold]
                )
                self.step(moment, do, ticket)

    def step(self, moment, do, *args):
        with self.at(*moment.timetuple()[:5]):
            result = do(*args)
            self.env.flush_all()
            self.env.cr.flush()  # the tracking values are written here
        return result

    # --- how a case begins ----------------------------------------------------------

    def new_ticket(self, **vals):
        return self.make_ticket(
            **{
                "partner_id": self.chance.choice([self.customer, self.customer_b]).id,
                "reason_id": self.chance.choice([*self.reasons.ids, False]),
                "channel_id": self.chance.choice(self.channels.ids),
                **vals,
            }
        )

    def open_by_customer(self):
        ticket = self.new_ticket()
        self.customer_asks(ticket)
        return ticket

    def open_by_us(self):
        # by telephone: a mail would be the customer's
        ticket = self.new_ticket(channel_id=self.channels[-1].id)
        self.reply(ticket)
        return ticket

    def open_twice(self):
        """The older ticket goes into the newer one, an hour later."""
        older, now = self.open_by_customer(), datetime.now()
        newer = self.step(now + timedelta(minutes=30), self.new_ticket)
        newer.partner_id = older.partner_id
        self.step(now + timedelta(minutes=30), self.customer_asks, newer)
        self.step(now + timedelta(minutes=60), self.merge, older, newer)
        return newer

    # --- what happens to it -----------------------------------------------------------

    def reply(self, ticket):
        agent = self.chance.choice([self.agent, self.lead])
        self.agent_replies(ticket, agent=agent)

    def customer_asks(self, ticket):
        self.customer_writes(ticket)

    def wait(self, ticket):
        if not ticket.closed_at:
            ticket.with_user(self.agent).action_wait()

    def hold(self, ticket):
        if not ticket.closed_at:
            ticket.with_user(self.agent).action_hold()

    def close(self, ticket):
        if not ticket.closed_at:
            ticket.with_user(self.chance.choice([self.agent, self.lead])).action_close()

    def note(self, ticket):
        ticket.with_user(self.agent).message_post(
            body="Ask the warehouse", message_type="comment"
        )

    def bot_writes(self, ticket):
        bot = self.env.ref("base.user_root")
        self.agent_replies(
            ticket.with_context(support_author_kind=BOT), "One moment.", bot
        )

    def notify(self, ticket):
        """An automatic confirmation in the name of an agent."""
        ticket.with_user(self.agent).message_post(
            body="We have your message",
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
        )

    def split(self, ticket):
        """The customer asks for something else, which becomes a case of its own."""
        if not ticket.closed_at:
            message = self.customer_writes(ticket, "And where is my order?")
            ticket.with_user(self.lead)._split(message, "Where is my order?")

    def take_in(self, ticket):
        """The customer opens a second case about the same, which goes into this one."""
        if not ticket.closed_at:
            other = self.new_ticket()
            other.partner_id = ticket.partner_id
            self.customer_asks(other)
            self.merge(other, ticket)

    def merge(self, ticket, survivor):
        ticket.with_user(self.lead)._merge_into(survivor)
