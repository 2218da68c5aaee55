import csv
import hashlib
import io
import zipfile
from pathlib import Path

from freezegun import freeze_time
from markupsafe import Markup

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .access_common import AccessCommon

NOTE = "Between us: they are right"
ANSWER = "We are <script>alert(1)</script> checking"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)


@tagged("post_install", "-at_install")
class TestEvidencePack(AccessCommon):
    """The ZIP that goes outside: what is in it, what never is, and that it stays as it was."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case.sudo().description = "Broken <b>glass</b> & more"
        evidence = (
            cls.env["dispute.evidence.type"].sudo().create({"name": "Photo", "reason_id": cls.reason.id})
        )
        cls.photo = cls._create_file("photo.png", PNG)
        cls.env["dispute.evidence"].sudo().create(
            {
                "case_id": cls.case.id,
                "type_id": evidence.id,
                "attachment_ids": [Command.set(cls.photo.ids)],
            }
        )
        case = cls.case.with_user(cls.clerk)
        case.message_post(body=NOTE, attachments=[("calculation.txt", b"secret")])
        case.message_post(
            body=ANSWER,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("../offer.txt", b"An offer")],
        )

    @classmethod
    def _create_file(cls, name, content, **values):
        return cls.env["ir.attachment"].sudo().create({"name": name, "raw": content, **values})

    def _wizard(self, user=None, **values):
        return (
            self.env["dispute.refer"]
            .with_user(user or self.clerk)
            .create({"case_id": self.case.id, "desired_outcome": "They pay", **values})
        )

    def _pack(self, wizard=None):
        (wizard or self._wizard()).action_refer()
        return self.case.referral_ids[0].pack_ids[0]

    def _open(self, pack):
        return zipfile.ZipFile(io.BytesIO(pack.attachment_id.sudo().raw))

    def _page(self, referral=None, rows=(), **context):
        """The case file as a page, as it is before it is printed."""
        maker = self.env["dispute.case.file"].with_user(self.clerk).with_context(**context)
        values = maker._get_values(self.case, referral=referral, rows=rows)
        return str(
            maker.env["ir.qweb"]
            .sudo()
            ._render("dispute_management.report_case_file_page", {"values": values})
        )

    # What is in it

    def test_documents_offered(self):
        wizard = self._wizard()
        found = {line.name: (line.kind, line.is_internal, line.is_included) for line in wizard.document_ids}
        self.assertEqual(
            found,
            {
                self.invoice.name: ("Invoice", False, True),
                "photo.png": ("Photo", False, True),
                "../offer.txt": ("Correspondence", False, True),
                "calculation.txt": ("Other file", True, False),
            },
        )

    def test_credit_notes_of_the_case_are_offered(self):
        self._settle(self.case, "credit_note", 10)
        refund = self.case.settlement_ids.line_ids.move_id
        self.assertIn(refund.name, self._wizard().document_ids.mapped("name"))

    def test_every_file_has_the_hash_it_is_listed_with(self):
        pack = self._pack()
        content = pack.attachment_id.sudo().raw
        self.assertEqual(pack.sha256, hashlib.sha256(content).hexdigest())
        self.assertEqual(pack.file_size, len(content))
        self.assertEqual(pack.attachment_id.res_model, "dispute.referral")
        self.assertEqual(pack.attachment_id.res_id, pack.referral_id.id)
        with self._open(pack) as archive:
            self.assertFalse(archive.testzip())
            names = archive.namelist()
            rows = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))
            self.assertEqual({row["File"] for row in rows} | {"manifest.csv"}, set(names))
            for row in rows:
                with self.subTest(row["File"]):
                    file = archive.read(row["File"])
                    self.assertEqual(row["SHA-256"], hashlib.sha256(file).hexdigest())
                    self.assertEqual(int(row["Bytes"]), len(file))
            self.assertEqual(archive.read("02 photo.png"), PNG)
            self.assertEqual(archive.read("03 offer.txt"), b"An offer")
            self.assertFalse(any("calculation" in name for name in names))
        self.assertEqual(pack.document_count, 3)

    def test_names_have_no_folder_and_no_twin(self):
        for name in ("scan.txt", "scan.txt", "/etc/scan.txt", "..\\scan.txt", "=1+1.txt", "x" * 300 + ".txt"):
            self._create_file(name, b"x", res_model="dispute.case", res_id=self.case.id)
        wizard = self._wizard()
        wizard.document_ids.is_included = True
        with self._open(self._pack(wizard)) as archive:
            names = archive.namelist()
        self.assertEqual(len({name.lower() for name in names}), 6 + 4 + 2)
        for name in names:
            with self.subTest(name):
                self.assertNotRegex(name, r"[/\\]|^\.|^[=+@-]")
                self.assertLessEqual(len(name.encode()), 150)

    def test_the_same_again_at_the_same_moment(self):
        self.invoice.invoice_pdf_report_id = self._create_file(
            "INV.pdf",
            b"%PDF-1.4 invoice",
            res_model="account.move",
            res_id=self.invoice.id,
            res_field="invoice_pdf_report_file",
        )
        with freeze_time("2026-11-24 10:00:00"):
            first = self._pack()
            referral = first.referral_id
            again = self._wizard(referral_id=referral.id)
            again.action_make_pack()
        self.assertEqual(len(referral.pack_ids), 2)
        second = referral.pack_ids - first
        with self._open(first) as one, self._open(second) as two:
            self.assertEqual(one.namelist(), two.namelist())
            for name in one.namelist():
                with self.subTest(name):
                    self.assertEqual(one.read(name), two.read(name))
        self.assertEqual(first.sha256, second.sha256)
        self.assertNotEqual(second.name, first.name)

    def test_invoice_as_it_was_sent(self):
        self.invoice.invoice_pdf_report_id = self._create_file(
            "INV.pdf",
            b"%PDF-1.4 as it was sent",
            res_model="account.move",
            res_id=self.invoice.id,
            res_field="invoice_pdf_report_file",
        )
        with self._open(self._pack()) as archive:
            name = next(name for name in archive.namelist() if name.startswith("01 "))
            self.assertEqual(archive.read(name), b"%PDF-1.4 as it was sent")

    def test_printed_invoice_is_the_same_again(self):
        maker = self.env["dispute.case.file"]
        with freeze_time("2026-11-24 10:00:00"):
            first = maker._print_invoice(self.invoice)
        with freeze_time("2026-11-25 11:11:11"):
            self.assertEqual(maker._print_invoice(self.invoice), first)

    def test_lost_file_is_not_sent_empty(self):
        path = Path(self.photo._full_path(self.photo.store_fname))
        path.unlink()
        self.addCleanup(path.write_bytes, PNG)
        self.photo.invalidate_recordset()
        with self.assertRaisesRegex(UserError, r"photo\.png.*leave it out"):
            self._wizard().action_refer()
        wizard = self._wizard()
        wizard.document_ids.filtered(lambda line: line.name == "photo.png").is_included = False
        self.assertEqual(self._pack(wizard).document_count, 2)

    def test_only_documents_of_the_case_can_be_chosen(self):
        secret = self._create_file("salaries.txt", b"secret", res_model="res.partner", res_id=1)
        wizard = self._wizard()
        wizard.document_ids[0].write({"source": f"file-{secret.id}", "name": "salaries.txt"})
        with self._open(self._pack(wizard)) as archive:
            self.assertFalse(any(archive.read(name) == b"secret" for name in archive.namelist()))

    def test_nothing_chosen(self):
        wizard = self._wizard()
        wizard.document_ids.is_included = False
        with self._open(self._pack(wizard)) as archive:
            self.assertEqual(len(archive.namelist()), 2)

    # The case file

    def test_case_file_tells_the_case(self):
        self._settle(self.case, "credit_note", 10)
        referral = self._pack().referral_id
        page = self._page(referral, [("01 a.txt", "Invoice", referral.create_date, 5, "ab" * 32)])
        for text in (
            self.case.name,
            self.invoice.name,
            "partner_a",
            "They pay",
            "Credited",
            "Still open",
            "Waiting for third party",
            "First response",
            "As decided",
            "01 a.txt",
            "ab" * 32,
        ):
            with self.subTest(text):
                self.assertIn(text, page)
        for amount in ("60.00", "50.00", "10.00"):
            with self.subTest(amount):
                self.assertIn(f">{amount}<", page)

    def test_internal_notes_stay_inside(self):
        page = self._page()
        self.assertIn("checking", page)
        self.assertNotIn("Between us", page)
        self.assertNotIn("calculation.txt", page)
        self.assertIn("offer.txt", page)
        pack = self._pack()
        with self._open(pack) as archive:
            name = next(name for name in archive.namelist() if name.startswith("00 "))
            text = self._text(name, archive.read(name))
        self.assertIn("checking", text)
        self.assertNotIn("Between us", text)

    def _text(self, name, content):
        """The text of a case file, which is a page where the server can't print."""
        if name.endswith(".html"):
            return content.decode()
        from pypdf import PdfReader  # noqa: PLC0415 - only where there is a PDF to read

        self.assertTrue(content.startswith(b"%PDF"))
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)

    def test_words_of_customers_are_text(self):
        self.case.message_post(
            body=Markup('<img src="http://evil.example/x.png"/><p>Look</p>'),
            author_id=self.customer.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        page = self._page()
        self.assertIn("Broken &lt;b&gt;glass&lt;/b&gt; &amp; more", page)
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", page)
        self.assertIn("Look", page)
        self.assertNotIn("<script", page)
        self.assertNotIn("evil.example", page)
        self.assertNotRegex(page, r'(src|href)="(?!data:)', "Printing fetches nothing.")

    def test_case_without_anything_yet(self):
        self.case = self._create_case({self.invoice: 5}, description=False)
        page = self._page()
        for text in ("Nothing was written", "None so far", "No messages were exchanged"):
            self.assertIn(text, page)

    def test_in_the_language_chosen(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.case.stage_id.sudo().with_context(lang="fr_FR").name = "Nouveau cas"
        self.assertIn("Nouveau cas", self._page(lang="fr_FR"))
        self.assertNotIn("Nouveau cas", self._page(lang="en_US"))
        pack = self._pack(self._wizard(lang="fr_FR"))
        self.assertEqual(pack.lang, "fr_FR")
        self.assertEqual(self._wizard().lang, self.company.partner_id.lang or "en_US")

    def test_print_menu(self):
        report = self.env["ir.actions.report"].with_user(self.viewer)
        page, _type = report._render_qweb_html("dispute_management.action_report_case_file", self.case.ids)
        self.assertIn(self.case.name, str(page))
        with self.assertRaises(AccessError):
            report.with_user(self.outsider)._render_qweb_html(
                "dispute_management.action_report_case_file", self.case.ids
            )

    # As it was sent

    def test_nobody_changes_a_pack(self):
        pack = self._pack()
        file = pack.attachment_id
        for user in (self.clerk, self.leader, self.administrator, self._create_system_user()):
            for vals in ({"raw": b"x"}, {"name": "x.zip"}, {"res_id": 0}, {"public": True}):
                with self.subTest(user=user.login, vals=vals), self.assertRaises(UserError):
                    self._call(user, file, "write", vals)
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self._call(user, file, "unlink")
            for method, args in (("unlink", ()), ("write", ({"sha256": "0"},))):
                with (
                    self.subTest(user=user.login, method=method),
                    self.assertRaises(UserError),
                ):
                    self._call(user, pack, method, *args)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                values = {"referral_id": pack.referral_id.id, "attachment_id": file.id}
                self._call(user, pack.browse(), "create", {**values, "name": "x", "sha256": "x"})
        with self.assertRaises(UserError):
            file.sudo().unlink()
        other = self._create_file("x.txt", b"x", res_model="dispute.referral", res_id=pack.referral_id.id)
        other.with_user(self.clerk).unlink()

    def test_who_may_make_and_read_one(self):
        self.case.user_id = self.clerk
        pack = self._pack()
        for user in (self.viewer, self.approver, self.colleague):
            with self.subTest(user.login):
                self._call(user, pack, "read", ["name", "sha256"])
                self.assertTrue(pack.attachment_id.with_user(user).raw)
                with self.assertRaises(AccessError):
                    pack.with_user(user)._make(pack.referral_id.with_user(user), [])
        for user in (self.outsider, self.customer, self.public.sudo()):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    self._call(user, pack, "read", ["name"])
                with self.assertRaises(AccessError):
                    self._call(user, pack.attachment_id, "read", ["raw"])
        pack.with_user(self.teammate)._make(pack.referral_id.with_user(self.teammate), [])

    def test_mail_carries_the_pack(self):
        pack = self._pack()
        referral = pack.referral_id.with_user(self.clerk)
        with self.assertRaisesRegex(UserError, "mail address"):
            referral.action_send()
        referral.contact_id = self.env["res.partner"].create({"name": "Body", "email": "body@example.com"})
        context = referral.action_send()["context"]
        self.assertEqual(context["default_attachment_ids"], pack.attachment_id.ids)
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            composer = (
                self.env["mail.compose.message"].with_user(self.clerk).with_context(**context).create({})
            )
            composer._action_send_mail()
        message = referral.message_ids[0]
        self.assertEqual(message.attachment_ids, pack.attachment_id)
        self.assertEqual(message.partner_ids, referral.contact_id)
        self.assertEqual(hashlib.sha256(pack.attachment_id.sudo().raw).hexdigest(), pack.sha256)

    def test_many_documents(self):
        for number in range(60):
            self._create_file(
                f"{number}.txt", b"%d " % number * 20_000, res_model="dispute.case", res_id=self.case.id
            )
        wizard = self._wizard()
        wizard.document_ids.is_included = True
        pack = self._pack(wizard)
        self.assertEqual(pack.document_count, 64)
        with self._open(pack) as archive:
            self.assertFalse(archive.testzip())
