from odoo import api, fields, models
from odoo.fields import Command


class DisputeCaseQuickMixin(models.AbstractModel):
    """The quick door: one invoice, how much of it, and why, typed into a column of the board."""

    _name = "dispute.case.quick.mixin"
    _description = "Quick Dispute"

    currency_id = fields.Many2one("res.currency")
    quick_move_id = fields.Many2one(
        "account.move",
        string="Disputed Invoice",
        store=False,
        domain="[('move_type', '=', 'out_invoice'), ('state', '=', 'posted')]",
        groups="dispute_management.group_dispute_user",
    )
    quick_amount = fields.Monetary(
        string="Disputed Amount", store=False, groups="dispute_management.group_dispute_user"
    )

    @api.onchange("quick_move_id")
    def _onchange_quick_move_id(self):
        for case in self:
            move = case.quick_move_id
            if move:
                case.currency_id = move.currency_id
                case.quick_amount = move._dispute_propose(move._dispute_get_disputable_amounts()[move])

    @api.model
    def _prepare_cases(self, vals_list):
        return super()._prepare_cases([self._prepare_quick_case(vals) for vals in vals_list])

    @api.model
    def _prepare_quick_case(self, vals):
        """:return: values of a case, with the line that the quick door names"""
        if not {"quick_move_id", "quick_amount"} & vals.keys():
            return vals
        values = {name: vals[name] for name in vals if name not in ("quick_move_id", "quick_amount")}
        if vals.get("quick_move_id"):
            line = {"move_id": vals["quick_move_id"], "amount": vals.get("quick_amount") or 0}
            values["line_ids"] = [*(values.get("line_ids") or ()), Command.create(line)]
        return values
