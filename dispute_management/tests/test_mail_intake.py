from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.mail_intake import MAX_NUMBERS, drop_quotes, find_numbers, get_forwarded, is_automatic, is_forged

# A busy machine is no failure.
RELAXED = settings(deadline=None)


@tagged("post_install", "-at_install")
class TestMailIntake(BaseCase):
    def test_numbers_are_found_as_people_write_them(self):
        for text in (
            "INV/2026/00042",
            "About (INV/2026/00042).",
            "Invoice:INV/2026/00042, please",
            "Re: #inv/2026/00042!",
            "inv-2026-00042",
            "INV 2026 00042 is wrong",
            'the "INV_2026_00042"',
            "<INV/2026/00042>",
            "INV\u20112026\u201100042",
            "INV_2026_00042.pdf",
            "#INV/2026/00042\u2026",
            "INV/2026/\u200b00042",
        ):
            with self.subTest(text):
                self.assertIn("INV/2026/00042", find_numbers(text))

    def test_what_is_no_number(self):
        for text in ("", "Dear all", "INV/2026/000421", "XINV/2026/00042", "INV/2026/0004\n2"):
            with self.subTest(text):
                self.assertNotIn("INV/2026/00042", find_numbers(text))

    @RELAXED
    @given(st.text(max_size=2000))
    def test_any_text_is_read(self, text):
        numbers = find_numbers(text)
        self.assertLessEqual(len(numbers), MAX_NUMBERS)
        self.assertEqual(len(numbers), len(set(numbers)))
        drop_quotes(text)
        get_forwarded(text)
        is_automatic([("Precedence", text)], text)
        is_forged([("Authentication-Results", text)])

    def test_a_flood_of_numbers_is_cut(self):
        self.assertEqual(len(find_numbers("\n".join(map(str, range(10_000))))), MAX_NUMBERS)

    def test_automatic_mail(self):
        for headers, subject, expected in [
            ([("Auto-Submitted", "auto-replied")], "", True),
            ([("auto-submitted", "auto-generated; owner-email=x")], "", True),
            ([("Auto-Submitted", "no")], "", False),
            ([("Precedence", "bulk")], "", True),
            ([("Precedence", "auto_reply")], "", True),
            ([("Precedence", "first-class")], "", False),
            ([("X-Autoreply", "yes")], "", True),
            ([("X-Autoreply", "no")], "", False),
            ([("X-Autorespond", "Away")], "", True),
            ([("Return-Path", "<>")], "", True),
            ([("Return-Path", "<a@example.com>")], "", False),
            ([], "Automatic reply: your invoice", True),
            ([], "Out of Office", True),
            ([], "Abwesenheitsnotiz: Rechnung", True),
            ([], "Réponse automatique : facture", True),
            ([], "OOO: back on Monday", True),
            ([], "Automatisk svar: faktura", True),
            ([], "Автоматический ответ: счёт", True),
            ([], "自動返信", True),
            ([], "Oooops, wrong invoice", False),
            ([], "Our office is out of paper", False),
            ([], "Re: Automatic replynotes", False),
            ([], "", False),
        ]:
            with self.subTest(headers=headers, subject=subject):
                self.assertIs(is_automatic(headers, subject), expected)

    def test_forged_mail(self):
        results = "Authentication-Results"
        for headers, expected in [
            ([], False),
            ([(results, "mx; spf=pass; dkim=pass; dmarc=pass")], False),
            ([(results, "mx; spf=pass; dkim=pass; dmarc=fail (p=none)")], True),
            ([(results, "mx; spf=fail; dkim=pass; dmarc=pass")], False),
            ([(results, "mx; spf=fail")], True),
            ([(results, "mx; spf=fail; dkim=none; dmarc=none")], True),
            ([(results, "mx; spf=pass; dkim=none; dmarc=none")], False),
            ([(results, "mx; spf=softfail; dkim=pass")], False),
            ([(results, "mx; spf=pass; dkim=fail")], False),
            ([(results, "mx; spf=none; dkim=fail")], True),
            ([("Received-SPF", "Fail (not allowed)")], True),
            ([("Received-SPF", "Pass")], False),
            # Who forges, forges a second opinion too.
            ([(results, "mx; dmarc=fail"), (results, "mx; dmarc=pass")], True),
        ]:
            with self.subTest(headers):
                self.assertIs(is_forged(headers), expected)

    def test_quotes_are_dropped(self):
        for quoted in (
            "> INV/2",
            "-----Original Message-----\nINV/2",
            "On Monday, We <us@example.com> wrote:\nINV/2",
            "Am 1.1.2026 schrieb Wir:\nINV/2",
            "On Monday, 1 January 2026 at 10:00, We in Receivables\n<us@example.com> wrote:\nINV/2",
            "El lunes, Nosotros escribió:\nINV/2",
            "-------- Mensaje reenviado --------\nINV/2",
            "Kimden: us@example.com\nKime: x@example.com\nKonu: fatura\nINV/2",
        ):
            with self.subTest(quoted):
                self.assertEqual(drop_quotes(f"INV/1 is wrong\n{quoted}").strip(), "INV/1 is wrong")

    def test_forwarded_mail_is_told_from_the_words_above_it(self):
        for start in (
            "---------- Forwarded message ---------\nFrom: a@example.com",
            "Begin forwarded message:\n\nFrom: a@example.com",
            "From: a@example.com\nSent: Monday\nTo: us",
            "*Von:* a@example.com\n*Gesendet:* Montag",
        ):
            with self.subTest(start):
                forwarded = get_forwarded(f"Always them.\n{start}\n\nIt is broken")
                self.assertNotIn("Always", forwarded)
                self.assertTrue(forwarded.endswith("It is broken"))
        for text in ("", "It is broken", "From: me\nwith love", "Name: Ann\nMail: ann@example.com\nIt broke"):
            with self.subTest(text):
                self.assertEqual(get_forwarded(text), "")
