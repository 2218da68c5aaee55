from odoo.fields import Command

from .common import DisputeCommon


class RefundCommon(DisputeCommon):
    """Refund terms that accept, and claims within them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._free_from_approval()
        cls.env["dispute.refund.policy"].sudo().search([]).active = False
        cls.policy = (
            cls.env["dispute.refund.policy"]
            .sudo()
            .create(
                {
                    "name": "Test terms",
                    "window_days": 30,
                    "outside_verdict": "refuse",
                    "verdict": "accept",
                    "is_evidence_required": False,
                    "auto_accept_limit": 100,
                    "date_version": "2020-01-01",
                }
            )
        )

    @classmethod
    def _claim(cls, amount, day="2026-06-01", of=1000, partner=None, user=None, **values):
        """A case about an invoice of some day."""
        invoice = cls._create_invoice_of(of, partner=partner, invoice_date=day)
        return cls._create_case({invoice: amount}, user=user, **values)

    @classmethod
    def _judge(cls, case):
        """:return: decision, amount and codes of the reasons"""
        case.invalidate_recordset()
        verdict, _terms = case._judge_refund()[case]
        codes = [reason.code for reason in verdict.reasons]
        return verdict.decision, case.currency_id._dispute_from_units(verdict.amount), codes

    @classmethod
    def _refund_before(cls, amount, partner=None, of=1000):
        """Another case of a customer, on which they were credited."""
        case = cls._claim(amount, partner=partner, of=of)
        settlement = (
            cls.env["dispute.settlement"]
            .with_user(cls.clerk)
            .create(
                {
                    "case_id": case.id,
                    "line_ids": [
                        Command.create(
                            {"dispute_line_id": case.line_ids.id, "kind": "credit_note", "amount": amount}
                        )
                    ],
                }
            )
        )
        settlement.action_propose()
        return settlement
