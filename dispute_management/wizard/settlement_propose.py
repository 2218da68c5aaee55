from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.dispute_approval_tier import APPROVAL_KIND_OF
from ..models.dispute_settlement_line import CHOSEN_KINDS

#: Kinds that are settled by quantity and price of invoice lines, where one wants that.
BY_LINE_KINDS = ("credit_note", "refund_payment", "refund_original_payment")


class SettlementPropose(models.TransientModel):
    """Settle what is open of a case: by one kind of settlement, or by several."""

    _name = "settlement.propose"
    _description = "Settle a Dispute"
    _inherit = ["dispute.wizard.mixin"]

    case_id = fields.Many2one("dispute.case", required=True)
    company_id = fields.Many2one(related="case_id.company_id")
    currency_id = fields.Many2one(related="case_id.currency_id")
    partner_id = fields.Many2one(related="case_id.partner_id")
    amount_open = fields.Monetary(related="case_id.amount_open")
    kind = fields.Selection(
        [*CHOSEN_KINDS, ("mixed", "Several of these")],
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
    is_by_line = fields.Boolean(string="By quantity and price")
    item_ids = fields.One2many(
        "settlement.propose.item", "propose_id", compute="_compute_item_ids", store=True, readonly=False
    )
    partner_bank_id = fields.Many2one(
        "res.partner.bank",
        string="To account",
        compute="_compute_partner_bank_id",
        store=True,
        readonly=False,
        domain="[('partner_id', 'child_of', partner_id)]",
    )
    payment_journal_id = fields.Many2one(
        "account.journal",
        string="Paid from",
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', 'parent_of', company_id)]",
    )
    replacement_ref = fields.Char(string="Customer reference")
    replacement_partner_id = fields.Many2one(
        "res.partner", string="Invoice to", domain="[('commercial_partner_id', '=', partner_id)]"
    )
    has_refusal = fields.Boolean(compute="_compute_kinds")
    has_payout = fields.Boolean(compute="_compute_kinds")
    has_credit = fields.Boolean(compute="_compute_kinds")
    has_replacement = fields.Boolean(compute="_compute_kinds")
    can_be_by_line = fields.Boolean(compute="_compute_kinds")
    reason_text = fields.Text(string="Reason", help="What the customer reads of the decision.")
    resolution_id = fields.Many2one(
        "dispute.resolution",
        compute="_compute_resolution_id",
        store=True,
        readonly=False,
        domain="[('stage_kind', '=', is_refused and 'rejected' or 'resolved'),"
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
    is_refused = fields.Boolean(compute="_compute_is_closing")
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

    @api.depends("line_ids.kind", "line_ids.amount")
    def _compute_kinds(self):
        for wizard in self:
            kinds = set(wizard.line_ids.mapped("kind"))
            wizard.has_refusal = "rejection" in kinds
            wizard.has_payout = "refund_payment" in kinds
            wizard.has_credit = "apply_credit" in kinds
            wizard.has_replacement = "replacement_invoice" in kinds
            wizard.can_be_by_line = bool(wizard.kind in BY_LINE_KINDS and wizard.case_id.line_ids.move_id)

    @api.depends("case_id", "kind", "is_by_line")
    def _compute_item_ids(self):
        for wizard in self:
            # What is on the disputed invoices is no secret to who settles the dispute.
            claimed = wizard.case_id._origin.line_ids.filtered("amount_open").sudo()
            by_line = wizard.is_by_line and wizard.kind in BY_LINE_KINDS
            replacing = wizard.kind == "replacement_invoice"
            wizard.item_ids = [Command.clear()] + [
                Command.create(values)
                for line in claimed
                if by_line or replacing
                for values in wizard._prepare_items(line, replacing)
            ]

    @api.model
    def _prepare_items(self, claimed, replacing):
        """:return: list of values: what was claimed of invoice lines, or the lines as invoiced"""
        invoice_lines = claimed.move_line_id or claimed.move_id.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        return [
            {
                "move_line_id": line.id,
                "quantity": line.quantity if replacing else line == claimed.move_line_id and claimed.quantity,
                "price_unit": line.price_unit,
            }
            for line in invoice_lines
        ]

    @api.depends("case_id")
    def _compute_partner_bank_id(self):
        for wizard in self:
            banks = wizard.case_id.partner_id.bank_ids
            wizard.partner_bank_id = banks.filtered("allow_out_payment")[:1] or banks[:1]

    @api.depends("amount", "line_ids.kind", "case_id.amount_open")
    def _compute_is_closing(self):
        for wizard in self:
            compare = wizard.currency_id.compare_amounts if wizard.currency_id else None
            wizard.is_closing = not compare or compare(wizard.amount, wizard.amount_open) >= 0
            kinds = {line.kind for line in wizard.line_ids if line.amount}
            wizard.is_refused = kinds <= {"rejection"} if kinds else wizard.kind == "rejection"

    @api.depends("line_ids.kind", "is_closing", "amount")
    def _compute_resolution_id(self):
        codes = ("crf", "crp", "wof", "smw", "rej", "rfd", "app", "reb")
        suggested = self.env["dispute.resolution"].union(*(self._get_resolution(code) for code in codes))
        for wizard in self:
            chosen = wizard.resolution_id - suggested
            kind = "rejected" if wizard.is_refused else "resolved"
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
        settled = {}
        for line in self.line_ids:
            if line.amount:
                settled[line.kind] = settled.get(line.kind, 0) + line.amount
        kinds = settled.keys() - {"rejection"}
        if self.is_refused:
            return "rej"
        if kinds == {"write_off"}:
            return "smw" if self._is_small_difference() else "wof"
        if len(settled) == 1 and kinds <= {"refund_payment", "refund_original_payment"}:
            return "rfd"
        if len(settled) == 1 and kinds <= {"apply_credit", "replacement_invoice"}:
            return "app" if "apply_credit" in kinds else "reb"
        given = sum(settled.values()) - settled.get("rejection", 0) - settled.get("write_off", 0)
        credited = case.amount_credited + case.amount_refunded + given
        return "crp" if case.currency_id.compare_amounts(credited, case.amount_disputed) else "crf"

    def _is_small_difference(self):
        """:return: whether all that is written off of the case stays within the tolerance"""
        self.ensure_one()
        case, company = self.case_id, self.company_id
        rate = case.line_ids[:1]._get_company_rate()
        written_off = sum(line.amount for line in self.line_ids if line.kind == "write_off")
        amount = (case.amount_written_off + written_off) * rate
        return company.currency_id.compare_amounts(amount, company.dispute_write_off_tolerance) <= 0

    @api.depends("case_id")
    def _compute_cause_id(self):
        for wizard in self:
            wizard.cause_id = wizard.case_id.cause_id

    @api.depends("line_ids.kind", "line_ids.amount", "case_id")
    def _compute_approval_note(self):
        settlements = self.env["dispute.settlement"]
        tiers = self.env["dispute.approval.tier"]
        for wizard in self:
            company = wizard.company_id
            own = {}
            for line in wizard.line_ids:
                if line.dispute_line_id and line.amount:
                    kind = APPROVAL_KIND_OF[line.kind]
                    rate = line.dispute_line_id._get_company_rate()
                    own[kind] = own.get(kind, 0) + company.currency_id.round(line.amount * rate)
            if not company or not own:
                wizard.needs_approval, wizard.approval_note = False, False
                continue
            amounts = settlements._add_counted(own, wizard.case_id)
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

    def action_preview(self):
        """:return: action that shows what settling like this will do; nothing of it stays"""
        self.ensure_one()
        self.case_id.check_access("write")
        with self.env.cr.savepoint() as savepoint:
            if self.cause_id:
                self.case_id.cause_id = self.cause_id
            settlement = self.env["dispute.settlement"].create(self._prepare_settlement_values())
            error = settlement._get_proposal_error()
            body = settlement._render_preview({"error": error} if error else settlement._get_preview())
            savepoint.rollback()
        self.env.invalidate_all()
        # Shown to who asked for it, and written by nobody.
        previews = self.env["settlement.preview"].sudo()
        return previews.create({"propose_id": self.id, "body": body})._get_action()

    def action_settle(self):
        """Propose the decision; where nobody has to approve, it is carried out at once and,
        when nothing is left open, closes the case.

        :raise UserError: when an amount is more than is open, a refusal has no reason, or
            closing lacks resolution or root cause; nothing is written then
        """
        self.ensure_one()
        case = self.case_id
        case.check_access("write")
        if self.has_refusal and not (self.reason_text or "").strip():
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
                Command.create(line._prepare_settlement_line_values())
                for line in self.line_ids
                if line.amount
            ],
        }
