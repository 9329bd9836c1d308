import io
import re
from collections import Counter

import polib

from odoo.tools import file_path
from odoo.tools.translate import TranslationModuleReader, trans_export

GLOSSARY = {
    r"agents?": "atendente",
    r"(?<!in )(?<!just )cases?": "chamado",
    r"deliver(y|ies)": "entrega",
    r"exchanges?": "troca",
    r"invoices?": "fatura",
    r"priority": "prioridade",
    r"refund(s|ed)?": "reembols",
    r"stages?": "etapa",
    r"tags?": "marcador",
    r"teams?": "equipe",
    r"tickets?": "chamado",
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdif]\b|\$?\{\w*\}|\{\{.*?\}\}")
TAG = re.compile(r"</?\w[^>]*>")
SHOWN_ATTRIBUTE = re.compile(
    r"\b(title|alt|placeholder|label|aria-label|data-tooltip)=(\"[^\"]*\"|'[^']*')"
)
END = re.compile(r"([.:?…]|\.\.\.)?$")
MEND = "setup/i18n refreshes the files; then translate what it names."


class I18nChecks:
    """Nothing that people read is missing in Portuguese, or says something else.

    A test class of an addon inherits it and names the addon, and its words that are
    the same in both languages.
    """

    module = ""
    same_in_portuguese = frozenset()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        buffer = io.BytesIO()
        trans_export(None, [cls.module], buffer, "po", cls.env)
        cls.source = polib.pofile(buffer.getvalue().decode())
        cls.template = polib.pofile(file_path(f"{cls.module}/i18n/{cls.module}.pot"))
        cls.portuguese = polib.pofile(file_path(f"{cls.module}/i18n/pt_BR.po"))

    def assertNone(self, wrong, what):
        listed = "\n".join(f"  {one!r}" for one in wrong)
        self.assertFalse(wrong, f"{what}:\n{listed}\n{MEND}")

    def _wrong(self, is_wrong):
        return [
            (entry.msgid, entry.msgstr)
            for entry in self.portuguese.translated_entries()
            if is_wrong(entry.msgid, entry.msgstr)
        ]

    # --- complete ---------------------------------------------------------------

    def test_the_template_is_what_odoo_exports(self):
        self.assertNone(_differences(self.template, self.source), "not as exported")

    def test_every_term_is_in_the_portuguese_file_and_no_other(self):
        source, translated = _places(self.source), _places(self.portuguese)
        self.assertNone(sorted(source.keys() - translated.keys()), "missing")
        self.assertNone(sorted(translated.keys() - source.keys()), "stale")
        self.assertNone(_differences(self.portuguese, self.source), "other places")

    def test_every_term_has_a_translation(self):
        po = self.portuguese
        self.assertNone([e.msgid for e in po.untranslated_entries()], "empty")
        self.assertNone([e.msgid for e in po.fuzzy_entries()], "fuzzy")
        self.assertNone([e.msgid for e in po.obsolete_entries()], "obsolete")

    def test_nothing_stays_english(self):
        same = self._wrong(lambda source, term: source.strip() == term.strip())
        self.assertNone(
            [one for one, _other in same if one not in self.same_in_portuguese],
            "equal to the source",
        )

    def test_the_allow_list_holds_only_what_is_needed(self):
        terms = {e.msgid for e in self.portuguese if e.msgid == e.msgstr}
        self.assertNone(sorted(self.same_in_portuguese - terms), "not in the source")

    def test_no_name_of_the_program_is_taken_for_a_text(self):
        """Odoo's reader of Python takes brackets after a text for another text."""
        names = re.compile(r"\w+[_.]\w[\w.]*")
        terms = [entry.msgid for entry in self.source]
        self.assertNone([one for one in terms if names.fullmatch(one)], "no text")

    # --- faithful ---------------------------------------------------------------

    def test_placeholders_are_those_of_the_source(self):
        def differ(source, term):
            return _placeholders(source) != _placeholders(term)

        self.assertNone(self._wrong(differ), "other placeholders")

    def test_markup_is_that_of_the_source(self):
        def differ(source, term):
            return _tags(source) != _tags(term)

        self.assertNone(self._wrong(differ), "other markup")

    def test_terms_begin_and_end_like_the_source(self):
        def differ(source, term):
            return _edges(source) != _edges(term)

        self.assertNone(self._wrong(differ), "other ends")

    def test_one_word_of_the_trade_has_one_translation(self):
        for word, expected in GLOSSARY.items():
            pattern = re.compile(rf"\b{word}\b", re.IGNORECASE)
            wrong = [
                (entry.msgid, entry.msgstr)
                for entry in self.portuguese
                if pattern.search(_words(entry.msgid))
                and expected not in _words(entry.msgstr).lower()
            ]
            self.assertNone(wrong, f"{word} is {expected}")

    # --- in use -----------------------------------------------------------------

    def test_choices_are_offered_in_portuguese(self):
        """Choices that are computed are read by no exporter: they must be asked for."""
        wrong = []
        for name, model in self.env.registry.items():
            if not name.startswith("support."):
                continue
            english = self.env[name].fields_get(attributes=["selection"])
            portuguese = self.env[name].with_context(lang="pt_BR")
            for field, shown in portuguese.fields_get(attributes=["selection"]).items():
                if not shown or not self._is_ours(model._fields[field]):
                    continue
                # Choices that another addon has added are in its own files.
                added = model._fields[field]._selection_modules(model)
                pairs = zip(
                    english[field].get("selection", ()),
                    shown.get("selection", ()),
                    strict=True,
                )
                wrong += [
                    (name, field, label)
                    for (key, label), (_same_key, translated) in pairs
                    if label == translated
                    and label not in self.same_in_portuguese
                    and self.module in added.get(key, {self.module})
                ]
        self.assertNone(wrong, "not translated")

    def test_the_database_speaks_the_portuguese_of_the_file(self):
        """Records too that are made once and then belong to the store."""
        expected = {entry.msgid: entry.msgstr for entry in self.portuguese}
        wrong = [
            (place, source, value)
            for _module, kind, place, _id, source, value, _comments in (
                TranslationModuleReader(self.env.cr, [self.module], "pt_BR")
            )
            if kind != "code" and (value or source) != expected.get(source)
        ]
        self.assertNone(wrong, "not loaded")

    def _is_ours(self, field):
        """Whether the words of a field are ours: languages name themselves."""
        return self.module in field._modules and field.name != "lang"


def _places(file):
    """Each term with the places it is used in, as Odoo reads them."""
    return {
        entry.msgid: (entry.comment, tuple(sorted(entry.occurrences)))
        for entry in file
        if not entry.obsolete
    }


def _differences(file, other):
    """The terms that only one of two files has, or that stand in other places."""
    ours, theirs = _places(file), _places(other)
    return sorted({term for term, _places_of in ours.items() ^ theirs.items()})


def _placeholders(term):
    """Named ones in any order; those without a name keep theirs."""
    found = PLACEHOLDER.findall(term)
    return sorted(found) if all("(" in one or "{" in one for one in found) else found


def _words(term):
    return PLACEHOLDER.sub("", TAG.sub("", term))


def _tags(term):
    return Counter(SHOWN_ATTRIBUTE.sub(r"\1", tag) for tag in TAG.findall(term))


def _edges(term):
    """White space around a term, and the mark that ends its last sentence."""
    text = term.strip()
    start, _text, end = term.partition(text)
    return start, END.search(text)[0].replace("...", "…"), end
