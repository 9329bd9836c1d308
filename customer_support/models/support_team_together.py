from odoo import models
from odoo.tools import email_normalize

from .support_incoming_mail_together import KNOWN


class SupportTeam(models.Model):
    _inherit = "support.team"

    def _notify_get_reply_to(self, default=None, author_id=False):
        """Look once for the team's address, and put each author's name before it."""
        known = self.env.cr.cache.get(KNOWN)
        if not known or len(self) != 1:
            return super()._notify_get_reply_to(default=default, author_id=author_id)
        if self.id not in known.replies:
            known.replies[self.id] = super()._notify_get_reply_to()[self.id]
        address = email_normalize(known.replies[self.id])
        if not address:
            return super()._notify_get_reply_to(default=default, author_id=author_id)
        reply = self._notify_get_reply_to_formatted_email(address, author_id=author_id)
        return {self.id: reply}
