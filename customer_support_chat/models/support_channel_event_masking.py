"""Card numbers in what a provider posted, once it is worked on."""

from odoo import api, models

from odoo.addons.customer_support.tools.number_masking import STAR

from ..tools.json_masking import mask_strings


class SupportChannelEvent(models.Model):
    """A body is known again by its hash and a message by the provider's name for it:
    neither is taken from what is masked here."""

    _inherit = "support.channel.event"

    def _mask_payload(self):
        """Mask what is never read by a program again; what may be retried stays."""
        for event in self:
            masked = self._mask_kept(event.payload, event.state)
            if masked != event.payload:
                event.payload = masked

    @api.model
    def _mask_kept(self, payload, state):
        """The payload that a row of this state keeps."""
        if state not in ("done", "ignored") or not payload:
            return payload
        mask = self.env["mail.message"]._get_support_mask(sign=STAR)
        return mask_strings(payload, mask) or payload

    def action_discard(self):
        """Leave it: it is not worked on any more."""
        result = super().action_discard()
        # sudo: support.channel.event: every column is read-only for people
        self.sudo()._mask_payload()
        return result
