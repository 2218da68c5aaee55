from lxml import html

from odoo import http
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RefundPortalCommon


@tagged("post_install", "-at_install")
class TestFilingSafe(RefundPortalCommon):
    """Nothing typed is lost: not to an old page, a login that ended, another reason or too much haste."""

    def _get_kept(self, page):
        return {
            "description": page.get_element_by_id("description").text.strip(),
            "amount": page.get_element_by_id("amount").get("value"),
            "customer_reference": page.get_element_by_id("customer_reference").get("value"),
        }

    def _post_raw(self, **data):
        return self.url_open(
            f"/my/invoices/{self.invoice.id}/dispute",
            data=self._prepare_form(**data),
            allow_redirects=False,
        )

    TYPED = {"description": "Two <b>broken</b>\npieces", "amount": "12.50", "customer_reference": "C-7"}

    def test_old_page(self):
        self._login(self.anna)
        response = self._post_raw(**self.TYPED, csrf_token="old", form_key=self._get_form_key(self.invoice))
        self.assertEqual(response.status_code, 422)
        page = html.fromstring(response.content)
        self.assertIn("out of date", page.get_element_by_id("dispute_errors").text_content())
        self.assertEqual(self._get_kept(page), self.TYPED)
        self.assertFalse(self._get_cases(self.invoice))
        fields = {
            field.get("name"): field.get("value") for field in page.xpath("//form//input[@type='hidden']")
        }
        again = self._post_raw(**self.TYPED, csrf_token=fields["csrf_token"], form_key=fields["form_key"])
        self.assertEqual(again.status_code, 303)
        self.assertEqual(self._get_cases(self.invoice).amount_disputed, 12.5)

    def test_login_that_ended(self):
        self._login(self.anna)
        form_key = self._get_form_key(self.invoice)
        self.authenticate(None, None)
        response = self._post_raw(**self.TYPED, csrf_token="old", form_key=form_key)
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])
        self.assertFalse(self._get_cases(self.invoice))
        login = html.fromstring(self._get(response.headers["Location"]).content)
        (form,) = login.xpath("//form[contains(@class, 'oe_login_form')]")
        fields = {
            field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden'][@name]")
        }
        fields |= {"login": self.anna.login, "password": self.anna.login}
        after = self.url_open("/web/login", data=fields)
        page = html.fromstring(after.content)
        self.assertTrue(page.xpath("//*[@id='dispute_draft']"), after.url)
        self.assertEqual(self._get_kept(page), self.TYPED)
        page = self._get_page(f"/my/invoices/{self.invoice.id}/dispute?reason_id={self.reason.id}")
        self.assertFalse(page.xpath("//*[@id='dispute_draft']"), "it is shown once")

    def test_draft_is_for_its_page(self):
        self.authenticate(None, None)
        self._post_raw(**self.TYPED)
        second = self._create_customer_invoice(self.customer)
        self._login(self.anna)
        page = self._get_page(f"/my/invoices/{second.id}/dispute?reason_id={self.reason.id}")
        self.assertFalse(page.xpath("//*[@id='dispute_draft']"))

    def test_another_reason(self):
        self._login(self.anna)
        self._post_raw(**self.TYPED, do="reason")
        url = f"/my/invoices/{self.invoice.id}/dispute"
        self.assertTrue(self._get_page(url).xpath("//a[@data-reason]"))
        other = self.env.ref("dispute_management.dispute_reason_qua")
        page = self._get_page(f"{url}?reason_id={other.id}")
        self.assertEqual(self._get_kept(page), self.TYPED)
        self.assertEqual(page.xpath("//input[@name='reason_id']/@value"), [str(other.id)])
        self.assertFalse(self._get_cases(self.invoice))

    def test_too_much_at_once(self):
        self._login(self.anna)
        self.env["ir.config_parameter"].sudo().set_param("refund_portal.filing_per_user", "2")
        form_key = self._get_form_key(self.invoice)
        token = http.Request.csrf_token(self)
        for status in (422, 422, 429):
            response = self._post_raw(**{**self.TYPED, "amount": "x"}, csrf_token=token, form_key=form_key)
            self.assertEqual(response.status_code, status)
        page = html.fromstring(response.content)
        self.assertIn("short time", page.get_element_by_id("dispute_errors").text_content())
        self.assertEqual(self._get_kept(page)["description"], self.TYPED["description"])
        self._login(self.bert)
        self.assertEqual(self._post_form(self.invoice).status_code, 303, "others may still file")


@tagged("post_install", "-at_install")
class TestFilingAsks(RefundPortalCommon):
    """The form asks what the reason needs, and tells what to expect."""

    def setUp(self):
        super().setUp()
        self.photos = self.env.ref("dispute_management.dispute_evidence_type_qua_photos")
        self.quality = self.photos.reason_id
        self._login(self.anna)

    def _get_form_page(self, reason):
        return self._get_page(f"/my/invoices/{self.invoice.id}/dispute?reason_id={reason.id}")

    def test_evidence_of_the_reason(self):
        name = f"evidence_{self.photos.id}"
        self.assertTrue(self._get_form_page(self.quality).xpath(f"//input[@name='{name}']"))
        self.assertFalse(self._get_form_page(self.reason).xpath(f"//input[@name='{name}']"))
        quality = str(self.quality.id)
        response = self._post_form(self.invoice, reason_id=quality)
        self.assertEqual(response.status_code, 422)
        error = html.fromstring(response.content).get_element_by_id(f"{name}_error")
        self.assertIn("send it later", error.text_content())
        response = self.url_open(
            f"/my/invoices/{self.invoice.id}/dispute",
            data=self._prepare_form(
                reason_id=quality,
                form_key=self._get_form_key(self.invoice),
                csrf_token=http.Request.csrf_token(self),
            ),
            files=[(name, ("photo.txt", b"looks broken")), ("files", ("letter.txt", b"dear all"))],
            allow_redirects=False,
        )
        self.assertEqual(response.status_code, 303)
        case = self._get_cases(self.invoice)
        item = case.evidence_ids.filtered(lambda item: item.type_id == self.photos)
        self.assertEqual(item.attachment_ids.mapped("name"), ["photo.txt"])
        self.assertTrue(item.is_there)
        self.assertEqual(case._get_portal_attachments().mapped("name"), ["photo.txt", "letter.txt"])

    def test_evidence_later(self):
        response = self._post_form(
            self.invoice,
            reason_id=str(self.quality.id),
            **{f"evidence_{self.photos.id}_later": "1"},
        )
        self.assertEqual(response.status_code, 303)
        item = self._get_cases(self.invoice).evidence_ids.filtered(lambda item: item.type_id == self.photos)
        self.assertFalse(item.is_there, "promised is not given")

    def _set_policy(self, **vals):
        self.env["dispute.refund.policy"].sudo().search([]).active = False
        return (
            self.env["dispute.refund.policy"]
            .sudo()
            .create({"name": "Terms", "window_days": 0, "terms": "<p>Ours</p>", "is_published": True, **vals})
        )

    def test_verdict_to_expect(self):
        self.invoice = self._create_customer_invoice(
            self.customer, invoice_date="2024-01-05", invoice_date_due="2024-02-05"
        )
        for vals, decision, words in [
            ({"verdict": "review"}, "review", "One of us looks at it"),
            ({"verdict": "accept", "share": 50}, "accept", "50 %"),
            (
                {"verdict": "accept", "window_days": 10, "outside_verdict": "refuse"},
                "refuse",
                "Our terms allow 10 days",
            ),
            ({"verdict": "accept", "is_debt_reviewed": True}, "review", "looks at it"),
        ]:
            with self.subTest(decision=decision, words=words):
                self._set_policy(**vals)
                box = self._get_form_page(self.reason).get_element_by_id("dispute_verdict")
                self.assertEqual(box.get("data-decision"), decision)
                self.assertIn(words, box.text_content())
                self.assertNotIn("owes", box.text_content(), "what we know of them is ours")
                if decision == "accept":
                    self.assertIn("500.00", box.text_content())
                if decision == "refuse":
                    self.assertTrue(box.xpath(".//*[@id='dispute_verdict_still']"))

    def test_case_keeps_the_terms_that_were_shown(self):
        policy = self._set_policy(verdict="review")
        self._post_form(self.invoice)
        case = self._get_cases(self.invoice)
        self.assertEqual((case.refund_policy_id, case.refund_policy_version), (policy, 1))
        policy.verdict = "accept"
        self.assertEqual(case._judge_refund()[case][1].verdict, "review")

    def test_terms_page_and_versions(self):
        policy = self._set_policy(verdict="review")
        self.authenticate(None, None)
        url = f"/disputes/terms/{self.company.root_id.id}"
        self.assertIn("Ours", self._get(url).text)
        policy.terms = "<p>New words</p>"
        page = self._get(url).text
        self.assertIn("New words", page)
        self.assertNotIn("Ours", page)
        self.assertIn("Ours", self._get(f"{url}/{policy.id}/1").text)
        self.assertEqual(self._get(f"{url}/{policy.id}/9").status_code, 404)
        policy.is_published = False
        for path in (url, f"{url}/{policy.id}/1", "/disputes/terms/999999"):
            self.assertEqual(self._get(path).status_code, 404, path)

    def test_button_to_the_terms_page(self):
        policy = self._set_policy()
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(self._get(settings.action_open_dispute_terms()["url"]).status_code, 200)
        policy.is_published = False
        with self.assertRaisesRegex(UserError, "publish"):
            settings.action_open_dispute_terms()

    def test_terms_never_published_stay_ours(self):
        policy = self._set_policy(is_published=False)
        policy.terms = "<p>Second draft</p>"
        policy.is_published = True
        url = f"/disputes/terms/{self.company.root_id.id}"
        self.assertEqual(self._get(f"{url}/{policy.id}/1").status_code, 404)

    def test_contact_by_phone(self):
        response = self._post_form(self.invoice, contact_method="phone", contact_phone="call me")
        self.assertEqual(response.status_code, 422)
        self._post_form(self.invoice, contact_method="phone", contact_phone="+1 555 0100")
        case = self._get_cases(self.invoice)
        self.assertEqual((case.contact_method, case.contact_phone), ("phone", "+1 555 0100"))
        self.assertTrue(case.activity_ids)
        for activity in case.activity_ids:
            self.assertIn("+1 555 0100", activity.note, "every to-do tells whom to call")
        template = self.env.ref("dispute_management.mail_template_dispute_reminder")
        case._move_to_stage(self.env.ref("dispute_management.dispute_stage_waiting_customer"))
        before = case.message_ids
        case._send_to_customer(template)
        self.assertEqual(case.message_ids, before, "no mail where a call was asked for")
        call = self.env.ref("mail.mail_activity_data_call")
        planned = case.activity_ids.filtered(lambda activity: activity.activity_type_id == call)
        self.assertEqual(planned.user_id, case.user_id)
        case._send_to_customer(template)
        self.assertEqual(len(case.activity_ids.filtered(lambda a: a.activity_type_id == call)), 1)

    def test_contact_of_the_customer(self):
        self._post_form(self.invoice, contact_id=str(self.bert.partner_id.id))
        case = self._get_cases(self.invoice)
        self.assertEqual(case.contact_id, self.bert.partner_id)
        response = self._post_form(self.invoice, contact_id=str(self.olga.partner_id.id), amount="5")
        self.assertEqual(response.status_code, 422)

    def test_preview_as_customer(self):
        clerk = self.env.user
        clerk.write({"password": "preview_of_forms"})
        self.authenticate(clerk.login, "preview_of_forms")
        url = f"/my/invoices/{self.invoice.id}/dispute?preview=1"
        page = self._get_page(f"{url}&reason_id={self.reason.id}")
        self.assertTrue(page.xpath("//*[@id='dispute_preview']"))
        self.assertTrue(page.xpath("//button[contains(@class, 'o_dispute_submit')][@disabled]"))
        self._post_form(self.invoice, form_key="x")
        self.assertFalse(self._get_cases(self.invoice))
        self._login(self.olga)
        self.assertEqual(self._get(url, allow_redirects=False).status_code, 303)
