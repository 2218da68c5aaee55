from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command


class DisputeSettlementChargebackMixin(models.AbstractModel):
    """Booking a lost chargeback: the money leaves where the payment had brought it."""

    _name = "dispute.settlement.chargeback.mixin"
    _description = "Booking Chargebacks"

    def _needs_consent(self):
        return not self.case_id.chargeback_state and super()._needs_consent()

    def _informs(self):
        # The customer hears of the outcome from the scheme that they asked.
        return not self.case_id.chargeback_state and super()._informs()

    def _get_kind_words(self):
        return {**super()._get_kind_words(), "chargeback": self.env._("Taken back by your bank or card")}

    @api.model
    def _book_chargeback(self, lines, date):
        """Book payments out that schemes took back, one entry a line.

        :param lines: dispute.settlement.line on payments
        :param date: accounting date
        """
        entries = self.env["account.move"].create(
            [self._prepare_chargeback_entry(line, date) for line in lines]
        )
        entries.action_post()
        for line, entry in zip(lines, entries, strict=True):
            line.move_id = entry

    @api.model
    def _prepare_chargeback_entry(self, line, date):
        """:return: values of the entry of one line; override to add fields
        :raise UserError: when there is no account for it
        """
        payment = line.dispute_line_id.payment_id
        case, company = line.case_id, payment.company_id
        liquidity = payment.outstanding_account_id or payment.journal_id.default_account_id
        if payment.move_id:
            liquidity = payment._seek_for_lines()[0].account_id or liquidity
        against = (
            payment.destination_account_id if case.chargeback_customer_owes else line._get_write_off_account()
        )
        if not liquidity or not against:
            raise UserError(
                self.env._(
                    "%s has no dispute write-off account, nor has the resolution: set one in the Disputes"
                    " settings, or ask the customer for the money again.",
                    company.name,
                )
            )
        amount = line._get_company_amount()
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
            "company_id": company.id,
            "date": date,
            "ref": f"{case.name}, {case.chargeback_reference}",
            "dispute_case_id": case.id,
            "line_ids": [
                Command.create(
                    {**common, "account_id": against.id, "amount_currency": line.amount, "balance": amount}
                ),
                Command.create(
                    {
                        **common,
                        "account_id": liquidity.id,
                        "amount_currency": -line.amount,
                        "balance": -amount,
                    }
                ),
            ],
        }
