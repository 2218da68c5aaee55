from odoo.tests import tagged
from odoo.tools.misc import file_open

from odoo.addons.dispute_management.tests.common import DisputeCommon


@tagged("post_install", "-at_install")
class TestImport(DisputeCommon):
    """Open disputes come in from the template that the import offers."""

    OPTIONS = {"has_headers": True, "quoting": '"', "separator": ",", "headers": True}
    NAMES = ("reason_id", "date_opened", "customer_reference", "line_ids/move_id", "line_ids/amount")

    def _import(self, rows):
        """Import rows typed into a text file, with the headings of the template."""
        heading = "Reason,Opened,Customer Reference,Disputed Documents/Invoice,Disputed Documents/Claim"
        wizard = (
            self.env["base_import.import"]
            .with_user(self.clerk)
            .create(
                {
                    "res_model": "dispute.case",
                    "file": "\n".join([heading, *rows]).encode(),
                    "file_type": "text/csv",
                    "file_name": "disputes.csv",
                }
            )
        )
        preview = wizard.parse_preview(dict(self.OPTIONS))
        self.assertNotIn("error", preview)
        matches = ["/".join(preview["matches"][index]) for index in range(len(self.NAMES))]
        self.assertEqual(matches, list(self.NAMES))
        options = {**self.OPTIONS, **preview["options"]}
        return wizard.execute_import(list(self.NAMES), preview["headers"], options)

    def test_text_file(self):
        first, second = (self._create_invoice_of(100) for _invoice in range(2))
        result = self._import(
            [
                f"[QTY] Quantity,2026-11-02,C-1,{first.name},20.5",
                f",,,{second.name},30",
                f"[PRI] Price,2026-11-03,C-2,{second.name},40",
            ]
        )
        self.assertFalse(result["messages"], result["messages"])
        cases = self.env["dispute.case"].browse(result["ids"])
        self.assertEqual(cases.mapped("amount_disputed"), [50.5, 40])
        self.assertEqual(cases.mapped("reason_id.code"), ["QTY", "PRI"])
        self.assertEqual(cases[0].line_ids.move_id, first | second)
        self.assertTrue(all(case.user_id and case.date_deadline for case in cases))

    def test_bad_rows_are_named_and_nothing_comes_in(self):
        invoice = self._create_invoice_of(100)
        good = f"[QTY] Quantity,2026-11-02,C-1,{invoice.name},20.5"
        for bad, words in (
            (f"Nonsense,2026-11-02,C-2,{invoice.name},1", "Nonsense"),
            ("[QTY] Quantity,2026-11-02,C-2,INV/1999/00001,1", "INV/1999/00001"),
            (f"[QTY] Quantity,2026-11-02,C-2,{invoice.name},1000", f"{invoice.name}: At most"),
            (f"[QTY] Quantity,2030-11-02,C-2,{invoice.name},1", "future"),
        ):
            with self.subTest(words):
                result = self._import([good, bad])
                self.assertFalse(result["ids"])
                messages = result["messages"]
                self.assertIn(words, messages[0]["message"])
                self.assertEqual({(row["rows"]["from"], row["rows"]["to"]) for row in messages}, {(1, 1)})
        self.assertFalse(invoice.dispute_line_ids)

    def test_template(self):
        invoices = [self._create_invoice_of(500, invoice_date="2026-10-01") for _row in range(3)]
        (template,) = self.env["dispute.case"].get_import_templates()
        with file_open(template["template"].lstrip("/"), "rb") as stream:
            content = stream.read()
        wizard = (
            self.env["base_import.import"]
            .with_user(self.clerk)
            .create(
                {
                    "res_model": "dispute.case",
                    "file": content,
                    "file_type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    "file_name": "dispute_case.xlsx",
                }
            )
        )
        options = {"has_headers": True, "quoting": '"', "separator": ",", "headers": True}
        preview = wizard.parse_preview(options)
        self.assertNotIn("error", preview)
        columns = preview["headers"]
        names = [
            "reason_id",
            "date_opened",
            "customer_reference",
            "description",
            "line_ids/move_id",
            "line_ids/amount",
        ]
        self.assertEqual(
            [preview["matches"].get(index) for index in range(len(columns))],
            [name.split("/") for name in names],
            "Every column of the template is found by its heading.",
        )
        # The template names invoices of its own: put those of this test in their place.
        for index, invoice in enumerate(invoices, start=1):
            invoice.name = f"INV/2026/{index:05d}"
        result = wizard.execute_import(names, columns, {**options, **preview["options"]})
        self.assertFalse(result["messages"], result["messages"])
        cases = self.env["dispute.case"].browse(result["ids"])
        self.assertEqual(cases.mapped("amount_disputed"), [200.5, 45])
        self.assertEqual(cases[0].date_opened.date().isoformat(), "2026-11-02")
        self.assertEqual(cases[0].line_ids.move_id, invoices[0] | invoices[1])

    def test_extra_fields_of_a_reason(self):
        self.reason.with_user(self.administrator).case_properties_definition = [
            {"name": "batch", "string": "Batch", "type": "char"},
            {"name": "pieces", "string": "Pieces", "type": "integer"},
        ]
        invoice = self._create_invoice_of(500)
        wizard = (
            self.env["base_import.import"]
            .with_user(self.clerk)
            .create(
                {
                    "res_model": "dispute.case",
                    "file": f"Reason,Invoice,Amount,Batch,Pieces\nOTH,{invoice.name},45,B-7,3\n".encode(),
                    "file_type": "text/csv",
                    "file_name": "disputes.csv",
                }
            )
        )
        options = {"has_headers": True, "quoting": '"', "separator": ",", "headers": True}
        preview = wizard.parse_preview(options)
        offered = {field["name"] for field in preview["fields"]}
        names = ["reason_properties.batch", "reason_properties.pieces"]
        self.assertLessEqual(set(names), offered, "The import offers them like other fields.")
        result = wizard.execute_import(
            ["reason_id", "line_ids/move_id", "line_ids/amount", *names], preview["headers"], options
        )
        self.assertFalse(result["messages"], result["messages"])
        case = self.env["dispute.case"].browse(result["ids"])
        self.assertEqual((case.reason_properties["batch"], case.reason_properties["pieces"]), ("B-7", 3))
