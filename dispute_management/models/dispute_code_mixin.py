import re

from odoo import api, fields, models
from odoo.fields import Domain

#: How these records are shown, and so exported and typed: their code and name.
_SHOWN = re.compile(r"\s*\[([^\]]+)\]\s*(.+?)\s*")


class DisputeCodeMixin(models.AbstractModel):
    """Lists whose entries have a code, shown before their name and found by either or both."""

    _name = "dispute.code.mixin"
    _description = "Dispute Code"
    _inherit = ["dispute.configuration.mixin"]
    _order = "sequence, code, id"
    _rec_names_search = ["name", "code"]

    code = fields.Char(required=True)

    @api.depends("code", "name")
    def _compute_display_name(self):
        for record in self:
            record.display_name = f"[{record.code}] {record.name}" if record.code else record.name

    @api.model
    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        if domain is NotImplemented or operator in Domain.NEGATIVE_OPERATORS:
            return domain
        shown = [_SHOWN.fullmatch(text) for text in ([value] if isinstance(value, str) else value or ())]
        both = Domain.OR(
            Domain("code", "=ilike", found[1]) & Domain("name", "=ilike", found[2])
            for found in shown
            if found
        )
        return Domain(domain) | both
