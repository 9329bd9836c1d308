from odoo import fields, models


class SupportTicket(models.Model):
    """What was promised in a case."""

    _inherit = "support.ticket"

    promise_ids = fields.One2many("support.promise", "ticket_id", "Promises")

    def action_new_promise(self):
        """Open the form of a new promise to this customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Promise"),
            "res_model": "support.promise",
            "views": [
                (self.env.ref("customer_support.support_promise_view_form").id, "form")
            ],
            "target": "new",
            "context": {
                "default_ticket_id": self.id,
                "default_picking_id": self._get_delivery_to_come().id,
            },
        }

    def _get_delivery_to_come(self):
        """The delivery of this ticket that a promise can be about: none that has left.

        One that is done would keep a promise at the moment it is given.
        """
        return self.picking_id.filtered(lambda p: p.state not in ("done", "cancel"))

    def _merge_conversation_into(self, survivor, moved):
        result = super()._merge_conversation_into(survivor, moved)
        # sudo: support.promise: what was promised goes on with the case
        self.sudo().promise_ids.write({"ticket_id": survivor.id})
        return result

    def _get_portal_promises(self):
        """The open promises in plain words for the customer, soonest first.

        :return: list of str
        """
        self.ensure_one()
        # sudo: support.promise: the customer reads what was promised to him
        promises = self.sudo().promise_ids.filtered(lambda p: p.state == "open")
        return [
            self._get_promise_words(promise) for promise in promises.sorted("due_at")
        ]

    def _get_promise_words(self, promise):
        moment = self._format_moment(promise.due_at)
        words = {
            "delivery": self.env._("Your delivery arrives by %s.", moment),
            "refund": self.env._("You get your money back by %s.", moment),
            "call_back": self.env._("We call you by %s.", moment),
        }
        if promise.name:
            return self.env._(
                "%(what)s, by %(moment)s", what=promise.name, moment=moment
            )
        return words.get(promise.kind) or self.env._("We keep our word by %s.", moment)
