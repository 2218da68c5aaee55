from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class DisputeSettlementDocumentMixin(models.AbstractModel):
    """The values of the documents that settlement lines are booked by."""

    _name = "dispute.settlement.document.mixin"
    _description = "Dispute Settlement Documents"

    def _prepare_credit_note_values(self, date):
        """Values of the credit note of this line. Override to add fields.

        :param date: its invoice date
        """
        self.ensure_one()
        invoice = self.dispute_line_id.move_id
        case = self.case_id
        references = [case.name, invoice.name, case.customer_reference]
        return {
            "move_type": "out_refund",
            "reversed_entry_id": invoice.id,
            "dispute_case_id": case.id,
            "partner_id": invoice.partner_id.id,
            "company_id": invoice.company_id.id,
            "currency_id": invoice.currency_id.id,
            "invoice_currency_rate": invoice.invoice_currency_rate,
            "journal_id": invoice.journal_id.id,
            "fiscal_position_id": invoice.fiscal_position_id.id,
            "invoice_date": date,
            "date": date,
            "invoice_user_id": invoice.invoice_user_id.id,
            "invoice_payment_term_id": False,
            "invoice_date_due": date,
            "ref": ", ".join(reference for reference in references if reference),
            "invoice_line_ids": [Command.create(values) for values in self._prepare_credit_note_lines()],
        }

    def _prepare_credit_note_lines(self):
        """The invoice's lines, reduced so that with taxes they total this line's amount.

        Odoo's own tax engine does it, as it does for down payments: each tax gets its
        share, and what rounding leaves is spread over the lines.

        :return: list of values of invoice lines
        """
        self.ensure_one()
        invoice = self.dispute_line_id.move_id
        tax = self.env["account.tax"]
        base_lines, _tax_lines = invoice._get_rounded_base_and_tax_lines()
        reduced = tax._prepare_down_payment_lines(
            base_lines=base_lines,
            company=invoice.company_id,
            amount_type="fixed",
            amount=self.amount,
            computation_key=f"dispute_settlement_line,{self.id}",
            grouping_function=lambda line: {
                "id": line["id"],
                "account_id": line["account_id"],
            },
        )
        return [
            self._prepare_credit_note_line(line)
            for line in reduced
            if not invoice.currency_id.is_zero(line["tax_details"]["total_included_currency"])
            or not invoice.currency_id.is_zero(self._get_exact_price(line))
        ]

    def _prepare_credit_note_line(self, base_line):
        """:return: values of the invoice line for one reduced line of the tax engine"""
        invoiced = self.env["account.move.line"].browse(base_line["id"] or ())
        return {
            "name": invoiced.name or base_line["product_id"].display_name,
            "product_id": base_line["product_id"].id,
            "quantity": 1,
            "price_unit": self._get_exact_price(base_line),
            "tax_ids": [Command.set(base_line["tax_ids"].ids)],
            "account_id": base_line["account_id"].id,
            "analytic_distribution": base_line["analytic_distribution"],
            "extra_tax_data": self.env["account.tax"]._export_base_line_extra_tax_data(base_line),
        }

    def _get_exact_price(self, base_line):
        # The engine keeps its rounding with the taxes of a line; a line without taxes has
        # nowhere to keep it but its price.
        if base_line["tax_details"]["taxes_data"]:
            return base_line["price_unit"]
        details = base_line["tax_details"]
        return details["total_excluded_currency"] + details["delta_total_excluded_currency"]

    def _prepare_write_off_values(self, date):
        """Values of the entry that writes this line off. Override to add fields.

        :param date: its accounting date
        :raise UserError: when the company has no account or journal for it
        """
        self.ensure_one()
        invoice = self.dispute_line_id.move_id
        company = invoice.company_id
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
        receivable = self.dispute_line_id._get_receivable_lines()
        if not receivable:
            raise UserError(
                self.env._("%s owes nothing any more: there is nothing to write off.", invoice.name)
            )
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

    def _get_write_off_account(self):
        """:return: account.account that takes the loss: the resolution's, else the company's"""
        self.ensure_one()
        resolution = self.settlement_id.resolution_id.with_company(self.company_id)
        return resolution.write_off_account_id or self.company_id.dispute_writeoff_account_id
