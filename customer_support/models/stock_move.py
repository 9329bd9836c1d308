from odoo import models


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move", "support.action.result.mixin"]

    def _prepare_merge_moves_distinct_fields(self):
        """Keep what an action sends apart from what the order sends."""
        return [*super()._prepare_merge_moves_distinct_fields(), "support_action_id"]


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _get_custom_move_fields(self):
        return [*super()._get_custom_move_fields(), "support_action_id"]


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _prepare_procurement_values(self):
        """Let the goods know the store action that they are sent for."""
        values = super()._prepare_procurement_values()
        if action_id := self.env.context.get("support_action_id"):
            values["support_action_id"] = action_id
        return values

    def _get_outgoing_incoming_moves(self, strict=True):
        """Leave out what is sent again for free: no delivery or sale counts twice."""
        outgoing, incoming = super()._get_outgoing_incoming_moves(strict=strict)
        # sudo: support.ticket.action: only its kind, whoever looks at the order
        free = outgoing.filtered(
            lambda move: move.sudo().support_action_id.kind == "reship"
        )
        return outgoing - free, incoming
