"""A sender joined to a customer by a proof, and taken away again."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import hash_sign, verify_hash_signed

LINK_SCOPE = "customer_support.join_sender"
LINK_HOURS = 48
LINKS_PER_HOUR = 3
# What says whose a sender is: written by our own methods alone.
_PROOF_FIELDS = frozenset(
    (
        *("partner_id", "is_verified", "verified_by", "verified_at"),
        *("verified_user_id", "join_serial"),
    )
)


class SupportIdentity(models.Model):
    _name = "support.identity"
    _inherit = ["support.identity", "mail.thread"]

    verified_by = fields.Selection(
        [
            ("login", "Signed in"),
            ("link", "Link in a mail"),
            ("code", "Code to the order's address"),
            ("agent", "Confirmed by staff"),
        ],
        "Proof",
        readonly=True,
        help="How the customer has shown that this sender is theirs.",
    )
    verified_at = fields.Datetime("Proven on", readonly=True)
    verified_user_id = fields.Many2one(
        "res.users",
        "Joined by",
        readonly=True,
        ondelete="set null",
        help="The colleague who joined the sender to the customer; empty when the "
        "customer did it.",
    )
    join_serial = fields.Integer(
        readonly=True, help="Counts the splits: links from before them end."
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_proof_untouched(vals)
        return super().create(vals_list)

    def write(self, vals):
        # A proven sender under another name would be another sender.
        self._check_proof_untouched(vals, {"channel_id", "sender_key"})
        return super().write(vals)

    def _check_proof_untouched(self, vals, also=()):
        """Whose a sender is follows from a proof, never from an edited field.

        :raise AccessError: for whoever comes by another way than our own methods
        """
        if not self.env.su and not (_PROOF_FIELDS | set(also)).isdisjoint(vals):
            raise AccessError(
                self.env._("A sender is joined to a customer by a proof alone.")
            )

    # --- joining ------------------------------------------------------------------

    def _join(self, partner, proof, user=None):
        """Note that this sender is that customer; the cases that he began follow.

        :param partner: ``res.partner``
        :param str proof: a value of ``verified_by``; the caller has seen it
        :param user: ``res.users`` who joined them; none when the customer did
        :raise UserError: when the sender is proven to be somebody else
        """
        self.ensure_one()
        # sudo: support.identity: the caller has checked the proof
        identity = self.sudo()
        if identity.is_verified and identity.partner_id == partner:
            return
        if identity.is_verified:
            raise UserError(
                self.env._(
                    "%(sender)s belongs to %(customer)s. Take it away there first.",
                    sender=identity.display_name,
                    customer=identity.partner_id.display_name,
                )
            )
        identity.write(
            {
                "partner_id": partner.id,
                "is_verified": True,
                "verified_by": proof,
                "verified_at": fields.Datetime.now(),
                "verified_user_id": user.id if user else False,
            }
        )
        tickets = identity._find_tickets_to_join(partner)
        tickets.write({"partner_id": partner.id, "claimed_partner_id": False})
        identity._log_join(tickets, partner, user)

    def _find_tickets_to_join(self, partner):
        """The cases of this sender that say nothing else about the customer."""
        tickets = self.env["support.ticket"].search(
            [
                ("identity_id", "in", self.ids),
                ("partner_id", "=", False),
                ("claimed_partner_id", "in", (False, partner.id)),
            ]
        )
        return tickets.filtered(
            lambda ticket: ticket.claimed_partner_id or not ticket.sale_order_id
        )

    def _log_join(self, tickets, partner, user):
        proofs = dict(self._fields["verified_by"]._description_selection(self.env))
        text = self.env._(
            "%(sender)s belongs to %(customer)s. Proof: %(proof)s",
            sender=self.display_name,
            customer=partner.display_name,
            proof=proofs[self.verified_by] + (f" ({user.name})" if user else ""),
        )
        self._log_on(self, text, user)
        self._log_on(tickets, text, user)

    def _log_on(self, records, text, user=None):
        author = (user or self.env.user).partner_id
        for record in records:
            record._message_log(body=text, author_id=author.id)

    def _find_proof_by_code(self, partner):
        """Whether this sender typed a code that went to an order of this customer."""
        contacts = self._get_proven_orders()._get_support_contacts()
        return partner.commercial_partner_id in contacts.commercial_partner_id

    # --- by a link ----------------------------------------------------------------

    def _make_join_link(self, partner):
        """The address by which whoever reads this customer's mail joins the sender.

        :raise UserError: after too many of them
        """
        self.ensure_one()
        # sudo: support.rate.limit: no mail bomb by the agents' button
        limits = self.env["support.rate.limit"].sudo()
        if not limits._hit("join_link", str(self.id), LINKS_PER_HOUR, 3600):
            raise UserError(
                self.env._("There were several mails within the last hour already.")
            )
        # sudo: ir.config_parameter: reads the secret that signs the link
        token = hash_sign(
            self.env(su=True),
            LINK_SCOPE,
            [self.id, partner.id, self.sudo().join_serial or 0],
            expiration_hours=LINK_HOURS,
        )
        return f"{self.get_base_url()}/support/join/{token}"

    @api.model
    def _read_join_link(self, token):
        """The sender and the customer of a link of ours, both in sudo.

        Both are empty when we have not made it, it has ended, or the sender was
        taken away from a customer since then.
        """
        # sudo: support.identity, res.partner: named by what we have signed
        identities, partners = self.sudo(), self.env["res.partner"].sudo()
        try:
            values = verify_hash_signed(self.env(su=True), LINK_SCOPE, token)
        except ValueError:
            values = None
        identity = identities.browse(values[0]).exists() if values else identities
        if not identity or (identity.join_serial or 0) != values[2]:
            return identities, partners
        partner = partners.browse(values[1]).exists()
        taken = identity.is_verified and identity.partner_id != partner
        if not partner or taken:
            return identities, partners
        return identity, partner

    # --- splitting ----------------------------------------------------------------

    def action_split(self):
        """Take these senders away from their customers again.

        :raise AccessError: for an agent who may not work on all cases that change
        """
        self.check_access("read")
        for identity in self.filtered("partner_id"):
            identity._check_may_split()
            # sudo: support.identity: checked above
            identity.sudo()._split(self.env.user)

    def _check_may_split(self):
        user = self.env.user
        if user.has_group("customer_support.group_support_manager"):
            return
        # sudo: support.ticket: found to ask whether this agent may write them
        identity = self.sudo()
        merged = identity._find_merges_to_undo()
        tickets = identity._find_tickets_to_split() | merged | merged.merged_into_id
        tickets = tickets.with_env(self.env)
        is_agent = user.has_group("customer_support.group_support_agent")
        if not is_agent or tickets._filtered_access("write") != tickets:
            raise AccessError(
                self.env._(
                    "Cases of colleagues hang on this sender. Please ask a manager."
                )
            )

    def _find_tickets_to_split(self):
        """The cases whose customer is known by this sender alone."""
        tickets = self._find_own_tickets()
        return tickets - self._filter_known_otherwise(tickets)

    def _find_own_tickets(self):
        """The cases that this sender began and that are the customer's."""
        return self.env["support.ticket"].search(
            [
                ("identity_id", "=", self.id),
                ("partner_id", "=", self.partner_id.id or 0),
            ]
        )

    def _filter_known_otherwise(self, tickets):
        """Those in which the customer has also written by mail or with a login."""
        domain = [
            ("model", "=", "support.ticket"),
            ("res_id", "in", tickets.ids),
            ("author_id", "=", self.partner_id.id),
            "|",
            ("message_type", "=", "email"),
            ("create_uid", "in", self.partner_id.user_ids.ids),
        ]
        messages = self.env["mail.message"].search_fetch(domain, ["res_id"])
        return tickets.browse(set(messages.mapped("res_id")))

    def _split(self, user):
        """Make this sender a stranger again; what it has proven counts no more."""
        self.ensure_one()
        partner, tickets = self.partner_id, self._find_tickets_to_split()
        self.write(
            {
                "partner_id": False,
                "is_verified": False,
                "verified_by": False,
                "verified_at": False,
                "verified_user_id": False,
                "join_serial": (self.join_serial or 0) + 1,
            }
        )
        self.proof_ids.unlink()
        codes = self.env["support.one.time.code"]
        codes.search([("identity_id", "=", self.id)]).unlink()
        tickets._unprove_customer()
        text = self.env._(
            "%(sender)s was taken away from %(customer)s.",
            sender=self.display_name,
            customer=partner.display_name,
        )
        self._log_on(self, text, user)
        self._log_on(tickets, text, user)
