from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from .hostile_common import ACTORS, SECRET, HostileCommon

#: Who reads the case, its files and its form; all others must not.
OWN = ("anna", "bert")


@tagged("post_install", "-at_install")
class TestMatrix(HostileCommon):
    """Every address of the portal, everybody, every way to ask: nothing leaks, changes or breaks."""

    def _get_routes(self):
        """:return: (address, who may read what is secret there)"""
        case, invoice, offer = self.case.id, self.invoice.id, self.offer.id
        return [
            ("/my/disputes", OWN),
            ("/my/disputes?search=SECRET", OWN),
            ("/my/disputes/new", ()),
            (f"/my/disputes/new?invoice={invoice}", ()),
            (f"/my/disputes/new?payment={self.payment.id}", ()),
            (f"/my/disputes/{case}", OWN),
            (f"/my/disputes/{case}/files/{self.file.id}", OWN),
            (f"/my/disputes/{case}/files/{self.other_file.id}", ()),
            (f"/my/disputes/{self.other_case.id}/files/{self.file.id}", ()),
            (f"/my/disputes/{case}/reminders", OWN),
            (f"/my/disputes/{case}/statements/{offer}", OWN),
            (f"/my/disputes/{self.other_case.id}/statements/{offer}", ()),
            (f"/my/disputes/{case}/statements/{offer}/file", OWN),
            (f"/my/disputes/{case}/statements/{offer}/sign", ()),
            (f"/my/invoices/{invoice}/dispute", ()),
            (f"/my/invoices/{invoice}/dispute?preview=1", ()),
            (f"/my/invoices/{invoice}/dispute/link", ()),
            ("/dispute/file/x", ()),
            (f"/disputes/terms/{self.company.id}", ()),
            (f"/disputes/terms/{self.company.id}/1/1", ()),
        ]

    def _tamper(self, address, actor):
        """:return: the address as an actor would try it"""
        query = "&" if "?" in address else "?"
        if actor == "expired":
            return address.replace("/dispute/file/x", f"/dispute/file/{self.expired_token}")
        if actor == "forged":
            return f"{address}{query}access_token={self.case.access_token[::-1]}"
        return address

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_http")
    def _check(self, actor, kind, address, readers, **kwargs):
        response = self.url_open(self._tamper(address, actor), allow_redirects=False, **kwargs)
        with self.subTest(actor=actor, kind=kind, address=address):
            self.assertLess(response.status_code, 500)
            if actor not in readers:
                self.assertNotIn(SECRET, response.text)
            if actor not in OWN:
                self.assertNotIn(self.case.name, response.text)
            # Odoo itself answers a JSON call of who isn't logged in with its debug text.
            if "SessionExpiredException" not in response.text:
                self.assertNotIn("Traceback", response.text)

    def test_everybody_everywhere(self):
        before = self._get_state()
        strangers = [actor for actor in ACTORS if actor not in OWN]
        for actor in ACTORS:
            self.env["dispute.portal.request"].sudo().search([]).unlink()
            self._become(actor)
            hostile = {
                "sure": "1",
                "id": "1",
                "case_id": str(self.other_case.id),
                "partner_id": "1",
                "user_id": "1",
                "stage_id": "1",
                "amount": "-99999999999999999999",
                "attachment_ids": str(self.other_file.id),
                "line_ids": "[[5,0,0]]",
                "text": "x",
            }
            for address, readers in self._get_routes():
                self._check(actor, "get", address, readers)
                data = {**hostile, "do": "accept" if "/statements/" in address else "withdraw"}
                # Without a token, with an id of another and with everything that could be set.
                self._check(actor, "post without token", address, readers, data=data)
                if actor in strangers:
                    data["csrf_token"] = http.Request.csrf_token(self)
                    self._check(actor, "post", address, readers, data=data)
                self._check(actor, "json", address, readers, json={"params": {"case_id": 1, "name": "x"}})
            if actor in ("anna", "bert"):
                continue
            self.assertEqual(self._get_state(), before, actor)
        self.assertEqual(
            self._get_state(), before, "without a token nothing changes, the customer's own included"
        )

    def test_form_of_a_stranger(self):
        """A whole form, right but for who sends it."""
        before = self._get_state()
        for actor in ("nobody", "olga", "clerk", "carl"):
            self._become(actor)
            for address in (
                f"/my/invoices/{self.invoice.id}/dispute",
                f"/my/disputes/new?invoice={self.invoice.id}",
                f"/my/disputes/new?payment={self.payment.id}",
                f"/dispute/file/{self.expired_token}",
            ):
                data = self._prepare_form(
                    csrf_token=http.Request.csrf_token(self), form_key=self._make_key(self.anna, self.invoice)
                )
                self._check(actor, "form", address, (), data=data)
            self.assertEqual(self._get_state(), before, actor)

    def test_documents_of_others_in_an_own_form(self):
        """The customer's own form, with what is another's in it."""
        self._login(self.anna)
        foreign_line = self.other_invoice.invoice_line_ids
        second = self._create_customer_invoice(self.customer)
        self._post_form(
            second,
            contact_id=str(self.olga.partner_id.id),
            claim_by="lines",
            attachment_ids=str(self.other_file.id),
            **{f"line_{foreign_line.id}": "1", f"amount_m{self.other_invoice.id}": "5"},
        )
        self.assertFalse(self._get_cases(second))
        self._post_form(
            second,
            attachment_ids=str(self.other_file.id),
            **{f"amount_m{self.other_invoice.id}": "5"},
        )
        case = self._get_cases(second)
        self.assertEqual(case.line_ids.move_id, second)
        self.assertEqual(self._get_cases(self.other_invoice), self.other_case)
        self.assertFalse(case._get_portal_attachments())
