"""The documents that keep a promise: deliveries, credit notes, payments, actions."""

from odoo import api, fields, models


class SupportPromise(models.Model):
    _inherit = "support.promise"

    @api.model
    def _keep_for(self, documents):
        """Decide the open promises that these documents fulfil, once they do.

        :param documents: ``stock.picking``, ``account.move``, ``payment.transaction``
            or ``support.ticket.action``
        """
        name = _FIELDS[documents._name]
        domain = [(name, "in", documents.ids)]
        if "support_action_id" in documents._fields:
            # sudo: support.ticket.action: which one made a document of the store
            actions = documents.sudo().support_action_id
            if actions:
                domain = ["|", ("action_id", "in", actions.ids), *domain]
        # sudo: support.promise: whoever ships or pays need not see tickets
        promises = self.sudo().search([("state", "=", "open"), *domain])
        promises._keep_fulfilled()

    def _keep_fulfilled(self):
        """Decide those of these promises whose document is done."""
        now = fields.Datetime.now()
        # sudo: support.promise: the documents of other departments are read
        for promise in self.sudo().filtered(lambda promise: promise._is_fulfilled()):
            if promise.due_at >= now:
                promise._decide("kept")
            else:
                promise._break()

    def _is_fulfilled(self):
        action = self.action_id
        return (
            self.picking_id._is_promise_kept()
            or self.transaction_id.state == "done"
            or self.move_id.payment_state in ("paid", "in_payment")
            or (action.state == "done" and not action._get_open_money())
        )

    # --- refunds --------------------------------------------------------------------

    def _tie_to_refunds(self):
        """Tie promises of money to the refund of the case that is under way."""
        # sudo: support.promise, support.ticket.action: of one and the same ticket
        for promise in self.sudo()._filter_untied_refunds():
            under_way = promise.ticket_id.action_ids.filtered(
                lambda action: action.state == "done" and action._get_open_money()
            )
            promise.action_id = under_way[:1]

    def _filter_untied_refunds(self):
        """Keep the open promises of money that nothing keeps by itself yet."""
        return self.filtered(
            lambda promise: (
                promise.state == "open"
                and promise.kind == "refund"
                and not (promise.move_id or promise.transaction_id or promise.action_id)
            )
        )


_FIELDS = {
    "stock.picking": "picking_id",
    "account.move": "move_id",
    "payment.transaction": "transaction_id",
    "support.ticket.action": "action_id",
}
