import io
from datetime import timedelta

from PIL import Image

from odoo import http
from odoo.fields import Datetime
from odoo.tests import BaseCase, TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.dispute_management.tests.test_picture import PictureMakers
from odoo.addons.dispute_management.tools.file_rules import HEAD_SIZE

from ..tools.draft import MAX_AGE, MAX_CHARS, make_draft, read_draft
from .common import RefundPortalCommon


class TestDraft(BaseCase):
    def test_kept_for_its_page_and_time(self):
        draft = make_draft("/a", {"description": "x", "csrf_token": "t", "form_key": "k"}, 100)
        self.assertEqual(read_draft(draft, "/a", 101), {"description": "x"})
        self.assertIsNone(read_draft(draft, "/b", 101))
        self.assertIsNone(read_draft(draft, "/a", 101 + MAX_AGE))
        for nonsense in (None, "x", {}, {"url": "/a", "form": "x"}):
            self.assertIsNone(read_draft(nonsense, "/a", 0))

    def test_size_is_bounded(self):
        draft = make_draft("/a", {str(number): "x" * 1000 for number in range(500)}, 0)
        self.assertLess(sum(map(len, draft["form"].values())), MAX_CHARS)


@tagged("post_install", "-at_install")
class TestRequestLimit(TransactionCase):
    """How often somebody may send something."""

    def setUp(self):
        super().setUp()
        # What is noted in transactions of its own is forgotten with the test.
        self.enterContext(self.enter_registry_test_mode())

    def _take(self, limits, kind="filing"):
        return self.env["dispute.portal.request"]._take(kind, limits)

    def test_so_many_each(self):
        taken = [self._take({"user 1": 2, "address a": 3}) for _turn in range(3)]
        self.assertEqual(taken, [True, True, False])
        self.assertTrue(self._take({"user 2": 2, "address a": 3}), "what was refused counts for nobody")
        self.assertFalse(self._take({"user 3": 2, "address a": 3}), "of an address, whoever it is")
        self.assertTrue(self._take({"user 1": 2, "address a": 3}, "upload"), "each kind has its own")

    def test_in_so_long(self):
        requests = self.env["dispute.portal.request"].sudo()
        self.assertTrue(self._take({"user 1": 1}))
        self.assertFalse(self._take({"user 1": 1}))
        sent = requests.search([("sender", "=", "user 1")])
        self.env.cr.execute(
            "UPDATE dispute_portal_request SET create_date = create_date - interval '11 minutes' WHERE id = %s",
            sent.ids,
        )
        self.assertTrue(self._take({"user 1": 1}))


@tagged("post_install", "-at_install")
class TestLimits(RefundPortalCommon):
    """How much customers may send, and what of it is kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls._create_case(cls.invoice)

    def _set_limit(self, kind, limit):
        self.env["ir.config_parameter"].sudo().set_param(f"refund_portal.{kind}_per_user", str(limit))

    def _upload(self, name="note.txt", content=b"fine"):
        return self.url_open(
            "/mail/attachment/upload",
            data={
                "csrf_token": http.Request.csrf_token(self),
                "thread_model": "dispute.case",
                "thread_id": self.case.id,
                "is_pending": "true",
            },
            files={"ufile": (name, content)},
        ).json()

    def test_uploads(self):
        self._set_limit("upload", 2)
        self._login(self.anna)
        self.assertNotIn("error", self._upload())
        self.assertNotIn("error", self._upload())
        self.assertIn("short time", self._upload()["error"])
        self._login(self.bert)
        self.assertNotIn("error", self._upload())

    @mute_logger("odoo.http")
    def test_messages_in_the_conversation(self):
        self._set_limit("message", 1)
        self._login(self.anna)
        params = {
            "thread_model": "dispute.case",
            "thread_id": self.case.id,
            "post_data": {
                "body": "News?",
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
            },
        }
        self.make_jsonrpc_request("/mail/message/post", params)
        before = self.case.message_ids
        with self.assertRaisesRegex(Exception, "UserError"):
            self.make_jsonrpc_request("/mail/message/post", params)
        self.assertEqual(self.case.message_ids, before)

    def test_messages_on_the_page(self):
        self._set_limit("message", 1)
        self._login(self.anna)
        url = f"/my/disputes/{self.case.id}"
        data = {"do": "write", "text": "Is there any news?", "csrf_token": http.Request.csrf_token(self)}
        self.assertEqual(self.url_open(url, data=data, allow_redirects=False).status_code, 303)
        response = self.url_open(url, data={**data, "text": "Hello? Hello?"}, allow_redirects=False)
        self.assertEqual(response.status_code, 429)
        self.assertIn("Hello? Hello?", response.text, "what was typed is kept")

    def test_orphaned_uploads_are_collected(self):
        self._login(self.anna)
        attachment = self.env["ir.attachment"].sudo().browse(self._upload()["data"]["attachment_id"])
        Composer = self.env["mail.compose.message"].sudo()
        Composer._gc_lost_attachments()
        self.assertTrue(attachment.exists(), "somebody may still be writing")
        long_ago = Datetime.now() - timedelta(days=2)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_date = %s, write_date = %s WHERE id = %s",
            [long_ago, long_ago, attachment.id],
        )
        self.env.invalidate_all()
        Composer._gc_lost_attachments()
        self.assertFalse(attachment.exists())

    def _make_picture(self, width, height):
        stream = io.BytesIO()
        Image.new("1", (width, height)).save(stream, "PNG")
        return stream.getvalue()

    def test_image_bomb(self):
        self._login(self.anna)
        bomb = self._make_picture(12_000, 12_000)
        self.assertLess(len(bomb), 100_000, "small to send, large to open")
        response = self._post_form(self.invoice, files=[("photo.jpg", bomb)])
        self.assertEqual(response.status_code, 422)
        self.assertIn("too large a picture", response.text)
        self.assertIn("too large a picture", self._upload("photo.txt", bomb)["error"])
        self._post_form(self.invoice, files=[("photo.png", self._make_picture(400, 300))])
        self.assertEqual(len(self._get_cases(self.invoice)), 2)

    def test_image_bomb_behind_camera_data(self):
        """Its size stands after more than is needed to know what a file is."""
        self._login(self.anna)
        bomb = PictureMakers.make_jpeg(12_000, 12_000)
        self.assertGreater(bomb.index(b"between"), HEAD_SIZE)
        response = self._post_form(self.invoice, files=[("photo.jpg", bomb)])
        self.assertEqual(response.status_code, 422)
        self.assertIn("photo.jpg is too large a picture to open: send a smaller one.", response.text)
        self.assertIn("too large a picture", self._upload("photo.jpg", bomb)["error"])
        self.assertEqual(self._get_cases(self.invoice), self.case)

    def test_pictures_are_kept_as_they_were_sent(self):
        """Evidence tells when and where it was taken, in full size; nothing of it is opened."""
        self._login(self.anna)
        exif = Image.Exif()
        exif[0x0132] = "2026:03:01 10:00:00"
        stream = io.BytesIO()
        Image.new("RGB", (2500, 100)).save(stream, "JPEG", exif=exif)
        picture = stream.getvalue()
        self._post_form(self.invoice, files=[("photo.jpg", picture)])
        case = self._get_cases(self.invoice) - self.case
        self.assertEqual(case._get_portal_attachments().mapped("raw"), [picture])
        uploaded = self._upload("photo.jpg", picture)
        attachment_id = uploaded["data"]["attachment_id"]
        self.assertEqual(self.env["ir.attachment"].sudo().browse(attachment_id).raw, picture)

    def test_content_that_contradicts_its_name(self):
        self._login(self.anna)
        page, program = b"<!DOCTYPE html><script>alert(1)</script>", b"MZ\x90\x00\x03"
        for name, content, why in (
            ("photo.png", page, "not the picture or PDF"),
            ("note.pdf", page, "not the picture or PDF"),
            ("photo.png", program, "is a program"),
            ("note.pdf", b"\x7fELF\x02\x01\x01", "is a program"),
        ):
            with self.subTest(name=name, content=content):
                response = self._post_form(self.invoice, files=[(name, content)])
                self.assertEqual(response.status_code, 422)
                self.assertIn(why, response.text)
                self.assertIn(why, self._upload(name, content)["error"])
                response = self.url_open(
                    f"/my/disputes/{self.case.id}",
                    data={"do": "write", "text": "x", "csrf_token": http.Request.csrf_token(self)},
                    files=[("files", (name, content))],
                )
                self.assertEqual(response.status_code, 422)
                self.assertIn(why, response.text)
        self.assertEqual(self._get_cases(self.invoice), self.case)
        self.assertFalse(self.case._get_portal_attachments())

    def test_pages_are_kept_as_text(self):
        """By each door: logged in, by link, and on the page of the case; and they come back as a download."""
        files = [
            ("page.html", b"<html><script>alert(1)</script></html>"),
            ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ]
        self._login(self.anna)
        url = f"/my/disputes/{self.case.id}"
        self._post_form(self.invoice, files=files)
        self.url_open(
            url,
            data={"do": "write", "text": "x", "csrf_token": http.Request.csrf_token(self)},
            files=[("files", file) for file in files],
        )
        second = self._create_customer_invoice(self.customer)
        path = f"/dispute/file/{second.sudo()._issue_dispute_filing_token()}"
        self.authenticate(None, None)
        page = self._get_page(f"{path}?reason_id={self.reason.id}")
        data = self._prepare_form(
            csrf_token=http.Request.csrf_token(self),
            form_key=page.xpath("//input[@name='form_key']/@value")[0],
        )
        self.url_open(path, data=data, files=[("files", file) for file in files])
        self._login(self.anna)
        cases = self._get_cases(self.invoice) | self._get_cases(second)
        self.assertEqual(len(cases), 3)
        for case in cases:
            stored = case._get_portal_attachments()
            self.assertEqual(stored.mapped("mimetype"), ["text/plain"] * 2)
            for attachment in stored:
                response = self._get(f"/my/disputes/{case.id}/files/{attachment.id}")
                self.assertIn("attachment", response.headers["Content-Disposition"])
                self.assertIn("sandbox", response.headers["Content-Security-Policy"])
                self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")

    def test_total(self):
        self.env["ir.config_parameter"].sudo().set_param("dispute_management.max_file_mb", "1")
        self.env["ir.config_parameter"].sudo().set_param("dispute_management.max_total_mb", "2")
        self._login(self.anna)
        part = b"x" * (900 * 1024)
        response = self._post_form(self.invoice, files=[(f"{number}.txt", part) for number in range(3)])
        self.assertEqual(response.status_code, 422)
        self.assertIn("Together these files are larger than 2 MB", response.text)

    def test_names_with_paths(self):
        self._login(self.anna)
        self._post_form(self.invoice, files=[("../../etc/passwd", b"a"), ("..\\x\\<svg onload=1>.txt", b"b")])
        case = self._get_cases(self.invoice) - self.case
        for name in case._get_portal_attachments().mapped("name"):
            self.assertNotRegex(name, r"[/\\<>]|\.\.")
