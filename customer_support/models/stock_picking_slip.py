import base64

from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import models

BARCODE_SIZE = {"width": 400, "height": 80}


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _get_support_barcode(self):
        """The bar code of a return, for the slip that lies in the parcel.

        Drawn as lines: the pictures of Odoo's own route need a library that not every
        server has.

        :return: address of an image that holds its own data
        """
        self.ensure_one()
        drawing = createBarcodeDrawing("Code128", value=self.name, **BARCODE_SIZE)
        data = base64.b64encode(drawing.asString("svg").encode()).decode()
        return f"data:image/svg+xml;base64,{data}"
