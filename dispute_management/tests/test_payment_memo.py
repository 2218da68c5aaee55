from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from odoo.addons.dispute_management.tools.payment_memo import (
    ReasonWords,
    find_reason,
    find_reference,
    split_words,
)

REASONS = [
    ReasonWords("price", "PRI", ("wrong price",)),
    ReasonWords("quantity", "QTY", ("short delivery", "price")),
    ReasonWords("quality", "QUA", ("damaged", "broken goods")),
]

CASES = [
    # memo, reason
    ("INV/2026/0001 less QTY", "quantity"),
    ("less PRI, see debit note 4711", "price"),
    ("PRINTER paper", None),
    ("pri 10", None),
    ("pallet DAMAGED on arrival", "quality"),
    ("Broken   goods", "quality"),
    ("undamaged", None),
    ("wrong price on 3 pcs", "price"),
    ("first QUA then PRI", "quality"),
    ("price", "quantity"),
    ("", None),
    (None, None),
]


class TestPaymentMemo(BaseCase):
    """The reason of a deduction, read from the payment's memo."""

    def test_cases(self):
        for memo, reason in CASES:
            with self.subTest(memo):
                self.assertEqual(find_reason(memo, REASONS), reason)

    def test_words_as_an_administrator_lists_them(self):
        self.assertEqual(
            split_words(" damaged,  broken   goods;\nlost \n, "), ("damaged", "broken goods", "lost")
        )
        self.assertEqual(split_words(None), ())

    def test_references(self):
        references = [("short", "DN-47"), ("long", "DN-4711"), ("word", "offer"), ("tiny", "12")]
        cases = [
            ("INV/1 less dn-4711", "long"),
            ("DN-47", "short"),
            ("DN-471", None),
            ("our offer 12", None),
            ("", None),
            (None, None),
        ]
        for memo, key in cases:
            with self.subTest(memo):
                self.assertEqual(find_reference(memo, references), key)

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.text(max_size=30), st.lists(st.text(max_size=5), max_size=4))
    def test_any_memo_is_read(self, memo, words):
        reasons = [ReasonWords(index, word, (word,)) for index, word in enumerate(words)]
        self.assertIn(find_reason(memo, reasons), [None, *range(len(words))])
