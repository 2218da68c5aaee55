from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.dispute_approval_tier import APPROVAL_KIND_OF


class SettlementPropose(models.TransientModel):
    """Settle what is open of a case: credit, write off, or refuse it with a reason."""

    _name = "settlement.propose"
    _description = "Settle a Dispute"

    case_id = fields.Many2one("dispute.case", required=True)
    company_id = fields.Many2one(related="case_id.company_id")
    currency_id = fields.Many2one(related="case_id.currency_id")
    amount_open = fields.Monetary(related="case_id.amount_open")
    kind = fields.Selection(
        [
            ("credit_note", "Credit note"),
            ("write_off", "Write off"),
            ("rejection", "Refuse"),
        ],
        string="Decision",
        required=True,
        default="credit_note",
    )
    line_ids = fields.One2many(
        "settlement.propose.line",
        "propose_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    amount = fields.Monetary(string="To settle", compute="_compute_amount")
    date = fields.Date(string="Accounting Date", required=True, default=fields.Date.context_today)
    reason_text = fields.Text(string="Reason", help="What the customer reads of the decision.")
    resolution_id = fields.Many2one(
        "dispute.resolution",
        compute="_compute_resolution_id",
        store=True,
        readonly=False,
        domain="[('stage_kind', '=', kind == 'rejection' and 'rejected' or 'resolved'),"
        " ('company_id', 'parent_of', company_id)]",
    )
    cause_id = fields.Many2one(
        "dispute.cause",
        string="Root Cause",
        compute="_compute_cause_id",
        store=True,
        readonly=False,
    )
    is_closing = fields.Boolean(compute="_compute_is_closing")
    is_interim = fields.Boolean(
        string="Rest stays in dispute",
        help="The customer is not asked: this part is settled at once, and the rest is worked on.",
    )
    refund_verdict_note = fields.Text(related="case_id.refund_verdict_note")
    needs_approval = fields.Boolean(compute="_compute_approval_note")
    approval_note = fields.Text(string="Approval", compute="_compute_approval_note")

    @api.depends("case_id")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [Command.clear()] + [
                Command.create({"dispute_line_id": line.id, "amount": line.amount_open})
                for line in wizard.case_id._origin.line_ids
                if line.amount_open
            ]

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = sum(wizard.line_ids.mapped("amount"))

    @api.depends("amount", "kind", "case_id.amount_open")
    def _compute_is_closing(self):
        for wizard in self:
            wizard.is_closing = (
                not wizard.currency_id
                or wizard.currency_id.compare_amounts(wizard.amount, wizard.amount_open) >= 0
            )

    @api.depends("kind", "is_closing", "amount")
    def _compute_resolution_id(self):
        suggested = self.env["dispute.resolution"].union(
            *(self._get_resolution(code) for code in ("crf", "crp", "wof", "smw", "rej"))
        )
        for wizard in self:
            chosen = wizard.resolution_id - suggested
            kind = "rejected" if wizard.kind == "rejection" else "resolved"
            # What the user chose stays when they change the amount.
            if not chosen or chosen.stage_kind != kind:
                wizard.resolution_id = self._get_resolution(wizard._get_resolution_code())

    @api.model
    def _get_resolution(self, code):
        found = self.env.ref(f"dispute_management.dispute_resolution_{code}", raise_if_not_found=False)
        return found or self.env["dispute.resolution"]

    def _get_resolution_code(self):
        """:return: code of the resolution that is suggested"""
        self.ensure_one()
        case = self.case_id
        credited = case.amount_credited + case.amount_refunded + self.amount
        if self.kind == "rejection":
            return "rej"
        if self.kind == "write_off":
            return "smw" if self._is_small_difference() else "wof"
        return "crp" if case.currency_id.compare_amounts(credited, case.amount_disputed) else "crf"

    def _is_small_difference(self):
        """:return: whether all that is written off of the case stays within the tolerance"""
        self.ensure_one()
        case, company = self.case_id, self.company_id
        rate = case.line_ids[:1]._get_company_rate()
        amount = (case.amount_written_off + self.amount) * rate
        return company.currency_id.compare_amounts(amount, company.dispute_write_off_tolerance) <= 0

    @api.depends("case_id")
    def _compute_cause_id(self):
        for wizard in self:
            wizard.cause_id = wizard.case_id.cause_id

    @api.depends("kind", "line_ids.amount", "case_id")
    def _compute_approval_note(self):
        settlements = self.env["dispute.settlement"]
        tiers = self.env["dispute.approval.tier"]
        for wizard in self:
            company = wizard.company_id
            amount = sum(
                line.amount * line.dispute_line_id._get_company_rate()
                for line in wizard.line_ids
                if line.dispute_line_id
            )
            if not company or not amount:
                wizard.needs_approval, wizard.approval_note = False, False
                continue
            kind = APPROVAL_KIND_OF[wizard.kind]
            amounts = settlements._add_counted({kind: amount}, wizard.case_id)
            verdict = settlements._judge(company, amounts)
            notes = [settlements._get_blocked_reason(verdict, company) or ""]
            for decision in verdict.decisions:
                # Whose approval it takes is told to who proposes.
                tier = tiers.sudo().browse(decision.keys)[:1]
                people = (tier._get_members(company) - self.env.user).mapped("name")
                notes.append(
                    self.env._(
                        "%(group)s: %(people)s",
                        group=tier.group_id.name,
                        people=", ".join(people) or self.env._("nobody can, ask an administrator"),
                    )
                )
            wizard.needs_approval = not verdict.is_automatic
            wizard.approval_note = "\n".join(note for note in notes if note)

    def action_settle(self):
        """Propose the decision; where nobody has to approve, it is carried out at once and,
        when nothing is left open, closes the case.

        :raise UserError: when an amount is more than is open, a refusal has no reason, or
            closing lacks resolution or root cause; nothing is written then
        """
        self.ensure_one()
        case = self.case_id
        case.check_access("write")
        if self.kind == "rejection" and not (self.reason_text or "").strip():
            raise UserError(self.env._("Tell the customer why the claim is refused."))
        if self.is_closing and not (self.resolution_id and self.cause_id):
            raise UserError(self.env._("Choose resolution and root cause before closing."))
        if self.cause_id:
            case.cause_id = self.cause_id
        settlement = self.env["dispute.settlement"].create(self._prepare_settlement_values())
        settlement._propose()
        return {"type": "ir.actions.act_window_close"}

    def _prepare_settlement_values(self):
        """:return: values of the `dispute.settlement`; override to add fields"""
        return {
            "case_id": self.case_id.id,
            "resolution_id": self.resolution_id.id,
            "reason_text": self.reason_text,
            "is_interim": self.is_interim and not self.is_closing,
            "date": self.date,
            "line_ids": [
                Command.create(
                    {
                        "dispute_line_id": line.dispute_line_id.id,
                        "kind": self.kind,
                        "amount": line.amount,
                    }
                )
                for line in self.line_ids
                if line.amount
            ],
        }
