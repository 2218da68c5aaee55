from random import randint

from odoo import fields, models


class DisputeTag(models.Model):
    """Free labels."""

    _name = "dispute.tag"
    _description = "Dispute Tag"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer(default=lambda self: randint(1, 11))

    _name_uniq = models.Constraint("UNIQUE(name)", "A tag with this name exists already.")
