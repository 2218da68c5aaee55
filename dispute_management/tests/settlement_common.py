from odoo.fields import Command

from .common import DisputeCommon


class SettlementCommon(DisputeCommon):
    """Settlements of every kind, proposed by the clerk and free from approval."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._create_user("dispute_bank_checker")
        cls.accountant.sudo().group_ids += cls.env.ref("account.group_validate_bank_account") + cls.env.ref(
            "base.group_partner_manager"
        )
        cls.bank = cls._create_bank()
        cls._free_from_approval()

    @classmethod
    def _pay(cls, invoice, amount=None):
        return cls._register_payment(invoice, amount=amount or invoice.amount_residual)

    @classmethod
    def _create_credit(cls, amount, partner=None):
        """:return: the open receivable line of a payment that no invoice took"""
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or cls.partner_a).id,
                "amount": amount,
            }
        )
        payment.action_post()
        return payment.move_id.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    @classmethod
    def _draft(cls, case, *lines, user=None, **values):
        """:param lines: ``(kind, amount, further values)`` on the first line of the case"""
        commands = []
        for kind, amount, *more in lines:
            line = {"dispute_line_id": case.line_ids[0].id, "kind": kind, "amount": amount}
            if kind == "refund_payment":
                line["partner_bank_id"] = cls.bank.id
            commands.append(Command.create(line | (more[0] if more else {})))
        return (
            cls.env["dispute.settlement"]
            .with_user(user or cls.clerk)
            .create({"case_id": case.id, "reason_text": "As decided", "line_ids": commands, **values})
        )

    @classmethod
    def _book(cls, case, *lines, **values):
        """Settle; where the customer is asked, they agree."""
        settlement = cls._draft(case, *lines, **values)
        settlement._propose()
        if settlement.state == "proposed":
            settlement._accept_offer("Customer")
        return settlement

    @classmethod
    def _items(cls, *items):
        """:param items: ``(invoice line, quantity, price)``"""
        return {
            "item_ids": [
                Command.create({"move_line_id": line.id, "quantity": quantity, "price_unit": price})
                for line, quantity, price in items
            ]
        }
