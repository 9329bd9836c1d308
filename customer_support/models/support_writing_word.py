import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import babel_locale_parse

from ..tools import writing_hints

# The languages of the lists that the addon brings.
SHIPPED = ("en", "pt")


class SupportWritingWord(models.Model):
    """A word that agents had better not write to a customer."""

    _name = "support.writing.word"
    _description = "Word to Avoid"
    _order = "kind desc, name, id"

    name = fields.Char(
        "Word or phrase",
        required=True,
        help="A star stands for any ending: escalat*. Accents and capitals do not"
        " matter, but a word all in capitals, such as RMA, is found in capitals only.",
    )
    kind = fields.Selection(
        [
            (writing_hints.RUDE, "Sounds rude"),
            (writing_hints.JARGON, "Jargon or acronym"),
        ],
        default=writing_hints.JARGON,
        required=True,
        help="Jargon is not pointed out where it is explained in brackets.",
    )
    language = fields.Selection(
        "_get_languages",
        help="Looked for in replies to customers of this language. Empty means every"
        " language.",
    )
    suggestion = fields.Char("Better", help="What to write instead.")
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex(
        "(lower(name), COALESCE(language, ''))", "This word is on the list already."
    )

    @api.model
    def _get_languages(self):
        """The store's languages and those of our lists, whatever their countries."""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        codes = {*SHIPPED, *map(_get_short_code, installed)}
        names = babel_locale_parse(self.env.lang).languages
        return sorted((code, names.get(code, code).capitalize()) for code in codes)

    @api.constrains("name")
    def _check_name(self):
        for word in self:
            if not any(character.isalnum() for character in word.name):
                raise ValidationError(
                    self.env._(
                        "%s is not a word: it would be found anywhere.", word.name
                    )
                )

    @api.model
    def _get_words(self, lang):
        """The words to look for in a reply.

        :param str lang: code of the customer's language, such as pt_BR
        :return: list of ``tools.writing_hints.Word``
        """
        domain = [("language", "in", (_get_short_code(lang), False))]
        names = ["name", "kind", "suggestion"]
        return [
            writing_hints.Word(word.name, word.kind, word.suggestion or "")
            for word in self.search_fetch(domain, names)
        ]


def _get_short_code(code):
    return re.split("[_@]", code or "")[0]
