"""A title stands in lists beside others: no sign in it turns them round."""

from odoo import api, models

from ..tools.text_direction import drop_turns

# What customers name themselves, on whichever channel.
SHOWN_IN_LISTS = ("name", "partner_name")


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    @api.model
    def _prepare_kept_texts(self, vals):
        kept = super()._prepare_kept_texts(vals)
        texts = {**vals, **kept}
        shown = {name: texts[name] for name in SHOWN_IN_LISTS if texts.get(name)}
        return {**kept, **{name: drop_turns(text) for name, text in shown.items()}}
