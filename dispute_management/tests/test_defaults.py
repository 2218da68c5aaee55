from odoo.tests import TransactionCase, tagged

#: Reason code: name, required evidence, further evidence, internal.
REASONS = {
    "PRI": ("Price", ["Order"], ["Price agreement"]),
    "QTY": ("Quantity", ["Delivery note"], []),
    "QUA": ("Quality or damage", ["Photos"], ["Batch number"]),
    "WRG": ("Wrong item", ["Photo"], []),
    "NDL": ("Not delivered or performed", [], []),
    "LAT": ("Late", ["Agreed date"], []),
    "RET": ("Returned, not credited", ["Proof of return"], []),
    "CAN": ("Cancelled", ["Confirmation of the cancellation"], []),
    "DUP": ("Invoiced twice", ["Other invoice"], []),
    "PAI": ("Already paid", ["Proof of payment"], []),
    "OVP": ("Overpaid or paid twice", ["Proof of the payments"], []),
    "CRN": ("Agreed credit or bonus missing", ["Agreement"], []),
    "DIS": ("Discount or terms", ["Contract"], []),
    "CHG": ("Freight or charges", [], []),
    "TAX": ("Tax or withholding", ["Certificate"], []),
    "REF": ("Wrong order number, address or entity", ["Correct data"], []),
    "UNA": ("Unauthorised payment", [], []),
    "OTH": ("Other", [], []),
    "DED": ("Unexplained deduction", [], []),
}

#: Cause code: name, department.
CAUSES = {
    "PRA": ("Price agreed but not recorded", "Sales"),
    "BON": ("Bonus not passed on", "Sales"),
    "ORD": ("Order entry", "Customer service"),
    "PRM": ("Price list", "Master data"),
    "MAS": ("Customer data", "Master data"),
    "PIC": ("Picking", "Logistics"),
    "DLY": ("Late dispatch", "Logistics"),
    "POD": ("Proof of delivery missing", "Logistics"),
    "RTN": ("Return unprocessed", "Logistics"),
    "TRN": ("Lost or damaged in transit", "Carrier"),
    "DEF": ("Defect", "Quality"),
    "SUP": ("Supplier fault", "Purchasing"),
    "SRV": ("Service failed", "Operations"),
    "INV": ("Invoice wrong", "Billing"),
    "DBL": ("Invoiced twice", "Billing"),
    "TXS": ("Tax set-up", "Tax"),
    "CSH": ("Misallocated cash", "Receivables"),
    "FRD": ("Card fraud", "Treasury"),
    "CUE": ("Customer's error", "Customer"),
    "CUT": ("Payment tactic", "Customer"),
    "UNK": ("Not established", False),
}

#: Resolution code: name, kind of the stage it closes in, decided, customer was right.
RESOLUTIONS = {
    "CRF": ("Credited in full", "resolved", True, True),
    "CRP": ("Credited in part", "resolved", True, True),
    "REB": ("Re-invoiced", "resolved", True, True),
    "RFD": ("Refunded", "resolved", True, True),
    "APP": ("Payment applied", "resolved", True, True),
    "COR": ("Document corrected", "resolved", True, True),
    "CBL": ("Chargeback lost", "resolved", True, True),
    "GWL": ("Goodwill credit", "resolved", True, False),
    "PAID": ("Customer paid", "resolved", True, False),
    "CBW": ("Chargeback won", "resolved", True, False),
    "REJ": ("Refused", "rejected", True, False),
    "EXP": ("Outside terms", "rejected", True, False),
    "WDN": ("Withdrawn", "withdrawn", True, False),
    "SMW": ("Small difference", "resolved", False, False),
    "WOF": ("Uneconomic to pursue", "resolved", False, False),
    "NOA": ("No answer", "withdrawn", False, False),
    "MRG": ("Merged", "withdrawn", False, False),
}

#: Stages in order: name, kind, whose turn, what the customer reads, mail on entering.
STAGES = [
    ("New", "new", "us", "Received", "acknowledgement"),
    ("Checking", "assessing", "us", "Checking", None),
    ("Waiting for customer", "waiting_customer", "customer", "Waiting for your answer", None),
    ("Waiting for third party", "waiting_third_party", "third_party", "Checking", None),
    ("Approval", "assessing", "colleague", "Checking", None),
    ("Offer", "proposed", "customer", "Your decision", "offer"),
    ("Resolved", "resolved", "us", "Resolved", "resolved"),
    ("Refused", "rejected", "us", "Refused", "refused"),
    ("Withdrawn", "withdrawn", "us", "Withdrawn", "withdrawn"),
]

#: Promises in order: target, stage, reasons, allowed, unit.
PROMISES = [
    # For chargebacks only: evidence by the scheme's date.
    ("stage_kind", "waiting_third_party", "", 0, "calendar"),
    ("first_response", False, "", 8, "hour"),
    ("stage_kind", "proposed", "", 10, "day"),
    ("closing", False, "DUP PAI REF", 5, "day"),
    ("closing", False, "", 20, "day"),
]

#: Kind, from, whose approval.
TIERS = [
    ("credit", 250, "group_dispute_leader"),
    ("credit", 5000, "group_dispute_approver"),
    ("payout", 0, "group_dispute_approver"),
    ("write_off", 50, "group_dispute_leader"),
    ("write_off", 1000, "group_dispute_approver"),
]


@tagged("post_install", "-at_install")
class TestDefaults(TransactionCase):
    """A new database starts with exactly these lists."""

    def _shipped(self, model):
        """The records that the data files made, whatever an administrator added."""
        data = self.env["ir.model.data"].search(
            [("module", "=", "dispute_management"), ("model", "=", model)]
        )
        self.assertTrue(all(data.mapped("noupdate")), f"{model}: an update would undo changes")
        return self.env[model].with_context(active_test=False, lang="en_US").browse(data.mapped("res_id"))

    def test_reasons_and_their_evidence(self):
        reasons = self._shipped("dispute.reason")
        found = {
            reason.code: (
                reason.name,
                reason.evidence_type_ids.filtered("is_required").mapped("name"),
                reason.evidence_type_ids.filtered(lambda item: not item.is_required).mapped("name"),
            )
            for reason in reasons.sorted("sequence")
        }
        self.assertEqual(found, REASONS)
        self.assertEqual(list(found), list(REASONS), "in this order")
        self.assertEqual(reasons.filtered("is_internal").mapped("code"), ["DED"])
        self.assertEqual(self.env["dispute.reason"]._get_default_reason().code, "OTH")
        self.assertTrue(all(reasons.mapped("active")))

    def test_causes_and_departments(self):
        causes = self._shipped("dispute.cause").sorted("sequence")
        found = {cause.code: (cause.name, cause.department_id.name) for cause in causes}
        self.assertEqual(found, CAUSES)
        self.assertEqual(list(found), list(CAUSES), "in this order")
        departments = {name for _cause, name in CAUSES.values() if name}
        self.assertEqual(set(self._shipped("dispute.department").mapped("name")), departments)

    def test_resolutions(self):
        found = {
            item.code: (item.name, item.stage_kind, item.is_decided, item.is_valid)
            for item in self._shipped("dispute.resolution")
        }
        self.assertEqual(found, RESOLUTIONS)

    def test_stages_and_mails(self):
        standard = self.env.ref("dispute_management.dispute_pipeline_standard")
        shipped = self._shipped("dispute.stage").sorted("sequence")
        stages = shipped.filtered(lambda stage: stage.pipeline_id == standard)
        chargebacks = shipped - stages
        self.assertEqual(chargebacks.pipeline_id.name, "Chargebacks")
        self.assertFalse(chargebacks.mail_template_id, "they go between us and a scheme")
        found = [
            (
                stage.name,
                stage.kind,
                stage.waiting_on,
                stage.public_name,
                stage.mail_template_id.get_external_id()[stage.mail_template_id.id].rpartition("_")[2]
                if stage.mail_template_id
                else None,
            )
            for stage in stages
        ]
        self.assertEqual(found, STAGES)
        self.assertEqual(stages.pipeline_id.name, "Standard")
        waiting = stages.filtered(lambda stage: stage.kind == "waiting_customer")
        self.assertEqual((waiting.reminder_days, waiting.alert_days), (5, 10))
        self.assertTrue(waiting.reminder_template_id)
        self.assertFalse(any(stages.mapped("timeout_days")), "nothing is withdrawn by itself")
        self.assertFalse(stages.next_stage_ids or stages.group_ids)

    def test_promises(self):
        policies = self._shipped("dispute.sla.policy").sorted("sequence")
        found = [
            (
                policy.target,
                policy.stage_kind,
                " ".join(sorted(policy.reason_ids.mapped("code"))),
                policy.duration,
                policy.duration_unit,
            )
            for policy in policies
        ]
        self.assertEqual(found, PROMISES)
        self.assertEqual(set(policies.mapped("warn_percent")), {75})

    def _get_tiers(self, company):
        tiers = self.env["dispute.approval.tier"].search([("company_id", "=", company.id)])
        return [
            (
                tier.kind,
                tier.amount,
                tier.group_id.get_external_id()[tier.group_id.id].removeprefix("dispute_management."),
            )
            for tier in tiers
        ]

    def test_every_company_has_tiers_and_limits(self):
        new = self.env["res.company"].create({"name": "New and Sons"})
        self.assertCountEqual(self._get_tiers(new), TIERS)
        self.assertEqual(new.dispute_write_off_tolerance, 5)
        self.assertFalse(new.dispute_auto_refund)
        self.assertEqual(new.dispute_no_approval_credit, 250)
        self.assertEqual(new.dispute_no_approval_write_off, 50)
        self.assertEqual(new.dispute_no_approval_payout, 0)
        self.assertTrue(new.dispute_no_approval_apply and new.dispute_no_approval_rejection)
        first = self.env.ref("base.main_company")
        self.assertTrue(
            self.env["dispute.approval.tier"]
            .with_context(active_test=False)
            .search([("company_id", "=", first.id)])
        )

    def test_tiers_an_administrator_gave_up_do_not_come_back(self):
        new = self.env["res.company"].create({"name": "New and Sons"})
        tiers = self.env["dispute.approval.tier"].search([("company_id", "=", new.id)])
        tiers.active = False
        self.env["dispute.approval.tier"]._create_defaults()
        self.assertFalse(self._get_tiers(new))

    def test_a_branch_shares_tiers_and_limits(self):
        new = self.env["res.company"].create({"name": "New and Sons", "dispute_write_off_tolerance": 7})
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": new.id})
        self.assertFalse(self._get_tiers(branch))
        tiers = self.env["dispute.approval.tier"]
        self.assertEqual(tiers._get_of_company(branch, "credit"), tiers._get_of_company(new, "credit"))
        self.assertEqual(branch.dispute_write_off_tolerance, 7)
        new.dispute_write_off_tolerance = 9
        self.assertEqual(branch.dispute_write_off_tolerance, 9)
        own = tiers.create(
            {
                "company_id": branch.id,
                "kind": "credit",
                "amount": 10,
                "group_id": tiers.search([])[0].group_id.id,
            }
        )
        self.assertEqual(tiers._get_of_company(branch, "credit"), own)

    def test_refund_policy(self):
        policy = self._shipped("dispute.refund.policy")
        self.assertEqual(len(policy), 1)
        self.assertEqual((policy.window_days, policy.window_from), (30, "invoice"))
        self.assertEqual((policy.verdict, policy.auto_accept_limit), ("review", 0))
        self.assertFalse(policy.reason_ids or policy.ceiling or policy.is_published)
        self.assertEqual(policy.share, 100)

    def test_team(self):
        team = self._shipped("dispute.team")
        self.assertTrue(team.filtered(lambda item: item.name == "Receivables" and item.user_id))
