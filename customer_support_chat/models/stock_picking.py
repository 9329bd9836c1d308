from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    # The words of each public answer are looked up among all tracking numbers.
    _support_tracking_ref_idx = models.Index(
        "(carrier_tracking_ref) WHERE carrier_tracking_ref IS NOT NULL"
    )
