from contextlib import contextmanager
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from .common import DisputeCommon


class ApprovalCommon(DisputeCommon):
    """Settlements that take approval, and the people who decide on them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second_leader = cls._create_user("dispute_second_leader", "group_dispute_leader")
        cls.second_approver = cls._create_user("dispute_second_approver", "group_dispute_approver")
        cls.stage_approval = cls._stage("approval").sudo()
        cls.stage_approval.is_approval = True
        cls.bank = cls._create_bank()
        cls.invoice = cls._create_invoice_of(20_000)
        cls.case = cls._create_case({cls.invoice: 20_000})
        cls.case._move_to_stage(cls._stage("checking"))

    @classmethod
    def _create_paid_case(cls):
        invoice = cls._create_invoice_of(20_000)
        cls._register_payment(invoice, amount=20_000)
        return cls._create_case({invoice: 20_000})

    @classmethod
    def _draft(cls, amount, kind="credit_note", case=None, user=None):
        """:param amount: of one line, or a list of ``(kind, amount)``"""
        case = case or cls.case
        shares = amount if isinstance(amount, list) else [(kind, amount)]
        return (
            cls.env["dispute.settlement"]
            .with_user(user or cls.clerk)
            .create(
                {
                    "case_id": case.id,
                    "reason_text": "As decided",
                    # Customers, who are asked about less than all, are the matter of other tests.
                    "is_interim": True,
                    "line_ids": [
                        Command.create(
                            {
                                "dispute_line_id": case.line_ids[:1].id,
                                "kind": kind,
                                "amount": share,
                                "partner_bank_id": kind == "refund_payment" and cls.bank.id,
                            }
                        )
                        for kind, share in shares
                    ],
                }
            )
        )

    @classmethod
    def _propose(cls, amount, kind="credit_note", case=None, user=None):
        settlement = cls._draft(amount, kind, case, user)
        settlement.action_propose()
        return settlement

    @classmethod
    def _delegate(cls, user, delegate, days=3, **values):
        return (
            cls.env["dispute.approval.delegation"]
            .with_user(user)
            .create(
                {
                    "delegate_id": delegate.id,
                    "date_to": fields.Date.today() + timedelta(days=days),
                    **values,
                }
            )
        )

    def _groups(self, settlement):
        """The groups whose decision was asked for, in their order."""
        names = {"Team leader": "leader", "Approver": "approver"}
        asked = settlement.sudo().approval_ids.filtered(lambda item: item.state != "attempt")
        return [names[approval.group_id.name] for approval in asked.sorted("id")]

    @contextmanager
    def _cannot(self, regex):
        with self.assertRaisesRegex(UserError, regex), self.env.cr.savepoint():
            yield
