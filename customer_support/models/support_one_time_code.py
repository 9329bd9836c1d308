"""One-time codes: how a guest proves that an order is his.

A request looks nothing up. It writes the same row, in the same time, whether or not
the order exists; a worker does the rest and, if the address stands on the order, sends
the code there. Whoever asks learns nothing that he does not read in that mailbox.
"""

import re
import secrets
import unicodedata
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, consteq, email_normalize
from odoo.tools.constants import GC_UNLINK_LIMIT
from odoo.tools.misc import hmac

DIGITS = 6
LIFETIME = timedelta(minutes=10)
KEPT = timedelta(days=1)
MAX_TRIES = 5
HOUR = 3600
# How many codes may be asked for in an hour: by one sender, for one address, from
# one IP address, behind which a whole office may sit.
MAX_REQUESTS = {"identity": 5, "address": 3, "ip": 20}
# How many wrong codes in an hour, over all codes of a sender and of an IP address.
MAX_GUESSES = {"identity": 20, "ip": 60}
# Compared with when there is no code, so that this takes no less time.
_NO_HASH = "0" * 64
MAX_TYPED = 200


class SupportOneTimeCode(models.Model):
    """A code for one sender and one purpose; a new request replaces the old one."""

    _name = "support.one.time.code"
    _description = "One-Time Code"
    _order = "id desc"
    _rec_name = "purpose"

    identity_id = fields.Many2one(
        "support.identity", "Sender", required=True, ondelete="cascade"
    )
    purpose = fields.Char(required=True, default="order")
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    state = fields.Selection(
        [("requested", "Requested"), ("done", "Handled"), ("used", "Used")],
        required=True,
        default="requested",
        help="Handled does not say whether a code was sent.",
    )
    order_ref = fields.Char(
        "Order number typed", help="Forgotten as soon as the request is handled."
    )
    email = fields.Char(
        "E-mail typed", help="Forgotten as soon as the request is handled."
    )
    lang = fields.Char("Language")
    order_id = fields.Many2one("sale.order", ondelete="cascade", index=True)
    code_hash = fields.Char(
        groups=fields.NO_ACCESS, help="Keyed hash of the code; itself it is not kept."
    )
    requested_at = fields.Datetime(required=True)
    expires_at = fields.Datetime(required=True, index=True)

    _sender_unique = models.UniqueIndex("(identity_id, purpose)")
    _requested_idx = models.Index("(id) WHERE state = 'requested'")

    # --- asking for a code --------------------------------------------------------

    @api.model
    def _request(self, identity, order_ref, email, company, lang=None, ip=None):
        """Ask for a code to the address of an order, if the two belong together.

        The answer is the same, and takes the same time, whether they do or not.

        :param identity: ``support.identity`` of who asks
        :param str order_ref: the order's number as typed
        :param str email: the address as typed
        :param company: ``res.company`` whose orders may be asked for
        :param str lang: the language of the mail
        :param str ip: the address of the computer that asks, if there is one
        :return: False after too many requests, else True
        """
        address = email_normalize(email or "") or ""
        keys = {"identity": identity.id, "address": address, "ip": ip}
        if not self._is_within_limits("code_request", keys, MAX_REQUESTS):
            return False
        self._insert_request(identity, order_ref, address, company, lang)
        cron = self.env.ref("customer_support.ir_cron_support_one_time_code")
        # sudo: ir.cron: handles this request at once
        cron.sudo()._trigger()
        return True

    @api.model
    def _is_within_limits(self, scope, keys, limits):
        # sudo: support.rate.limit: counts this visitor's own tries
        counter = self.env["support.rate.limit"].sudo()
        # All are counted, whichever refuses.
        return all(
            [
                counter._hit(f"{scope}_{name}", str(keys[name]), limit, HOUR)
                for name, limit in limits.items()
                if keys.get(name)
            ]
        )

    @api.model
    def _insert_request(self, identity, order_ref, address, company, lang):
        now = fields.Datetime.now()
        self.env.execute_query(
            SQL(
                """INSERT INTO support_one_time_code AS code
                               (identity_id, purpose, company_id, state, order_ref,
                                email, lang, requested_at, expires_at)
                        VALUES (%(identity)s, 'order', %(company)s, 'requested',
                                %(order_ref)s, %(email)s, %(lang)s, %(now)s, %(end)s)
                   ON CONFLICT (identity_id, purpose)
                   DO UPDATE SET company_id = EXCLUDED.company_id,
                                 state = EXCLUDED.state,
                                 order_ref = EXCLUDED.order_ref,
                                 email = EXCLUDED.email,
                                 lang = EXCLUDED.lang,
                                 requested_at = EXCLUDED.requested_at,
                                 expires_at = EXCLUDED.expires_at,
                                 order_id = NULL,
                                 code_hash = NULL
                     RETURNING id""",
                identity=identity.id,
                company=company.id,
                order_ref=(order_ref or "").replace("\x00", "")[:MAX_TYPED],
                email=address[:MAX_TYPED],
                lang=lang or self.env.lang or "",
                now=now,
                end=now + LIFETIME,
            )
        )
        # Written beside the cache of the ORM.
        self.sudo().search([("identity_id", "=", identity.id)]).invalidate_recordset()

    # --- sending it ---------------------------------------------------------------

    @api.model
    def _cron_handle_requests(self, batch_size=100):
        """Find the orders of the waiting requests and send the codes."""
        domain = [("state", "=", "requested")]
        requests = self.search(domain, order="id", limit=batch_size)
        progress = self.env["ir.cron"]
        time_left = progress._commit_progress(remaining=self.search_count(domain))
        for request in requests:
            if not time_left:
                break
            mail = request._handle_if_waiting()
            # The code is committed before it is in anybody's hands.
            time_left = progress._commit_progress(1)
            if mail:
                mail.send()

    def _handle_if_waiting(self):
        """Handle one request unless another worker does.

        :return: the ``mail.mail`` to send, empty when there is none
        """
        if not self.try_lock_for_update():
            return self.env["mail.mail"]
        self.invalidate_recordset()
        if self.state != "requested":
            return self.env["mail.mail"]
        with self.env.cr.savepoint():
            return self._handle()

    def _handle(self):
        order = self._find_order()
        address = self.email
        self.write({"state": "done", "order_ref": False, "email": False})
        if not order or self.expires_at <= fields.Datetime.now():
            return self.env["mail.mail"]
        code = self._make_code()
        self.write({"order_id": order.id, "code_hash": self._hash(code)})
        return self._create_mail(code, address)

    def _find_order(self):
        """The order with this number on which this address stands; maybe none."""
        tickets = self.env["support.ticket"].with_company(self.company_id)
        return tickets._find_order_by_number(self.order_ref, self.email)

    @api.model
    def _make_code(self):
        return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"

    def _hash(self, code):
        # sudo: ir.config_parameter: reads the secret that keys the hash, no more
        env = self.env(su=True)
        made_for = (self.id, fields.Datetime.to_string(self.requested_at))
        return hmac(env, self._name, (*made_for, code))

    def _create_mail(self, code, address):
        """The mail with the code, which stands nowhere else.

        It hangs on this record, which nobody reads, and not on the order, whose
        conversation staff read; it is deleted when it is sent.
        """
        template = self.env.ref("customer_support.mail_template_one_time_code")
        values = {
            "email_to": address,
            "recipient_ids": [],
            "author_id": self.company_id.partner_id.id,
            "headers": repr({"Auto-Submitted": "auto-generated"}),
        }
        mail_id = template.with_context(support_code=code).send_mail(
            self.id, email_values=values
        )
        return self.env["mail.mail"].browse(mail_id)

    # --- the code comes back ------------------------------------------------------

    @api.model
    def _verify(self, identity, text, ip=None):
        """Take the code that a sender typed; it is good once.

        :param identity: the ``support.identity`` that asked for it
        :param str text: what was typed, maybe with words around the code
        :param str ip: the address of the computer, if there is one
        :return: the ``sale.order`` that is proven now, in sudo; empty when the code is
            wrong, old, used, or was never sent: which of these is not told
        """
        order = self.env["sale.order"].sudo()
        given = get_code(text)
        if not given:
            return order
        # sudo: support.one.time.code: nobody reads codes; this compares one
        code = self.sudo().search([("identity_id", "=", identity.id)], limit=1)
        is_allowed = code._may_guess(identity, ip)
        is_same = consteq(code._hash(given), code.code_hash or _NO_HASH)
        if is_same and is_allowed and (proven := code._use()):
            # sudo: support.identity: the proof is this very code
            identity.sudo()._prove_order(order.browse(proven))
            return order.browse(proven)
        return order

    def _may_guess(self, identity, ip):
        # sudo: support.rate.limit: counts the guesses, also of what is rolled back
        counter = self.env["support.rate.limit"].sudo()
        key = f"{self.id}:{self.requested_at}"
        seconds = int(LIFETIME.total_seconds())
        keys = {"identity": identity.id, "ip": ip}
        return all(
            [
                counter._hit("code_guess", key, MAX_TRIES, seconds),
                self._is_within_limits("code_guess", keys, MAX_GUESSES),
            ]
        )

    def _use(self):
        """Use the code up; the second of two at once waits here and gets nothing.

        :return: the id of the order, or None when it is used or too old
        """
        self.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """UPDATE support_one_time_code
                      SET state = 'used', code_hash = NULL
                    WHERE id = %s AND state = 'done' AND code_hash IS NOT NULL
                          AND expires_at > %s
                RETURNING order_id""",
                self.id or 0,
                fields.Datetime.now(),
            )
        )
        self.invalidate_recordset()
        return rows[0][0] if rows else None

    @api.autovacuum
    def _gc_old_codes(self):
        """Forget codes a day after they ended, with mails that could not be sent."""
        domain = [("expires_at", "<", fields.Datetime.now() - KEPT)]
        codes = self.search(domain, limit=GC_UNLINK_LIMIT)
        # sudo: mail.message: the mails hang on these codes alone
        messages = self.env["mail.message"].sudo()
        messages.search(
            [("model", "=", self._name), ("res_id", "in", codes.ids)]
        ).unlink()
        codes.unlink()
        return len(codes), len(codes) == GC_UNLINK_LIMIT


def get_code(text):
    """The first run of as many digits as a code has, in any script; "" for none."""
    text = unicodedata.normalize("NFKC", text or "")[:MAX_TYPED]
    joined = re.sub(r"(?<=\d)[\s.-](?=\d)", "", text)
    found = re.search(rf"(?<!\d)\d{{{DIGITS}}}(?!\d)", joined)
    return "".join(str(unicodedata.digit(char)) for char in found[0]) if found else ""
