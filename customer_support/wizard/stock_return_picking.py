from odoo import models


class StockReturnPicking(models.TransientModel):
    """What goes out in exchange for the part of a kit is that part again."""

    _inherit = "stock.return.picking"

    def _get_proc_values(self, line):
        values = super()._get_proc_values(line)
        # Only shops with `mrp` have kits; Odoo counts delivered ones by this field.
        if "bom_line_id" in line.move_id._fields:
            # sudo: stock.move: which part of a kit goes out again
            values["bom_line_id"] = line.move_id.sudo().bom_line_id.id
        return values
