from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.dispute_management.models.dispute_amount_mixin import AMOUNT_PARTS
from odoo.addons.dispute_management.tests.settlement_common import SettlementCommon

FIRST = date(2026, 3, 2)


@tagged("post_install", "-at_install")
class TestAsOf(SettlementCommon):
    """A history is lived through day by day; what was stored each evening is what the report tells
    of that evening months later.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "Europe/Berlin"
        cls.euro = cls.setup_other_currency("EUR", rates=[("1900-01-01", 3.0)])
        with freeze_time("2026-02-01 10:00:00"):
            cls.plain = cls._create_invoice_of(100, invoice_date="2026-02-01")
            cls.foreign = cls._create_invoice_of(
                100, partner=cls.partner_b, invoice_date="2026-02-01", currency_id=cls.euro.id
            )
            cls.instalments = cls._create_invoice_of(
                300, invoice_date="2026-02-01", invoice_payment_term_id=cls.pay_terms_b.id
            )
            cls.calm = cls._create_invoice_of(500, invoice_date="2026-02-01")
            cls.refusing = cls._create_invoice_of(80, invoice_date="2026-02-01")
            cls.paid = cls._create_invoice_of(60, invoice_date="2026-02-01")
            cls.unmatched = cls._create_invoice_of(70, invoice_date="2026-02-01")
        cls.evenings = {}
        cls.day = FIRST
        for step in (
            cls._open_cases,
            lambda: cls._raise_claim(90),
            lambda: cls._settle(cls.case, "credit_note", 30),
            lambda: cls._pay(cls.plain, 40),
            lambda: cls._settle(cls.case_foreign, "write_off", 10.01),
            lambda: cls._refuse(cls.case_refused),
            lambda: cls._pay(cls.refusing, 80),
            lambda: cls._credit_by_hand(cls.instalments, 120),
            lambda: cls._pay(cls.calm, 500),
            lambda: cls._settle(cls.case, "credit_note"),
            lambda: cls._book(cls.case_paid, ("refund_payment", 50)),
            lambda: cls._book(
                cls.case_unmatched, ("apply_credit", 20, {"credit_line_id": cls._create_credit(25).id})
            ),
        ):
            with freeze_time(datetime.combine(cls.day, datetime.min.time()) + timedelta(hours=10)):
                step()
                cls.env.flush_all()
                cls.evenings[cls.day] = cls._note_evening()
            cls.day += timedelta(days=4)
        cls.last = cls.day
        cls.env.flush_all()

    @classmethod
    def _open_cases(cls):
        cls.case = cls._create_case({cls.plain: 70})
        cls.case_foreign = cls._create_case({cls.foreign: 33.33})
        cls.case_instalments = cls._create_case({cls.instalments: 200})
        cls.case_refused = cls._create_case({cls.refusing: 80})
        cls._pay(cls.paid, 60)
        cls.case_paid = cls._create_case({cls.paid: 50})
        cls.case_unmatched = cls._create_case({cls.unmatched: 20})

    @classmethod
    def _raise_claim(cls, amount):
        cls.case.with_user(cls.clerk).line_ids.amount = amount

    @classmethod
    def _refuse(cls, case):
        case.sudo()._close(cls._resolution("REJ"), cause=cls.cause)

    @classmethod
    def _pay(cls, invoice, amount):
        cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(
            {"payment_date": cls.day, "amount": amount, "payment_difference_handling": "open"}
        )._create_payments()

    @classmethod
    def _credit_by_hand(cls, invoice, amount):
        refund = invoice._reverse_moves([{"invoice_date": cls.day, "date": cls.day}])
        refund.invoice_line_ids.price_unit = amount
        refund.action_post()
        (refund + invoice).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        ).reconcile()

    @classmethod
    def _note_evening(cls):
        """:return: what is stored now: parts of claims, receivables and what of them is disputed"""
        cls.env.invalidate_all()
        lines = cls.env["dispute.line"].sudo().search([("company_id", "=", cls.company.id)])
        names = [*AMOUNT_PARTS, *(f"{name}_company" for name in AMOUNT_PARTS)]
        items = cls.env["dispute.receivable"].search([("company_id", "=", cls.company.id)])
        return {
            "parts": {line.id: {name: line[name] for name in names} for line in lines},
            "receivable": sum(items.mapped("amount_residual")),
            "disputed": sum(items.mapped("amount_disputed")),
        }

    def _get_report(self, day, start=False, user=None):
        report = (
            self.env["dispute.as.of"]
            .with_user(user or self.viewer)
            .create({"date_to": day, "date_from": start, "company_id": self.company.id})
        )
        report.action_compute()
        return report

    def test_parts_of_claims_are_those_of_that_evening(self):
        lines = self.env["dispute.line"].sudo().search([("company_id", "=", self.company.id)])
        days = [FIRST - timedelta(days=1), *self.evenings]
        before, *found_of_days = self.env["dispute.claim.as.of"]._get_claims(lines, days)
        self.assertFalse(before)
        for (day, evening), found in zip(self.evenings.items(), found_of_days, strict=True):
            self.assertEqual(set(found), set(evening["parts"]))
            for line_id, parts in found.items():
                for name, amount in evening["parts"][line_id].items():
                    with self.subTest(day=day, line=line_id, part=name):
                        self.assertAlmostEqual(parts[name], amount, 6)

    def test_a_reversal_takes_nothing_back_before_its_day(self):
        lines = (self.case | self.case_foreign | self.case_instalments).sudo().line_ids
        by_hand = self.instalments.reversal_move_ids
        documents = lines.settlement_line_ids.move_id.with_env(self.env) | by_hand
        dates = {"date": self.last, "invoice_date": self.last}
        documents._reverse_moves([dates for _document in documents], cancel=True)
        before, after = self.env["dispute.claim.as.of"]._get_claims(
            lines, [self.last - timedelta(days=1), self.last]
        )
        evening = self.evenings[max(self.evenings)]["parts"]
        for line in lines:
            for name in ("amount_credited", "amount_written_off"):
                with self.subTest(case=line.case_id.name, part=name):
                    self.assertAlmostEqual(before[line.id][name], evening[line.id][name], 6)
                    self.assertEqual(after[line.id][name], 0)
                    self.assertEqual(line[name], 0)

    def test_receivables_are_those_of_that_evening(self):
        for day, evening in self.evenings.items():
            report = self._get_report(day)
            with self.subTest(day):
                self.assertAlmostEqual(report.amount_receivable, evening["receivable"], 6)
                self.assertAlmostEqual(report.amount_disputed, evening["disputed"], 6)
                self.assertEqual(report.amount_receivable, report.amount_ledger)
                self.assertAlmostEqual(
                    report.amount_undisputed, evening["receivable"] - evening["disputed"], 6
                )
                opened = sum(parts["amount_open_company"] for parts in evening["parts"].values())
                self.assertAlmostEqual(report.amount_open, opened, 6)
                self.assertAlmostEqual(sum(report.age_ids.mapped("amount")), opened, 6)
                self.assertAlmostEqual(sum(report.overdue_ids.mapped("amount")), evening["disputed"], 6)

    def test_movements_reconcile(self):
        days = sorted(self.evenings)
        for start in days:
            for end in days:
                if end < start:
                    continue
                report = self._get_report(end, start)
                amounts = {figure.key: figure.amount for figure in report.movement_ids}
                with self.subTest(start=start, end=end):
                    closing = amounts.pop("amount_closing")
                    self.assertAlmostEqual(sum(amounts.values()), closing, 6)
                    self.assertAlmostEqual(closing, report.amount_open, 6)
                    before = self._get_report(start - timedelta(days=1))
                    self.assertAlmostEqual(amounts["amount_opening"], before.amount_open, 6)
                    for line in report.line_ids:
                        settled = sum(line[name] for name in AMOUNT_PARTS if name != "amount_open")
                        self.assertAlmostEqual(
                            line.amount_opening + line.amount_opened + line.amount_added - settled,
                            line.amount_closing,
                            6,
                        )

    def test_movements_of_the_whole_history(self):
        report = self._get_report(self.last, FIRST)
        amounts = {figure.key: figure.amount for figure in report.movement_ids}
        self.assertEqual(amounts["amount_opening"], 0)
        # 70, 33.33 at a third, 200, 80, 50 and 20; raised by 20.
        self.assertAlmostEqual(amounts["amount_opened"], 70 + 11.11 + 200 + 80 + 50 + 20, 6)
        self.assertAlmostEqual(amounts["amount_added"], 20, 6)
        # 40 paid, of which 10 was not in dispute, and what was refused.
        self.assertAlmostEqual(amounts["amount_paid_after"], -80 - 30, 6)
        self.assertEqual(amounts["amount_rejected"], 0)

    def test_what_is_opened_is_what_is_open_of_it(self):
        """Also of half a cent, of which there may be one too many or none."""
        franc = self.setup_other_currency("CHF", rates=[("1900-01-01", 2.0)])
        invoice = self._create_invoice_of(100, invoice_date="2026-02-01", currency_id=franc.id)
        self._create_case({invoice: 33.33}, date_opened=datetime.combine(self.last, datetime.min.time()))
        report = self._get_report(self.last, self.last)
        amounts = {figure.key: figure.amount for figure in report.movement_ids if figure.amount}
        opening = amounts.pop("amount_opening")
        self.assertEqual(amounts, {"amount_opened": 16.67, "amount_closing": opening + 16.67})

    def test_invoices_in_dispute_are_what_the_ledger_has_of_them(self):
        """Odoo books prices that it has not rounded in the invoice's currency, as of three claims on
        an invoice of 9.4905, and one in instalments.
        """
        lira = self.setup_other_currency("TRY", rates=[("1900-01-01", 0.004)])
        for terms, claims in ((None, (1, 1, 7.49)), (self.pay_terms_b, (9.49,))):
            invoice = self._create_invoice_of(
                9.99,
                discount=5,
                invoice_date="2026-02-01",
                currency_id=lira.id,
                invoice_payment_term_id=terms and terms.id,
            )
            before = self._get_report(date.today())
            for claim in claims:
                self._create_case({invoice: claim})
            report = self._get_report(date.today())
            lines = report.line_ids.filtered(lambda line, invoice=invoice: line.move_id == invoice)
            with self.subTest(claims):
                self.assertEqual(invoice.amount_residual_signed, 2372.63)
                self.assertAlmostEqual(report.amount_disputed - before.amount_disputed, 2372.63, 6)
                self.assertAlmostEqual(sum(lines.mapped("amount_owed")), 2372.63, 6)
                self.assertAlmostEqual(report.amount_open - before.amount_open, 2372.63, delta=0.011)

    def test_what_was_refused_before_is_paid_in_the_period(self):
        """The case was closed already, and nothing of it is open at either end."""
        report = self._get_report(FIRST + timedelta(days=25), FIRST + timedelta(days=22))
        amounts = {figure.key: figure.amount for figure in report.movement_ids}
        self.assertEqual((amounts["amount_rejected"], amounts["amount_paid_after"]), (80, -80))

    def test_a_payment_in_draft_again_pays_nothing(self):
        """Odoo keeps its match, and the ledger doesn't count it."""
        before = self._get_report(self.last)
        self.calm.matched_payment_ids.action_draft()
        self.assertTrue(self.calm.line_ids.matched_credit_ids)
        report = self._get_report(self.last)
        self.assertAlmostEqual(report.amount_receivable, before.amount_receivable + 500, 6)
        self.assertEqual(report.amount_receivable, report.amount_ledger)

    def test_figures_open_their_claims(self):
        report = self._get_report(self.last, FIRST)
        for figure in report.figure_ids.filtered("amount"):
            action = figure.action_view_lines()
            lines = self.env["dispute.as.of.line"].with_user(self.viewer).search(action["domain"])
            for name in ("case_id", "partner_id", "reason_id", "team_id", "user_id", "move_id"):
                groups = lines._read_group(action["domain"], [name], ["id:recordset"])
                self.assertEqual(
                    {value.id: set(found.ids) for value, found in groups},
                    {value.id: set(found.ids) for value, found in lines.grouped(name).items()},
                )
            name = {"age": "amount_closing", "overdue": "amount_owed"}.get(figure.section, figure.key)
            with self.subTest(figure.name):
                self.assertAlmostEqual(abs(sum(lines.mapped(name))), abs(figure.amount), 6)
                self.assertEqual(lines.action_open_case()["res_model"], "dispute.case")

    def test_the_wrong_way_round(self):
        with self.assertRaises(ValidationError):
            self._get_report(FIRST, FIRST + timedelta(days=1))

    def test_a_report_is_its_askers(self):
        report = self._get_report(FIRST)
        self.assertFalse(report.with_user(self.clerk).has_access("read"))
        self.assertFalse(report.line_ids.with_user(self.clerk).has_access("read"))
        with self.assertRaises(AccessError):
            self.env["dispute.as.of"].with_user(self.outsider).create({})

    def test_only_companies_of_the_user(self):
        other = self.setup_other_company(name="Other company")["company"]
        report = self.env["dispute.as.of"].with_user(self.viewer).create({"company_id": other.id})
        with self.assertRaises(AccessError):
            report.action_compute()

    def test_claims_on_payments_are_looked_up_together(self):
        payments = self.env["account.payment"].create(
            [
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": self.partner_a.id,
                    "amount": 30,
                    "currency_id": self.euro.id,
                    "date": "2026-02-02",
                }
                for _number in range(6)
            ]
        )
        payments.action_post()
        cases = self.env["dispute.case"].with_user(self.clerk)
        today = date.today()
        counts = []
        for some in (payments[:1], payments[1:]):
            lines = cases.create(
                [
                    {
                        "reason_id": self.reason.id,
                        "line_ids": [(0, 0, {"payment_id": payment.id, "amount": 30})],
                    }
                    for payment in some
                ]
            ).line_ids
            claims, replay = self.env["dispute.claim.as.of"], self.env["dispute.claim.replay"]
            end = claims._get_end_of_day(self.company, today)
            for ask in (
                lambda lines=lines, claims=claims: claims._get_claims(lines, [today])[0],
                lambda ids=set(lines.ids), end=end, replay=replay: replay._get_claims(
                    self.company, ids, end, today
                ),
            ):
                ask()
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                found = ask()
                counts.append(self.env.cr.sql_log_count - before)
                amounts = [found[line.id]["amount_open_company"] for line in lines]
                self.assertEqual(amounts, [10] * len(lines))
        self.assertEqual(counts[2:], counts[:2])
