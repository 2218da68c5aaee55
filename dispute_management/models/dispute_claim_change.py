from odoo import api, fields, models
from odoo.exceptions import UserError


class DisputeClaimChange(models.Model):
    """Append-only, dated row for every change of a line's claimed amount."""

    _name = "dispute.claim.change"
    _description = "Dispute Claim Change"
    _order = "date, id"

    line_id = fields.Many2one("dispute.line", required=True, index=True, ondelete="restrict", readonly=True)
    case_id = fields.Many2one("dispute.case", required=True, index=True, ondelete="restrict", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Changed by", readonly=True)
    amount_before = fields.Monetary(readonly=True)
    amount_after = fields.Monetary(readonly=True)
    amount_change = fields.Monetary(compute="_compute_amount_change")

    @api.depends("amount_before", "amount_after")
    def _compute_amount_change(self):
        for change in self:
            change.amount_change = change.amount_after - change.amount_before

    @api.model_create_multi
    def create(self, vals_list):
        changes = super().create(vals_list)
        criteria = self.env["dispute.sla.policy"]._get_criteria()
        if criteria & {"amount_min", "amount_max", "invoice", "due"}:
            # A case that is just being made gets its promises when it is complete.
            changes.case_id.filtered("stage_history_ids")._renew_promises()
        return changes

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The history of a claim can't be deleted."))
