from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

#: What lowers what an invoice owes, and can't pay anything back.
TAKING_KINDS = ("write_off", "apply_credit")


class DisputeSettlementWriteOffMixin(models.AbstractModel):
    """Writing settlement lines off."""

    _name = "dispute.settlement.write.off.mixin"
    _description = "Dispute Write-off"

    def _book_write_off(self, date):
        """Write these lines off, one entry a line, matched with the invoice.

        :param date: accounting date
        """
        self._check_invoiced()
        self._check_owed()
        entries = self.env["account.move"].create([line._prepare_write_off_values(date) for line in self])
        entries.action_post()
        for line, entry in zip(self, entries, strict=True):
            line.move_id = entry
            receivable = line.dispute_line_id._get_receivable_lines()
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
        # As the ledger has it open: what was paid before was rounded, payment by payment.
        rate = sum(receivable.mapped("amount_residual")) / sum(receivable.mapped("amount_residual_currency"))
        company_amount = company.currency_id.round(self.amount * rate)
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

    def _check_owed(self):
        """Of these lines, those that write off or match a credit must find it owed, once the
        credit notes among them are posted.

        :raise UserError: when an invoice owes less: money that was paid is given back by a credit
            note, not written off
        """
        for invoice, lines in self.grouped(lambda line: line.dispute_line_id.move_id).items():
            taken = sum(lines.filtered(lambda line: line.kind in TAKING_KINDS).mapped("amount"))
            if not invoice or not taken:
                continue
            credits = lines.filtered(lambda line: line.kind == "credit_note" and not line.move_id)
            owed = max(0, invoice.amount_residual - sum(credits.mapped("amount")))
            if invoice.currency_id.compare_amounts(taken, owed) > 0:
                raise UserError(
                    self.env._(
                        "%(invoice)s owes %(owed)s: %(amount)s can't be taken off that by a write-off or"
                        " another credit. Credit what was paid.",
                        invoice=invoice.name,
                        owed=invoice.currency_id.format(owed),
                        amount=invoice.currency_id.format(taken),
                    )
                )

    def _get_write_off_account(self):
        """:return: account.account that takes the loss: the resolution's, else the company's"""
        self.ensure_one()
        resolution = self.settlement_id.resolution_id.with_company(self.company_id)
        return resolution.write_off_account_id or self.company_id.dispute_writeoff_account_id
