"""Histories of disputes, lived through step by step by the people who would."""

from collections import Counter
from datetime import datetime, timedelta

from freezegun import freeze_time
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

#: What happens in a history, how often; in the order of a plain one. Others are shuffled.
DECK = [
    *("open",) * 7,
    *("move", "wait", "reply", "pay", "settle", "again", "raise", "credit", "escalate"),
    *("settle", "refuse", "wait", "merge", "pay", "reopen", "unpay", "write_off", "reply"),
    *("refuse", "reject", "approver_refuses", "pay", "rate", "reopen", "withdraw", "lower"),
    *("goodwill", "move", "refund", "rate", "unpay", "redraft", "apply", "refuse", "pay", "credit", "pay"),
]
#: The first happen first: without a case nothing can happen to one.
FIRST = 4
START = datetime(2026, 1, 5, 9, 15)
QUARTER = timedelta(minutes=15)

NUMBERS = st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 700))
HISTORIES = st.tuples(
    st.permutations(DECK[FIRST:]),
    st.lists(NUMBERS, min_size=len(DECK), max_size=len(DECK), unique=True),
)
#: What people are told when they may not do what a history would have them do.
REFUSALS = (UserError, ValidationError, AccessError)


class NothingThereError(UserError):
    """There is nothing that it could happen to."""


class HistoryPlayer:
    """Plays a history on the cast of a test.

    :param test: the test case, with two companies, their clerks and customers
    """

    def __init__(self, test):
        self.test, self.env, self.now = test, test.env, START
        self.done, self.refused = Counter(), Counter()
        self.evenings = []

    def play(self, history):
        """:param history: drawn from `HISTORIES`"""
        order, numbers = history
        for name, (first, second, quarters) in zip([*DECK[:FIRST], *order], numbers, strict=True):
            self.now += quarters * QUARTER
            self.first, self.second = first, second
            with freeze_time(self.now):
                try:
                    with self.env.cr.savepoint():
                        getattr(self, f"_do_{name}")()
                        self.env.flush_all()
                    happened = True
                except REFUSALS:
                    happened = False
                    self.env.invalidate_all()
            (self.done if happened else self.refused)[name] += 1
            self.evenings.append(self.now.date())
        self.now += 41 * QUARTER

    # Whom and what it happens to

    def _pick(self, records):
        if not records:
            raise NothingThereError("Nothing there")
        return records[self.first % len(records)]

    def _cases(self, condition=lambda case: True):
        cases = self.env["dispute.case"].sudo().search([("company_id", "in", self.test.companies.ids)])
        return cases.filtered(condition).sorted("id")

    def _open_case(self, condition=lambda case: True):
        case = self._pick(self._cases(lambda case: not case.is_closed and condition(case)))
        return case.with_user(self._clerk(case.company_id))

    def _clerk(self, company):
        return self.test.clerks[company]

    def _accounting(self, record):
        """:return: the record as accounting of its company looks at it"""
        return record.with_user(self.test.env.user).with_company(record.company_id)

    # Steps

    def _do_open(self):
        company = self.test.companies[self.first % 3 % 2]
        currencies = self.test.currencies
        with_company = self.env["res.company"].browse(company.id)
        invoice = self.test._create_invoice(
            with_company,
            partner=self.test.customers[self.second % 3],
            currency=currencies[(self.first + self.second) % len(currencies)],
            amount=40 + self.first * 7,
        )
        share = (1, 0.5, 0.3, 1)[self.second % 4]
        self._claim(invoice, invoice.currency_id.round(invoice.amount_total * share))

    def _claim(self, invoice, amount, **values):
        reasons, teams = self.test.reasons, self.test.teams[invoice.company_id]
        line = {"move_id": invoice.id, "amount": amount}
        if self.second % 3 == 1:
            line |= {"move_line_id": invoice.invoice_line_ids.id}
        self.env["dispute.case"].with_user(self._clerk(invoice.company_id)).create(
            {
                "reason_id": reasons[self.second % len(reasons)].id,
                "team_id": teams[self.first % len(teams)].id,
                "cause_id": self.test.causes[self.first % len(self.test.causes)].id,
                "line_ids": [Command.create(line)],
                **values,
            }
        )

    def _do_again(self):
        """Another claim on an invoice that has one."""
        moves = self._cases().line_ids.move_id
        invoice = self._pick(moves.filtered(lambda move: not move._get_cannot_dispute_reason()))
        left = invoice._dispute_get_disputable_amounts()[invoice]
        self._claim(invoice, invoice.currency_id.round(left * 0.6))

    def _do_move(self):
        names = ("checking", "waiting_third_party", "checking")
        case = self._open_case()
        stage = self.test._stage(names[self.second % 3])
        if case.stage_id == stage:
            raise NothingThereError("Nothing there")
        case.stage_id = stage

    def _do_wait(self):
        case = self._open_case(lambda case: case.waiting_on != "customer")
        case.stage_id = self.test._stage("waiting_customer")

    def _do_reply(self):
        """A call with the customer, or their answer."""
        case = self._open_case()
        if case.waiting_on == "customer":
            case.sudo().message_post(
                body="Here it is",
                author_id=case.partner_id.id,
                message_type="email",
                subtype_xmlid="mail.mt_comment",
            )
        else:
            call = self.env["dispute.call"].with_user(case.env.user)
            call.create({"case_id": case.id, "note": "Told them"}).action_log()

    def _do_raise(self, share=1.2):
        line = self._open_case().line_ids[:1]
        line.amount = line.currency_id.round(line.amount * share)

    def _do_lower(self):
        self._do_raise(0.8)

    def _do_pay(self):
        moves = self._cases().line_ids.move_id
        moves = moves.filtered(lambda move: move.state == "posted" and move.amount_residual > 0)
        invoice = self._accounting(self._pick(moves))
        share = (1, 0.4, 0.7)[self.second % 3]
        self.test._register_payment(
            invoice,
            payment_date=self.now.date(),
            amount=invoice.currency_id.round(invoice.amount_residual * share),
            payment_difference_handling="open",
        )

    def _do_unpay(self):
        """A payment is taken back: its entry is drafted, or its match is undone."""
        moves = self._cases().line_ids.move_id.filtered(lambda move: move.sudo().matched_payment_ids)
        payment = self._accounting(self._pick(moves).sudo().matched_payment_ids[:1])
        if self.second % 2:
            payment.action_draft()
        else:
            payment.move_id.line_ids.remove_move_reconcile()

    def _do_credit(self):
        """A credit note that no dispute made."""
        moves = self._cases().line_ids.move_id
        moves = moves.filtered(lambda move: move.state == "posted" and move.amount_residual > 0)
        invoice = self._accounting(self._pick(moves))
        refund = invoice._reverse_moves([{"invoice_date": self.now.date(), "date": self.now.date()}])
        refund.invoice_line_ids.price_unit = invoice.currency_id.round(invoice.amount_residual * 0.5)
        refund.action_post()

    def _do_settle(self, kind="credit_note"):
        case = self._open_case(lambda case: case.amount_open)
        amount = case.currency_id.round(case.line_ids[0].amount_open * (0.5, 1)[self.second % 2])
        self.test._settle(case, kind, amount, user=case.env.user)

    def _do_write_off(self):
        self._do_settle("write_off")

    def _do_reject(self):
        case = self._open_case(lambda case: case.amount_open)
        amount = case.currency_id.round(case.line_ids[0].amount_open * 0.4)
        settlement = self.test._draft(case, ("rejection", amount), user=case.env.user)
        settlement.action_propose()
        self.test._finish(settlement)

    def _do_refund(self):
        """What was paid before or since is credited and paid back."""
        case = self._open_case(lambda case: case.amount_open)
        invoice = self._accounting(case.line_ids.move_id[:1])
        if invoice.amount_residual:
            self.test._register_payment(invoice, payment_date=self.now.date())
        line = case.line_ids[:1].sudo()
        if not line.amount_open:
            # Paid, it is disputed no more; the customer disputes it again.
            self._claim(invoice, invoice.currency_id.round(invoice.amount_total * 0.25))
            case = self._cases()[-1:].with_user(case.env.user)
            line = case.line_ids[:1].sudo()
        bank = self.test.banks[case.partner_id.sudo()]
        settlement = self.test._draft(
            case, ("refund_payment", line.amount_open, {"partner_bank_id": bank.id}), user=case.env.user
        )
        settlement.action_propose()
        self.test._finish(settlement)

    def _do_apply(self):
        """A payment without an invoice is matched with what is disputed."""
        case = self._open_case(lambda case: case.amount_open)
        amount = case.line_ids[0].amount_open
        payment = (
            self.env["account.payment"]
            .with_company(case.company_id)
            .create(
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": case.partner_id.id,
                    "currency_id": case.currency_id.id,
                    "amount": amount,
                    "date": self.now.date(),
                }
            )
        )
        payment.action_post()
        credit = payment.move_id.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        settlement = self.test._draft(
            case, ("apply_credit", amount, {"credit_line_id": credit.id}), user=case.env.user
        )
        settlement.action_propose()
        self.test._finish(settlement)

    def _do_approver_refuses(self):
        case = self._open_case(lambda case: case.amount_open and case.company_id == self.test.company)
        settlement = self.test._draft(case, ("credit_note", case.line_ids[0].amount_open), user=case.env.user)
        settlement.action_propose()
        approver = settlement.sudo().approver_ids[:1]
        if not approver:
            raise NothingThereError("Nothing there")
        wizard = self.env["settlement.refuse"].with_user(approver)
        wizard.create({"settlement_ids": settlement.ids, "reason": "Too much"}).action_refuse()

    def _close(self, code):
        case = self._open_case()
        case._close(self.test._resolution(code), case.cause_id or self.test.causes[0])

    def _do_refuse(self):
        self._close("REJ")

    def _do_withdraw(self):
        self._close("WDN")

    def _do_goodwill(self):
        """All is credited, and the customer was not right."""
        case = self._open_case(lambda case: case.amount_open)
        wizard = (
            self.env["settlement.propose"]
            .with_user(case.env.user)
            .create({"case_id": case.id, "kind": "credit_note", "cause_id": self.test.causes[0].id})
        )
        wizard.write({"reason_text": "For once", "resolution_id": self.test._resolution("GWL").id})
        wizard.action_settle()
        self.test._finish(case.settlement_ids.sorted("id")[-1])

    def _do_reopen(self):
        case = self._pick(self._cases(lambda case: case.is_closed and not case.merged_into_id))
        case.with_user(self._clerk(case.company_id)).action_reopen()

    def _do_merge(self):
        cases = self._cases(lambda case: not case.is_closed)
        alike = cases.grouped(lambda case: (case.company_id, case.partner_id, case.currency_id))
        several = [group for group in alike.values() if len(group) > 1]
        if not several:
            raise NothingThereError("Nothing there")
        group = several[self.first % len(several)]
        group = group.sorted(lambda case: not case.settlement_ids).with_user(self._clerk(group.company_id))
        group[1]._merge_into(group[0])

    def _do_rate(self):
        case = self._pick(self._cases())
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("dispute.case"),
                "res_id": case.id,
                "partner_id": case.partner_id.id,
                "rated_partner_id": self._clerk(case.company_id).partner_id.id,
            }
        )
        case.rating_apply(1 + self.second % 5, rating=rating)

    def _do_escalate(self):
        case = self._open_case()
        wizard = (
            self.env["dispute.escalate"]
            .with_user(case.env.user)
            .with_context(active_ids=case.ids)
            .create({"reason": "No progress", "wanted": "A decision", "user_id": self.test.leader.id})
        )
        wizard.action_escalate()

    def _do_redraft(self):
        """An invoice is set back to draft and posted again."""
        moves = self._cases().line_ids.move_id.filtered(lambda move: move.state == "posted")
        invoice = self._accounting(self._pick(moves))
        invoice.button_draft()
        invoice.action_post()
