import csv
import io
import zipfile
from datetime import datetime

from odoo.tests import BaseCase, tagged

from ..tools.evidence_pack import (
    MAX_NAME_BYTES,
    PackWriter,
    fill_placeholders,
    fix_pdf_dates,
    manifest,
    pack_name,
    safe_cell,
)

NOON = datetime(2026, 3, 1, 12, 0, 0)


@tagged("post_install", "-at_install")
class TestEvidencePackRules(BaseCase):
    """Names, manifest and ZIP of an evidence pack, whatever the files are called."""

    def test_names_are_safe(self):
        cases = {
            "../../etc/passwd": "01 passwd",
            "C:\\temp\\photo.JPG": "01 photo.JPG",
            "a\x00b\n.pdf": "01 ab.pdf",
            "photo\u202egnp.exe": "01 photognp.exe",
            "": "01 file",
            "...": "01 file",
            "CON": "01 CON",
            'what: "this"?.pdf': "01 what_ _this__.pdf",
            ".htaccess": "01 htaccess",
        }
        for name, expected in cases.items():
            with self.subTest(name):
                self.assertEqual(pack_name(1, name), expected)

    def test_names_are_short_in_bytes_and_keep_their_extension(self):
        for name in ("x" * 500 + ".pdf", "見" * 200 + ".pdf", "😀" * 90 + ".pdf"):
            with self.subTest(name[:1]):
                short = pack_name(12, name)
                self.assertLessEqual(len(short.encode()), MAX_NAME_BYTES)
                self.assertTrue(short.endswith(".pdf"))
                self.assertTrue(short.startswith("12 " + name[0]))

    def test_names_are_never_alike(self):
        names = [pack_name(number, "scan.pdf") for number in range(1, 120)]
        self.assertEqual(len({name.lower() for name in names}), 119)

    def test_letters_that_look_alike_are_written_one_way(self):
        self.assertEqual(pack_name(1, "Mu\u0308ller.pdf"), pack_name(1, "M\u00fcller.pdf"))

    def test_cells_are_no_formulas(self):
        for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"):
            with self.subTest(text):
                self.assertEqual(safe_cell(text), f"'{text}")
        for text in ("INV-1.pdf", "01 =1.pdf", ""):
            with self.subTest(text):
                self.assertEqual(safe_cell(text), text)

    def test_manifest_is_csv(self):
        content = manifest(("File", "Kind"), [('01 a, "b".pdf', "=HYPERLINK()"), ("02 ü.txt", "Invoice")])
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        self.assertEqual(
            rows, [["File", "Kind"], ['01 a, "b".pdf', "'=HYPERLINK()"], ["02 ü.txt", "Invoice"]]
        )

    def test_the_same_files_make_the_same_bytes(self):
        def packed():
            target = io.BytesIO()
            with PackWriter(target) as pack:
                pack.add("01 a.txt", b"one", NOON)
                # Older than a ZIP can tell.
                pack.add("02 b.txt", b"two" * 1000, datetime(1970, 1, 1))
                # Later than a ZIP can tell: an invoice with a date that somebody mistyped.
                pack.add("03 c.txt", b"three", datetime(2206, 1, 1))
            return target.getvalue()

        self.assertEqual(packed(), packed())
        with zipfile.ZipFile(io.BytesIO(packed())) as archive:
            self.assertEqual(archive.getinfo("01 a.txt").date_time, (2026, 3, 1, 12, 0, 0))
            self.assertEqual(archive.read("02 b.txt"), b"two" * 1000)

    def test_dates_of_a_pdf(self):
        made = b"<< /CreationDate (D:20261123120000+01'00') /ModDate (D:20261123120000) >>"
        self.assertEqual(
            fix_pdf_dates(made, NOON),
            b"<< /CreationDate (D:20260301120000+01'00') /ModDate (D:20260301120000) >>",
        )

    def test_placeholders(self):
        text = "Case {case}, {unknown}, {0}, {case.__class__}, {"
        self.assertEqual(
            fill_placeholders(text, {"case": "A {b}"}), "Case A {b}, {unknown}, {0}, {case.__class__}, {"
        )
