"""Which mailing, campaign or place on the web brought a customer to us."""

import psycopg2

from odoo import api, fields, models
from odoo.http import request
from odoo.tools import email_normalize, mute_logger
from odoo.tools.mail import mail_header_msgid_re

# A name from a cookie is a stranger's: it is kept short.
LONGEST_NAME = 100
MOST_REFERENCES = 20


class SupportTicket(models.Model):
    """The three fields of Odoo's ``utm.mixin``, without its default.

    Odoo takes the cookies of whoever makes the record: an agent who makes a ticket for
    a customer would mark it with the own visit to the store.
    """

    _inherit = "support.ticket"

    campaign_id = fields.Many2one(
        "utm.campaign", index="btree_not_null", ondelete="set null"
    )
    source_id = fields.Many2one(
        "utm.source",
        index="btree_not_null",
        ondelete="set null",
        help="The mailing, advertisement or site through which the customer came.",
    )
    medium_id = fields.Many2one("utm.medium", ondelete="set null")

    @api.model_create_multi
    def create(self, vals_list):
        marks = self._get_visitor_marks()
        if marks:
            vals_list = [
                vals if marks.keys() & vals.keys() else {**marks, **vals}
                for vals in vals_list
            ]
        return super().create(vals_list)

    @api.model
    def _get_visitor_marks(self):
        """What the cookies of a customer who writes on the site say; once a request.

        :return: dict of the fields that are known
        """
        if not request or not request.env or not request.env.uid:
            return {}
        if request.env.user._is_internal():
            return {}
        # sudo: utm.mixin: visitors may neither read nor name campaigns
        mixin = self.env["utm.mixin"].sudo()
        marks = {}
        for _parameter, name, cookie in mixin.tracking_fields():
            value = (request.cookies.get(cookie) or "").strip()[:LONGEST_NAME]
            if value and name in self._fields:
                model = self._fields[name].comodel_name
                marks[name] = self._find_mark(mixin, model, value)
        return marks

    @api.model
    def _find_mark(self, mixin, model, value):
        """The campaign, source or medium of this name; False while another names it.

        A customer's request must not fail because two came with a new name at once.
        """
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                return mixin._find_or_create_record(model, value).id
        except psycopg2.errors.UniqueViolation:
            return False

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Mark a ticket that answers a mailing; the mailing learns of the answer."""
        trace = self._find_answered_mailing(msg_dict)
        if trace:
            trace.set_replied()
            mailing = trace.mass_mailing_id
            custom_values = {
                "campaign_id": mailing.campaign_id.id,
                "source_id": mailing.source_id.id,
                "medium_id": mailing.medium_id.id,
                **(custom_values or {}),
            }
        return super().message_new(msg_dict, custom_values)

    @api.model
    def _find_answered_mailing(self, msg_dict):
        """The copy of a mailing that a mail answers.

        Its id went to one address: that it is named, from that address, is proof.

        :return: ``mailing.trace``, empty if there is none
        """
        # sudo: mailing.trace: whether this mail answers one
        traces = self.env["mailing.trace"].sudo()
        named = (
            f"{msg_dict.get('in_reply_to') or ''} {msg_dict.get('references') or ''}"
        )
        ids = mail_header_msgid_re.findall(named)[:MOST_REFERENCES]
        address = email_normalize(msg_dict.get("email_from"), strict=False)
        if not ids or not address:
            return traces
        return traces.search(
            [
                ("message_id", "in", ids),
                ("email", "=", address),
                ("mass_mailing_id", "!=", False),
            ],
            limit=1,
        )


class MailingTrace(models.Model):
    _inherit = "mailing.trace"

    # Each mail that begins a ticket is looked for among all that were ever sent.
    _message_id_idx = models.Index("(message_id) WHERE message_id IS NOT NULL")
