import os
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from .hostile_common import SECRET, HostileCommon

#: ``make fuzz`` sends more.
REQUESTS = int(os.environ.get("DISPUTE_FUZZ") or 500)

NASTY = [
    "",
    "0",
    "-1",
    "1",
    "5.00",
    "1,000.00",
    "1e309",
    "nan",
    "99999999999999999999",
    "\x00",
    "\ud7ff\u202e",
    "'; DROP TABLE dispute_case; --",
    "<script>alert(1)</script>",
    "{{7*7}}${7*7}<t t-out='1'/>",
    "=cmd|' /C calc'!A0",
    "../../../etc/passwd",
    "%s%n%d",
    "[[6,0,[1]]]",
    "email",
    "phone",
    "lines",
    "amount",
    "reason",
    "+1 555 0100",
    "refund",
]
FIELDS = [
    "reason_id",
    "claim_by",
    "amount",
    "description",
    "customer_wish",
    "customer_reference",
    "contact_id",
    "contact_method",
    "contact_phone",
    "do",
    "text",
    "sure",
    "rate",
    "access_token",
    "invoice",
    "payment",
    "search",
    "search_in",
    "groupby",
    "page",
    "sortby",
    "filterby",
    "line_ids",
    "partner_id",
    "company_id",
    "date_from",
    "date_to",
]
FILES = [
    ("a.txt", b"text"),
    ("../x.exe", b"MZ"),
    ("empty.pdf", b""),
    ("photo.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 30),
    ("<svg>.svg", b"<svg onload='alert(1)'/>"),
    ("\u202egnp.txt", b"\xff\xfe"),
]
ACTS = ("write", "supply", "withdraw", "rate", "accept", "decline", "counter", "reopen")
TEXT = st.one_of(st.sampled_from(NASTY), st.text(max_size=40))


@tagged("post_install", "-at_install")
class TestFuzz(HostileCommon):
    """Nonsense sent to every page: no error of ours, no word of another's, and the sums hold."""

    def _get_paths(self):
        own, foreign = self.invoice.id, self.other_invoice.id
        return [
            f"/my/invoices/{own}/dispute",
            f"/my/invoices/{own}/dispute",
            f"/my/invoices/{own}/dispute/link",
            f"/my/invoices/{foreign}/dispute",
            f"/my/disputes/new?invoice={own}&invoice={self.second.id}",
            f"/my/disputes/new?invoice={own}&payment={self.payment.id}&invoice={foreign}",
            "/my/disputes/new",
            *[f"/my/disputes/{self.case.id}"] * 4,
            f"/my/disputes/{self.other_case.id}",
            f"/my/disputes/{self.case.id}/files/{self.other_file.id}",
            f"/my/disputes/{self.case.id}/statements/{self.offer.id}",
            f"/my/disputes/{self.other_case.id}/statements/{self.offer.id}",
            f"/dispute/file/{self.link_token}",
            f"/dispute/file/{self.expired_token}",
            "/my/disputes",
            f"/disputes/terms/{self.company.id}/1/1",
            "/my/disputes/statement",
            "/my/disputes/statement/file",
        ]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._create_customer_invoice(cls.customer)
        parameters = cls.env["ir.config_parameter"].sudo()
        for kind in ("filing", "upload", "message", "print"):
            for whom in ("user", "address"):
                parameters.set_param(f"refund_portal.{kind}_per_{whom}", "1000000")

    def test_nonsense(self):
        paths = self._get_paths()
        requests = st.fixed_dictionaries(
            {
                "path": st.sampled_from(range(len(paths))),
                "form": st.dictionaries(st.sampled_from(FIELDS), TEXT, max_size=8),
                "odd": st.dictionaries(st.text(min_size=1, max_size=20), TEXT, max_size=2),
                "act": st.sampled_from(ACTS),
                "is_whole": st.booleans(),
                "has_csrf": st.booleans(),
                "has_key": st.booleans(),
                "files": st.lists(
                    st.tuples(st.sampled_from(["files", "evidence_1", "x"]), st.sampled_from(FILES)),
                    max_size=2,
                ),
                "is_post": st.booleans(),
            }
        )
        actors = ["anna", "olga", "nobody"]
        share = -(-REQUESTS // len(actors))
        for actor in actors:
            self._become(actor)
            if actor == "anna":
                # Nonsense is sent beside what is right, or nothing would ever be filed.
                self.assertEqual(self._post_form(self.second).status_code, 303)
            self._keys = {
                path: self._make_key(self.anna, self.invoice) for path in paths if "/invoices/" in path
            }

            @settings(
                max_examples=share,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
                print_blob=True,
            )
            @given(requests)
            def send(what):
                self._send(paths[what["path"]], what)

            self._actor = actor
            with mute_logger("odoo.http", "odoo.addons.base.models.ir_http"):
                send()
            self._check_invariants()

    def _send(self, path, what):
        data = {**what["form"], **what["odd"]}
        if what["is_whole"]:
            data = {**self._prepare_form(), **data}
        if re.match(r"/my/disputes/[0-9]", path):
            # Nonsense beside a button that is there, or nothing would ever be done.
            data = {"do": what["act"], **data}
        if what["has_key"] and path in self._keys:
            data["form_key"] = self._keys[path]
        if what["has_csrf"]:
            data["csrf_token"] = http.Request.csrf_token(self)
        kwargs = {"allow_redirects": False}
        if what["is_post"]:
            kwargs |= {"data": data, "method": "POST"}
            if what["files"]:
                kwargs["files"] = [(name, file) for name, file in what["files"]]
        else:
            kwargs["params"] = data
            kwargs["method"] = "GET"
        response = self.url_open(path, **kwargs)
        self.assertLess(response.status_code, 500, f"{self._actor} {path} {data}")
        self.assertNotIn("Traceback (most recent", response.text)
        if self._actor == "anna":
            self.assertNotIn("of another customer", response.text)
            self.assertNotIn("OLGAS", response.text)
        else:
            self.assertNotIn(SECRET, response.text)

    def _check_invariants(self):
        self.env.invalidate_all()
        cases = self.env["dispute.case"].sudo().search([])
        for case in cases:
            parts = (
                case.amount_open
                + case.amount_credited
                + case.amount_refunded
                + case.amount_rebilled
                + case.amount_applied
                + case.amount_written_off
                + case.amount_rejected
                + case.amount_paid_after
            )
            self.assertAlmostEqual(parts, case.amount_disputed, places=2)
            self.assertEqual(
                case.line_ids.move_id.commercial_partner_id
                | case.line_ids.payment_id.partner_id.commercial_partner_id,
                case.partner_id,
            )
        for invoice in (self.invoice, self.second, self.other_invoice):
            self.assertLessEqual(invoice.dispute_amount, invoice.amount_total)
        filed = cases.filtered(lambda case: case.source == "portal")
        self.assertFalse(filed.filtered("reason_id.is_internal"), "a reason of ours was never offered")
