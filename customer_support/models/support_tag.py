from random import randint

from odoo import fields, models


class SupportTag(models.Model):
    """A free label on tickets."""

    _name = "support.tag"
    _description = "Support Tag"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer(default=lambda self: randint(1, 11))

    _name_unique = models.UniqueIndex("(name)", "This tag exists already.")
