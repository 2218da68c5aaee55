from collections import defaultdict
from datetime import date, timedelta
from random import Random

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .settlement_common import SettlementCommon

FIRST = date(2026, 2, 1)
LAST = date(2026, 4, 30)


@tagged("post_install", "-at_install")
class TestAccountStatement(SettlementCommon):
    """Two months of a customer with invoices in two currencies, paid in part, across currencies and
    by others, credited and disputed.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR", rates=[("1900-01-01", 2.0), ("2026-03-01", 2.5)])
        cls.partner_b.property_account_receivable_id = cls.partner_a.property_account_receivable_id
        cls.contact = cls.env["res.partner"].create({"name": "Contact", "parent_id": cls.partner_a.id})
        with freeze_time("2026-01-15 10:00:00"):
            cls.old = cls._invoice(120, "2026-01-15")
        with freeze_time("2026-02-10 10:00:00"):
            cls.plain = cls._invoice(100, "2026-02-10")
            cls.foreign = cls._invoice(80, "2026-02-10", currency_id=cls.euro.id)
            cls.instalments = cls._invoice(
                300, "2026-02-10", invoice_payment_term_id=cls.pay_terms_b.id, partner=cls.contact
            )
            cls.case = cls._create_case({cls.plain: 70, cls.instalments: 200}, customer_reference="CLAIM 7")
            cls.case_foreign = cls._create_case({cls.foreign: 33.33})
            cls._register(cls.old, "2026-02-10", 50)
        with freeze_time("2026-03-05 10:00:00"):
            cls._settle(cls.case_foreign, "credit_note", 10.01)
            # In the other currency: both balances move.
            cls._register(cls.foreign, "2026-03-05", 20, currency=cls.company.currency_id)
            cls._book(cls.case, ("write_off", 20))
            # Paid by another customer.
            cls.others = cls._create_credit(45, partner=cls.partner_b)
            cls._match(cls.others, cls.plain)
            cls.unused = cls._create_credit(7)
        with freeze_time("2026-04-02 10:00:00"):
            cls._register(cls.plain, "2026-04-02", 15)
            cls.others_invoice = cls._create_invoice_of(999, partner=cls.partner_b, invoice_date="2026-04-02")
        cls.env.flush_all()

    @classmethod
    def _invoice(cls, amount, day, partner=None, **values):
        return cls._create_invoice_of(amount, partner=partner, invoice_date=day, **values)

    @classmethod
    def _register(cls, invoice, day, amount, currency=None):
        cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(
            {
                "payment_date": day,
                "amount": amount,
                "currency_id": (currency or invoice.currency_id).id,
                "payment_difference_handling": "open",
            }
        )._create_payments()

    @classmethod
    def _match(cls, credit, invoice):
        (credit + invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")).reconcile()

    def _get_statement(self, start=FIRST, end=LAST, user=None, partner=None):
        wizard = (
            self.env["dispute.statement.print"]
            .with_user(user or self.viewer)
            .create(
                {
                    "partner_id": (partner or self.partner_a).id,
                    "company_id": self.company.id,
                    "date_from": start,
                    "date_to": end,
                }
            )
        )
        values = wizard._get_values()
        return {section["currency"]: section for section in values["sections"]}

    def _get_ledger(self, day, partner=None):
        """:return: ``{currency: what was open}``, item by item, from matches and nothing else"""
        partner = partner or self.partner_a
        lines = self.env["account.move.line"].search(
            [
                ("partner_id.commercial_partner_id", "=", partner.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company.id),
                ("date", "<=", day),
            ]
        )
        found = defaultdict(float)
        for line in lines:
            found[line.currency_id] += line.amount_currency
            for match in line.matched_credit_ids:
                if match.max_date <= day:
                    found[line.currency_id] -= match.debit_amount_currency
            for match in line.matched_debit_ids:
                if match.max_date <= day:
                    found[line.currency_id] += match.credit_amount_currency
        return found

    def _check(self, sections, start, end):
        before, after = self._get_ledger(start - timedelta(days=1)), self._get_ledger(end)
        for currency in before.keys() | after.keys():
            if currency not in sections:
                self.assertAlmostEqual(before[currency], 0, 6)
                self.assertAlmostEqual(after[currency], 0, 6)
        for currency, section in sections.items():
            self.assertAlmostEqual(section["opening"], before[currency], 6)
            self.assertAlmostEqual(section["closing"], after[currency], 6)
            moved = sum(movement["amount"] for movement in section["movements"])
            self.assertAlmostEqual(section["opening"] + moved, section["closing"], 6)
            if section["movements"]:
                self.assertAlmostEqual(section["movements"][-1]["balance"], section["closing"], 6)
            self.assertAlmostEqual(sum(amount for _label, amount in section["totals"]), moved, 6)
            self.assertAlmostEqual(section["disputed"] + section["undisputed"], section["closing"], 6)
            for name, total in (("amount", "closing"), ("disputed",) * 2, ("undisputed",) * 2):
                self.assertAlmostEqual(sum(row[name] for row in section["ageing"]), section[total], 6)
            for dispute in section["disputes"]:
                settled = sum(amount for _label, amount in dispute["parts"])
                self.assertAlmostEqual(dispute["claimed"], settled + dispute["open"], 6)

    def test_balances_of_any_period_are_those_of_the_ledger(self):
        days = [date(2026, 1, 1), FIRST, date(2026, 2, 10), date(2026, 3, 4), date(2026, 3, 5), LAST]
        for start in days:
            for end in days:
                if start <= end:
                    with self.subTest(start=start, end=end):
                        self._check(self._get_statement(start, end), start, end)

    def test_what_is_told(self):
        sections = self._get_statement()
        home, euro = sections[self.company.currency_id], sections[self.euro]
        self.assertEqual(home["opening"], 120)
        self.assertEqual(
            home["totals"],
            [
                ("Invoice", 400.0),
                # 50, 20 for the invoice in euro, 7 of no invoice, 15.
                ("Payment", -92.0),
                ("Adjustment", -20.0),
                # 20 of ours went to the euro invoice; 45 were paid by another.
                ("Settled in another currency or account", -25.0),
            ],
        )
        self.assertEqual(home["closing"], 383)
        self.assertEqual(
            [
                (dispute["name"], dispute["document"], dispute["claimed"], dispute["open"])
                for dispute in home["disputes"]
            ],
            [
                (self.case.name, self.plain.name, 70, 20),
                (self.case.name, self.instalments.name, 200, 200),
            ],
        )
        # 20 in dispute on the one, of 100 less 20, 45 and 15.
        self.assertEqual(home["disputed"], 220)
        self.assertEqual(euro["totals"][-1], ("Settled in another currency or account", -50.0))
        dispute = euro["disputes"][0]
        self.assertEqual((dispute["claimed"], dispute["parts"][0]), (33.33, ("Credited", 10.01)))
        self.assertEqual(self.case.line_ids[0].amount_open, home["disputes"][0]["open"])
        self.assertEqual(dispute["open"], self.case_foreign.amount_open)
        labels = [row["label"] for row in home["ageing"]]
        self.assertEqual(labels[-1], "Payments and credits not used yet")

    def test_a_dispute_before_it_was_opened(self):
        self.assertFalse(self._get_statement(date(2026, 1, 1), FIRST)[self.company.currency_id]["disputes"])

    def test_of_a_contact_it_is_that_of_the_company(self):
        of_company, of_contact = self._get_statement(), self._get_statement(partner=self.contact)
        self.assertEqual(of_company, of_contact)

    def test_each_customer_for_themselves(self):
        sections = self._get_statement(partner=self.partner_b)
        self.assertEqual(sections[self.company.currency_id]["closing"], 999)
        self.assertNotIn(self.plain.name, str(sections))

    def test_nothing_to_tell(self):
        self.assertEqual(self._get_statement(partner=self.env["res.partner"].create({"name": "New"})), {})

    def test_many_movements_are_summed_up(self):
        sections = self._get_statement(date(2020, 1, 1), LAST)
        self.assertFalse(sections[self.company.currency_id]["is_summed_up"])

    # People

    def test_who_may_print(self):
        for user in (self.viewer, self.clerk, self.approver):
            self.assertTrue(self._get_statement(user=user))
        with self.assertRaises(AccessError):
            self._get_statement(user=self.outsider)
        accountant = self._create_user("dispute_accountant")
        accountant.sudo().group_ids += self.env.ref("account.group_account_invoice")
        with self.assertRaises(AccessError):
            self._get_statement(user=accountant)

    def test_only_own_companies(self):
        other = self.setup_other_company(name="Other company")["company"]
        values = {"partner_id": self.partner_a.id, "company_id": other.id}
        wizard = self.env["dispute.statement.print"].with_user(self.viewer).create(values)
        for ask in (wizard.action_print, wizard._get_values):
            with self.assertRaises(AccessError):
                ask()

    def test_wrong_dates(self):
        for start, end in ((LAST, FIRST), (date(1, 1, 1), LAST), (FIRST, date(9999, 12, 31))):
            with self.assertRaises(ValidationError):
                self._get_statement(start, end)

    # Paper

    def _render(self, wizard):
        return (
            self.env["ir.actions.report"]
            .with_user(self.viewer)
            ._render_qweb_html("dispute_management.report_account_statement", wizard.ids)[0]
            .decode()
        )

    def test_paper_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.partner_a.lang = "fr_FR"
        wizard = (
            self.env["dispute.statement.print"]
            .with_user(self.viewer)
            .create({"partner_id": self.partner_a.id, "date_from": FIRST, "date_to": LAST})
        )
        self.assertEqual(wizard.action_print()["report_name"], "dispute_management.report_account_statement")
        page = self._render(wizard)
        self.assertIn("10/02/2026", page)
        for text in (self.case.name, "CLAIM 7", self.plain.name, self.partner_a.name):
            self.assertIn(text, page)
        self.assertIn("383,00", page)

    def test_as_many_queries_for_more(self):
        def count(partner):
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._get_statement(partner=partner)
            return self.env.cr.sql_log_count - before

        customers = self.env["res.partner"].create([{"name": "Few"}, {"name": "Many"}])
        with freeze_time("2026-03-05 10:00:00"):
            for partner, number in zip(customers, (1, 4), strict=True):
                for _case in range(number):
                    invoice = self._invoice(10, "2026-03-05", partner=partner)
                    case = self._create_case({invoice: 5})
                    self._settle(case, "credit_note", 2)
        count(customers[0])  # What is cached once and for all.
        few, many = map(count, customers)
        self.assertEqual(many, few)

    # Any history

    def test_any_history(self):
        kinds = ["invoice", "credit", "payment", "dispute", "match"]
        chance = Random(1)
        days = sorted(FIRST + timedelta(days=chance.randint(0, 80)) for _step in range(8))
        for day in days:
            amount = chance.randint(1, 20_000) / 100
            self._take_step(chance.choice(kinds), day, amount, chance.random() < 0.5)
        for start in days[::2]:
            for end in days[1::2]:
                if start <= end:
                    with self.subTest(start=start, end=end):
                        self._check(self._get_statement(start, end), start, end)

    def _take_step(self, kind, day, amount, is_euro):
        currency = self.euro if is_euro else self.company.currency_id
        with freeze_time(f"{day} 10:00:00"):
            if kind in ("invoice", "credit", "dispute"):
                move = self.init_invoice(
                    "out_refund" if kind == "credit" else "out_invoice",
                    partner=self.contact,
                    invoice_date=day,
                    amounts=[amount],
                    currency=currency,
                    post=True,
                )
                if kind == "dispute":
                    self._create_case({move: currency.round(amount / 2) or amount})
            elif kind == "payment":
                self._create_credit(amount)
            else:
                items = self.env["account.move.line"].search(
                    [
                        ("partner_id.commercial_partner_id", "=", self.partner_a.id),
                        ("account_id", "=", self.company_data["default_account_receivable"].id),
                        ("reconciled", "=", False),
                        ("parent_state", "=", "posted"),
                    ]
                )
                items.reconcile()
