from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..tools.payment_memo import ReasonWords, find_reason, find_reference, split_words

#: Where invoices that were paid in part wait for the end of the transaction.
PAID = "dispute_management.paid"


class DisputeMoveShortMixin(models.AbstractModel):
    """Short payments: what a payment leaves of a due invoice and nobody disputes.

    Accounting only notes which invoices were paid; what is left of them is looked at once,
    when the transaction ends.
    """

    _name = "dispute.move.short.mixin"
    _description = "Short Payment"

    @api.depends("dispute_short_payment", "amount_residual", "dispute_amount_owed")
    def _compute_dispute_short_amount(self):
        short = self.filtered("dispute_short_payment")
        # Counted are disputes that who reads the invoice need not be able to read.
        amounts = short.sudo()._dispute_get_short_amounts()
        for move in self:
            move.dispute_short_amount = amounts.get(move, 0)

    # Noticing

    def _dispute_note_paid(self):
        """Have these invoices looked at when the transaction ends."""
        precommit = self.env.cr.precommit
        if PAID not in precommit.data:
            precommit.data[PAID] = {}
            # Whoever registers a payment need not know of disputes.
            precommit.add(self.env["account.move"].sudo()._dispute_review_paid)
        precommit.data[PAID].update(dict.fromkeys(self.ids))

    def _dispute_forget_paid(self):
        """What a settlement matches is no short payment."""
        for move_id in self.ids:
            self.env.cr.precommit.data.get(PAID, {}).pop(move_id, None)

    @api.model
    def _dispute_review_paid(self):
        """Look at what the payments of this transaction left of their invoices.

        For superuser code: whoever registers a payment need not know of disputes.
        """
        moves = self.browse(self.env.cr.precommit.data.pop(PAID, ()))
        # A fully paid invoice that was never short costs nothing: all of this is in memory.
        moves = moves.filtered(lambda move: move.amount_residual or move.dispute_short_payment)
        if moves and not self.env.context.get("dispute_past"):
            moves.exists()._dispute_review_short()

    def _dispute_review_short(self):
        """Offer, open or write off what these invoices were paid short of, by their companies' settings."""
        amounts = {
            move: amount
            for move, amount in self._dispute_get_short_amounts().items()
            if move.company_id.dispute_short_payment != "none"
        }
        self.filtered(lambda move: move not in amounts)._dispute_mark_short(False)
        short = self.filtered(lambda move: move in amounts)
        short._dispute_mark_short("offered")
        acting = short.filtered(lambda move: move.company_id.dispute_short_payment == "open")
        small = acting.filtered(lambda move: move._dispute_is_small(amounts[move]))
        large = acting - small
        if large:
            self._dispute_attempt(lambda: large._dispute_open_short(amounts))
        if small:
            self._dispute_attempt(lambda: small._dispute_write_off_short(amounts))

    @api.model
    def _dispute_attempt(self, act):
        """Do what follows from a payment; what can't be done stays offered, and keeps nobody from
        registering the payment.
        """
        try:
            with self.env.cr.savepoint():
                act()
        except UserError:
            self.env.invalidate_all(flush=False)

    def _dispute_mark_short(self, value):
        changed = self.filtered(lambda move: move.dispute_short_payment != value)
        if changed:
            changed._dispute_write_hold({"dispute_short_payment": value})

    def _dispute_get_short_amounts(self):
        """What payments left of instalments that are due, less what is or was disputed.

        :return: ``{move: amount}`` of those with some, in the invoice's currency
        """
        today = fields.Date.context_today(self)
        amounts = {}
        for move in self:
            if move.move_type != "out_invoice" or move.state != "posted":
                continue
            # Refused money is owed, and no deduction to argue about again.
            refused = sum(
                min(line.amount_rejected, line.amount_owed_at_opening) for line in move.dispute_line_ids
            )
            due = sum(
                line.amount_residual_currency
                for line in move.line_ids
                if line.account_type == "asset_receivable"
                and (line.date_maturity or line.date) <= today
                and line.matched_credit_ids._is_dispute_payment()
            )
            amount = min(due, move.amount_residual - move.dispute_amount_owed - refused)
            if move.currency_id.compare_amounts(amount, 0) > 0:
                amounts[move] = move.currency_id.round(amount)
        return amounts

    def _dispute_is_small(self, amount):
        """:return: whether an amount of this invoice is within the write-off tolerance"""
        self.ensure_one()
        company = self.company_id
        amount *= self.env["dispute.line"]._get_document_rate(self)
        return company.currency_id.compare_amounts(amount, company.dispute_write_off_tolerance) <= 0

    @api.model
    def _dispute_cron_short_payments(self, batch=200):
        """Look at invoices that were paid in part before they fell due, in committed batches.

        What was found or dismissed is noted with the invoice, so that a second run finds nothing.

        :param batch: invoices a commit
        """
        today = fields.Date.context_today(self)
        since = fields.Date.subtract(today, days=7)
        domain = (
            Domain("payment_state", "=", "partial")
            & Domain("move_type", "=", "out_invoice")
            & Domain("dispute_short_payment", "=", False)
            & Domain("line_ids", "any", [("date_maturity", ">=", since), ("date_maturity", "<=", today)])
        )
        last_id = 0
        while moves := self.search(domain & Domain("id", ">", last_id), limit=batch, order="id"):
            last_id = moves[-1].id
            moves.try_lock_for_update().filtered_domain(domain)._dispute_review_short()
            if not self.env["ir.cron"]._commit_progress(len(moves)):
                return

    # Actions

    def action_dispute_open_short(self):
        """Open a deduction case of each of these invoices.

        :return: action on the cases
        """
        amounts = self._dispute_check_short()
        return self._dispute_open_short(amounts)._get_records_action(name=self.env._("Disputes"))

    def action_dispute_write_off_short(self):
        """Write off what these invoices were paid short of, as small differences and by tier.

        :return: action on the cases that tell of it
        """
        amounts = self._dispute_check_short()
        large = self.filtered(lambda move: not move._dispute_is_small(amounts[move]))
        if large:
            raise UserError(
                self.env._(
                    "%(invoice)s is short by %(amount)s, more than the write-off tolerance: open a case.",
                    invoice=large[0].name,
                    amount=large[0].currency_id.format(amounts[large[0]]),
                )
            )
        return self._dispute_write_off_short(amounts)._get_records_action(name=self.env._("Disputes"))

    def action_dispute_dismiss_short(self):
        """Note that what is left of these invoices will be paid: nothing to argue about."""
        self._dispute_check_short()
        self._dispute_mark_short("dismissed")

    def _dispute_get_short_alert(self):
        """:return: what the form of an invoice says of a short payment, for `_get_alerts`"""
        alert = {
            "level": "warning",
            "message": self.env._(
                "A payment left %s of it that is due and that nobody disputes.",
                self.currency_id.format(self.dispute_short_amount),
            ),
        }
        if self.env.user.has_group("dispute_management.group_dispute_user"):
            alert |= {
                "action_text": self.env._("Open a deduction case"),
                "action_call": ("account.move", "action_dispute_open", self.ids),
            }
        return alert

    def _dispute_check_short(self):
        """:return: ``{move: amount}`` they are short by
        :raise UserError: naming an invoice that is not, or for who may not open disputes
        """
        self.env["dispute.case"].check_access("create")
        self.check_access("read")
        # Counted are payments and disputes that the user need not be able to read.
        amounts = self.sudo()._dispute_get_short_amounts()
        for move in self:
            if move not in amounts:
                raise UserError(self.env._("%s was not paid short.", move.name))
        return amounts

    # Cases

    def _dispute_open_short(self, amounts):
        """Open one deduction case an invoice; what a memo says of a case that is open already is
        claimed there.

        :param amounts: ``{move: amount}``
        :return: dispute.case
        """
        cases = self.env["dispute.case"]
        if not self:
            return cases
        named = self._dispute_find_named_cases()
        for case in cases.union(*named.values()):
            claims = [
                Command.create({"move_id": move.id, "amount": amounts[move]})
                for move in self
                if named.get(move) == case
            ]
            case.write({"line_ids": claims})
        self.filtered(lambda move: move in named)._dispute_mark_short(False)
        new = self.filtered(lambda move: move not in named)
        return cases.union(*named.values()) | new._dispute_create_short(amounts)

    def _dispute_create_short(self, amounts):
        """:return: dispute.case made, one an invoice, each claiming what `amounts` says"""
        cases = self.env["dispute.case"].create(self._dispute_prepare_short_cases(amounts))
        self._dispute_mark_short(False)
        return cases

    def _dispute_get_short_memo(self):
        """:return: what the customer wrote to the last payment of this invoice"""
        self.ensure_one()
        # Memos of payments tell why, to who reads the dispute.
        payments = self.sudo().line_ids.matched_credit_ids._is_dispute_payment()
        return payments.sorted("id")[-1:]._get_dispute_memo() if payments else False

    def _dispute_find_named_cases(self):
        """:return: ``{move: dispute.case}`` where the memo names the customer's number of an open claim"""
        claims = self.env["dispute.case"].search(
            Domain("partner_id", "in", self.commercial_partner_id.ids)
            & Domain("customer_reference", "!=", False)
            & Domain("is_closed", "=", False)
            & Domain("line_ids", "!=", False)
        )
        named = {}
        for move in self:
            theirs = claims.filtered(
                lambda case, move=move: (
                    (case.partner_id, case.company_id, case.currency_id)
                    == (move.commercial_partner_id, move.company_id, move.currency_id)
                )
            )
            numbers = [(case, case.customer_reference) for case in theirs]
            if case := find_reference(move._dispute_get_short_memo(), numbers):
                named[move] = case
        return named

    def _dispute_write_off_short(self, amounts):
        """Write small differences off, each in a case of its own and as the tiers allow.

        Where nothing can be written off, the invoices stay offered.

        :param amounts: ``{move: amount}``
        :return: dispute.case
        """
        resolution = self.env["dispute.resolution"].browse(
            self.env["ir.model.data"]._xmlid_to_res_id("dispute_management.dispute_resolution_smw") or ()
        )
        able = self.filtered(
            lambda move: (
                move.company_id.dispute_writeoff_account_id
                or resolution.with_company(move.company_id).write_off_account_id
            )
        )
        cases = able._dispute_create_short(amounts)
        unknown = self.env.ref("dispute_management.dispute_cause_unk", raise_if_not_found=False)
        cases.filtered(lambda case: not case.cause_id).write({"cause_id": unknown and unknown.id})
        settlements = self.env["dispute.settlement"].create(
            [
                {
                    "case_id": case.id,
                    "resolution_id": resolution.id,
                    "reason_text": self.env._("Small difference"),
                    "line_ids": [
                        Command.create(
                            {"dispute_line_id": line.id, "kind": "write_off", "amount": line.amount_open}
                        )
                        for line in case.line_ids
                    ],
                }
                for case in cases
            ]
        )
        settlements._propose()
        return cases

    def _dispute_prepare_short_cases(self, amounts):
        """:return: values of one case an invoice; override to add fields"""
        reasons = self.env["dispute.reason"].search([])
        unexplained = self.env.ref("dispute_management.dispute_reason_ded", raise_if_not_found=False)
        names = [ReasonWords(reason, reason.code, split_words(reason.memo_words)) for reason in reasons]
        vals_list = []
        for move in self:
            memo = move._dispute_get_short_memo()
            serving = [
                item
                for item in names
                if not item.key.company_id or item.key.company_id in move.company_id.parent_ids
            ]
            reason = find_reason(memo, serving) or unexplained or reasons._get_default_reason()
            vals_list.append(
                {
                    "reason_id": reason.id,
                    "source": "short_payment",
                    "description": memo,
                    "line_ids": [Command.create({"move_id": move.id, "amount": amounts[move]})],
                }
            )
        return vals_list
