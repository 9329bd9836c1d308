"""What the customer sees of a ticket, and who may see it by a link."""

from datetime import timedelta
from uuid import uuid4

from odoo import api, fields, models
from odoo.tools import consteq, ormcache

# Fields that say whose ticket it is: another value makes the old links void.
OWNER_FIELDS = frozenset(
    ("partner_id", "claimed_partner_id", "email_from", "merged_into_id")
)
DEFAULT_TOKEN_DAYS = 90

# All that customers may read by themselves; the rest is for colleagues, and not
# even to be guessed at by searching or sorting.
CUSTOMER_FIELDS = frozenset(
    (
        "access_url",
        "access_warning",
        "closed_at",
        "company_id",
        "create_date",
        "display_name",
        "email_from",
        "id",
        "name",
        "number",
        "partner_id",
        "partner_name",
        "phone",
        "stage_id",
        "stage_kind",
    )
)


def is_same_secret(secret, given):
    """Compare in constant time what a visitor gives, which may be any text."""
    return given.isascii() and consteq(secret, given)


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    claimed_order_ref = fields.Char(
        string="Order Named by the Sender",
        copy=False,
        help="Order number that a guest typed into the web form. Nobody has checked "
        "that the order is the sender's.",
    )

    def _has_field_access(self, field, operation):
        if not super()._has_field_access(field, operation):
            return False
        if operation == "read" and field.name in CUSTOMER_FIELDS:
            return True
        return self.env.su or self._is_asked_by_staff()

    @api.model
    @ormcache("self.env.uid")
    def _is_asked_by_staff(self):
        """Whether the present user is staff; asked for each value that is read.

        Kept as long as Odoo keeps the groups of a user.
        """
        return self.env.user._is_internal()

    def write(self, vals):
        to_rotate = self.browse()
        if not OWNER_FIELDS.isdisjoint(vals):
            to_rotate = self.filtered(lambda ticket: ticket._has_other_owner(vals))
        result = super().write(vals)
        # sudo: support.ticket: links made for the former owner end, whoever
        # changes the owner
        for ticket in to_rotate.sudo():
            ticket.access_token = str(uuid4())
        return result

    def _has_other_owner(self, vals):
        """Whether `vals` give a ticket with links in use to somebody else."""
        # sudo: support.ticket: the token is hidden from agents
        if not self.sudo().access_token:
            return False
        return any(
            (self[name].id if self._fields[name].relational else self[name])
            != (vals[name] or False)
            for name in OWNER_FIELDS & vals.keys()
        )

    # ------------------------------------------------------------
    # Links
    # ------------------------------------------------------------

    def _is_portal_token(self, token):
        """Whether `token` opens this ticket today.

        A link ends some time after the case was closed (system parameter
        `customer_support.token_days_after_close`), when it was merged away, and
        when the requester changes.
        """
        # sudo: support.ticket: compares the secret, gives nothing away
        ticket = self.sudo()
        own_token = ticket.access_token
        if not token or not own_token or not is_same_secret(own_token, token):
            return False
        return not ticket._is_portal_link_over()

    def _is_portal_link_over(self):
        if self.merged_into_id:
            return True
        if not self.closed_at:
            return False
        # sudo: ir.config_parameter: one setting of ours
        parameters = self.env["ir.config_parameter"].sudo()
        days = parameters.get_param("customer_support.token_days_after_close")
        days = int(days) if (days or "").isdigit() else DEFAULT_TOKEN_DAYS
        return self.closed_at + timedelta(days=days) < fields.Datetime.now()

    def _find_portal_signer(self, signature, partner_id):
        """Return the partner whose signed link this is, if he still takes part.

        :param str signature: `hash` of a link in a mail
        :param int partner_id: `pid` of that link
        :return: `res.partner` in sudo, empty unless it is the customer or a follower
        """
        # sudo: support.ticket: the signature is checked against the hidden token
        ticket = self.sudo()
        partner = self.env["res.partner"].sudo().browse(partner_id)
        if not signature or not ticket.access_token or ticket._is_portal_link_over():
            return partner.browse()
        if not is_same_secret(ticket._sign_token(partner_id), signature):
            return partner.browse()
        takes_part = partner in ticket.partner_id | ticket.message_partner_ids
        return partner if takes_part else partner.browse()

    @api.model
    def _get_thread_with_access(self, thread_id, *, mode="read", **kwargs):
        """Close the routes of the generic chatter to customers and guests.

        They read and write on the pages of this addon, which check files and count
        tries; core's routes take any file and hold a link valid for ever.
        """
        if not self.env.user._is_internal():
            return self.browse()
        return super()._get_thread_with_access(thread_id, mode=mode, **kwargs)

    def _may_show_order(self, user):
        """Whether the order's data may be shown to whoever opened this ticket.

        A login shows what it may read anyway. A link shows it when the address
        it was mailed to stands on the order: it may have been forwarded, and a
        sender's address alone proves nothing about an order.

        :param user: `res.users` that opened the page, maybe the public one
        """
        # sudo: sale.order: addresses of the order are compared, not shown
        order = self.sudo().sale_order_id
        if not order:
            return False
        if not user._is_public():
            return order.with_user(user).sudo(False).has_access("read")
        partners = order.partner_id | order.partner_invoice_id
        partners |= order.partner_shipping_id
        address = self.sudo().email_normalized
        return bool(address) and address in partners.mapped("email_normalized")
