from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

#: For so many days an account that was entered or changed is worth an auditor's look.
RECENT_DAYS = 30


class DisputeSettlementPayoutMixin(models.AbstractModel):
    """Paying a claim out to a bank account of the customer.

    The account is trusted in Odoo by somebody other than who proposes to pay to it. What is
    paid out was paid in before: the credit note of what the invoice still owes is no money.
    """

    _name = "dispute.settlement.payout.mixin"
    _description = "Dispute Settlement by Bank Payment"

    partner_bank_id = fields.Many2one(
        "res.partner.bank",
        string="To account",
        index="btree_not_null",
        ondelete="restrict",
        help="Trusted by somebody other than who proposes the refund.",
    )
    payment_journal_id = fields.Many2one(
        "account.journal",
        string="Paid from",
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash'))]",
        help="Empty: the company's first bank journal.",
    )
    payout_id = fields.Many2one(
        "account.payment",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )

    def _book_refund_payment(self, date):
        """Credit what was claimed of invoices, and pay it out; overpayments are paid back as such.

        :param date: accounting date
        """
        self._check_payee()
        self._check_loose_payouts()
        self._check_received()
        self.filtered("dispute_line_id.move_id")._credit(date)
        for line in self:
            line._check_is_paid_in()
        payouts = self.env["account.payment"].create([line._prepare_payout_values(date) for line in self])
        payouts.action_post()
        for line, payout in zip(self, payouts, strict=True):
            line.payout_id = payout
            line._match_payout()

    def _check_payee(self):
        """:raise UserError: when there is no account to pay to, or nobody else trusts it"""
        for line in self:
            reason = line._get_payee_error()
            if reason:
                raise UserError(self.env._("%(case)s: %(reason)s", case=line.case_id.name, reason=reason))

    def _get_payee_error(self):
        """:return: why the account of this line can't be paid to; or False"""
        self.ensure_one()
        # Whose account it is, and who trusted it, is told to who pays.
        bank = self.sudo().partner_bank_id
        if not bank:
            return self.env._("choose the customer's bank account to pay to.")
        values = {"account": bank.acc_number, "customer": self.case_id.partner_id.name}
        if bank.partner_id.commercial_partner_id != self.case_id.partner_id:
            return self.env._("the account %(account)s does not belong to %(customer)s.", **values)
        if not bank.active or not bank.allow_out_payment:
            return self.env._(
                "the account %(account)s is not trusted yet. Somebody else than you has to verify it, and"
                " then allow sending money to it on the form of %(customer)s.",
                **values,
            )
        trusted_by = bank._dispute_get_trusted_by()
        if not trusted_by:
            return self.env._(
                "nobody knows who trusted the account %(account)s. Take the trust away and have somebody"
                " give it anew.",
                **values,
            )
        if trusted_by in (self.settlement_id.user_id | self.settlement_id.changed_uid):
            return self.env._(
                "%(user)s trusted the account %(account)s and proposes to pay to it: somebody else has to"
                " do one of the two.",
                user=trusted_by.name,
                **values,
            )
        return False

    def _is_recent_account(self):
        """:return: whether the account paid to was entered or changed not long ago"""
        self.ensure_one()
        # When an account was changed is told to who decides on paying to it.
        bank = self.sudo().partner_bank_id
        changed = bank.dispute_date_changed or bank.create_date
        return bool(changed) and changed > fields.Datetime.now() - timedelta(days=RECENT_DAYS)

    def _check_will_be_paid_in(self):
        """Check before anybody approves what `_check_is_paid_in` checks when it is booked.

        :raise UserError: when what is to be paid out of an invoice would be owed on it
        """
        for line in self.filtered("dispute_line_id.move_id"):
            invoice = line.dispute_line_id.move_id
            others = line.settlement_id.line_ids.filtered(
                lambda other, line=line: (
                    other.dispute_line_id == line.dispute_line_id
                    and other.kind in ("credit_note", "write_off", "apply_credit", "replacement_invoice")
                )
            )
            owed = invoice.amount_residual - sum(others.mapped("amount"))
            if line.currency_id.compare_amounts(owed, 0) > 0:
                line._raise_not_paid_in(line.amount - owed)
        self._check_received()

    def _check_loose_payouts(self):
        """What was paid back stays paid when an accountant takes the match or the credit note
        back, although the claim is open again.

        :raise UserError: when the same would be paid twice
        """
        for payout in self.dispute_line_id.settlement_line_ids.payout_id:
            loose = payout.move_id.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable" and not line.reconciled
            )
            if loose and payout.state in ("in_process", "paid"):
                raise UserError(
                    self.env._(
                        "%(payment)s paid %(amount)s back already and is matched with nothing: match it with a"
                        " credit note or payment, or cancel it, before more is paid back.",
                        payment=payout.name,
                        amount=payout.currency_id.format(payout.amount),
                    )
                )

    def _check_is_paid_in(self):
        """:raise UserError: when less was paid in than is to be paid out"""
        self.ensure_one()
        available = -sum(self._get_payable_lines().mapped("amount_residual_currency"))
        if self.currency_id.compare_amounts(self.amount, available) > 0:
            self._raise_not_paid_in(available)

    def _check_received(self):
        """:raise UserError: when more would be paid back on an invoice than the customer gave for it"""
        for invoice, lines in self.grouped(lambda line: line.dispute_line_id.move_id).items():
            if not invoice:
                continue
            others = invoice.dispute_line_ids.settlement_line_ids - lines
            coming = sum(others._get_awaited().mapped("amount"))
            gone = invoice.reversal_move_ids._dispute_get_paid_back() + coming
            available = invoice._dispute_get_received() - gone
            if invoice.currency_id.compare_amounts(sum(lines.mapped("amount")), available) > 0:
                lines[0]._raise_not_paid_in(available)

    def _raise_not_paid_in(self, available):
        raise UserError(
            self.env._(
                "%(document)s: only %(available)s of it was paid and can be paid back, not"
                " %(amount)s. Credit what is still owed, refuse what was never paid, such as a discount,"
                " and refund the rest.",
                document=self.dispute_line_id.display_name,
                available=self.currency_id.format(max(0, available)),
                amount=self.currency_id.format(self.amount),
            )
        )

    def _get_payable_lines(self):
        """:return: account.move.line that owe the customer: of the credit note, or of the payment"""
        self.ensure_one()
        document = self.move_id or self.dispute_line_id.payment_id.move_id
        return document.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )

    def _prepare_payout_values(self, date):
        """Values of the payment. Override to add fields.

        :param date: its date
        :raise UserError: when there is no journal or method to pay by
        """
        self.ensure_one()
        company = self.company_id
        journals = self.env["account.journal"]
        journal = self.payment_journal_id or journals.search(
            Domain("type", "=", "bank") & Domain(journals._check_company_domain(company)), limit=1
        )
        method = journal.outbound_payment_method_line_ids[:1]
        if not method:
            raise UserError(
                self.env._(
                    "%s has no bank journal with a method for outgoing payments: set one up to pay back.",
                    company.name,
                )
            )
        payable = self._get_payable_lines()
        return {
            **self._prepare_payment_values(),
            "company_id": company.id,
            "date": date,
            "journal_id": journal.id,
            "payment_method_line_id": method.id,
            "partner_bank_id": self.partner_bank_id.id,
            "destination_account_id": payable.account_id[:1].id,
            "payment_type": "outbound",
            "partner_type": "customer",
            "partner_id": self.case_id.partner_id.id,
            "amount": self.amount,
            "currency_id": self.currency_id.id,
        }

    def _prepare_payment_values(self):
        """:return: what tells of the dispute on a payment, however it is paid"""
        self.ensure_one()
        document = self.move_id or self.dispute_line_id.payment_id
        references = [self.case_id.name, document.name, self.case_id.customer_reference]
        return {
            "memo": ", ".join(reference for reference in references if reference),
            "dispute_case_id": self.case_id.id,
            "invoice_ids": [Command.set(self.move_id.ids)],
        }

    def _match_payout(self):
        """Match the payment with what owed it.

        :raise UserError: when Odoo makes no entry for payments of that journal
        """
        self.ensure_one()
        payable = self._get_payable_lines()
        counterpart = self.payout_id.move_id.line_ids.filtered(
            lambda item: item.account_id == payable.account_id and not item.reconciled
        )
        if not counterpart:
            raise UserError(
                self.env._(
                    "%(journal)s makes no entry for outgoing payments: set an outstanding account for its"
                    " payment method.",
                    journal=self.payout_id.journal_id.name,
                )
            )
        (payable + counterpart).reconcile()
