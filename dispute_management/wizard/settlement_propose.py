from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


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

    @api.depends("kind", "is_closing")
    def _compute_resolution_id(self):
        codes = {"credit_note": "crf", "write_off": "wof", "rejection": "rej"}
        for wizard in self:
            case = wizard.case_id
            code = codes[wizard.kind]
            credited = case.amount_credited + case.amount_refunded + wizard.amount
            if code == "crf" and case.currency_id.compare_amounts(credited, case.amount_disputed):
                code = "crp"
            wizard.resolution_id = self.env.ref(
                f"dispute_management.dispute_resolution_{code}", raise_if_not_found=False
            )

    @api.depends("case_id")
    def _compute_cause_id(self):
        for wizard in self:
            wizard.cause_id = wizard.case_id.cause_id

    def action_settle(self):
        """Carry out the decision and, when nothing is left open, close the case.

        :raise UserError: when an amount is more than is open, a refusal has no reason, or
            closing lacks resolution or root cause; nothing is written then
        """
        self.ensure_one()
        case = self.case_id
        case.check_access("write")
        if self.kind == "rejection" and not (self.reason_text or "").strip():
            raise UserError(self.env._("Tell the customer why the claim is refused."))
        settlement = self.env["dispute.settlement"].create(self._prepare_settlement_values())
        settlement._execute(self.date)
        if self.cause_id:
            case.cause_id = self.cause_id
        if not case.amount_open:
            case._close(self.resolution_id, self.cause_id)
        return {"type": "ir.actions.act_window_close"}

    def _prepare_settlement_values(self):
        """:return: values of the `dispute.settlement`; override to add fields"""
        return {
            "case_id": self.case_id.id,
            "resolution_id": self.resolution_id.id,
            "reason_text": self.reason_text,
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
