from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class DisputeSettlementWriteOffMixin(models.AbstractModel):
    """Writing settlement lines off."""

    _name = "dispute.settlement.write.off.mixin"
    _description = "Dispute Write-off"

    def _book_write_off(self, date):
        """Write these lines off, one entry a line, matched with the invoice.

        :param date: accounting date
        """
        self._check_invoiced()
        entries = self.env["account.move"].create([line._prepare_write_off_values(date) for line in self])
        entries.action_post()
        for line, entry in zip(self, entries, strict=True):
            line.move_id = entry
            receivable = line.dispute_line_id._get_receivable_lines()
            line._check_owed(receivable)
            counterpart = entry.line_ids.filtered(
                lambda item, receivable=receivable: item.account_id == receivable.account_id
            )
            (receivable + counterpart).reconcile()

    def _prepare_write_off_values(self, date):
        """Values of the entry that writes this line off. Override to add fields.

        :param date: its accounting date
        :raise UserError: when the company has no account or journal for it
        """
        self.ensure_one()
        invoice = self.dispute_line_id.move_id
        company = invoice.company_id
        account, journal = self._get_write_off_target()
        receivable = self.dispute_line_id._get_receivable_lines()
        self._check_owed(receivable)
        company_amount = company.currency_id.round(self.amount / invoice.invoice_currency_rate)
        common = {
            "name": self.env._(
                "Write-off %(case)s, %(invoice)s",
                case=self.case_id.name,
                invoice=invoice.name,
            ),
            "partner_id": invoice.commercial_partner_id.id,
            "currency_id": invoice.currency_id.id,
        }
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "company_id": company.id,
            "date": date,
            "ref": f"{self.case_id.name}, {invoice.name}",
            "dispute_case_id": self.case_id.id,
            "line_ids": [
                Command.create(
                    {
                        **common,
                        "account_id": receivable.account_id[:1].id,
                        "amount_currency": -self.amount,
                        "balance": -company_amount,
                    }
                ),
                Command.create(
                    {
                        **common,
                        "account_id": account.id,
                        "amount_currency": self.amount,
                        "balance": company_amount,
                    }
                ),
            ],
        }

    def _get_write_off_target(self):
        """:return: account.account and account.journal that this line is written off by
        :raise UserError: when the company has none
        """
        self.ensure_one()
        company = self.company_id
        account = self._get_write_off_account()
        journal = self.env["account.journal"].search(
            Domain("type", "=", "general")
            & Domain(self.env["account.journal"]._check_company_domain(company)),
            limit=1,
        )
        if not account or not journal:
            raise UserError(
                self.env._(
                    "%s has no dispute write-off account or no general journal: set them in"
                    " the Disputes settings.",
                    company.name,
                )
            )
        return account, journal

    def _check_owed(self, receivable):
        """:param receivable: account.move.line of the disputed invoice that still owe something
        :raise UserError: when the invoice owes less than is to be written off or matched
        """
        self.ensure_one()
        owed = sum(receivable.mapped("amount_residual_currency"))
        if self.currency_id.compare_amounts(self.amount, owed) > 0:
            raise UserError(
                self.env._(
                    "%(invoice)s still owes %(owed)s: %(amount)s can't be taken off that.",
                    invoice=self.dispute_line_id.move_id.name,
                    owed=self.currency_id.format(owed),
                    amount=self.currency_id.format(self.amount),
                )
            )

    def _get_write_off_account(self):
        """:return: account.account that takes the loss: the resolution's, else the company's"""
        self.ensure_one()
        resolution = self.settlement_id.resolution_id.with_company(self.company_id)
        return resolution.write_off_account_id or self.company_id.dispute_writeoff_account_id
