import math

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .access_common import AccessCommon


@tagged("post_install", "-at_install")
class TestClaimErrors(AccessCommon):
    """Bad input through the API: a clear message, nothing written; the right input beside it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.yen = cls.env.ref("base.JPY")
        cls.dinar = cls.env.ref("base.KWD")
        (cls.yen | cls.dinar).active = True
        for currency in cls.yen | cls.dinar:
            cls.env["res.currency.rate"].create({"currency_id": currency.id, "rate": 3, "name": "2019-01-01"})

    def _open(self, *claims, context=None, **values):
        """Create a case as the clerk does it over the API."""
        vals = {
            "reason_id": self.reason.id,
            "line_ids": [Command.create(claim) for claim in claims],
            **values,
        }
        made = self._call(self.clerk, self.case, "create", vals, context=context)
        return self.env["dispute.case"].with_user(self.clerk).browse(made)

    def assertClaimRefused(self, regex, *claims, exceptions=ValidationError, **values):
        """The claims are refused with a message, and nothing is left of them."""
        moves = self.env["account.move"].browse(claim["move_id"] for claim in claims if claim.get("move_id"))
        flags = [(move.no_followup, move.dispute_hold, move.dispute_amount) for move in moves]
        with self._refused(exceptions):
            self._open(*claims, **values)
        error = self._get_message(*claims, **values)
        self.assertRegex(error, regex)
        self.assertNotRegex(error, r"Traceback|dispute\.\w|account\.\w|False|None|%\(")
        self.assertEqual(
            flags,
            [(move.no_followup, move.dispute_hold, move.dispute_amount) for move in moves],
        )

    def _get_message(self, *claims, **values):
        try:
            with self.env.cr.savepoint():
                self._open(*claims, **values)
        except UserError as error:
            return str(error)
        return ""

    def _claim(self, move, amount, **values):
        return {"move_id": move.id, "amount": amount, **values}

    # Amounts

    def test_amount_must_be_a_positive_number(self):
        invoice = self._create_invoice_of(100)
        for amount in (0, -1, -0.01, 0.0, False, None):
            with self.subTest(amount=amount):
                self.assertClaimRefused("more than zero", self._claim(invoice, amount))
        self.assertClaimRefused("more than zero", {"move_id": invoice.id})
        for amount in (math.nan, math.inf, -math.inf):
            with self.subTest(amount=amount):
                self.assertClaimRefused("must be a number", self._claim(invoice, amount))
        for amount in ("ten", [10], {"a": 1}, "1e3000", ""):
            with self.subTest(amount=amount), self._refused(Exception):
                self._open(self._claim(invoice, amount))
        self.assertAmounts(self._open(self._claim(invoice, 0.01)), open=0.01)

    def test_amount_at_most_what_is_disputable(self):
        invoice = self._create_invoice_of(100)
        self.assertClaimRefused(r"At most .*100\.00", self._claim(invoice, 100.01))
        self.assertClaimRefused(r"At most .*100\.00", self._claim(invoice, 1e15))
        first = self._open(self._claim(invoice, 30))
        self.assertClaimRefused(r"At most .*70\.00", self._claim(invoice, 70.01))
        self._open(self._claim(invoice, 70))
        self.assertClaimRefused("Nothing is left to dispute", self._claim(invoice, 0.01))
        # What a refusal gives free can be disputed again, what was credited can't.
        self._settle(first, "credit_note", 10)
        self._settle(first, "rejection")
        self.assertClaimRefused(r"At most .*20\.00", self._claim(invoice, 20.01))
        self._open(self._claim(invoice, 20))

    def test_claims_on_one_invoice_count_together(self):
        invoice = self._create_invoice_of(100)
        self.assertClaimRefused(r"At most .*40\.00", self._claim(invoice, 60), self._claim(invoice, 40.01))
        case = self._open(self._claim(invoice, 60), self._claim(invoice, 40))
        self.assertAmounts(case, open=100)

    def test_cases_made_at_once_count_together(self):
        invoice = self._create_invoice_of(100)
        vals = [
            {
                "reason_id": self.reason.id,
                "line_ids": [Command.create(self._claim(invoice, amount))],
            }
            for amount in (60, 40.01)
        ]
        with self._refused(ValidationError):
            self._call(self.clerk, self.case, "create", vals)
        vals[1]["line_ids"] = [Command.create(self._claim(invoice, 40))]
        self.assertEqual(len(self._call(self.clerk, self.case, "create", vals)), 2)

    def test_claim_added_or_raised_later(self):
        invoice = self._create_invoice_of(100)
        case = self._open(self._claim(invoice, 60))
        for vals in (
            {"line_ids": [Command.create(self._claim(invoice, 40.01))]},
            {"line_ids": [Command.update(case.line_ids.id, {"amount": 100.01})]},
            {"line_ids": [Command.update(case.line_ids.id, {"amount": 0})]},
            {"line_ids": [Command.update(case.line_ids.id, {"amount": -5})]},
            {"line_ids": [Command.update(case.line_ids.id, {"amount": 33.333})]},
            {"line_ids": [Command.update(case.line_ids.id, {"amount": math.nan})]},
        ):
            with self.subTest(vals=vals), self._refused(ValidationError):
                self._call(self.clerk, case, "write", vals)
        command = Command.update(case.line_ids.id, {"amount": 70})
        self._call(self.clerk, case, "write", {"line_ids": [command]})
        command = Command.create(self._claim(invoice, 30))
        self._call(self.clerk, case, "write", {"line_ids": [command]})
        self.assertAmounts(case, open=100)

    def test_two_claims_raised_at_once_count_together(self):
        invoice = self._create_invoice_of(100)
        case = self._open(self._claim(invoice, 10), self._claim(invoice, 10))
        with self._refused(ValidationError):
            self._call(self.clerk, case.line_ids, "write", {"amount": 50.01})
        self._call(self.clerk, case.line_ids, "write", {"amount": 50})
        self.assertAmounts(case, open=100)

    def test_no_more_decimals_than_the_currency_has(self):
        cases = [
            (None, 100, (10.001, 99.999, 0.009), 10.01),
            (self.yen, 1000, (10.5, 0.5, 999.9), 10),
            (self.dinar, 100, (10.0005, 0.0009), 10.005),
        ]
        for currency, total, wrong, right in cases:
            values = {"currency_id": currency.id} if currency else {}
            invoice = self._create_invoice_of(total, **values)
            for amount in wrong:
                with self.subTest(currency=invoice.currency_id.name, amount=amount):
                    self.assertClaimRefused(
                        f"{amount} has more decimals than {invoice.currency_id.name}",
                        self._claim(invoice, amount),
                    )
            case = self._open(self._claim(invoice, right))
            self.assertAmounts(case, open=right)
            case = self._open(self._claim(invoice, invoice.amount_total - right))
            self.assertEqual(invoice.dispute_amount, total)

    # Documents

    def test_documents_that_can_t_be_disputed(self):
        draft = self._create_invoice_one_line(price_unit=10, partner_id=self.partner_a.id)
        cancelled = self._create_invoice_one_line(price_unit=10, partner_id=self.partner_a.id)
        cancelled.button_cancel()
        credited = self._create_invoice_of(10)
        self._reverse_invoice(credited, post=True)
        bill = self._create_invoice_of(10, move_type="in_invoice", invoice_date="2026-01-01")
        refund = self._create_invoice_of(10, move_type="out_refund")
        entry = self.env["account.move"].create({"move_type": "entry"})
        for move, regex in (
            (draft, "draft"),
            (cancelled, "cancelled"),
            (credited, "Nothing is left to dispute"),
            (bill, "no customer invoice"),
            (refund, "no customer invoice"),
            (entry, "no customer invoice|draft|no customer"),
        ):
            with self.subTest(regex):
                self.assertClaimRefused(regex, self._claim(move, 5))
                self.assertTrue(move._get_cannot_dispute_reason())
                with self._refused(UserError):
                    self._call(self.clerk, move, "action_dispute_open")
        good = self._create_invoice_of(10)
        self.assertFalse(good._get_cannot_dispute_reason())
        self.assertAmounts(self._open(self._claim(good, 5)), open=5)

    def test_paid_invoice_can_be_disputed(self):
        invoice = self._create_invoice_of(100)
        self._register_payment(invoice, amount=100)
        case = self._open(self._claim(invoice, 100))
        self.assertAmounts(case, open=100)

    def test_documents_of_another_customer_company_or_currency(self):
        ours = self._create_invoice_of(100)
        other_customer = self._create_invoice_of(100, partner=self.partner_b)
        other_currency = self._create_invoice_of(1000, currency_id=self.yen.id)
        data = self.setup_other_company()
        other_company = self._create_invoice_one_line(
            price_unit=100,
            partner_id=self.partner_a.id,
            journal_id=data["default_journal_sale"].id,
            company_id=data["company"].id,
            post=True,
        )
        self.assertClaimRefused(
            "belongs to .*another case", self._claim(ours, 1), self._claim(other_customer, 1)
        )
        self.assertClaimRefused(
            "is in JPY.*another case", self._claim(ours, 1), self._claim(other_currency, 1)
        )
        for claims in (
            [self._claim(other_company, 1)],
            [self._claim(ours, 1), self._claim(other_company, 1)],
        ):
            with self._refused(AccessError):
                self._open(*claims)
        self.clerk.company_ids |= data["company"]
        with self._refused(ValidationError):
            self._open(self._claim(ours, 1), self._claim(other_company, 1))
        case = self._open(self._claim(ours, 1), self._claim(self._create_invoice_of(5), 2))
        for move in (other_customer, other_currency, other_company):
            with self.subTest(move=move.name), self._refused():
                command = Command.create(self._claim(move, 1))
                self._call(self.clerk, case, "write", {"line_ids": [command]})
        self.assertAmounts(case, open=3)

    def test_contact_of_another_customer(self):
        self.assertClaimRefused(
            "no contact of",
            self._claim(self.invoice, 1),
            contact_id=self.partner_b.id,
        )
        contact = self.customer.partner_id
        case = self._open(self._claim(self.invoice, 1), contact_id=contact.id)
        self.assertEqual(case.contact_id, contact)
        self.assertEqual(case.partner_id, self.partner_a)

    def test_invoice_line_of_another_invoice(self):
        mine, other = self._create_invoice_of(10), self._create_invoice_of(10)
        with self._refused(ValidationError):
            self._open(self._claim(mine, 5, move_line_id=other.invoice_line_ids.id))
        case = self._open(self._claim(mine, 5, move_line_id=mine.invoice_line_ids.id))
        self.assertEqual(case.line_ids.move_line_id.move_id, mine)

    def test_nothing_in_dispute(self):
        for commands in ([], False, [Command.create({"amount": 5})], [Command.set([])]):
            with self.subTest(commands=commands), self._refused(ValidationError):
                self._open(line_ids=commands)
        with self._refused(ValidationError):
            # A document that is none.
            self._open({"amount": 5, "move_id": False, "payment_id": False})
        with self._refused(UserError):
            self._open({"amount": 5, "move_id": 2**31 - 1})

    def test_claims_of_other_cases_can_t_be_taken_over(self):
        line = self.case.line_ids
        for command in (Command.link(line.id), Command.set(line.ids)):
            with self.subTest(command=command), self._refused():
                self._open(line_ids=[command])
            with self.subTest(command=command), self._refused():
                good = Command.create(self._claim(self.invoice, 1))
                self._open(line_ids=[good, command])
        self.assertEqual(line.case_id, self.case)

    def test_reason(self):
        self.assertClaimRefused("Choose the reason", self._claim(self.invoice, 1), reason_id=False)
        data = self.setup_other_company()
        foreign = (
            self.env["dispute.reason"]
            .sudo()
            .create({"name": "Theirs", "code": "THR", "company_id": data["company"].id})
        )
        with self._refused():
            self._open(self._claim(self.invoice, 1), reason_id=foreign.id)
        case = self._open(self._claim(self.invoice, 1), reason_id=self.reason.id)
        self.assertEqual(case.reason_id, self.reason)

    # Payments

    def test_payments(self):
        received = self._pay(50)
        sent = self._pay(50, payment_type="outbound")
        vendor = self._pay(50, partner_type="supplier")
        draft = self._pay(50, post=False)
        for payment, amount, regex in (
            (sent, 5, "no payment received"),
            (vendor, 5, "no payment received"),
            (draft, 5, "no payment received"),
            (received, 50.01, r"50\.00"),
            (received, 0, "more than zero"),
            (received, -1, "more than zero"),
            (received, 1.001, "decimals"),
        ):
            with self.subTest(regex, amount=amount):
                self.assertClaimRefused(regex, {"payment_id": payment.id, "amount": amount})
        self.assertClaimRefused(
            "Choose the invoice or the payment",
            {"payment_id": received.id, "move_id": self.invoice.id, "amount": 5},
        )
        case = self._open({"payment_id": received.id, "amount": 30})
        self.assertEqual(case.partner_id, self.partner_a)
        self.assertAmounts(case, open=30)
        # Two cases, or two claims, together claim no more than was paid.
        self.assertClaimRefused(r"20\.00", {"payment_id": received.id, "amount": 20.01})
        self.assertClaimRefused(
            r"10\.00",
            {"payment_id": received.id, "amount": 10},
            {"payment_id": received.id, "amount": 10.01},
        )
        self.assertAmounts(self._open({"payment_id": received.id, "amount": 20}), open=20)

    def test_claim_on_a_payment_raised_later(self):
        payment = self._pay(50)
        case = self._open({"payment_id": payment.id, "amount": 30})
        other = self._open({"payment_id": payment.id, "amount": 10})
        for amount in (40.01, 0, 12.345):
            with self.subTest(amount=amount), self._refused(ValidationError):
                self._call(self.clerk, case.line_ids, "write", {"amount": amount})
        self._call(self.clerk, case.line_ids, "write", {"amount": 40})
        self.assertAmounts(case, open=40)
        self.assertAmounts(other, open=10)

    def test_payment_of_another_customer(self):
        with self._refused(ValidationError):
            self._open(
                self._claim(self.invoice, 1),
                {"payment_id": self._pay(50, partner=self.partner_b).id, "amount": 1},
            )
        case = self._open(self._claim(self.invoice, 1), {"payment_id": self._pay(50).id, "amount": 1})
        self.assertAmounts(case, open=2)

    def _pay(self, amount, partner=None, post=True, **values):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or self.partner_a).id,
                "amount": amount,
                "journal_id": self.company_data["default_journal_bank"].id,
                **values,
            }
        )
        if post:
            payment.action_post()
        return payment

    # Texts

    def test_text_stays_text(self):
        script = "<script>alert('x')</script><b>bold</b> & {{ object.name }}"
        case = self._open(self._claim(self.invoice, 1), description=script, customer_reference=script)
        self.assertEqual(case.description, script)
        self.assertEqual(case.customer_reference, script)
        self.assertNotIn("<script", case.with_user(self.viewer).display_name)
        self.env.cr.flush()
        case.with_user(self.clerk).message_post(body=script)
        self._settle(case, "rejection")
        self.env.cr.flush()
        for message in case.message_ids:
            self.assertNotIn("<script", message.body)
            self.assertNotIn("<b>", message.body)

    def test_texts_of_the_wizards_stay_text(self):
        script = "<script>alert(1)</script>"
        wizard = (
            self.env["dispute.close"]
            .with_user(self.clerk)
            .create(
                {
                    "case_ids": [Command.set(self.case.ids)],
                    "resolution_id": self._resolution("WDN").id,
                    "cause_id": self.cause.id,
                    "note": script,
                }
            )
        )
        wizard.action_close()
        bodies = "".join(self.case.message_ids.mapped("body"))
        self.assertIn("&lt;script&gt;", bodies)
        self.assertNotIn("<script", bodies)
