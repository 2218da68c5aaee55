from odoo import fields, models
from odoo.fields import Domain


class DisputeAsOfFigure(models.TransientModel):
    """One line of the tables of that day."""

    _name = "dispute.as.of.figure"
    _description = "Figure of Disputes as of a Day"
    _inherit = ["dispute.wizard.mixin"]
    _order = "sequence, id"

    as_of_id = fields.Many2one("dispute.as.of", required=True, ondelete="cascade", index=True)
    section = fields.Selection(
        [("movement", "Movements"), ("age", "Age"), ("overdue", "Days overdue")], required=True
    )
    key = fields.Char(required=True)
    sequence = fields.Integer()
    name = fields.Char(required=True)
    currency_id = fields.Many2one(related="as_of_id.currency_id")
    amount = fields.Monetary(string="Disputed")
    amount_receivable = fields.Monetary(string="Receivables")
    amount_undisputed = fields.Monetary(string="Not in Dispute")

    def action_view_lines(self):
        """:return: action on the claims behind this figure"""
        self.ensure_one()
        domain = Domain("as_of_id", "=", self.as_of_id.id)
        domain &= (
            Domain(self.key, "!=", 0) if self.section == "movement" else Domain(self.section, "=", self.key)
        )
        return self.as_of_id.action_view_lines() | {"domain": list(domain), "name": self.name}
