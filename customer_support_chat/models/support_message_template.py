import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.customer_support.tools.placeholders import Link

PLACE = re.compile(r"\{\{(\d+)\}\}")


class SupportMessageTemplate(models.Model):
    """A text that a provider has approved for writing to a customer at any time.

    Its places {{1}}, {{2}} are filled from the ticket, by the same words that
    canned replies use.
    """

    _name = "support.message.template"
    _description = "Approved Message"
    _order = "name, id"

    name = fields.Char(
        required=True,
        help="The name at the provider, such as order_update.",
    )
    active = fields.Boolean(default=True)
    channel_id = fields.Many2one(
        "support.channel",
        required=True,
        ondelete="cascade",
        domain=[("kind", "=", "whatsapp")],
    )
    lang_code = fields.Char(
        "Language",
        required=True,
        default="pt_BR",
        help="The code at the provider, such as pt_BR or en.",
    )
    body = fields.Text(
        "Approved text",
        required=True,
        help="Exactly as approved, with its places: Hello {{1}}, your order {{2}} is on"
        " its way.",
    )
    place_ids = fields.One2many(
        "support.message.template.place", "template_id", "Places"
    )

    _name_unique = models.UniqueIndex(
        "(channel_id, name, lang_code)", "This template is known in this language."
    )

    @api.constrains("body", "place_ids")
    def _check_places(self):
        for template in self:
            wanted = sorted({int(number) for number in PLACE.findall(template.body)})
            filled = sorted(template.place_ids.mapped("number"))
            if wanted != filled:
                raise ValidationError(
                    self.env._(
                        "The text of %(name)s has the places %(wanted)s, and values are"
                        " set for %(filled)s. Each place needs one value.",
                        name=template.name,
                        wanted=wanted,
                        filled=filled,
                    )
                )

    @api.onchange("body")
    def _onchange_body(self):
        numbers = {int(number) for number in PLACE.findall(self.body or "")}
        known = set(self.place_ids.mapped("number"))
        self.place_ids = [
            fields.Command.create({"number": number})
            for number in sorted(numbers - known)
        ]

    def _fill(self, ticket):
        """The text and its values for a ticket.

        :return: the whole text as the customer reads it, and the list of values
        :raise UserError: naming each place that has no value in this ticket
        """
        self.ensure_one()
        values = {place.number: place._get_value(ticket) for place in self.place_ids}
        missing = [str(number) for number, value in values.items() if not value]
        if missing:
            raise UserError(
                self.env._(
                    "The template %(name)s cannot be sent: this ticket has no value for"
                    " place %(places)s. Link the order, or choose another template.",
                    name=self.name,
                    places=", ".join(missing),
                )
            )
        text = PLACE.sub(lambda place: values[int(place.group(1))], self.body)
        return text, [values[number] for number in sorted(values)]


class SupportMessageTemplatePlace(models.Model):
    _name = "support.message.template.place"
    _description = "Place in an Approved Message"
    _order = "number"

    template_id = fields.Many2one(
        "support.message.template", required=True, ondelete="cascade", index=True
    )
    number = fields.Integer(required=True)
    placeholder = fields.Selection("_get_placeholders", "Filled with", required=True)

    _number_unique = models.UniqueIndex("(template_id, number)")

    @api.model
    def _get_placeholders(self):
        return list(self.env["support.ticket"]._get_placeholder_labels().items())

    def _get_value(self, ticket):
        """The plain text of this place for a ticket; empty when there is none."""
        value = ticket._get_placeholder_values([self.placeholder])[self.placeholder]
        if isinstance(value, list):
            value = value[0] if value else ""
        return value.url if isinstance(value, Link) else value or ""
