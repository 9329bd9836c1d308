"""A title stands in lists beside others: no sign in it turns them round."""

from odoo import api, models

from ..tools.text_direction import drop_turns

# What customers name themselves, on whichever channel.
SHOWN_IN_LISTS = ("name", "partner_name")


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals.update(self._prepare_shown_values(vals))
        return super().create(vals_list)

    def write(self, vals):
        return super().write({**vals, **self._prepare_shown_values(vals)})

    @api.model
    def _prepare_shown_values(self, vals):
        given = {name: vals[name] for name in SHOWN_IN_LISTS if vals.get(name)}
        return {name: drop_turns(text) for name, text in given.items()}
