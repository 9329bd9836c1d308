from odoo import api, fields, models
from odoo.tools import SQL, email_normalize


class SupportIdentity(models.Model):
    """Who a sender on a channel is, and whether that has been proven.

    An address typed into a form or a social handle is a claim. A portal login, a signed
    link or a code sent to the address of the order is proof. A claim never unlocks the
    data of an order.
    """

    _name = "support.identity"
    _description = "Customer Identity"
    _inherit = "support.exported.mixin"
    _order = "id desc"
    _rec_name = "sender_key"

    channel_id = fields.Many2one("support.channel", required=True, ondelete="cascade")
    sender_key = fields.Char(
        "Sender", required=True, help="Address, number or handle on that channel."
    )
    email_normalized = fields.Char(
        compute="_compute_email_normalized",
        store=True,
        index="btree_not_null",
        help="The sender, where it is an e-mail address: Odoo's privacy lookup finds"
        " people by it.",
    )
    partner_id = fields.Many2one("res.partner", "Customer", index="btree_not_null")
    is_verified = fields.Boolean(
        "Proven", help="The customer has shown that this sender is really theirs."
    )

    _sender_unique = models.UniqueIndex(
        "(channel_id, sender_key)", "This sender is known on this channel already."
    )

    @api.depends("sender_key")
    def _compute_email_normalized(self):
        for identity in self:
            identity.email_normalized = _get_address(identity.sender_key)

    @api.model
    def _get_or_create(self, channel, sender_key):
        """The identity of a sender; two parallel first messages make one.

        :param channel: ``support.channel``
        :param str sender_key: as the channel names the sender
        """
        domain = [("channel_id", "=", channel.id), ("sender_key", "=", sender_key)]
        found = self.search(domain, limit=1)
        if found:
            return found
        self.env.execute_query(
            SQL(
                """INSERT INTO support_identity
                               (channel_id, sender_key, email_normalized, create_uid,
                                create_date, write_uid, write_date)
                        VALUES (%s, %s, %s, %s, now() AT TIME ZONE 'UTC',
                                %s, now() AT TIME ZONE 'UTC')
                   ON CONFLICT (channel_id, sender_key)
                   DO UPDATE SET sender_key = EXCLUDED.sender_key
                     RETURNING id""",
                channel.id,
                sender_key,
                _get_address(sender_key) or None,
                self.env.uid,
                self.env.uid,
            )
        )
        return self.search(domain, limit=1)


def _get_address(sender_key):
    return "@" in (sender_key or "") and email_normalize(sender_key, strict=False)
