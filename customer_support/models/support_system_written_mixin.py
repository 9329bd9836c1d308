from odoo import api, models
from odoo.exceptions import AccessError


class SupportSystemWrittenMixin(models.AbstractModel):
    """Records that the system alone writes, in the name of whoever asked for them."""

    _name = "support.system.written.mixin"
    _description = "Written by the System Alone"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_system_writes()
        return super().create(vals_list)

    def write(self, vals):
        self._check_system_writes()
        return super().write(vals)

    def unlink(self):
        self._check_system_writes()
        return super().unlink()

    def _check_system_writes(self):
        """Nobody edits what was asked for or decided.

        :raise AccessError: for whoever comes by another way than our own methods
        """
        if not self.env.su:
            raise AccessError(
                self.env._("What was done for a ticket cannot be changed by hand.")
            )
