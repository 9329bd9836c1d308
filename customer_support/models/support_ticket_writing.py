"""What an agent may want to look at before a reply leaves. Nothing is refused."""

from odoo import api, models

from ..tools import greeting, writing_hints


class SupportTicket(models.Model):
    _inherit = "support.ticket"

    @api.readonly
    def get_writing_hints(self, body, macro_id=False):
        """The hints on a reply that is about to be sent to the customer.

        :param str body: the reply (HTML)
        :param int macro_id: the macro that it was prepared by, if any
        :return: list of dict with the keys kind and text, the gravest first; the text
            is in the agent's language
        :raise AccessError: if the user may not read this ticket
        """
        self.ensure_one()
        self.check_access("read")
        macro = self.env["support.macro"].browse(macro_id or ())
        return self._get_writing_hints(body, macro)

    def _get_writing_hints(self, body, macro):
        # sudo: support.team: whether the team wants hints, no more
        if self.env.user.share or not self.sudo().team_id.shows_writing_hints:
            return []
        text = writing_hints.get_written_text(body)
        # sudo: support.writing.word: looked for in the reply, whoever answers
        words = self.env["support.writing.word"].sudo()
        found = writing_hints.find_hints(
            text, words._get_words(self._get_customer_lang()), macro._get_late_names()
        )
        hints = [
            {"kind": hint.kind, "text": self._describe_hint(hint)} for hint in found
        ]
        blanks = [hint for hint in hints if hint["kind"] == "blank"]
        others = hints[len(blanks) :]
        return [
            *blanks,
            *self._get_greeting_hints(text),
            *others,
            *self._get_macro_hints(text, macro),
        ]

    def _get_greeting_hints(self, text):
        names = self._get_greeted_names()
        wrong = greeting.find_wrong_name(text, names)
        if not wrong:
            return []
        words = self.env._(
            "The greeting says %(greeted)s; the customer is %(customer)s.",
            greeted=wrong,
            customer=names[0],
        )
        return [{"kind": "name", "text": words}]

    def _get_greeted_names(self):
        """Who may be greeted: the customer and the participants.

        :return: list of names, the customer's first; empty when nobody's is known
        """
        # sudo: res.partner: names that are compared with the greeting
        ticket = self.sudo()
        customer = ticket._get_customer()
        if customer.is_company:
            # Whoever writes for it is greeted, and need not be a contact here.
            return []
        own = [customer.name, ticket.partner_name]
        known = [name for name in own if name and _is_name(name)]
        others = ticket._get_participants().mapped("name")
        return [*known, *filter(None, others)] if known else []

    def _get_macro_hints(self, text, macro):
        if not macro or not text:
            return []
        prepared = writing_hints.get_written_text(macro._get_preview(self)[0])
        if not writing_hints.is_unchanged(text, prepared):
            return []
        words = self.env._("This is the macro's text without a word changed.")
        return [{"kind": "macro", "text": words}]

    def _describe_hint(self, hint):
        """One hint in the agent's words.

        :param hint: ``tools.writing_hints.Hint``
        """
        _ = self.env._
        if hint.kind == "blank":
            return _("Still to be filled in: %s", hint.found)
        if hint.kind == "long":
            return _(
                "A sentence of %(count)s words: “%(start)s…”",
                count=hint.count,
                start=hint.found,
            )
        details = {"word": hint.found, "better": hint.suggestion}
        if hint.kind == writing_hints.RUDE and hint.suggestion:
            return _("“%(word)s” may sound rude. Better: %(better)s", **details)
        if hint.kind == writing_hints.RUDE:
            return _("“%s” may sound rude.", hint.found)
        if hint.suggestion:
            return _("Does the customer know “%(word)s”? Better: %(better)s", **details)
        return _("Does the customer know “%s”? Explain it in brackets.", hint.found)


def _is_name(text):
    """Whether this is a person's name, and no number or visitor's label."""
    return "@" in text or not any(character.isdigit() for character in text)
