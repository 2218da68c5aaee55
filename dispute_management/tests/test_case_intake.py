from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestCaseIntake(DisputeCommon):
    def test_case_leaves_the_door_complete(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 60}, description="Late")
        self.assertRegex(case.name, rf"^DSP/{datetime.now().year}/\d{{5}}$")
        self.assertEqual(case.partner_id, self.partner_a)
        self.assertEqual(case.company_id, self.company)
        self.assertEqual(case.currency_id, invoice.currency_id)
        self.assertEqual(case.team_id, self.team)
        self.assertEqual(case.user_id, self.clerk)
        self.assertEqual(case.stage_id, self._stage("new"))
        self.assertEqual(case.stage_history_ids.stage_id, case.stage_id)
        self.assertTrue(case.date_deadline)
        self.assertEqual(case.deadline_state, "on_track")
        self.assertEqual(invoice.dispute_amount, 60)
        self.assertEqual(invoice.dispute_case_count, 1)

    def test_numbers_run_by_company_and_year(self):
        invoice = self._create_invoice_of(100)
        last_year = fields.Datetime.now() - timedelta(days=366)
        cases = (
            self.env["dispute.case"]
            .with_user(self.clerk)
            .create(
                [
                    {
                        "date_opened": opened,
                        "line_ids": [Command.create({"move_id": invoice.id, "amount": 1})],
                    }
                    for opened in (fields.Datetime.now(), last_year, fields.Datetime.now())
                ]
            )
        )
        first, old, second = cases.mapped("name")
        self.assertEqual(old, f"DSP/{last_year.year}/00001")
        self.assertEqual(int(second[-5:]), int(first[-5:]) + 1)

    def test_new_company_numbers_its_own_cases(self):
        data = self.setup_other_company()
        sequence = self.env["ir.sequence"].search(
            [("code", "=", "dispute.case"), ("company_id", "=", data["company"].id)]
        )
        self.assertEqual(len(sequence), 1)

    def test_several_invoices_in_one_case_from_the_list(self):
        invoices = self._create_invoice_of(100) | self._create_invoice_of(50)
        action = invoices.with_user(self.clerk).action_dispute_open()
        wizard = Form(self.env["dispute.open"].with_user(self.clerk).with_context(**action["context"]))
        wizard.description = "Both are wrong"
        with wizard.line_ids.edit(0) as line:
            self.assertEqual(line.amount, 100)
            line.amount = 33.333
        action = wizard.save().action_open()
        case = self.env["dispute.case"].browse(action["res_id"])
        self.assertEqual(case.line_ids.move_id, invoices)
        self.assertEqual(case.amount_disputed, 83.33)

    def test_form_rounds_where_the_api_refuses(self):
        case = self._create_case({self._create_invoice_of(100): 10})
        command = Command.update(case.line_ids.id, {"amount": 33.333})
        with self.assertRaisesRegex(ValidationError, "decimals"), self.env.cr.savepoint():
            case.with_user(self.clerk).write({"line_ids": [command]})
        command = Command.update(case.line_ids.id, {"amount": 33.333})
        case.with_user(self.clerk).web_save({"line_ids": [command]}, {})
        self.assertEqual(case.amount_disputed, 33.33)

    def test_invoices_of_two_customers_need_two_cases(self):
        invoices = self._create_invoice_of(100) | self._create_invoice_of(50, partner=self.partner_b)
        action = invoices.with_user(self.clerk).action_dispute_open()
        wizard = self.env["dispute.open"].with_user(self.clerk).with_context(**action["context"]).create({})
        with self.assertRaisesRegex(Exception, "customers"):
            wizard.action_open()

    def test_wizard_keeps_files(self):
        invoice = self._create_invoice_of(100)
        wizard = (
            self.env["dispute.open"].with_user(self.clerk).create({"move_ids": [Command.set(invoice.ids)]})
        )
        wizard.attachment_ids = (
            self.env["ir.attachment"]
            .with_user(self.clerk)
            .create(
                {
                    "name": "proof.txt",
                    "raw": b"x",
                    "res_model": "dispute.open",
                    "res_id": wizard.id,
                }
            )
        )
        case = self.env["dispute.case"].browse(wizard.action_open()["res_id"])
        files = (
            self.env["ir.attachment"]
            .with_user(self.viewer)
            .search([("res_model", "=", "dispute.case"), ("res_id", "=", case.id)])
        )
        self.assertEqual(files.mapped("name"), ["proof.txt"])

    def test_no_programs_and_nothing_huge(self):
        invoice = self._create_invoice_of(100)
        case = self._create_case({invoice: 10})
        for name, raw in (("setup.pdf", b"MZ" + b"0" * 99), ("scan.pdf", b"%PDF-" + b"0" * 11 * 2**20)):
            vals = {"name": name, "raw": raw}
            attachment = self.env["ir.attachment"].with_user(self.clerk)
            with self.assertRaisesRegex(ValidationError, name), self.env.cr.savepoint():
                attachment.create({**vals, "res_model": "dispute.case", "res_id": case.id})
            wizard = (
                self.env["dispute.open"]
                .with_user(self.clerk)
                .create({"move_ids": [Command.set(invoice.ids)]})
            )
            wizard.attachment_ids = attachment.create({**vals, "res_model": "dispute.open", "res_id": 0})
            with self.assertRaisesRegex(UserError, name), self.env.cr.savepoint():
                wizard.action_open()
        self.assertEqual(invoice.dispute_case_count, 1)

    def test_paid_invoice_proposes_its_total(self):
        invoice = self._create_invoice_of(100)
        self._register_payment(invoice, amount=100)
        wizard = (
            self.env["dispute.open"].with_user(self.clerk).create({"move_ids": [Command.set(invoice.ids)]})
        )
        self.assertEqual(wizard.line_ids.amount, 100)

    def test_no_case_in_the_future(self):
        invoice = self._create_invoice_of(100)
        with self.assertRaisesRegex(ValidationError, "future"):
            self._create_case({invoice: 1}, date_opened=fields.Datetime.now() + timedelta(days=1))

    def test_owner_of_a_portal_case_is_the_leader(self):
        # Their assignment is notified, which looks the customer's contact up.
        self.partner_a.write({"child_ids": [Command.create({"name": "Accounts payable"})]})
        case = self._create_case({self._create_invoice_of(9): 9}, source="portal")
        self.assertEqual(case.user_id, self.leader)

    @freeze_time("2026-06-05 10:00:00")
    def test_deadline_counts_working_hours_only(self):
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Mornings",
                "tz": "UTC",
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "name": str(day),
                            "dayofweek": str(day),
                            "hour_from": 8,
                            "hour_to": 12,
                            "day_period": "morning",
                        }
                    )
                    for day in range(5)
                ],
            }
        )
        self.team.calendar_id = calendar
        # Policies of the installation give way to one promise.
        policies = self.env["dispute.sla.policy"].sudo()
        policies.search([]).active = False
        policies.create({"name": "Close", "target": "closing", "duration": 7})
        # A Friday at ten: two hours on Friday, four on Monday, one on Tuesday.
        case = self._create_case({self._create_invoice_of(9): 9})
        self.assertEqual(case.date_deadline, datetime(2026, 6, 9, 9))
        self.assertEqual(case.sla_status_ids.date_warning, datetime(2026, 6, 8, 11, 15))
