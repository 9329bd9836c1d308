"""A ticket's own texts, and what is mailed to colleagues, hold no card numbers."""

from odoo import api, models

from ..tools.file_masking import mask_file
from ..tools.number_masking import STAR

MASKED = ("name", "description", "partner_name", "email_from")


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals.update(self._prepare_kept_texts(vals))
        return super().create(vals_list)

    def write(self, vals):
        return super().write({**vals, **self._prepare_kept_texts(vals)})

    @api.model
    def _prepare_kept_texts(self, vals):
        """What of these values is kept otherwise than it was given.

        :param dict vals: what ``create`` or ``write`` was called with
        :return: dict of the texts that differ, or may
        """
        return self.env["mail.message"]._mask_support_values(vals, MASKED)

    def message_post(self, **kwargs):
        if kwargs.get("body"):
            mask = self.env["mail.message"]._mask_support_numbers
            kwargs["body"] = mask(kwargs["body"])
        if kwargs.get("attachments"):
            kwargs["attachments"] = self._mask_files(kwargs["attachments"])
        return super().message_post(**kwargs)

    @api.model
    def _mask_files(self, files):
        """Return files, as ``message_post`` takes them, without numbers in texts."""
        return [
            (name, self._mask_file(name, content), *details)
            for name, content, *details in files
        ]

    @api.model
    def _mask_file(self, name, content):
        """The content of a file as the settings of support let it be kept."""
        mask = self.env["mail.message"]._get_support_mask(sign=STAR)
        return mask_file(name, content, mask)
