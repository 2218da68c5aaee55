from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class DisputeSettlementApplyMixin(models.AbstractModel):
    """Matching a payment or credit that the customer already has with the disputed invoice."""

    _name = "dispute.settlement.apply.mixin"
    _description = "Dispute Settlement by Credit"

    credit_line_id = fields.Many2one(
        "account.move.line",
        string="Payment or credit",
        index="btree_not_null",
        ondelete="restrict",
        help="What the customer paid or was credited, and no invoice took yet.",
    )
    partial_ids = fields.One2many("account.partial.reconcile", "dispute_settlement_line_id", readonly=True)

    def _book_apply_credit(self, date):
        """Match each of these lines' payment or credit with its invoice, for its amount.

        :param date: not used: nothing is posted but an exchange difference, which Odoo dates
        """
        self._check_invoiced()
        self._check_owed()
        for line in self:
            receivable = line.dispute_line_id._get_receivable_lines()
            line._check_credit()
            matched = receivable.matched_credit_ids
            limit = line._get_match_limit(receivable)
            (receivable + line.credit_line_id).with_context(dispute_match_limit=limit).reconcile()
            made = receivable.matched_credit_ids - matched
            made = made.filtered(lambda partial, line=line: partial.credit_move_id == line.credit_line_id)
            made.dispute_settlement_line_id = line
            if line.currency_id.compare_amounts(sum(made.mapped("debit_amount_currency")), line.amount):
                raise UserError(
                    self.env._(
                        "%(credit)s can't be matched with %(invoice)s for exactly %(amount)s.",
                        credit=line.credit_line_id.move_id.name,
                        invoice=line.dispute_line_id.move_id.name,
                        amount=line.currency_id.format(line.amount),
                    )
                )

    def _get_match_limit(self, receivable):
        """How much may be matched of each instalment, the first due first.

        :return: ``{id of account.move.line: (amount in company currency, amount)}``
        """
        left, limit = self.amount, {}
        for item in receivable.sorted(lambda item: (item.date_maturity or item.date, item.id)):
            share = min(left, item.amount_residual_currency)
            left -= share
            whole = not item.currency_id.compare_amounts(share, item.amount_residual_currency)
            rate = item.amount_currency and item.balance / item.amount_currency
            balance = item.amount_residual if whole else item.company_currency_id.round(share * rate)
            limit[item.id] = (balance, share)
        return limit

    def _check_credit(self):
        """:raise UserError: when there is no credit, or it is not this customer's, or spent"""
        self.ensure_one()
        credit, invoice = self.credit_line_id, self.dispute_line_id.move_id
        if credit not in self._get_credits(self.dispute_line_id):
            raise UserError(
                self.env._(
                    "%(invoice)s: choose a payment or credit of %(customer)s that is not used up yet.",
                    invoice=invoice.name,
                    customer=invoice.commercial_partner_id.name,
                )
            )
        if credit.currency_id != self.currency_id:
            # Odoo converts; whether it suffices shows when it is matched.
            return
        left = -credit.amount_residual_currency
        if self.currency_id.compare_amounts(self.amount, left) > 0:
            raise UserError(
                self.env._(
                    "Only %(left)s is left of %(credit)s: %(amount)s can't be taken from it.",
                    left=self.currency_id.format(left),
                    credit=credit.move_id.name,
                    amount=self.currency_id.format(self.amount),
                )
            )

    @api.model
    def _get_credits(self, dispute_line):
        """:return: account.move.line: open payments and credits that could pay a disputed invoice"""
        # What the customer has with us is told to who settles their dispute.
        invoice = dispute_line.sudo().move_id
        accounts = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable").account_id
        return (
            self.env["account.move.line"]
            .sudo()
            .search(
                Domain("partner_id", "child_of", invoice.commercial_partner_id.ids)
                & Domain("company_id", "=", invoice.company_id.id)
                & Domain("account_id", "in", accounts.ids)
                & Domain("parent_state", "=", "posted")
                & Domain("reconciled", "=", False)
                & Domain("balance", "<", 0)
                & Domain("move_id", "!=", invoice.id),
                order="date, id",
            )
        )
