from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command


class DisputeSettlementLineChargebackMixin(models.AbstractModel):
    """Booking a lost chargeback: the money leaves where the payment had brought it."""

    _name = "dispute.settlement.line.chargeback.mixin"
    _description = "Booking Chargebacks"

    def _book_chargeback(self, date):
        """Book the payments of these lines out that schemes took back, one entry a line.

        :param date: accounting date
        """
        entries = self.env["account.move"].create([line._prepare_chargeback_entry(date) for line in self])
        entries.action_post()
        for line, entry in zip(self, entries, strict=True):
            line.move_id = entry

    def _prepare_chargeback_entry(self, date):
        """Values of the entry that books this line's payment out. Override to add fields.

        :param date: its accounting date
        :raise UserError: when there is no account for it
        """
        self.ensure_one()
        payment, case = self.dispute_line_id.payment_id, self.case_id
        against, liquidity = self._get_chargeback_accounts()
        amount = self._get_company_amount()
        common = {
            "name": self.env._(
                "Chargeback %(number)s of %(payment)s", number=case.chargeback_reference, payment=payment.name
            ),
            "partner_id": payment.partner_id.commercial_partner_id.id,
            "currency_id": payment.currency_id.id,
        }
        return {
            "move_type": "entry",
            "journal_id": payment.journal_id.id,
            "company_id": payment.company_id.id,
            "date": date,
            "ref": f"{case.name}, {case.chargeback_reference}",
            "dispute_case_id": case.id,
            "line_ids": [
                Command.create(
                    {**common, "account_id": against.id, "amount_currency": self.amount, "balance": amount}
                ),
                Command.create(
                    {
                        **common,
                        "account_id": liquidity.id,
                        "amount_currency": -self.amount,
                        "balance": -amount,
                    }
                ),
            ],
        }

    def _get_chargeback_accounts(self):
        """:return: account.account that takes the loss or is owed to by the customer, and the one
        that the money had come to
        :raise UserError: when the company has none, or there is no lost chargeback to book
        """
        self.ensure_one()
        payment = self.dispute_line_id.payment_id
        if not payment or self.case_id.chargeback_state != "lost":
            raise UserError(self.env._("%s is about no lost chargeback.", self.case_id.name))
        liquidity = payment.outstanding_account_id or payment.journal_id.default_account_id
        if payment.move_id:
            liquidity = payment._seek_for_lines()[0].account_id or liquidity
        customer_owes = self.case_id.chargeback_customer_owes
        against = payment.destination_account_id if customer_owes else self._get_write_off_account()
        if not liquidity or not against:
            raise UserError(
                self.env._(
                    "%s has no dispute write-off account, nor has the resolution: set one in the Disputes"
                    " settings, or ask the customer for the money again.",
                    payment.company_id.name,
                )
            )
        return against, liquidity
