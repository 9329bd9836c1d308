"""Card numbers in the mail as it arrived, once nobody needs it byte by byte."""

import base64

from odoo import models

from ..tools.file_masking import mask_file, mask_raw_mail
from ..tools.number_masking import STAR


class SupportIncomingMail(models.Model):
    """The original stays exact as long as it may be processed, or processed again.

    What identifies a mail (``content_key``) was taken from the bytes that arrived, so
    that a mail which comes again is known by it all the same.
    """

    _inherit = "support.incoming.mail"

    def _prepare_outcome(self, case, values):
        values = super()._prepare_outcome(case, values)
        # Whatever else became of it: a manager may have it processed again.
        if values["state"] == "done" and self._holds_numbers(case.mail):
            values["raw"] = self._get_masked_original()
        return values

    def _holds_numbers(self, mail):
        """Whether something in a mail is not to be kept.

        :param mail: ``tools.incoming_mail_parser.ParsedMail``
        """
        mask = self.env["mail.message"]._get_support_mask(sign=STAR)
        texts = [mail.envelope.subject, mail.envelope.sender_name]
        for body in mail.bodies:
            texts += (body.text, body.html)
        if mail.problems:
            texts.append(self._get_raw_bytes().decode("latin-1"))
        return any(mask(text) != text for text in texts) or any(
            mask_file(file.name, file.content, mask) != file.content
            for file in mail.attachments
        )

    def _get_masked_original(self):
        """The original without these numbers; none at all when it cannot be read."""
        mask = self.env["mail.message"]._get_support_mask(sign=STAR)
        masked = mask_raw_mail(self._get_raw_bytes(), mask)
        return base64.b64encode(masked) if masked else False
