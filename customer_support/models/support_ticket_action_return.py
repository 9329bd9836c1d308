"""Goods come back: a return of Odoo's own, with a label or a slip."""

from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class SupportTicketAction(models.Model):
    _inherit = "support.ticket.action"

    picking_ids = fields.One2many(
        "stock.picking", "support_action_id", "Transfers", readonly=True
    )

    def _check_return(self):
        if not self.line_ids:
            raise UserError(self.env._("Please choose what comes back, and how many."))
        for line in self.line_ids.filtered("part_id"):
            if line.part_id not in line.sale_line_id._get_parts():
                raise UserError(
                    self.env._(
                        "%(part)s is no part of %(product)s.",
                        part=line.part_id.display_name,
                        product=line.product_id.display_name,
                    )
                )
        self._plan_returns()

    def _execute_return(self):
        self._create_returns()

    def _get_open_points_return(self):
        return self._get_open_goods()

    def _get_returns(self):
        """The transfers of this action that bring goods back to the store."""
        return self.picking_ids.filtered(lambda p: p.location_id._is_outgoing())

    def _create_returns(self, method="action_create_returns"):
        """Make the returns with Odoo's own wizard, one for each delivery.

        :param str method: the wizard's button: a return, or a return with the same
            goods again
        """
        for picking, plan in self._plan_returns().items():
            wizard = self.env["stock.return.picking"].with_context(
                active_id=picking.id,
                active_ids=picking.ids,
                active_model=picking._name,
                support_action_id=self.id,
            )
            wizard = wizard.create({})
            quantity_by_move = defaultdict(float)
            for move, quantity, _lot in plan:
                quantity_by_move[move] += quantity
            for line in wizard.product_return_moves:
                line.quantity = quantity_by_move.get(line.move_id, 0.0)
            made = self.env["stock.picking"].browse(getattr(wizard, method)()["res_id"])
            self._set_lots(made, plan)
            made.write({"support_action_id": self.id, "origin": self._get_origin()})
        self._get_returns()._request_support_label()

    def _plan_returns(self):
        """{delivery: [(move, quantity, lot)]} of what comes back.

        :raise UserError: if the customer does not have so many
        """
        plan_by_picking, taken = defaultdict(list), defaultdict(float)
        # Where a lot is named, it is taken from where it was sent, before the others.
        for line in self.line_ids.sorted(lambda line: not line.lot_id):
            for move, quantity in line.sale_line_id._plan_return(
                line.quantity, line.lot_id, line.part_id, taken
            ):
                lot = line.lot_id if line.lot_id.product_id == move.product_id else None
                plan_by_picking[move.picking_id].append((move, quantity, lot))
        return plan_by_picking

    def _set_lots(self, picking, plan):
        """Say which lots come back, where the ticket names them."""
        for move in picking.move_ids:
            lots = [
                (lot, quantity)
                for origin, quantity, lot in plan
                if lot and origin == move.origin_returned_move_id
            ]
            if lots:
                move.move_line_ids.unlink()
                move.move_line_ids = [
                    Command.create(
                        {
                            **move._prepare_move_line_vals(quantity=0),
                            "lot_id": lot.id,
                            "quantity": quantity,
                        }
                    )
                    for lot, quantity in lots
                ]

    def _get_origin(self):
        return self.env._(
            "%(order)s, ticket %(number)s",
            order=self.order_id.name,
            number=self.ticket_id.number,
        )

    def _get_open_goods(self):
        """Sentences about transfers of this action that are not done."""
        sentences = []
        for picking in self.picking_ids:
            if picking.state == "done":
                continue
            name = picking.name
            if picking.state == "cancel":
                sentences.append(self.env._("%s was cancelled.", name))
            elif picking.location_id._is_outgoing():
                sentences.append(self.env._("%s: the goods have not come back.", name))
            else:
                sentences.append(self.env._("%s: the goods have not been sent.", name))
        return sentences
