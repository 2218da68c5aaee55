from odoo import api, fields, models
from odoo.exceptions import UserError

SETTLEMENT_STATES = [
    ("draft", "Draft"),
    ("to_approve", "To approve"),
    ("approved", "Approved"),
    ("proposed", "Proposed"),
    ("accepted", "Accepted"),
    ("declined", "Declined"),
    ("expired", "Expired"),
    ("processing", "Processing"),
    ("executed", "Executed"),
    ("cancelled", "Cancelled"),
]


class DisputeSettlement(models.Model):
    """Proposed resolution of a case: how much, of which kind, on which line."""

    _name = "dispute.settlement"
    _description = "Dispute Settlement"
    _inherit = [
        "dispute.facts.mixin",
        "dispute.settlement.execution.mixin",
        "mail.thread",
    ]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    case_id = fields.Many2one("dispute.case", required=True, index=True, ondelete="restrict", readonly=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    state = fields.Selection(SETTLEMENT_STATES, default="draft", required=True, readonly=True, tracking=True)
    line_ids = fields.One2many("dispute.settlement.line", "settlement_id")
    resolution_id = fields.Many2one("dispute.resolution", check_company=True)
    reason_text = fields.Text(string="Reason", help="What the customer reads of the decision.")
    user_id = fields.Many2one(
        "res.users", string="Proposed by", default=lambda self: self.env.user, readonly=True
    )
    date_executed = fields.Datetime(string="Executed", readonly=True, copy=False)
    amount = fields.Monetary(compute="_compute_amount", store=True)

    @api.depends("case_id.name", "state")
    def _compute_name(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for settlement in self:
            settlement.name = f"{settlement.case_id.name} · {labels[settlement.state]}"

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for settlement in self:
            settlement.amount = sum(settlement.line_ids.mapped("amount"))

    def write(self, vals):
        self._check_unexecuted()
        return super().write(vals)

    @api.model
    def _get_fact_fields(self, creating=False):
        return super()._get_fact_fields(creating) | {
            "amount",
            "company_id",
            "date_executed",
            "state",
            "user_id",
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(settlement.state not in ("draft", "cancelled") for settlement in self):
            raise UserError(self.env._("Only a draft settlement can be deleted."))

    def _check_unexecuted(self):
        """:raise UserError: when a settlement was executed, and so is evidence"""
        executed = self.filtered(lambda settlement: settlement.state == "executed")
        if executed:
            raise UserError(self.env._("%s was executed and can't be changed any more.", executed[0].name))
