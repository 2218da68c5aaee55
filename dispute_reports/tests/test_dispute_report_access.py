import io

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import DisputeReportCommon

REPORTS = (
    "dispute.report",
    "dispute.line.report",
    "dispute.stage.report",
    "dispute.sla.report",
    "dispute.settlement.report",
    "dispute.invoice.report",
)


@tagged("post_install", "-at_install")
class TestDisputeReportAccess(DisputeReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.setup_other_company(name="Other company")["company"]
        invoice = (
            cls.env["account.move"]
            .with_company(cls.other_company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": cls.partner_b.id,
                    "invoice_date": "2025-01-15",
                    "invoice_line_ids": [
                        Command.create({"name": "X", "price_unit": 70, "tax_ids": [Command.clear()]})
                    ],
                }
            )
        )
        invoice.action_post()
        cls.foreign_case = (
            cls.env["dispute.case"]
            .sudo()
            .create(
                {
                    "reason_id": cls.price.id,
                    "line_ids": [Command.create({"move_id": invoice.id, "amount": 70})],
                }
            )
        )
        cls.env.flush_all()

    def test_viewer_and_above_read(self):
        for user in (self.viewer, self.clerk, self.leader, self.administrator, self.approver):
            with self.subTest(user.login):
                self.assertEqual(len(self._get_report(user).search([])), 4)

    def test_nobody_writes(self):
        for user in (self.viewer, self.administrator):
            for operation in ("write", "create", "unlink"):
                with self.subTest(user=user.login, operation=operation):
                    self.assertFalse(self._get_report(user).has_access(operation))

    def test_others_are_refused(self):
        portal = new_test_user(self.env, login="dispute_portal", groups="base.group_portal")
        portal.partner_id.parent_id = self.partner_a
        for user in (self.outsider, portal):
            for model in (*REPORTS, "dispute.workbook", "dispute.as.of", "dispute.as.of.line"):
                with self.subTest(user=user.login, model=model):
                    records = self.env[model].with_user(user)
                    with self.assertRaises(AccessError):
                        records.search([])
                    with self.assertRaises(AccessError):
                        records._read_group([], [], ["__count"])

    def test_other_companies_are_in_no_total(self):
        self.assertEqual(self.foreign_case.company_id, self.other_company)
        ((count, amount),) = self._get_report()._read_group([], [], ["__count", "amount_disputed:sum"])
        self.assertEqual((count, amount), (4, 490.0))
        self.assertFalse(self._get_report().search([("case_id", "=", self.foreign_case.id)]))

    def test_other_companies_are_in_no_report(self):
        for model in REPORTS:
            report = self.env[model].with_user(self.viewer)
            with self.subTest(model):
                # What is there for who sees it all, is not there for who sees one company.
                of_other = [("company_id", "=", self.other_company.id)]
                expected = 0 if model == "dispute.settlement.report" else 1
                self.assertGreaterEqual(self.env[model].sudo().search_count(of_other), expected)
                self.assertEqual(report.search_count(of_other), 0)
                companies = report._read_group([], ["company_id"])
                self.assertLessEqual({company.id for (company,) in companies}, set(self.company.ids))

    def test_companies_of_the_user_together(self):
        self.viewer.company_ids = [Command.link(self.other_company.id)]
        report = self._get_report().with_context(allowed_company_ids=(self.company + self.other_company).ids)
        self.assertEqual(
            dict(report._read_group([], ["company_id"], ["__count"])),
            {self.company: 4, self.other_company: 1},
        )

    def test_a_workbook_is_its_askers(self):
        workbook = self.env["dispute.workbook"].with_user(self.viewer).create({})
        self.assertTrue(workbook.with_user(self.viewer).has_access("read"))
        self.assertFalse(workbook.with_user(self.clerk).has_access("read"))

    def test_a_workbook_of_a_company_that_is_not_the_users(self):
        workbook = self.env["dispute.workbook"].with_user(self.viewer).create({})
        workbook.sudo().company_ids = self.other_company
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            workbook._write_workbook(io.BytesIO())
