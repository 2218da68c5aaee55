from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

REFUND_STATES = [
    ("waiting", "To be sent"),
    ("sending", "Being sent"),
    ("pending", "Waiting for the provider"),
    ("done", "Paid back"),
    ("failed", "Failed"),
    ("lost", "Answer unknown"),
    ("given_up", "Not paid back"),
]

#: What money is on its way in, or may have gone.
LIVE_STATES = ("waiting", "sending", "pending", "done", "lost")


class DisputeSettlementProviderMixin(models.AbstractModel):
    """Giving money back the way it came, through the provider of an online payment.

    Accounting comes first: the credit note is posted and committed, the settlement is
    `processing`. Sending the refund is the work of `dispute.refund.send`.
    """

    _name = "dispute.settlement.provider.mixin"
    _description = "Dispute Settlement through a Provider"

    source_transaction_id = fields.Many2one(
        "payment.transaction",
        string="Original payment",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        help="The online payment that is refunded. Empty: one of the invoice that has enough left.",
    )
    transaction_id = fields.Many2one(
        "payment.transaction",
        string="Refund",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    refund_state = fields.Selection(REFUND_STATES, readonly=True, copy=False)
    refund_message = fields.Char(string="Provider says", readonly=True, copy=False)
    date_refund_sent = fields.Datetime(string="Refund sent", readonly=True, copy=False)

    def _book_refund_original_payment(self, date):
        """Credit what was claimed of invoices, and have the refund sent once that is committed.

        :param date: accounting date of the credit note
        """
        self._choose_source_transactions()
        self._check_source_transactions()
        self._check_loose_payouts()
        self._check_received()
        self.filtered("dispute_line_id.move_id")._credit(date)
        for line in self:
            line._check_is_paid_in()
        self.write({"refund_state": "waiting"})
        self.env.ref("dispute_management.ir_cron_refunds")._trigger()

    def _get_source_transactions(self):
        """:return: payment.transaction by which the disputed document was paid online"""
        self.ensure_one()
        # How the customer paid is told to who pays back.
        disputed = self.sudo().dispute_line_id
        if disputed.payment_id:
            found = disputed.payment_id.payment_transaction_id
        else:
            payments = disputed.move_id._get_reconciled_payments()
            found = disputed.move_id.transaction_ids | payments.payment_transaction_id
        return found.filtered(
            lambda tx: tx.state == "done" and tx.operation not in ("refund", "validation") and tx.amount > 0
        )

    def _choose_source_transactions(self):
        """Settle on the payment that is refunded, where nobody chose one."""
        for line in self.filtered(lambda item: not item.source_transaction_id):
            able = line._get_source_transactions().filtered(
                lambda tx, line=line: not line._get_source_error(tx)
            )
            # Who may settle may have this noted, whatever they may read of payments.
            line.sudo().source_transaction_id = able[:1]

    def _check_source_transactions(self):
        """:raise UserError: when a payment can't be refunded for the amount of its line"""
        for line in self:
            # How the customer paid is looked at for who pays back.
            source = line.sudo().source_transaction_id
            if source:
                reason = line._get_source_error(source)
            else:
                reasons = {line._get_source_error(tx) for tx in line._get_source_transactions()}
                reason = " ".join(sorted(reasons)) or self.env._(
                    "%s was not paid online: refund it by bank payment.", line.dispute_line_id.display_name
                )
            if reason:
                raise UserError(self.env._("%(case)s: %(reason)s", case=line.case_id.name, reason=reason))

    def _get_source_error(self, source):
        """:param source: payment.transaction
        :return: why this line can't be refunded to it; or False
        """
        self.ensure_one()
        provider, method = source.provider_id, source.payment_method_id
        method = method.primary_payment_method_id or method
        supported = {provider.support_refund, method.support_refund}
        values = {"payment": source.reference, "provider": provider.name}
        if source not in self._get_source_transactions():
            return self.env._("%(payment)s did not pay what is disputed.", **values)
        if source.currency_id != self.currency_id:
            return self.env._("%(payment)s was paid in another currency.", **values)
        if provider.state == "disabled" or not provider.journal_id:
            return self.env._("%(provider)s is disabled or has no journal.", **values)
        if "none" in supported:
            return self.env._("%(provider)s can't refund %(payment)s.", **values)
        return self._get_source_amount_error(source, "full_only" in supported, values)

    def _get_source_amount_error(self, source, is_full_only, values):
        left = self.currency_id.round(source.amount - self._get_refunded_amount(source))
        if self.currency_id.compare_amounts(self.amount, left) > 0:
            return self.env._(
                "only %(left)s of %(payment)s can still be refunded.",
                left=self.currency_id.format(left),
                **values,
            )
        if is_full_only and self.currency_id.compare_amounts(self.amount, source.amount):
            return self.env._(
                "%(provider)s refunds %(payment)s only in full, which is %(amount)s.",
                amount=self.currency_id.format(source.amount),
                **values,
            )
        return False

    def _get_refunded_amount(self, source):
        """:return: what was refunded of a payment, or may have been, or is about to be"""
        refunds = source.child_transaction_ids.filtered(
            lambda tx: tx.operation == "refund" and tx.state not in ("cancel", "error")
        )
        ours = self.search(
            Domain("source_transaction_id", "=", source.id)
            & Domain("refund_state", "in", LIVE_STATES)
            & Domain("transaction_id", "=", False)
            & Domain("id", "not in", self.ids)
        )
        return sum(abs(tx.amount) for tx in refunds) + sum(ours.mapped("amount"))

    def _get_awaited(self):
        """:return: the lines whose refund is not paid, nor given up yet"""
        return self.filtered(lambda line: line.refund_state and line.refund_state not in ("done", "given_up"))

    def _prepare_refund_transaction_values(self):
        """:return: what the refund's transaction says beside what its source does"""
        self.ensure_one()
        return {"invoice_ids": [Command.set(self.move_id.ids)]}

    def _follow_transactions(self):
        """Let these lines, and their settlements, follow what became of their transactions."""
        for line in self:
            state = {"pending": "pending", "done": "done", "cancel": "failed", "error": "failed"}.get(
                line.transaction_id.state
            )
            if line.refund_state in ("done", "given_up") or not state:
                continue
            payment = line.transaction_id.payment_id
            if state == "done" and not payment:
                # The money is on its way; it is booked by Odoo's own post-processing.
                state = "pending"
            if state != line.refund_state:
                line.refund_state = state
                line.refund_message = line.transaction_id.state_message
            if state == "done":
                line._take_over_payment(payment)
        self.filtered(lambda line: line.refund_state == "failed")._ask_about_refund()
        self.settlement_id._finish_processing()

    def _take_over_payment(self, payment):
        """Note the payment that Odoo made of a refund; match it with the overpayment it returns."""
        self.ensure_one()
        self.payout_id = payment
        payment.dispute_case_id = self.case_id
        payment.move_id.dispute_case_id = self.case_id
        if self.dispute_line_id.payment_id and self._get_payable_lines():
            self._match_payout()
        self.dispute_line_id._refresh_amounts()
        # The refund is what the case itself asked for, and no news to it.
        self.case_id._forget_accounting()

    def _ask_about_refund(self):
        """Give owners of cases an activity about refunds that failed, or whose answer is unknown."""
        for line in self:
            user = line.case_id.user_id or line.settlement_id.user_id
            values = {
                "refund": line.transaction_id.reference or line.case_id.name,
                "amount": line.currency_id.format(line.amount),
                "payment": line.source_transaction_id.reference,
                "message": line.refund_message or "",
            }
            if line.refund_state == "lost":
                summary = self.env._("Was %(refund)s paid back? Look at the provider", **values)
            else:
                summary = self.env._("The refund %(refund)s failed", **values)
            if summary not in line.settlement_id.activity_ids.mapped("summary"):
                line.settlement_id.activity_schedule(
                    "mail.mail_activity_data_warning",
                    user_id=user.id,
                    summary=summary,
                    note=self.env._("%(amount)s of %(payment)s. %(message)s", **values),
                )
