import random

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.dispute_management.models.dispute_amount_mixin import AMOUNT_PARTS
from odoo.addons.dispute_management.models.dispute_settlement_line import CHOSEN_KINDS

from .refund_common import RefundCommon

STEPS = 40


@tagged("post_install", "-at_install")
class TestMoneyJourney(RefundCommon):
    """Whatever people and accounting do, in any order: the money of disputes adds up.

    Every journey is a random walk from a fixed seed. A step that a rule refuses is taken
    back as a whole; a step that is done must leave every invariant true.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR", rates=[("2019-01-01", 0.333)])
        cls.tax = cls.env["account.tax"].create({"name": "21 %", "amount": 21})

    def test_journey_on_plain_invoices(self):
        self._travel(1, self._create_invoice_of(100), self._create_invoice_of(33.33))

    def test_journeys_through_every_kind(self):
        done = set()
        often = dict.fromkeys(
            (
                self._open,
                self._settle_part,
                self._settle_paid,
                self._send_refunds,
                self._settle_several,
                self._apply_credit,
                self._invoice_again,
            ),
            10,
        )
        for seed in (11, 12, 13, 14):
            with self.subTest(seed=seed), self.env.cr.savepoint() as undo:
                paid = [self._create_invoice_of(40, taxes=self.tax) for _index in range(2)]
                for invoice in paid:
                    self._pay_online(invoice)
                owing = [self._create_invoice_of(amount, taxes=self.tax) for amount in (100, 64.5, 33.33)]
                # What was paid can be paid back, and what is owed written off, from the first step on.
                self._travel(seed, *paid, *owing, often=often, disputed=[*paid, owing[0]])
                executed = self.cases.settlement_ids.filtered(lambda item: item.state == "executed")
                done |= set(executed.line_ids.mapped("kind"))
                undo.rollback()
                self.env.invalidate_all()
        self.assertEqual(done, {kind for kind, _label in CHOSEN_KINDS})

    def test_journey_on_taxed_invoices_in_instalments(self):
        terms = self.pay_terms_b.id
        self._travel(
            2,
            self._create_invoice_of(83.37, taxes=self.tax, invoice_payment_term_id=terms),
            self._create_invoice_of(0.07, taxes=self.tax),
        )

    def test_journey_in_another_currency(self):
        self._travel(
            3,
            self._create_invoice_of(99.99, taxes=self.tax, currency_id=self.euro.id),
            self._create_invoice_of(10, currency_id=self.euro.id),
        )

    def test_a_claim_raised_or_lowered_is_paid_as_it_stands(self):
        for before, after in ((40, 100), (100, 40)):
            with self.subTest(before=before, after=after):
                invoice = self._create_invoice_of(100)
                case = self._create_case({invoice: before})
                case.line_ids.amount = after
                self._register_payment(invoice, amount=100)
                self.assertAmounts(case, paid_after=after)
                self.assertFalse(invoice.dispute_amount)

    def test_an_invoice_that_owes_again_is_held_again(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 100})
        self._register_payment(invoice, amount=100)
        case._close(self._resolution("PAID"), self.cause)
        self.assertFalse(invoice.no_followup)
        case.action_reopen()
        invoice.line_ids.remove_move_reconcile()
        self.assertAmounts(case, open=100)
        self.assertTrue(invoice.no_followup)

    # The walk

    def _travel(self, seed, *invoices, often=None, disputed=()):
        """:param often: other weights of steps
        :param disputed: invoices that are in dispute, in full, when the walk begins
        """
        self.random = random.Random(seed)  # noqa: S311 - the same walk on every run
        self.invoices = self.env["account.move"].union(*invoices)
        # The accountant, who is the user here, has no right to disputes.
        self.cases = self.env["dispute.case"].sudo()
        for invoice in disputed:
            self.cases += self._create_case({invoice: invoice.amount_total}).sudo()
        choices = {
            self._open: 6,
            self._change_claim: 3,
            self._pay: 4,
            self._unreconcile: 2,
            self._credit_outside: 3,
            self._undo_outside_credit: 1,
            self._match_entry: 1,
            self._settle_part: 6,
            self._withdraw: 2,
            self._close_resolved: 2,
            self._reopen: 3,
            self._reset_and_repost: 1,
            self._undo_settlement: 1,
            self._settle_paid: 4,
            self._settle_several: 3,
            self._apply_credit: 3,
            self._invoice_again: 3,
            self._send_refunds: 2,
            self._undo_payout: 1,
        }
        choices |= often or {}
        log, done = [], 0
        for _index in range(STEPS):
            step = self.random.choices(list(choices), list(choices.values()))[0]
            try:
                with self.env.cr.savepoint():
                    told = step()
                    self.env.flush_all()
            except UserError as error:
                self.env.invalidate_all()
                told = f"refused: {error}"
            else:
                done += bool(told)
            log.append(f"{step.__name__[1:]}: {told}")
            try:
                self._check()
            except AssertionError as error:
                raise AssertionError("\n".join([str(error), *log])) from error
        self.assertGreater(done, STEPS / 4, log)
        self._finish(log)

    def _finish(self, log):
        """Close everything: every flag is what it was before the first dispute."""
        for case in self.cases.filtered(lambda case: not case.is_closed):
            case.with_user(self.clerk)._close(self._resolution("WDN"), self.cause)
        self._check()
        self.assertEqual(set(self.invoices.mapped("no_followup")), {False}, log)
        self.assertFalse(any(self.invoices.mapped("dispute_hold")))
        self.assertFalse(any(self.invoices.mapped("dispute_amount")))

    # What must always be true

    def _check(self):
        self.env.flush_all()
        self.env.invalidate_all()
        lines = self.cases.line_ids
        for record in [*lines, *self.cases]:
            self._check_sum(record)
        stored = self._read(lines)
        lines._refresh_amounts()
        self.env.flush_all()
        self.assertEqual(stored, self._read(lines), "Stored amounts are out of date.")
        for invoice in self.invoices.sudo():
            self._check_invoice(invoice)
        for case in self.cases:
            self.assertEqual(bool(case.date_closed), case.is_closed)
            if case.stage_kind in ("rejected", "withdrawn"):
                self.assertEqual(case.amount_open, 0)
            self.assertEqual(len(case.stage_history_ids.filtered(lambda r: not r.date_left)), 1)

    def _check_sum(self, record):
        is_line = record._name == "dispute.line"
        claim = record.amount if is_line else record.amount_disputed
        units = record.currency_id._dispute_to_units
        parts = [units(record[name]) for name in AMOUNT_PARTS]
        self.assertEqual(sum(parts), units(claim), record)
        self.assertGreaterEqual(min(parts), 0, record)
        units = record.company_id.currency_id._dispute_to_units
        parts = [units(record[f"{name}_company"]) for name in AMOUNT_PARTS]
        self.assertGreaterEqual(min(parts), 0, record)
        if not is_line:
            self.assertEqual(sum(parts), units(record.amount_disputed_company), record)
            for name in AMOUNT_PARTS:
                self.assertAlmostEqual(record[name], sum(record.line_ids.mapped(name)), 6)

    def _read(self, lines):
        names = [*AMOUNT_PARTS, *(f"{name}_company" for name in AMOUNT_PARTS)]
        return [tuple(line[name] for name in names) for line in lines]

    def _check_invoice(self, invoice):
        compare = invoice.currency_id.compare_amounts
        lines = invoice.dispute_line_ids
        in_dispute = lines.filtered(lambda line: not line.case_id.is_closed)
        self.assertEqual(compare(invoice.dispute_amount, sum(in_dispute.mapped("amount_open"))), 0)
        self.assertEqual(invoice.dispute_case_count, len(lines.case_id))
        # Who is asked to pay while it is in dispute? And nobody is forgotten after it.
        owed = in_dispute.filtered(lambda line: line.amount_open and line.amount_owed_at_opening)
        if owed and invoice.amount_residual:
            self.assertTrue(invoice.dispute_hold, "In dispute, owed and followed up.")
        if not in_dispute:
            self.assertFalse(invoice.dispute_hold, "Held without a dispute.")
        self.assertEqual(invoice.no_followup, invoice.dispute_hold)
        # Never more credited than was invoiced: what claims can still ask and what they
        # got is at most the invoice.
        refunds = invoice.reversal_move_ids.filtered(lambda move: move.state == "posted")
        self.assertLessEqual(compare(sum(refunds.mapped("amount_total")), invoice.amount_total), 0)
        credited = sum(lines.mapped("amount_credited"))
        self.assertLessEqual(compare(credited, sum(refunds.mapped("amount_total"))), 0)
        for line in lines.settlement_line_ids.filtered("move_id"):
            if line.move_id.move_type == "out_refund":
                expected = line.amount_credited or line.amount
                self.assertEqual(compare(line.move_id.amount_total, expected), 0)
        # Nobody is paid back more than was invoiced; nor than was credited, but where an accountant
        # took the credit note of a refund back.
        payouts = lines.settlement_line_ids.payout_id.filtered(
            lambda pay: pay.state in ("in_process", "paid")
        )
        self.assertLessEqual(compare(sum(payouts.mapped("amount")), invoice.amount_total), 0)
        matched = payouts.filtered(lambda pay: all(self._receivable(pay.move_id).mapped("reconciled")))
        self.assertLessEqual(compare(sum(matched.mapped("amount")), sum(refunds.mapped("amount_total"))), 0)

    # Steps of people who handle disputes

    def _pick(self, records):
        return records[self.random.randrange(len(records))] if records else records

    def _part_of(self, amount, currency):
        """Mostly a part of an amount, often all of it, sometimes more."""
        share = self.random.choice([1, 1, 0.5, 0.34, 0.1, 1.2])
        return max(currency.round(amount * share), currency.rounding)

    def _open(self):
        invoice = self._pick(self.invoices)
        disputable = invoice._dispute_get_disputable_amounts()[invoice]
        amount = self._part_of(disputable, invoice.currency_id)
        other = self._pick(self.invoices - invoice)
        claims = {invoice: amount}
        if self.random.random() < 0.3:
            claims[other] = self._part_of(other._dispute_get_disputable_amounts()[other], other.currency_id)
        case = self._create_case(claims)
        self.cases += case.sudo()
        return f"{case.name} {[(move.id, amount) for move, amount in claims.items()]}"

    def _change_claim(self):
        line = self._pick(self.cases.line_ids)
        if not line:
            return None
        before, amount = line.amount, self._part_of(line.amount * 1.5, line.currency_id)
        line.with_user(self.clerk).amount = amount
        return f"{line.case_id.name} {before} -> {amount}"

    def _settle_part(self):
        case = self._pick(self.cases.filtered(lambda case: not case.is_closed))
        if not case.amount_open:
            return None
        kind = self.random.choice(["credit_note", "credit_note", "write_off", "rejection"])
        line = self._pick(case.line_ids.filtered("amount_open"))
        amount = self._part_of(line.amount_open, case.currency_id)
        return self._settle_by(line, (kind, amount, {}))

    def _settle_by(self, line, *shares):
        """:param shares: ``(kind, amount, further values)``"""
        case = line.case_id
        settlement = (
            self.env["dispute.settlement"]
            .with_user(self.clerk)
            .create(
                {
                    "case_id": case.id,
                    "reason_text": "As decided",
                    # Asking customers is the matter of other tests.
                    "is_interim": True,
                    "line_ids": [
                        Command.create({"dispute_line_id": line.id, "kind": kind, "amount": amount, **values})
                        for kind, amount, values in shares
                    ],
                }
            )
        )
        settlement._propose()
        try:
            settlement._execute()
        except UserError as error:
            self.fail(f"Pressed twice, it was tried twice: {error}")
        return f"{case.name} {[(kind, amount) for kind, amount, _values in shares]}"

    def _settle_paid(self):
        """Pay back what was paid, by bank or the way it came."""
        paid = self.cases.line_ids.filtered(
            lambda line: line.amount_open and not line.case_id.is_closed and not line.move_id.amount_residual
        )
        line = self._pick(paid)
        if not line:
            return None
        amount = self._part_of(line.amount_open, line.currency_id)
        # Who paid online is mostly paid back the same way.
        online = self.env["payment.transaction"].sudo().search([("invoice_ids", "in", line.move_id.ids)])
        if online and self.random.random() < 0.7:
            return self._settle_by(line, ("refund_original_payment", amount, {}))
        return self._settle_by(line, ("refund_payment", amount, {"partner_bank_id": self.bank.id}))

    def _settle_several(self):
        """Credit what is owed, write a little off, refuse some, pay the rest back."""
        line = self._pick(
            self.cases.line_ids.filtered(lambda line: line.amount_open and not line.case_id.is_closed)
        )
        if not line:
            return None
        round_amount = line.currency_id.round
        owed = min(line.move_id.amount_residual, line.amount_open)
        written_off = round_amount(owed * self.random.choice([0, 0.1, 0.5]))
        refused = round_amount((line.amount_open - owed) * self.random.choice([0, 0.1, 0.5]))
        shares = [
            ("write_off", written_off, {}),
            ("credit_note", round_amount(owed - written_off), {}),
            ("rejection", refused, {}),
            (
                "refund_payment",
                round_amount(line.amount_open - owed - refused),
                {"partner_bank_id": self.bank.id},
            ),
        ]
        return self._settle_by(line, *(share for share in shares if share[1] > 0))

    def _apply_credit(self):
        line = self._pick(
            self.cases.line_ids.filtered(
                lambda line: line.amount_open and line.move_id.amount_residual and not line.case_id.is_closed
            )
        )
        if not line:
            return None
        credits = self.env["dispute.settlement.line"]._get_credits(line) or self._create_credit(25)
        amount = self._part_of(line.amount_open, line.currency_id)
        return self._settle_by(line, ("apply_credit", amount, {"credit_line_id": self._pick(credits).id}))

    def _invoice_again(self):
        line = self._pick(
            self.cases.line_ids.filtered(lambda line: line.amount_open and not line.case_id.is_closed)
        )
        if not line:
            return None
        invoiced = self._pick(line.move_id.invoice_line_ids)
        price = invoiced.price_unit * self.random.choice([1, 1, 0.9, 0])
        items = {
            "item_ids": [
                Command.create(
                    {"move_line_id": invoiced.id, "quantity": invoiced.quantity, "price_unit": price}
                )
            ]
        }
        return self._settle_by(line, ("replacement_invoice", line.amount_open, items))

    def _send_refunds(self):
        self.provider.dispute_test_answer = self.random.choice(["done", "done", "pending", "error", "cut"])
        sender = self.env["dispute.refund.send"].sudo()
        line = self.env["dispute.settlement.line"].sudo().search(sender._get_waiting_domain(), limit=1)
        if not line:
            return None
        # What the cron does between its commits.
        transaction = line.source_transaction_id._create_child_transaction(
            line.amount, is_refund=True, **line._prepare_refund_transaction_values()
        )
        line.write({"transaction_id": transaction.id, "refund_state": "sending"})
        try:
            transaction._send_refund_request()
        except UserError as error:
            sender._set_lost(line, str(error))
        line._follow_transactions()
        if transaction.state == "done":
            transaction._post_process()
        return f"{line.case_id.name} {line.amount} {line.refund_state}"

    def _undo_payout(self):
        """An accountant takes the match of a refund, or the refund itself, back."""
        payout = self._pick(self.cases.settlement_ids.line_ids.payout_id.with_user(self.env.user))
        if not payout:
            return None
        if self.random.random() < 0.5:
            payout.move_id.line_ids.remove_move_reconcile()
        elif payout.state in ("in_process", "paid"):
            payout.action_draft()
        return f"{payout.id} {payout.state}"

    def _withdraw(self):
        case = self._pick(self.cases.filtered(lambda case: not case.is_closed))
        if case:
            code = self.random.choice(["WDN", "REJ"])
            case.with_user(self.clerk)._close(self._resolution(code), self.cause)
        return case.name

    def _close_resolved(self):
        case = self._pick(self.cases.filtered(lambda case: not case.is_closed))
        if case:
            case.with_user(self.clerk)._close(self._resolution("CRF"), self.cause)
        return case.name

    def _reopen(self):
        case = self._pick(self.cases.filtered("is_closed"))
        case.with_user(self.clerk).action_reopen()
        return case.name

    # Steps of accountants who do not know of disputes

    def _pay(self):
        invoice = self._pick(self.invoices.filtered("amount_residual"))
        if not invoice:
            return None
        amount = min(
            self._part_of(invoice.amount_residual, invoice.currency_id),
            invoice.amount_residual,
        )
        if self.random.random() < 0.4:
            self._pay_online(invoice, amount=amount)
        else:
            self._register_payment(invoice, amount=amount)
        return f"{invoice.id} {amount}"

    def _unreconcile(self):
        invoice = self._pick(self.invoices)
        partials = self._receivable(invoice).matched_credit_ids
        self._pick(partials).unlink()
        return f"{invoice.id} {len(partials)}"

    def _credit_outside(self):
        invoice = self._pick(self.invoices)
        credited = sum(
            invoice.reversal_move_ids.filtered(lambda m: m.state == "posted").mapped("amount_total")
        )
        amount = min(
            self._part_of(invoice.amount_total / 3, invoice.currency_id),
            invoice.currency_id.round(invoice.amount_total - credited),
        )
        if amount <= 0:
            return None
        refund = self._reverse_invoice(invoice, post=False)
        refund.invoice_line_ids.write({"price_unit": amount, "quantity": 1, "tax_ids": False})
        refund.action_post()
        return f"{invoice.id} {amount}"

    def _undo_outside_credit(self):
        refund = self._pick(
            self.invoices.reversal_move_ids.filtered(
                lambda move: move.state == "posted" and not move.dispute_case_id
            )
        )
        refund.button_draft()
        refund.button_cancel()
        return f"{refund.id}"

    def _match_entry(self):
        invoice = self._pick(self.invoices.filtered("amount_residual"))
        receivable = self._receivable(invoice).filtered(lambda line: not line.reconciled)[:1]
        if not receivable:
            return None
        amount = min(1.11, abs(receivable.amount_residual_currency))
        balance = self.company.currency_id.round(amount / invoice.invoice_currency_rate)
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.partner_a.id,
                            "currency_id": invoice.currency_id.id,
                            "amount_currency": sign * amount,
                            "balance": sign * balance,
                        }
                    )
                    for account, sign in (
                        (receivable.account_id, -1),
                        (self.company_data["default_account_expense"], 1),
                    )
                ],
            }
        )
        entry.action_post()
        counterpart = entry.line_ids.filtered(lambda line: line.account_id == receivable.account_id)
        (receivable + counterpart).reconcile()
        return f"{invoice.id} {amount}"

    def _reset_and_repost(self):
        invoice = self._pick(self.invoices)
        invoice.button_draft()
        self.env.flush_all()
        invoice.action_post()
        return f"{invoice.id}"

    def _undo_settlement(self):
        """Someone cancels a document that a settlement made: the amounts follow."""
        documents = self.cases.settlement_ids.line_ids.move_id.sudo(False)
        move = self._pick(documents.filtered(lambda move: move.state == "posted"))
        move.button_draft()
        move.button_cancel()
        return f"{move.id}"

    def _receivable(self, invoice):
        return invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
