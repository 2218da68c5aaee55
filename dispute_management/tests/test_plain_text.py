import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.plain_text import clean_text, parse_id

# A busy machine is no failure.
RELAXED = settings(deadline=None)


@tagged("post_install", "-at_install")
class TestText(BaseCase):
    def test_clean_text(self):
        for value, multiline, expected in [
            ("  two  words ", False, "two  words"),
            ("a\x00b", False, "ab"),
            ("a\r\nb\rc", True, "a\nb\nc"),
            ("a\r\nb\tc", False, "a b c"),
            ("<b>bold</b>", False, "<b>bold</b>"),
            ("\ud800x", False, "x"),
            ("👩\u200d👧", False, "👩\u200d👧"),
            (None, False, ""),
            (b"bytes", False, ""),
            (["a"], False, ""),
        ]:
            with self.subTest(value=value):
                self.assertEqual(clean_text(value, multiline=multiline), expected)

    def test_length_is_cut(self):
        self.assertEqual(clean_text("abc def", 4), "abc")

    @RELAXED
    @given(st.text(alphabet=st.characters(exclude_categories=())), st.booleans())
    def test_clean_text_is_storable(self, value, multiline):
        text = clean_text(value, 50, multiline=multiline)
        text.encode()
        self.assertLessEqual(len(text), 50)
        self.assertFalse({unicodedata.category(char) for char in text} & {"Cc", "Cs"} and not multiline)
        self.assertNotIn("\x00", text)
        self.assertEqual(clean_text(text, 50, multiline=multiline), text)

    def test_parse_id(self):
        for value, expected in [
            ("12", 12),
            ("2147483647", 2147483647),
            ("2147483648", 0),
            ("99999999999999999999", 0),
            ("-1", 0),
            ("1.0", 0),
            ("٣", 0),
            (" 1", 0),
            ("", 0),
            (None, 0),
            (3, 0),
        ]:
            with self.subTest(value=value):
                self.assertEqual(parse_id(value), expected)
