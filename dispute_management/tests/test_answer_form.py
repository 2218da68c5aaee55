from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.answer_form import MAX_TEXT, AnswerError, find_choice, parse_answer

CHOICES = ["Everything", "A part", "I can't tell"]


@tagged("post_install", "-at_install")
class TestAnswerForm(BaseCase):
    """What was typed for each kind of item, as a value or as what is wrong with it."""

    def test_what_is_read(self):
        for kind, raw, expected in (
            ("text", "  It was late\r\nand wet ", "It was late\nand wet"),
            ("text", "<b>x</b>\x00", "<b>x</b>"),
            ("text", "x" * MAX_TEXT, "x" * MAX_TEXT),
            ("choice", "A part", "A part"),
            ("amount", "1,234.5", 1234.5),
            ("amount", "0", 0.0),
            ("date", "2026-03-02", date(2026, 3, 2)),
            ("date", "", None),
            ("amount", None, None),
            ("choice", ["A part"], None),
        ):
            with self.subTest(kind=kind, raw=raw):
                self.assertEqual(parse_answer(kind, raw, choices=CHOICES), expected)

    def test_what_is_refused(self):
        for kind, raw, code in (
            ("text", "x" * (MAX_TEXT + 1), "long"),
            ("text", " \n\x00", "missing"),
            ("choice", "", "missing"),
            ("choice", "Everything else", "choice"),
            ("choice", "everything", "choice"),
            ("amount", "12.345", "amount"),
            ("amount", "-1", "amount"),
            ("amount", "1e5", "amount"),
            ("amount", "NaN", "amount"),
            ("date", "2026-02-30", "date"),
            ("date", "tomorrow", "date"),
        ):
            with self.subTest(kind=kind, raw=raw), self.assertRaises(AnswerError) as caught:
                parse_answer(kind, raw, is_required=True, choices=CHOICES)
            self.assertEqual(caught.exception.code, code)

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.sampled_from(["choice", "amount", "date", "text"]), st.text() | st.integers() | st.none())
    def test_whatever_comes_is_a_value_or_a_code(self, kind, raw):
        try:
            value = parse_answer(kind, raw, choices=CHOICES)
        except AnswerError as error:
            self.assertIn(error.code, ("missing", "long", "choice", "amount", "date"))
        else:
            self.assertIsInstance(value, str | float | date | None)

    def test_a_choice_on_a_line_of_a_mail(self):
        for text, expected in (
            ("A part", "A part"),
            ("Hello,\n\n  a PART. \n\nTwo pallets are missing.", "A part"),
            ("It was a part", None),
            ("Everything\nA part", None),
            ("", None),
        ):
            with self.subTest(text):
                self.assertEqual(find_choice(text, CHOICES), expected)
