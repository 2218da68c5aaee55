from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import DisputeCommon

#: Seconds that a whole tour may take on a busy machine.
SLOW = 240


@tagged("post_install", "-at_install")
class TestAdminTour(DisputeCommon, HttpCase):
    """A second pipeline from nothing, built in a browser by an administrator of disputes only."""

    # Odoo logs a refused move, and that a cron runs within the test of a browser.
    @mute_logger("odoo.http", "odoo.tests.common")
    def test_second_pipeline(self):
        administrator = self._create_user("browser_administrator", "group_dispute_administrator")
        self.assertFalse(administrator.has_group("base.group_system"))
        self.team.company_id = False
        self.start_tour("/odoo/disputes", "dispute_admin", login="browser_administrator", timeout=SLOW)
        self.env.invalidate_all()
        reason = self.env["dispute.reason"].search([("code", "=", "CHB")])
        received, at_bank, _settled, given_up = reason.pipeline_id.stage_ids
        self.assertRecordValues(
            received | at_bank,
            [
                {"kind": "new", "next_stage_ids": at_bank.ids, "timeout_stage_id": False},
                {"kind": "waiting_third_party", "next_stage_ids": [], "timeout_stage_id": given_up.id},
            ],
        )
        activity_type = self.env["mail.activity.type"].search([("dispute_stage_id", "=", at_bank.id)])
        self.assertEqual(activity_type.res_model, "dispute.case")

        other = self._create_case({self._create_invoice_of(100): 100})
        self.assertEqual(other.pipeline_id, self.pipeline, "reasons without one keep the first pipeline")

        invoice = self._create_invoice_of(500)
        self.partner_a.email = "customer@example.com"
        # A customer's own filing, so that the routing rule chooses the owner.
        case = (
            self.env["dispute.case"]
            .sudo()
            .create(
                {
                    "reason_id": reason.id,
                    "source": "portal",
                    "line_ids": [Command.create({"move_id": invoice.id, "amount": 500})],
                }
            )
        )
        self.assertEqual(case.stage_id, received)
        self.assertEqual(case.user_id, self.clerk, "the only member in turn")
        self.assertEqual(case.activity_ids.summary, "Collect the signed order")
        mail = case.message_ids.filtered(lambda message: message.message_type == "auto_comment")
        self.assertEqual(mail.subject, "Your bank told us of a chargeback")
        self.assertEqual(mail.notified_partner_ids & self.partner_a, self.partner_a)

        case.with_user(self.clerk).customer_reference = "CB-1"
        case.with_user(self.clerk).stage_id = at_bank
        self.assertEqual(case.stage_id, at_bank)
        with freeze_time(fields.Datetime.now() + timedelta(days=11)), self.enter_registry_test_mode():
            self.env.ref("dispute_management.ir_cron_stage_timers").method_direct_trigger()
        self.assertRecordValues(
            case,
            [
                {
                    "stage_id": given_up.id,
                    "is_closed": True,
                    "resolution_id": self._resolution("NOA").id,
                    "cause_id": self.cause.id,
                }
            ],
        )

    def test_field_of_a_reason(self):
        administrator = self._create_user("browser_administrator", "group_dispute_administrator")
        self.assertFalse(administrator.has_group("base.group_system"))
        case = self._create_case({self._create_invoice_of(100): 100})
        self.start_tour(
            f"/odoo/disputes/{case.id}", "dispute_admin_field", login="browser_administrator", timeout=SLOW
        )
        self.env.invalidate_all()
        (definition,) = self.reason.case_properties_definition
        self.assertEqual(definition["string"], "Card scheme")
        self.assertEqual(case.reason_properties[definition["name"]], "Blue card")
        other = self._create_case({self._create_invoice_of(100): 100})
        self.assertFalse(other.reason_properties[definition["name"]], "asked of every case of the reason")

    # Odoo logs a refused move.
    @mute_logger("odoo.http")
    def test_case_in_the_second_pipeline(self):
        administrator = self._create_user("browser_administrator", "group_dispute_administrator")
        reason, received, at_bank, given_up = self._build_pipeline(administrator)
        invoice = self._create_invoice_of(500)
        # A customer's own filing, so that the routing rule chooses the owner.
        case = (
            self.env["dispute.case"]
            .sudo()
            .create(
                {
                    "reason_id": reason.id,
                    "source": "portal",
                    "line_ids": [Command.create({"move_id": invoice.id, "amount": 500})],
                }
            )
        )
        self.assertRecordValues(case, [{"stage_id": received.id, "user_id": self.clerk.id}])
        self.start_tour(
            f"/odoo/disputes/{case.id}", "dispute_admin_case", login=self.clerk.login, timeout=SLOW
        )
        self.env.invalidate_all()
        self.assertRecordValues(case, [{"stage_id": at_bank.id, "customer_reference": "CB-2026-17"}])
        # Doing what the plan asks moves it on: here to the end, since the bank has answered.
        case.resolution_id, case.cause_id = self._resolution("NOA"), self.cause
        case.activity_ids.with_user(self.clerk).action_feedback("Sent")
        self.assertEqual(case.stage_id, given_up)

    def _build_pipeline(self, administrator):
        """What the first tour builds, without the browser.

        :return: reason and its stages: received, at the bank, given up
        """
        env = self.env(user=administrator)
        pipeline = env["dispute.pipeline"].create({"name": "Chargebacks"})
        received, at_bank, _settled, given_up = env["dispute.stage"].create(
            [
                {"name": name, "kind": kind, "pipeline_id": pipeline.id, "sequence": number}
                for number, (name, kind) in enumerate(
                    [
                        ("Received", "new"),
                        ("At the bank", "waiting_third_party"),
                        ("Settled", "resolved"),
                        ("Given up", "withdrawn"),
                    ]
                )
            ]
        )
        activity_type = env["mail.activity.type"].create(
            {"name": "File for the bank", "res_model": "dispute.case", "dispute_stage_id": given_up.id}
        )
        plan = env["mail.activity.plan"].create(
            {
                "name": "Chargeback file",
                "res_model": "dispute.case",
                "template_ids": [
                    Command.create(
                        {
                            "activity_type_id": activity_type.id,
                            "summary": "Collect the signed order",
                            "responsible_type": "dispute_owner",
                        }
                    )
                ],
            }
        )
        requirement = {
            "kind": "field",
            "field_name": "customer_reference",
            "message": "Note the number of the chargeback first.",
        }
        received.write(
            {
                "next_stage_ids": [Command.set(at_bank.ids)],
                "activity_plan_id": plan.id,
                "requirement_ids": [Command.create(requirement)],
            }
        )
        at_bank.write(
            {
                "wait_unit": "calendar",
                "timeout_days": 10,
                "timeout_stage_id": given_up.id,
                "timeout_resolution_id": self._resolution("NOA").id,
                "timeout_cause_id": self.cause.id,
            }
        )
        reason = env["dispute.reason"].create(
            {
                "name": "Chargeback",
                "code": "CHB",
                "pipeline_id": pipeline.id,
                "evidence_type_ids": [Command.create({"name": "Signed order"})],
            }
        )
        self.team.company_id = False
        self.team.with_user(administrator).assignment_method = "round_robin"
        env["dispute.routing.rule"].create(
            {
                "name": "Chargebacks of the bank",
                "reason_ids": [Command.set(reason.ids)],
                "team_id": self.team.id,
            }
        )
        return reason, received, at_bank, given_up
