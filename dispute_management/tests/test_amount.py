from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.amount import AmountError, format_amount_input, parse_amount

ENGLISH = {"decimal_point": ".", "thousands_sep": ","}
GERMAN = {"decimal_point": ",", "thousands_sep": "."}
FRENCH = {"decimal_point": ",", "thousands_sep": "\u202f"}
SWISS = {"decimal_point": ".", "thousands_sep": "\u2019"}

READ = [
    (ENGLISH, "100", "100"),
    (ENGLISH, "  100.5 ", "100.5"),
    (ENGLISH, "1,234.56", "1234.56"),
    (ENGLISH, "1,234", "1234"),
    (ENGLISH, "12,34,567.50", "1234567.50"),
    (ENGLISH, "1 234.56", "1234.56"),
    (ENGLISH, "12,50", "12.50"),
    (ENGLISH, "1.234,56", "1234.56"),
    (ENGLISH, ".50", "0.50"),
    (ENGLISH, "7.", "7"),
    (ENGLISH, "+7.25", "7.25"),
    (ENGLISH, "007.25", "7.25"),
    (ENGLISH, "€ 7.25", "7.25"),
    (ENGLISH, "7.25eur", "7.25"),
    (ENGLISH, "٧.٢٥", "7.25"),
    (GERMAN, "1.234,56", "1234.56"),
    (GERMAN, "1.234", "1234"),
    (GERMAN, "1234,5", "1234.5"),
    (GERMAN, "12.50", "12.50"),
    (GERMAN, "1,234.56", "1234.56"),
    (FRENCH, "1\u202f234,56", "1234.56"),
    (FRENCH, "1\u00a0234,56", "1234.56"),
    (SWISS, "1\u2019234.55", "1234.55"),
    (SWISS, "1'234.55", "1234.55"),
]

REFUSED = [
    ("", "missing"),
    ("   ", "missing"),
    ("€", "missing"),
    (None, "missing"),
    (["1"], "missing"),
    ("0", "zero"),
    ("0.00", "zero"),
    ("-0", "zero"),
    ("-5", "negative"),
    ("\u22125.00", "negative"),
    ("1.001", "decimals"),
    ("0.001", "decimals"),
    ("5.000", "decimals"),
    ("1" * 14, "huge"),
    ("9" * 400, "huge"),
    ("nan", "format"),
    ("NaN", "format"),
    ("inf", "format"),
    ("-Infinity", "format"),
    ("1e3", "format"),
    ("1E400", "format"),
    ("0x10", "format"),
    ("1_000", "format"),
    ("1,2,3", "format"),
    ("1,,000", "format"),
    ("1.2.3", "format"),
    ("1 2", "format"),
    ("1234,567", "format"),
    ("10 or 20", "format"),
    ("--5", "format"),
    ("5-", "format"),
    (".", "format"),
    (",", "format"),
    ("½", "format"),
    ("<script>alert(1)</script>", "format"),
    ("1\x002", "format"),
    ("=1+1", "format"),
]


# A busy machine is no failure.
RELAXED = settings(deadline=None)


@tagged("post_install", "-at_install")
class TestAmount(BaseCase):
    def test_read(self):
        for marks, text, expected in READ:
            with self.subTest(text=text, **marks):
                amount = parse_amount(text, **marks, symbols=("€", "EUR"))
                self.assertEqual(amount, Decimal(expected))

    def test_refused(self):
        for text, code in REFUSED:
            with self.subTest(text=text), self.assertRaises(AmountError) as caught:
                parse_amount(text, **ENGLISH, symbols=("€", "EUR"))
            self.assertEqual(caught.exception.code, code, repr(text))

    def test_decimals_follow_the_currency(self):
        self.assertEqual(parse_amount("1.234", decimal_places=3), Decimal("1.234"))
        self.assertEqual(parse_amount("100", decimal_places=0), 100)
        with self.assertRaises(AmountError) as caught:
            parse_amount("100.5", decimal_places=0)
        self.assertEqual(caught.exception.code, "decimals")

    def test_a_lone_mark_before_three_digits_is_never_guessed(self):
        self.assertEqual(parse_amount("1.234", **GERMAN), 1234)
        with self.assertRaises(AmountError) as caught:
            parse_amount("1234.567", **GERMAN, decimal_places=3)
        self.assertEqual(caught.exception.code, "format")

    @RELAXED
    @given(st.text(max_size=60), st.sampled_from([ENGLISH, GERMAN, FRENCH, SWISS]), st.integers(0, 4))
    def test_any_text_is_read_exactly_or_refused(self, text, marks, decimal_places):
        try:
            amount = parse_amount(text, **marks, decimal_places=decimal_places)
        except AmountError:
            return
        self.assertGreater(amount, 0)
        self.assertLess(amount, 10**13)
        self.assertEqual(amount, amount.quantize(Decimal(1).scaleb(-decimal_places)))

    @RELAXED
    @given(
        st.decimals(min_value="0.01", max_value="9999999999999", places=2),
        st.sampled_from([ENGLISH, GERMAN, FRENCH, SWISS]),
        st.booleans(),
    )
    def test_what_a_language_writes_is_read_back(self, amount, marks, grouped):
        text = f"{amount:,.2f}" if grouped else f"{amount:.2f}"
        text = text.translate({ord(","): marks["thousands_sep"], ord("."): marks["decimal_point"]})
        self.assertEqual(parse_amount(text, **marks), amount)

    @RELAXED
    @given(st.floats(min_value=0.01, max_value=1e9), st.sampled_from([".", ","]), st.integers(0, 3))
    def test_default_of_the_form_is_read_back(self, amount, decimal_point, decimal_places):
        amount = max(round(amount, decimal_places), 1)
        text = format_amount_input(amount, decimal_point, decimal_places)
        thousands_sep = "," if decimal_point == "." else "."
        self.assertEqual(float(parse_amount(text, decimal_point, thousands_sep, decimal_places)), amount)
