from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time

from .common import DisputeCommon

MONDAY = "2030-03-04 09:00:00"


class EscalationCommon(DisputeCommon):
    """Cases on a clock that tests turn, and rules of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["dispute.escalation.rule"].sudo()
        cls.rules.search([]).is_on = False
        cls.tiers = cls.env["dispute.escalation.tier"].sudo()
        cls.tier_leader = cls.env.ref("dispute_management.dispute_escalation_tier_leader").sudo()
        cls.tier_management = cls.env.ref("dispute_management.dispute_escalation_tier_management").sudo()
        cls.manager = cls._create_user("dispute_manager", "group_dispute_viewer")
        cls.company.resource_calendar_id = cls.env.ref("resource.resource_calendar_std")
        cls.env["dispute.sla.policy"].sudo().search([]).active = False
        cls.policy = (
            cls.env["dispute.sla.policy"]
            .sudo()
            .create({"name": "Closing", "target": "closing", "duration": 5, "duration_unit": "day"})
        )

    def setUp(self):
        super().setUp()
        self.clock = self.startPatcher(freeze_time(MONDAY))

    def _pass(self, **time):
        """Let time pass."""
        self.clock.tick(timedelta(**time))

    def _create_rule(self, trigger="sla_breach", **values):
        return self.rules.create(
            {"name": f"On {trigger}", "trigger": trigger, "is_on": True, "alert_leader": True, **values}
        )

    def _open(self, amount=100, **values):
        return self._create_case({self._create_invoice_of(amount): amount}, **values)

    def _run(self):
        """Run the cron as it runs at night.

        :return: dispute.escalation.log made by it
        """
        logs = self.env["dispute.escalation.log"].sudo()
        before = logs.search([])
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("dispute_management.ir_cron_escalation").sudo().method_direct_trigger()
        return logs.search([("id", "not in", before.ids)])

    def _plan(self):
        """Run the cron that has cases take notice of changed rules."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("dispute_management.ir_cron_escalation_plan").sudo().method_direct_trigger()

    def _get_messages(self, user):
        """:return: escalation messages to a user"""
        return (
            self.env["mail.message"]
            .sudo()
            .search([("notified_partner_ids", "in", user.partner_id.ids), ("model", "=", False)])
        )

    def _close(self, case):
        case._close(self._resolution("WDN"), cause=self.cause)

    def _say(self, case, user, body="Hello"):
        """Write to the customer, or as the customer from the portal."""
        if user._is_portal():
            case = case.sudo()
        return case.with_context(mail_post_autofollow_author_skip=True).message_post(
            author_id=user.partner_id.id,
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _now(self):
        return fields.Datetime.now()
