"""Who wrote a case, and the customer whom this proves: joined from the ticket."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    can_join_sender = fields.Boolean(compute="_compute_can_join_sender")

    @api.depends("identity_id.is_verified", "partner_id", "claimed_partner_id")
    def _compute_can_join_sender(self):
        for ticket in self:
            # sudo: support.identity: only whether it is proven
            sender = ticket.sudo()._get_sender()
            ticket.can_join_sender = bool(
                sender and not sender.is_verified and ticket._get_customer()
            )

    def _get_sender(self):
        """The ``support.identity`` that writes in this case; empty for e-mail."""
        self.ensure_one()
        return self.identity_id

    def _get_sender_to_join(self):
        """The sender that is not proven yet, and the customer it may be.

        :raise UserError: when there is nothing to join
        """
        self.ensure_one()
        self.check_access("write")
        if not self.can_join_sender:
            raise UserError(
                self.env._(
                    "Choose the customer first, or the sender is proven already."
                )
            )
        # sudo: support.identity: of a ticket that the agent may write
        return self.sudo()._get_sender(), self.sudo()._get_customer()

    def action_join_sender(self):
        """Confirm that the sender is this customer; the code counts if there was one.

        :raise UserError: when there is nothing to join
        """
        sender, customer = self._get_sender_to_join()
        proof = "code" if sender._find_proof_by_code(customer) else "agent"
        sender._join(customer, proof, self.env.user)

    def action_send_join_link(self):
        """Ask the customer, at the address we know, whether the sender is theirs.

        :raise UserError: when there is nothing to join, no address, or too many mails
        """
        sender, customer = self._get_sender_to_join()
        if not customer.email_normalized:
            raise UserError(self.env._("We know no e-mail address of this customer."))
        template = self.env.ref("customer_support.mail_template_join_sender")
        # sudo: mail.template: this mail alone, to the address of the customer
        template.sudo().with_context(
            support_link=sender._make_join_link(customer),
            support_customer=customer.name,
            lang=customer.lang or self.lang,
        ).send_mail(
            sender.id,
            email_values={
                "email_to": customer.email_formatted,
                "recipient_ids": [],
                "author_id": self.company_id.partner_id.id,
                "headers": repr({"Auto-Submitted": "auto-generated"}),
                # On no record: whoever reads the link in a chatter could use it.
                "model": False,
                "res_id": False,
            },
        )
        # sudo: ir.cron: sends the mail queue earlier
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        self._message_log(
            body=self.env._(
                "Asked %(customer)s by mail whether %(sender)s is theirs.",
                customer=customer.display_name,
                sender=sender.display_name,
            )
        )

    def action_view_senders(self):
        """Show who writes for this customer, and how that was proven."""
        self.ensure_one()
        if self.partner_id:
            return self.partner_id.action_view_support_senders()
        action = self.partner_id._prepare_support_senders_action()
        # sudo: support.identity: the id alone, its rights decide
        return {**action, "domain": [("id", "in", self.sudo()._get_sender().ids)]}

    def _unprove_customer(self):
        """Make the customers of these cases claims again: order data is locked."""
        for ticket in self:
            customer = ticket.partner_id
            values = {"partner_id": False, "claimed_partner_id": customer.id}
            # What the customer's record gave is the customer's, not the sender's.
            if ticket.email_normalized == customer.email_normalized:
                values["email_from"] = False
            if ticket.phone == customer.phone:
                values["phone"] = False
            ticket.write(values)
            ticket.message_unsubscribe(customer.ids)
        # Nothing goes on from a stranger's case in one of the customer, or back.
        across = self.next_ticket_ids - self
        across |= self.filtered(lambda ticket: ticket.previous_ticket_id not in self)
        across.previous_ticket_id = False
