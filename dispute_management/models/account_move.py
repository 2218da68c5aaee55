from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import formatLang

from ..tools.amount_split import Document, Lowering

#: What only the suite's own code notes on an invoice.
DISPUTE_FACTS = frozenset(
    {
        "dispute_amount",
        "dispute_case_count",
        "dispute_case_id",
        "dispute_hold",
        "dispute_hold_found",
        "dispute_hold_overruled",
    }
)


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "dispute.hold.mixin"]

    dispute_line_ids = fields.One2many("dispute.line", "move_id", string="Disputed Lines", copy=False)
    dispute_case_count = fields.Integer(
        string="Disputes",
        compute="_compute_dispute_case_count",
        store=True,
        precompute=True,
        copy=False,
        export_string_translation=False,
    )
    dispute_amount = fields.Monetary(
        string="In Dispute",
        compute="_compute_dispute_amount",
        store=True,
        copy=False,
        help="Open amount of open disputes, in the invoice's currency.",
    )
    dispute_case_id = fields.Many2one(
        "dispute.case",
        string="Settles Dispute",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="The dispute that this credit note or entry was made for.",
    )

    @api.depends("dispute_line_ids.case_id")
    def _compute_dispute_case_count(self):
        for move in self:
            move.dispute_case_count = len(move.dispute_line_ids.case_id)

    @api.depends("dispute_line_ids.amount_open", "dispute_line_ids.case_id.is_closed")
    def _compute_dispute_amount(self):
        for move in self:
            lines = move.dispute_line_ids
            pending = lines.filtered(lambda line: not line.case_id.is_closed)
            move.dispute_amount = sum(pending.mapped("amount_open"))

    @api.model_create_multi
    def create(self, vals_list):
        self._dispute_check_facts(vals_list)
        told = [key for key in self.env.context if key.startswith("default_dispute_")]
        if told:
            # Default values in a client's context would go round the check.
            context = {key: value for key, value in self.env.context.items() if key not in told}
            this = self.with_context(context)  # pylint: disable=context-overridden
            return super(AccountMove, this).create(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._dispute_check_facts([vals])
        if vals.get("state") == "draft":
            # What is pending must be computed before the freeze of invoices in draft.
            disputed = self.filtered("dispute_case_count").sudo()
            disputed.dispute_line_ids.mapped("amount_open")
        again = self.filtered("posted_before") if "state" in vals else self.browse()
        res = super().write(vals)
        if "state" in vals:
            (self | again._dispute_get_paid_out())._dispute_accounting_changed()
            self._dispute_reapply_hold()
        if {"invoice_date", "invoice_date_due"} & vals.keys():
            self._dispute_dates_changed()
        return res

    def _dispute_dates_changed(self):
        """Let the deadlines follow that are counted from the dates of these invoices."""
        disputed = self.filtered("dispute_case_count")
        if disputed and {"invoice", "due"} & self.env["dispute.sla.policy"]._get_criteria():
            self.env["dispute.case"]._renew_promises_where(Domain("line_ids.move_id", "in", disputed.ids))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_disputed(self):
        for move in self:
            if move.dispute_case_count:
                raise UserError(
                    self.env._(
                        "%s was disputed and is kept as evidence: cancel it instead.",
                        move.display_name,
                    )
                )

    def _dispute_check_facts(self, vals_list):
        """:raise UserError: when someone claims by hand that a dispute made this document"""
        if not self.env.su and any(DISPUTE_FACTS & vals.keys() for vals in vals_list):
            raise UserError(self.env._("What a dispute holds or made is noted by the dispute itself."))

    # Actions

    def action_dispute_open(self):
        """Open the wizard that makes one case of these invoices.

        :raise UserError: when one of them can't be disputed, with the reason
        """
        reasons = self._get_cannot_dispute_reasons()
        if reasons:
            raise UserError("\n".join(reasons.values()))
        action = self.env["ir.actions.act_window"]._for_xml_id("dispute_management.dispute_open_action")
        action["context"] = {"default_move_ids": [fields.Command.set(self.ids)]}
        return action

    def action_view_disputes(self):
        """:return: action on the disputes of these invoices"""
        return (self.dispute_line_ids.case_id | self.dispute_case_id)._get_records_action(
            name=self.env._("Disputes")
        )

    # Business

    def _get_cannot_dispute_reasons(self):
        """Tell why invoices can't be disputed; the one answer for button, guard and portal.

        :return: ``{move: sentence}`` of those that can't
        """
        disputable = self._dispute_get_disputable_amounts()
        reasons = {}
        for move in self:
            if move.move_type != "out_invoice":
                reason = self.env._("%s is no customer invoice.", move.display_name)
            elif move.state == "draft":
                reason = self.env._("%s is a draft: nothing is owed on it yet.", move.display_name)
            elif move.state == "cancel":
                reason = self.env._("%s is cancelled.", move.display_name)
            elif move.currency_id.compare_amounts(disputable[move], 0) <= 0:
                reason = self.env._(
                    "Nothing is left to dispute on %s: it is credited, written off or in dispute already.",
                    move.display_name,
                )
            else:
                continue
            reasons[move] = reason
        return reasons

    def _get_cannot_dispute_reason(self):
        """:return: why this invoice can't be disputed, or False"""
        self.ensure_one()
        return self._get_cannot_dispute_reasons().get(self, False)

    def _dispute_get_disputable_amounts(self):
        """What can still be claimed: the total, less credit notes, less what settlements
        wrote off or re-invoiced, less what other open cases dispute.

        :return: ``{move: amount}``, taxes included, in the move's currency
        """
        moves = self.filtered("id")
        # Other people's claims and credit notes count, whether or not one may read them.
        lines = moves.sudo().dispute_line_ids.grouped("move_id")
        foreign = moves._dispute_get_foreign_credits()
        disputable = {}
        for move in self:
            taken = foreign.get(move.id, 0)
            for line in lines.get(move, ()):
                taken += line.settlement_line_ids._get_taken_amount()
                if not line.case_id.is_closed:
                    taken += line.amount_open
            disputable[move] = move.currency_id.round(move.amount_total - taken)
        return disputable

    def _dispute_propose(self, disputable):
        """:return: the claim to propose: what is owed, or all when the invoice is paid"""
        self.ensure_one()
        return min(disputable, self.amount_residual) or max(0, disputable)

    def _dispute_get_foreign_credits(self):
        """Posted credit notes reversing these invoices that no dispute made.

        :return: ``{move id: amount}`` in the move's currency
        """
        # Credit notes count whoever may read them.
        groups = self.sudo()._read_group(
            Domain("reversed_entry_id", "in", self.ids)
            & Domain("state", "=", "posted")
            & Domain("move_type", "=", "out_refund")
            & Domain("dispute_case_id", "=", False),
            ["reversed_entry_id"],
            ["amount_total:sum"],
        )
        return {move.id: total for move, total in groups}

    def _dispute_get_documents(self):
        """The facts about these invoices that `split_claims` asks for.

        :return: ``{move: Document}``, in smallest units of each move's currency
        """
        foreign = self._dispute_get_foreign_credits()
        lowerings = self._dispute_get_lowerings()
        documents = {}
        for move in self:
            unit = move.currency_id._dispute_to_units
            documents[move] = Document(
                residual=unit(move.amount_residual),
                credited=unit(foreign.get(move.id, 0)),
                lowerings=[
                    Lowering(unit(amount), is_payment) for amount, is_payment in lowerings.get(move, ())
                ],
                cancelled=move.state == "cancel",
            )
        return documents

    def _dispute_get_lowerings(self):
        """What payments, credits and entries of others are matched with these invoices.

        :return: ``{move: [(amount in the move's currency, is it a payment)]}``, oldest first
        """
        receivable = self.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        lowerings = {}
        for partial in receivable.matched_credit_ids.sorted(lambda partial: (partial.max_date, partial.id)):
            move, other = partial.debit_move_id.move_id, partial.credit_move_id.move_id
            if other.dispute_case_id or other.reversed_entry_id == move:
                continue
            is_payment = bool(other.origin_payment_id or partial.credit_move_id.statement_line_id)
            lowerings.setdefault(move, []).append((partial.debit_amount_currency, is_payment))
        return lowerings

    def _dispute_get_paid_out(self):
        """:return: what payments that are taken back, or posted again, are matched with"""
        payments = self.filtered("origin_payment_id")
        # What a payment paid out follows it, whoever takes it back.
        return payments.sudo().line_ids.matched_credit_ids.credit_move_id.move_id

    def _dispute_accounting_changed(self):
        """Let the disputes on these moves follow what accounting did to them.

        Costs no query where no dispute is involved: all it looks at are columns of the
        moves, read with everything else.
        """
        touched = self.filtered(
            lambda move: (
                move.dispute_case_count
                or move.dispute_case_id
                or (move.reversed_entry_id and move.reversed_entry_id.dispute_case_count)
            )
        )
        if touched:
            # Amounts follow accounting whoever does the accounting.
            touched = touched.sudo()
            lines = (touched | touched.reversed_entry_id).dispute_line_ids
            (lines | touched.dispute_case_id.line_ids)._refresh_amounts()
            touched.filtered(lambda move: move.state == "posted")._dispute_hold_again()

    def _get_alerts(self):
        alerts = super()._get_alerts()
        if self.dispute_amount:
            amount = formatLang(self.env, self.dispute_amount, currency_obj=self.currency_id)
            message = self.env._("%s of this invoice is in dispute.", amount)
            if self.dispute_hold:
                message = self.env._("%s of this invoice is in dispute; it is left out of follow-up.", amount)
            alerts["dispute_open"] = {"level": "warning", "message": message}
            if self.env.user.has_group("dispute_management.group_dispute_viewer"):
                alerts["dispute_open"] |= {
                    "action_text": self.env._("View dispute"),
                    "action_call": ("account.move", "action_view_disputes", self.ids),
                }
        return alerts
