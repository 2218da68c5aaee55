from odoo import api, fields, models
from odoo.exceptions import UserError

from .dispute_settlement_answer_mixin import ANSWER_FACTS
from .dispute_settlement_statement_mixin import STATEMENT_FACTS


class DisputeSettlement(models.Model):
    """Proposed resolution of a case: how much, of which kind, on which line."""

    _name = "dispute.settlement"
    _description = "Dispute Settlement"
    _inherit = [
        "dispute.facts.mixin",
        "dispute.settlement.chargeback.mixin",
        "dispute.settlement.pay.by.mixin",
        "dispute.settlement.statement.mixin",
        "dispute.settlement.counter.mixin",
        "dispute.settlement.answer.mixin",
        "dispute.settlement.offer.mixin",
        "dispute.settlement.policy.mixin",
        "dispute.settlement.batch.mixin",
        "dispute.settlement.wording.mixin",
        "dispute.settlement.state.mixin",
        "dispute.settlement.tier.mixin",
        "dispute.settlement.authority.mixin",
        "dispute.settlement.approval.mixin",
        "dispute.settlement.follow.mixin",
        "dispute.settlement.execution.mixin",
        "dispute.settlement.refund.mixin",
        "dispute.settlement.preview.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    case_id = fields.Many2one("dispute.case", required=True, index=True, ondelete="restrict", readonly=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True)
    partner_id = fields.Many2one(related="case_id.partner_id")
    currency_id = fields.Many2one(related="case_id.currency_id")
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    line_ids = fields.One2many("dispute.settlement.line", "settlement_id")
    resolution_id = fields.Many2one("dispute.resolution", check_company=True)
    reason_text = fields.Text(string="Reason", help="What the customer reads of the decision.")
    amount_tested = fields.Monetary(
        string="Tested for approval",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        help="All that was settled or pending on the case and its invoices when this was proposed.",
    )
    date = fields.Date(string="Accounting Date", copy=False, help="Of its documents; empty: the day.")
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
        # What the customer was told and answered comes after, and changes nothing that was booked.
        if not (self.env.su and vals.keys() <= ANSWER_FACTS | STATEMENT_FACTS):
            self._check_unexecuted()
        return super().write(vals)

    @api.model
    def _get_fact_fields(self, creating=False):
        return super()._get_fact_fields(creating) | {
            *ANSWER_FACTS,
            *STATEMENT_FACTS,
            "amount",
            "amount_tested",
            "batch_id",
            "changed_uid",
            "company_id",
            "counter_amount",
            "counter_of_id",
            "date_offered",
            "date_proposed",
            "date_executed",
            "date_reminder",
            "is_automatic",
            "is_by_policy",
            "is_deemed",
            "is_just_below",
            "signature",
            "is_recent_account",
            "state",
            "user_id",
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(settlement.state not in ("draft", "cancelled") for settlement in self):
            raise UserError(self.env._("Only a draft settlement can be deleted."))

    def _check_unexecuted(self, is_changing=False):
        """:param is_changing: whether amount, kind or payee are to change
        :raise UserError: when a settlement was executed, and so is evidence, or is being paid
        """
        for settlement in self:
            if settlement.state == "executed":
                raise UserError(self.env._("%s was executed and can't be changed any more.", settlement.name))
            if is_changing and settlement.state in ("processing", "cancelled"):
                raise UserError(self.env._("%s can't be changed any more.", settlement.name))
