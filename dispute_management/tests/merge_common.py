from odoo.fields import Command
from odoo.tests import Form

from .access_common import AccessCommon


class MergeCommon(AccessCommon):
    """Two cases of one customer, and short ways to merge and split."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second_invoice = cls._create_invoice_of(50)
        cls.second = cls._create_case({cls.second_invoice: 50}, customer_reference="DN1", priority="1")

    def _merge(self, cases, target=None, user=None):
        wizard = Form(
            self.env["dispute.merge"].with_user(user or self.clerk).with_context(active_ids=cases.ids)
        )
        if target:
            wizard.target_id = target
        return wizard.save().action_merge()

    def _split(self, case, lines, user=None, **values):
        wizard = (
            self.env["dispute.split"]
            .with_user(user or self.clerk)
            .create({"case_id": case.id, "line_ids": [Command.set(lines.ids)], **values})
        )
        # Looked at with all rights, as the other cases of these tests are.
        return self.env["dispute.case"].sudo().browse(wizard.action_split()["res_id"])

    def _two_lines(self):
        return self._create_case({self._create_invoice_of(30): 30, self._create_invoice_of(40): 40})

    def assertHistory(self, case):
        """What was claimed in a case, change by change, is what it claims."""
        changes = case.sudo().claim_change_ids
        self.assertAlmostEqual(sum(changes.mapped("amount_change")), case.amount_disputed, 6)
        for line in case.sudo().line_ids:
            self.assertAlmostEqual(sum(line.claim_change_ids.mapped("amount_change")), line.amount, 6)

    def _draft(self, case):
        line = {"dispute_line_id": case.line_ids[0].id, "kind": "credit_note", "amount": 10}
        settlement = self.env["dispute.settlement"].with_user(self.clerk)
        return settlement.create({"case_id": case.id, "line_ids": [Command.create(line)]})
