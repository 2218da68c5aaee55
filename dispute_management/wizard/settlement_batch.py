from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.dispute_approval_tier import APPROVAL_KIND_OF
from ..models.dispute_settlement_state_mixin import PENDING_STATES


class SettlementBatch(models.TransientModel):
    """Settle many small cases in one go: one decision, one text, one resolution."""

    _name = "settlement.batch"
    _description = "Settle Many Disputes"
    _inherit = ["dispute.wizard.mixin"]

    case_ids = fields.Many2many(
        "dispute.case",
        string="Disputes",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("credit_note", "Credit note"), ("write_off", "Write off"), ("rejection", "Refuse")],
        string="Decision",
        required=True,
        default="write_off",
    )
    resolution_id = fields.Many2one(
        "dispute.resolution",
        required=True,
        compute="_compute_resolution_id",
        precompute=True,
        store=True,
        readonly=False,
        domain="[('stage_kind', '=', kind == 'rejection' and 'rejected' or 'resolved'),"
        " ('company_id', 'parent_of', company_id)]",
    )
    cause_id = fields.Many2one(
        "dispute.cause",
        string="Root Cause",
        required=True,
        default=lambda self: self.env.ref("dispute_management.dispute_cause_unk", raise_if_not_found=False),
        help="Of those cases that have none yet.",
    )
    date = fields.Date(string="Accounting Date", required=True, default=fields.Date.context_today)
    reason_text = fields.Text(string="Reason", help="What the customers read of the decision.")
    line_ids = fields.One2many("settlement.batch.line", "wizard_id", compute="_compute_line_ids", store=True)
    ready_count = fields.Integer(string="To be settled", compute="_compute_totals")
    left_count = fields.Integer(string="Left out", compute="_compute_totals")
    amount = fields.Monetary(string="Total", compute="_compute_totals")
    needs_approval = fields.Boolean(compute="_compute_totals")
    approval_note = fields.Text(string="Approval", compute="_compute_totals")

    @api.depends("case_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.case_ids.company_id[:1]

    @api.depends("kind")
    def _compute_resolution_id(self):
        codes = {"credit_note": "crf", "write_off": "smw", "rejection": "rej"}
        for wizard in self:
            wizard.resolution_id = self.env.ref(
                f"dispute_management.dispute_resolution_{codes[wizard.kind]}", raise_if_not_found=False
            )

    @api.depends("case_ids", "kind")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [Command.clear()] + [
                Command.create({"case_id": case.id, "note": wizard._get_left_out_reason(case) or False})
                for case in wizard.case_ids._origin
            ]

    @api.depends("line_ids", "kind", "case_ids")
    def _compute_totals(self):
        settlements = self.env["dispute.settlement"]
        for wizard in self:
            cases = wizard.line_ids.filtered(lambda line: not line.note).case_id
            wizard.ready_count = len(cases)
            wizard.left_count = len(wizard.line_ids) - len(cases)
            wizard.amount = sum(cases.mapped("amount_open_company"))
            wizard.needs_approval, wizard.approval_note = False, False
            if cases:
                kind = APPROVAL_KIND_OF[wizard.kind]
                amounts = settlements._add_counted({kind: wizard.amount}, cases)
                verdict = settlements._judge(wizard.company_id, amounts)
                wizard.needs_approval = not verdict.is_automatic
                wizard.approval_note = wizard._get_approval_note(verdict)

    def _get_approval_note(self, verdict):
        """:return: whose approval the total takes, in words"""
        notes = [self.env["dispute.settlement"]._get_blocked_reason(verdict, self.company_id) or ""]
        # Whose approval it takes is told to who proposes.
        tiers = self.env["dispute.approval.tier"].sudo()
        notes += [tiers.browse(decision.keys)[:1].group_id.name for decision in verdict.decisions]
        return "\n".join(filter(None, notes))

    def _get_left_out_reason(self, case):
        """:return: why this case can't be settled with the others, or False; override to add some"""
        is_payment = not all(line.move_id for line in case.line_ids if line.amount_open)
        why_not = (
            (case.is_closed, self.env._("Closed already.")),
            (
                case.company_id != self.company_id,
                self.env._("Of another company: settle it in a batch of its own."),
            ),
            (not case.has_access("write"), self.env._("Not yours to work on.")),
            (
                not case.currency_id or case.currency_id.is_zero(case.amount_open),
                self.env._("Nothing is open."),
            ),
            (
                any(settlement.state in PENDING_STATES for settlement in case.settlement_ids),
                self.env._("A settlement is under way."),
            ),
            (
                self.kind != "rejection" and is_payment,
                self.env._("A payment is in dispute: it can't be credited or written off."),
            ),
        )
        return next((reason for applies, reason in why_not if applies), False)

    def action_settle(self):
        """Settle what is open of these cases, a few at once, many in the background.

        :return: action on the batch, with its progress and results
        :raise UserError: when there is nothing to settle, or a refusal has no reason
        """
        self.ensure_one()
        cases = self.case_ids.filtered(lambda case: not self._get_left_out_reason(case))
        if not cases:
            raise UserError(self.env._("None of these disputes can be settled: see why beside each."))
        if self.kind == "rejection" and not (self.reason_text or "").strip():
            raise UserError(self.env._("Tell the customers why the claims are refused."))
        cases.check_access("write")
        cases.filtered(lambda case: not case.cause_id).cause_id = self.cause_id
        settlements = self.env["dispute.settlement"].create(
            [self._prepare_settlement_values(case) for case in cases]
        )
        # Batches are written by the suite only, after the check above.
        batch = self.env["dispute.settlement.batch"].sudo().create(self._prepare_batch_values(settlements))
        settlements.sudo().batch_id = batch
        batch._start()
        return batch.sudo(False)._get_records_action()

    def _prepare_settlement_values(self, case):
        """:return: values of the settlement of one case; override to add fields"""
        return {
            "case_id": case.id,
            "resolution_id": self.resolution_id.id,
            "reason_text": self.reason_text,
            "date": self.date,
            "line_ids": [
                Command.create({"dispute_line_id": line.id, "kind": self.kind, "amount": line.amount_open})
                for line in case.line_ids
                if line.amount_open
            ],
        }

    def _prepare_batch_values(self, settlements):
        return {
            "company_id": self.company_id.id,
            "user_id": self.env.uid,
            "kind": self.kind,
            "resolution_id": self.resolution_id.id,
            "reason_text": self.reason_text,
            "line_ids": [
                Command.create(
                    {
                        "case_id": settlement.case_id.id,
                        "settlement_id": settlement.id,
                        "amount": settlement.amount,
                        "amount_company": sum(line._get_company_amount() for line in settlement.line_ids),
                    }
                )
                for settlement in settlements
            ],
        }
