from odoo import api, fields, models
from odoo.exceptions import UserError

APPROVAL_STATES = [
    ("pending", "Waiting"),
    ("approved", "Approved"),
    ("refused", "Refused"),
    ("void", "Void"),
    ("attempt", "Refused attempt"),
]


class DisputeSettlementApproval(models.Model):
    """One tier's decision on a settlement: by whom, for whom, why. Written once, kept."""

    _name = "dispute.settlement.approval"
    _description = "Dispute Settlement Approval"
    _order = "settlement_id, id"
    _rec_name = "tier_name"

    settlement_id = fields.Many2one(
        "dispute.settlement", required=True, index=True, ondelete="restrict", readonly=True
    )
    case_id = fields.Many2one(related="settlement_id.case_id")
    company_id = fields.Many2one(related="settlement_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    tier_ids = fields.Many2many("dispute.approval.tier", string="Tiers", readonly=True)
    tier_name = fields.Char(string="Tier", readonly=True, help="As it was when the approval was asked for.")
    group_id = fields.Many2one("res.groups", string="Approved by", readonly=True, ondelete="restrict")
    amount = fields.Monetary(
        string="Amount tested",
        readonly=True,
        help="All that was settled or pending on the case and its invoices, in company currency.",
    )
    state = fields.Selection(APPROVAL_STATES, required=True, default="pending", readonly=True)
    user_id = fields.Many2one("res.users", string="Decided by", readonly=True, ondelete="restrict")
    delegator_id = fields.Many2one("res.users", string="In place of", readonly=True, ondelete="restrict")
    date = fields.Datetime(string="Decided on", readonly=True)
    reason = fields.Text(string="Why", readonly=True)

    def write(self, vals):
        for approval in self:
            may_become = {"pending": ("approved", "refused", "void"), "approved": ("void",)}
            if vals.get("state") not in may_become.get(approval.state, ()):
                raise UserError(self.env._("Decisions are kept as they were taken."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Decisions are kept as they were taken."))
