"""Turns the text of a ready course into a course of eLearning."""

from odoo import Command, api, models

AGENT_GROUP = "customer_support.group_support_agent"


class SupportCourseMaker(models.AbstractModel):
    """Writes courses, in each language that the store has."""

    _name = "support.course.maker"
    _description = "Maker of Training Courses"

    @api.model
    def _make(self, content):
        """Make one course that agents, and nobody else, may take.

        :param dict content: name, description and articles, each text by language
        :return: ``slide.channel``
        """
        channel = self._make_translated(
            "slide.channel",
            {"name": content["name"], "description": content["description"]},
            {
                "visibility": "members",
                "enroll": "invite",
                "is_published": True,
            },
        )
        for number, article in enumerate(content["articles"], 1):
            self._make_article(channel, article, number)
        # Last, so that nobody gets a mail for each article.
        channel.enroll_group_ids = self.env.ref(AGENT_GROUP)
        return channel

    @api.model
    def _make_article(self, channel, article, number):
        slide = self._make_translated(
            "slide.slide",
            {"name": article["title"], "html_content": article["body"]},
            {
                "channel_id": channel.id,
                "slide_category": "article",
                "sequence": number,
                "is_published": True,
            },
        )
        for place, question in enumerate(article["questions"], 1):
            self._make_question(slide, question, place)

    @api.model
    def _make_question(self, slide, question, place):
        answers = [
            Command.create(
                {
                    "text_value": answer["text"]["en_US"],
                    "is_correct": answer["is_correct"],
                    "sequence": rank,
                }
            )
            for rank, answer in enumerate(question["answers"], 1)
        ]
        made = self._make_translated(
            "slide.question",
            {"question": question["question"]},
            {"slide_id": slide.id, "sequence": place, "answer_ids": answers},
        )
        for answer, text in zip(made.answer_ids, question["answers"], strict=True):
            self._translate(answer, "text_value", text["text"])

    @api.model
    def _make_translated(self, model, texts, values):
        """Create a record in English and translate it."""
        record = self.env[model].create(
            {**values, **{name: text["en_US"] for name, text in texts.items()}}
        )
        for name, text in texts.items():
            self._translate(record, name, text)
        return record

    @api.model
    def _translate(self, record, name, text):
        """Write a text in the other languages that the store has."""
        installed = dict(self.env["res.lang"].get_installed())
        field = record._fields[name]
        for lang in text.keys() & installed.keys() - {"en_US"}:
            if callable(field.translate):
                # Such a text is translated paragraph by paragraph.
                terms = field.get_trans_terms(record.with_context(lang="en_US")[name])
                translated = dict(
                    zip(terms, field.get_trans_terms(text[lang]), strict=True)
                )
                record.update_field_translations(name, {lang: translated})
            else:
                record.with_context(lang=lang)[name] = text[lang]
