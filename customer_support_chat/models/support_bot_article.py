"""The store's own answers to what customers ask often."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import html2plaintext, is_html_empty

from ..tools.bot import BotReply, get_words, one_line

MAX_ANSWER = 700
MAX_LINKS = 3
# Help centres that may be installed: the model, its title, and what makes a record
# public. They are read with the visitor's own rights.
HELP_CENTRES = (
    ("forum.post", "name", [("parent_id", "=", False), ("state", "=", "active")]),
    ("slide.slide", "name", [("is_published", "=", True), ("is_category", "=", False)]),
)


class SupportBot(models.AbstractModel):
    _inherit = "support.bot"

    @api.model
    def _act_articles(self, session, context):
        """Answer a question with the store's own texts, as they stand there."""
        words = get_words(session.question)
        replies = self._find_answer(words) + self._find_articles(words, context)
        if replies:
            if session._note_progress("support_articles"):
                self._log(session, context, "articles")
            return replies
        return self._say(self.env._("I found no answer to that in our help pages."))

    @api.model
    def _find_answer(self, words):
        """The self-service answer that has most words in common with a question."""
        # sudo: support.reason: published reasons and their answers are public
        reasons = (
            self.env["support.reason"]
            .sudo()
            .search([("website_published", "=", True), ("answer", "!=", False)])
        )
        scored = [
            (self._score_answer(words, reason), reason)
            for reason in reasons
            if not is_html_empty(reason.answer)
        ]
        score, best = max(scored, key=lambda pair: pair[0], default=(0, None))
        if not score:
            return []
        # An article is text, whatever it says and whoever it seems to speak to.
        text = html2plaintext(best.answer, include_references=False).strip()
        if len(text) > MAX_ANSWER:
            text = text[:MAX_ANSWER].rsplit(" ", 1)[0] + "…"
        return [BotReply(text)]

    @api.model
    def _score_answer(self, words, reason):
        """How well a reason fits; its name counts twice, one common word is chance."""
        answer = html2plaintext(reason.answer, include_references=False)
        score = 2 * len(words & get_words(reason.name)) + len(words & get_words(answer))
        return score if score > 1 else 0

    @api.model
    def _find_articles(self, words, context):
        """Links to pages of the help centres that are installed."""
        lines, links = [], []
        for model, title, public in HELP_CENTRES:
            for page in self._search_help_centre(model, title, public, words):
                url = f"{context.base_url}{page.website_url}"
                lines.append(f"{one_line(page[title])}: {url}")
                links.append(url)
        if not lines:
            return []
        lines, links = lines[:MAX_LINKS], links[:MAX_LINKS]
        heading = self.env._("These pages may help:")
        return [BotReply("\n".join([heading, *lines]), tuple(links))]

    @api.model
    def _search_help_centre(self, model, title, public, words):
        if model not in self.env or not words:
            return []
        pages = self.env[model]
        if not pages.has_access("read"):
            return []
        found = Domain.OR(Domain(title, "ilike", word) for word in sorted(words)[:10])
        pages = pages.search(Domain(public) & found, limit=20)
        ranked = pages.sorted(lambda page: -len(words & get_words(page[title])))
        return ranked[:MAX_LINKS]
