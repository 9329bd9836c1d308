from markupsafe import Markup

from odoo import models
from odoo.tools import html_sanitize

from ..tools.mail_text import (
    BODY_LIMIT,
    count_visible,
    drop_charset_claims,
    get_visible_text,
    text_to_html,
)

# Share of the visible text that cleaning may take (hidden previews, white space).
TOLERATED_LOSS = 0.05
TOLERATED_CHARACTERS = 40


class SupportIncomingMail(models.Model):
    """The text and the files of a mail, for the conversation."""

    _inherit = "support.incoming.mail"

    def _render(self, case):
        """Return the body as safe HTML and the files as message_post takes them."""
        files = [
            (file.name, file.content, {"cid": file.cid} if file.cid else {})
            for file in case.mail.attachments
        ]
        bodies = [self._render_body(case, part, files) for part in case.mail.bodies]
        if case.mail.problems:
            files.append(self._attach_original(case))
        body = Markup("<br/>").join(bodies)
        if not body and not files:
            body = Markup("<p>%s</p>") % self.env._("(empty message)")
        return body, files

    def _attach_original(self, case):
        case.notes.append(
            self.env._("Parts of this mail could not be read: see the original.")
        )
        return ("original.eml", self._get_raw_bytes(), {})

    def _render_body(self, case, part, files):
        if not part.html.strip():
            return self._render_text(case, part.text, files)
        source = drop_charset_claims(part.html)
        cleaned = html_sanitize(source, sanitize_tags=False, strip_classes=True)
        before = count_visible(part.html)
        lost = before - count_visible(html_sanitize(cleaned, sanitize_style=True))
        is_whole = lost <= max(TOLERATED_CHARACTERS, TOLERATED_LOSS * before)
        if is_whole and len(cleaned) <= BODY_LIMIT:
            return cleaned
        # The parser or the cleaner dropped words: show them as text, keep the page.
        files.append(("original.html", part.html.encode(), {}))
        case.notes.append(
            self.env._("The formatting of this mail was removed: see original.html.")
        )
        return self._render_text(case, part.text or get_visible_text(part.html), files)

    def _render_text(self, case, text, files):
        if len(text) > BODY_LIMIT:
            files.append(("message.txt", text.encode(), {}))
            case.notes.append(
                self.env._("This mail is very long: see message.txt for all of it.")
            )
            text = text[:BODY_LIMIT]
        return Markup(text_to_html(text))
