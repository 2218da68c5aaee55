from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestAdminTour(DisputeCommon, HttpCase):
    """A second pipeline from nothing, built in a browser by an administrator of disputes only."""

    # Odoo logs a refused move, and that a cron runs within the test of a browser.
    @mute_logger("odoo.http", "odoo.tests.common")
    def test_second_pipeline(self):
        administrator = self._create_user("browser_administrator", "group_dispute_administrator")
        self.assertFalse(administrator.has_group("base.group_system"))
        self.team.company_id = False
        self.start_tour("/odoo/disputes", "dispute_admin", login="browser_administrator")
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
