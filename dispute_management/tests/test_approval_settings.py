from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestApprovalSettings(DisputeCommon):
    """Tiers, delegations, refund terms and limits: who sets them, and what is on record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The accounting tests switch tracking off for speed; here it is what matters.
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": False, "mail_notrack": False})
        cls.company = cls.company.with_env(cls.env)

    def _get_log(self, record):
        self.env.flush_all()
        self.env.cr.precommit.run()
        return {
            value.field_id.name: (
                value.old_value_float or value.old_value_char or value.old_value_integer,
                value.new_value_float or value.new_value_char or value.new_value_integer,
            )
            for value in record.message_ids.sudo().tracking_value_ids
        }

    # Tiers

    def test_a_tier_says_who_approves_and_when_nobody_does(self):
        tier = self.env["dispute.approval.tier"]._get_of_company(self.company, "payout")
        self.assertIn(self.approver, tier.approver_ids)
        self.assertNotIn(self.administrator, tier.approver_ids)
        self.assertNotIn("Refund", " ".join(self.company._get_dispute_approval_gaps()))
        group = self.env["res.groups"].create({"name": "Controllers"})
        tier.with_user(self.administrator).group_id = group
        self.assertTrue(tier.has_no_approver)
        self.assertIn("Controllers", " ".join(self.company._get_dispute_approval_gaps()))
        group.user_ids = self.clerk
        self.assertFalse(tier.has_no_approver)
        self.clerk.active = False
        tier.invalidate_recordset()
        self.assertTrue(tier.has_no_approver)

    def test_an_approver_of_another_company_does_not_count(self):
        tier = self.env["dispute.approval.tier"]._get_of_company(self.company, "payout")
        other = self.env["res.company"].create({"name": "Other"})
        self.approver.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertNotIn(self.approver, tier.approver_ids)

    def test_a_kind_without_tier_and_limit_is_told(self):
        self.env["dispute.approval.tier"]._get_of_company(self.company, "write_off").active = False
        self.assertFalse(self.company._get_dispute_approval_gaps())
        self.company.dispute_no_approval_write_off = 0
        self.assertIn("Write off", self.company._get_dispute_approval_gaps()[0])

    def test_changes_of_a_tier_are_logged(self):
        tier = self.env["dispute.approval.tier"]._get_of_company(self.company, "credit")[0]
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            tier.with_user(self.leader).amount = 10_000
        tier.with_user(self.administrator).write({"amount": 300})
        self.assertEqual(self._get_log(tier)["amount"], (250, 300))
        self.assertEqual(tier.message_ids[0].author_id, self.administrator.partner_id)

    @mute_logger("odoo.sql_db")
    def test_two_tiers_from_one_amount_are_refused(self):
        tier = self.env["dispute.approval.tier"]._get_of_company(self.company, "credit")[0]
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            tier.copy()

    # Delegations

    def _delegate(self, user, delegate, **values):
        return (
            self.env["dispute.approval.delegation"]
            .with_user(user)
            .create(
                {
                    "delegate_id": delegate.id,
                    "date_to": fields.Date.today() + timedelta(days=3),
                    **values,
                }
            )
        )

    def test_approvers_delegate_their_own(self):
        delegation = self._delegate(self.approver, self.clerk)
        self.assertEqual(delegation.user_id, self.approver)
        self.assertTrue(delegation.is_running)
        self.env.cr.precommit.run()
        delegation.date_to = fields.Date.today() + timedelta(days=5)
        self.assertIn("date_to", self._get_log(delegation))
        delegation.active = False
        self.assertFalse(delegation.is_running)

    def test_nobody_delegates_what_is_another_s(self):
        for user in (self.leader, self.administrator):
            with self.assertRaisesRegex(UserError, "own"), self.env.cr.savepoint():
                self._delegate(user, user, user_id=self.approver.id)
            with self.assertRaisesRegex(UserError, "own"), self.env.cr.savepoint():
                delegation = self._delegate(self.approver, self.clerk)
                delegation.with_user(user).delegate_id = user
        delegation = self._delegate(self.leader, self.clerk)
        with self.assertRaisesRegex(UserError, "own"), self.env.cr.savepoint():
            delegation.user_id = self.approver
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._delegate(self.clerk, self.colleague)

    def test_a_delegate_reads_disputes(self):
        with self.assertRaisesRegex(ValidationError, "read disputes"), self.env.cr.savepoint():
            self._delegate(self.approver, self.outsider)

    def test_a_delegation_ends(self):
        past = fields.Date.today() - timedelta(days=1)
        over = self._delegate(self.approver, self.clerk, date_from=past, date_to=past)
        coming = self._delegate(self.approver, self.clerk, date_from=fields.Date.today() + timedelta(days=1))
        running = self._delegate(self.approver, self.clerk, date_to=fields.Date.today())
        self.assertEqual((over | coming | running).mapped("is_running"), [False, False, True])
        delegations = self.env["dispute.approval.delegation"]
        found = delegations._get_running().filtered(lambda item: item.user_id == self.approver)
        self.assertEqual(found, running)
        self.assertEqual(
            delegations.sudo().search([("is_running", "=", True), ("user_id", "=", self.approver.id)]),
            running,
        )

    # Refund terms

    def _create_policy(self, **values):
        return (
            self.env["dispute.refund.policy"]
            .with_user(self.administrator)
            .create({"name": "Terms", "sequence": -5, "reason_ids": self.reason.ids, **values})
        )

    def test_changed_terms_are_a_new_version_and_cases_keep_theirs(self):
        policy = self._create_policy(ceiling=100)
        case = self._create_case({self._create_invoice_of(100): 60})
        self.assertEqual(policy._get_for(case), policy)
        case._keep_refund_policy(policy)
        self.env.cr.precommit.run()
        policy.write(
            {"window_days": 14, "reason_ids": [(4, self.env.ref("dispute_management.dispute_reason_pri").id)]}
        )
        self.assertEqual(policy.version, 2)
        terms = case._get_refund_terms()
        self.assertEqual((terms.version, terms.window_days, terms.ceiling), (1, 30, 100))
        self.assertEqual(terms.reason_ids, self.reason)
        self.assertEqual(terms, policy.version_ids)
        self.assertFalse(terms.active)
        self.assertEqual(self._get_log(policy)["window_days"], (30, 14))
        policy.share = 80
        self.assertEqual(policy.version_ids.mapped("version"), [1, 2])
        self.assertEqual(case._get_refund_terms(), terms)

    def test_what_changes_no_terms_makes_no_version(self):
        policy = self._create_policy(terms="<p>Thirty days</p>")
        policy.write(
            {
                "window_days": 30,
                "reason_ids": [(6, 0, self.reason.ids)],
                "terms": "<p>Thirty days</p>",
                "sequence": 3,
                "is_published": True,
                "date_review": "2030-01-01",
            }
        )
        self.assertEqual(policy.version, 1)
        self.assertFalse(policy.version_ids)
        policy.terms = "<p>Forty days</p>"
        self.assertEqual(policy.version, 2)
        self.assertIn("Thirty", policy.version_ids.terms)

    def test_earlier_versions_stay_as_they_were(self):
        policy = self._create_policy()
        policy.window_days = 14
        with self.assertRaisesRegex(UserError, "Earlier"), self.env.cr.savepoint():
            policy.version_ids.window_days = 90
        with self.assertRaisesRegex(UserError, "kept"), self.env.cr.savepoint():
            policy.version_ids.sudo().unlink()
        case = self._create_case({self._create_invoice_of(100): 60})
        self.assertEqual(policy._get_for(case), policy, "never an earlier version")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            case.write({"refund_policy_id": policy.id})

    def test_the_first_policy_that_fits_judges(self):
        case = self._create_case({self._create_invoice_of(100): 60})
        other = self.env.ref("dispute_management.dispute_reason_pri")
        self._create_policy(sequence=-9, reason_ids=other.ids)
        fitting = self._create_policy(sequence=-8)
        self._create_policy(sequence=-7)
        self.assertEqual(self.env["dispute.refund.policy"]._get_for(case), fitting)

    def test_publishing_needs_words(self):
        policy = self._create_policy()
        with self.assertRaisesRegex(ValidationError, "words"), self.env.cr.savepoint():
            policy.is_published = True

    # Company settings

    def _open_settings(self, user):
        return self.env["dispute.settings"].with_user(user).create({})

    def test_an_administrator_of_disputes_sets_limits_and_it_is_logged(self):
        settings = self._open_settings(self.administrator)
        self.assertEqual(settings.dispute_no_approval_credit, 250)
        self.env.cr.precommit.run()
        settings.write({"dispute_write_off_tolerance": 8, "dispute_no_approval_credit": 100})
        settings.action_save()
        self.assertEqual(self.company.dispute_write_off_tolerance, 8)
        self.assertEqual(self.company.dispute_no_approval_credit, 100)
        log = self._get_log(self.company)
        self.assertEqual(log["dispute_write_off_tolerance"], (5, 8))
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._open_settings(self.leader)

    def test_settings_of_another_company_are_not_to_be_reached(self):
        other = self.env["res.company"].create({"name": "Other"})
        settings = self._open_settings(self.administrator)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            settings.write({"company_id": other.id, "dispute_writeoff_account_id": False})
            settings.action_save()

    def test_a_branch_settles_by_the_rules_of_its_company(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.administrator.write({"company_ids": [(6, 0, branch.ids)], "company_id": branch.id})
        settings = self._open_settings(self.administrator)
        settings.dispute_write_off_tolerance = 50
        with self.assertRaisesRegex(UserError, "rules of"), self.env.cr.savepoint():
            settings.action_save()
        self.administrator.company_ids |= self.company
        settings.action_save()
        self.assertEqual((branch | self.company).mapped("dispute_write_off_tolerance"), [50, 50])

    def test_a_changed_write_off_account_is_logged(self):
        self.env.cr.precommit.run()
        account = self.company_data["default_account_revenue"]
        self.company.dispute_writeoff_account_id = account
        self.assertIn("dispute_writeoff_account_id", self._get_log(self.company))
