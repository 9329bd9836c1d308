"""What is written unasked says how to get no more of it, and a click is enough."""

import re

from markupsafe import Markup

from odoo import api, models
from odoo.tools import consteq, hmac
from odoo.tools.mail import append_content_to_html

_TOKEN = re.compile(r"([a-z]{1,20})-(\d{1,9})-([0-9a-f]{64})")
_GREY = "color: #6c757d;"
_FOOTER = Markup(
    '<p style="font-family: Verdana, Arial, sans-serif; font-size: 12px; {grey}">'
    '{text} <a href="{url}" style="{grey}">{link}</a></p>'
)


class SupportOutreachMixin(models.AbstractModel):
    """The link names the record and is signed, so that no address stands in it."""

    _inherit = "support.outreach.mixin"

    # The models whose mails have such a link, by the word in it.
    _outreach_models = {
        "survey": "support.survey.invitation",
        "notice": "support.proactive.notice",
    }

    def _send_mail(self, template):
        mail_id = super()._send_mail(template)
        # sudo: mail.mail: the one that was just queued for this customer. The link
        # stands in the mail alone, not in the conversation that others read.
        mail = self.env["mail.mail"].sudo().browse(mail_id)
        mail.body_html = append_content_to_html(
            mail.body_html or "", self._render_unsubscribe_footer(), plaintext=False
        )
        return mail_id

    def _prepare_mail_headers(self):
        return {
            **super()._prepare_mail_headers(),
            "List-Unsubscribe": f"<{self._get_unsubscribe_url()}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }

    def _render_unsubscribe_footer(self):
        env = self.with_context(lang=self.lang or self.env.lang).env
        return _FOOTER.format(
            grey=_GREY,
            text=env._("You get this mail as a customer of %s.", self.company_id.name),
            url=self._get_unsubscribe_url(),
            link=env._("Unsubscribe"),
        )

    def _get_unsubscribe_url(self):
        record = self.ticket_id or self.order_id or self
        return f"{record.get_base_url()}/support/unsubscribe/{self._make_token()}"

    def _make_token(self):
        """What stands in the link: which record, and the proof that we wrote it."""
        words = {model: word for word, model in self._outreach_models.items()}
        return f"{words[self._name]}-{self.id}-{self._sign()}"

    def _sign(self):
        # Another address of the same record has another link.
        # sudo: ir.config_parameter: a keyed hash leaves, never the key
        named = (self._name, self.id, self.email)
        return hmac(self.env(su=True), "support.unsubscribe", named)

    @api.model
    def _find_by_unsubscribe_token(self, token):
        """The record that a link belongs to, in sudo; None when there is none."""
        match = _TOKEN.fullmatch(token)
        if not match or match[1] not in self._outreach_models:
            return None
        # sudo: the model of the link: who has the signature got the mail
        model = self.env[self._outreach_models[match[1]]].sudo()
        record = model.browse(int(match[2])).exists()
        if not record.email or not consteq(record._sign(), match[3]):
            return None
        return record

    def _unsubscribe(self):
        """Put the address on Odoo's blacklist; done twice it is the same."""
        # sudo: mail.blacklist: who has the link may add its own address
        blacklist = self.env["mail.blacklist"].sudo()
        text = self.env._("Unsubscribed by the link in a mail of customer support.")
        blacklist._add(self.email, message=text)
