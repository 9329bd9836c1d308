from unittest.mock import patch

from odoo.tests import HttpCase

from .store_common import StoreCommon

IP = "203.0.113.7"
# One code per guess would be 5 tries of a million; nobody guesses it by chance here.
CODE = "482913"


class CodeCommon(StoreCommon, HttpCase):
    """A guest in a chat who says that an order of Ana is his.

    As in a request, what is counted apart shares the cursor of the test.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.codes = cls.env["support.one.time.code"]
        cls.channel = cls.env.ref("customer_support.channel_web_form")
        cls.guest = cls.new_identity("guest-1")
        cls.address = cls.customer.email
        cls.other_sale = cls.make_order([(cls.bulb, 1)], partner=cls.customer_b)
        cls.other_sale.action_confirm()

    @classmethod
    def new_identity(cls, key):
        return cls.env["support.identity"]._get_or_create(cls.channel, key)

    def setUp(self):
        super().setUp()
        self.env["support.rate.limit"].search([]).unlink()
        self.last_mail_id = self.env["mail.mail"].search([], limit=1).id or 0

    def ask(self, number=None, email=None, identity=None, ip=IP):
        """Ask for a code as the chat does, with the rights of a guest."""
        codes = self.codes.with_user(self.env.ref("base.public_user"))
        return codes._request(
            (identity or self.guest).with_env(codes.env),
            self.sale.name if number is None else number,
            self.address if email is None else email,
            self.company,
            ip=ip,
        )

    def type_code(self, text=CODE, identity=None, ip=IP):
        codes = self.codes.with_user(self.env.ref("base.public_user"))
        return codes._verify((identity or self.guest).with_env(codes.env), text, ip=ip)

    def send_codes(self, code=CODE):
        """Let the worker handle what was asked for; gives the mails that it sent."""
        sent = []
        self.env.flush_all()
        requests = self.codes.search([("state", "=", "requested")])
        with patch.object(type(self.codes), "_make_code", lambda _self: code):
            for request in requests:
                mail = request._handle_if_waiting()
                sent += mail.mapped("email_to")
        return sent
