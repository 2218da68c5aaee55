from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .dispute_move_credit_mixin import CREDITING


class DisputeSettlementDocumentMixin(models.AbstractModel):
    """Crediting the invoice of a settlement line: by amount, or by quantity and price.

    A credit note totals exactly what was decided, in any currency and with any taxes; what
    can't be is refused before anything is posted.
    """

    _name = "dispute.settlement.document.mixin"
    _description = "Dispute Settlement Documents"

    item_ids = fields.One2many(
        "dispute.settlement.item",
        "line_id",
        string="Invoice Lines",
        help="What is credited of each invoice line; for a replacement, how it is invoiced again.",
    )
    currency_id = fields.Many2one("res.currency")
    amount_credited = fields.Monetary(
        readonly=True, copy=False, help="What the credit note comes to, where that is more than is settled."
    )

    def _book_rejection(self, date):
        """A refusal books nothing: the claim's own parts tell of it."""

    def _book_credit_note(self, date):
        """Credit the invoices of these lines, one credit note a line.

        :param date: accounting date
        """
        self._credit(date)

    def _credit(self, date):
        """Make and post a credit note for each of these lines, matched with its invoice as far
        as that still owes anything.

        :param date: accounting date
        """
        self._check_invoiced()
        self._check_creditable()
        refunds = self.env["account.move"].create([line._prepare_credit_note_values(date) for line in self])
        for line, refund in zip(self, refunds, strict=True):
            line.move_id = refund
            if line._is_exact(refund):
                continue
            if not line._get_credited_items():
                line._make_exact(refund)
            line._check_exact(refund)
        # Posting pairs credit notes with invoices one to one: those of one invoice are
        # posted one after another (account.move `_reconcile_reversed_moves`).
        pending = refunds
        while pending:
            batch = self.env["account.move"].union(
                *(group[0] for group in pending.grouped("reversed_entry_id").values())
            )
            batch.with_context(dispute_crediting=CREDITING).action_post()
            pending -= batch

    def _get_amount_to_credit(self):
        """:return: what the credit note of this line has to total"""
        self.ensure_one()
        return self.amount_credited or self.amount

    def _get_credited_items(self):
        """:return: dispute.settlement.item by which the credit note is made, none: by amount"""
        self.ensure_one()
        return self.item_ids if self.kind != "replacement_invoice" else self.item_ids.browse()

    def _check_items(self):
        """:raise UserError: when quantities and prices come to another amount than is settled"""
        for line in self:
            items = line._get_credited_items()
            total = items._get_total()
            if items and line.currency_id.compare_amounts(total, line.amount):
                raise UserError(
                    self.env._(
                        "%(invoice)s: the quantities and prices chosen come to %(total)s, and %(amount)s is"
                        " to be settled. Make them the same.",
                        invoice=line.dispute_line_id.move_id.name,
                        total=line.currency_id.format(total),
                        amount=line.currency_id.format(line.amount),
                    )
                )

    def _check_creditable(self):
        """:raise UserError: when more of an invoice would be credited than it comes to, whoever
        credited the rest of it
        """
        credited = self.dispute_line_id.move_id._dispute_get_credited()
        for invoice, lines in self.grouped(lambda line: line.dispute_line_id.move_id).items():
            left = invoice.amount_total - credited.get(invoice, 0)
            wanted = sum(line._get_amount_to_credit() for line in lines)
            if invoice and invoice.currency_id.compare_amounts(wanted, left) > 0:
                raise UserError(
                    self.env._(
                        "%(invoice)s: only %(left)s of it is not credited yet, %(wanted)s can't be credited.",
                        invoice=invoice.name,
                        left=invoice.currency_id.format(max(0, left)),
                        wanted=invoice.currency_id.format(wanted),
                    )
                )

    def _is_exact(self, refund):
        return not self.currency_id.compare_amounts(refund.amount_total, self._get_amount_to_credit())

    def _make_exact(self, refund):
        """Have a credit note total what was decided where a copy of the invoice does not: what
        comes on top of its lines, as a discount for early payment, is no part of the copy.
        """
        self.ensure_one()
        refund.invoice_line_ids = [Command.clear(), *map(Command.create, self._prepare_reduced_lines())]

    def _check_exact(self, refund):
        """:raise UserError: when a credit note totals anything but what was decided"""
        if not self._is_exact(refund):
            raise UserError(
                self.env._(
                    "%(invoice)s: its taxes make a credit note of %(made)s where"
                    " %(wanted)s was decided. Settle by another amount.",
                    invoice=self.dispute_line_id.move_id.name,
                    made=self.currency_id.format(refund.amount_total),
                    wanted=self.currency_id.format(self._get_amount_to_credit()),
                )
            )

    def _prepare_credit_note_values(self, date):
        """Values of the credit note of this line. Override to add fields.

        :param date: its invoice date
        """
        self.ensure_one()
        invoice = self.dispute_line_id.move_id
        return {
            **self._prepare_document_values(),
            "move_type": "out_refund",
            "reversed_entry_id": invoice.id,
            "invoice_date": date,
            "date": date,
            "invoice_date_due": date,
            "invoice_line_ids": [Command.create(values) for values in self._prepare_credit_note_lines()],
        }

    def _prepare_document_values(self):
        """:return: what credit note and replacement take over from the disputed invoice"""
        self.ensure_one()
        invoice = self.dispute_line_id.move_id
        case = self.case_id
        references = [case.name, invoice.name, case.customer_reference]
        return {
            "dispute_case_id": case.id,
            "partner_id": invoice.partner_id.id,
            "company_id": invoice.company_id.id,
            "currency_id": invoice.currency_id.id,
            "invoice_currency_rate": invoice.invoice_currency_rate,
            "journal_id": invoice.journal_id.id,
            "fiscal_position_id": invoice.fiscal_position_id.id,
            "invoice_user_id": invoice.invoice_user_id.id,
            "invoice_payment_term_id": False,
            "ref": ", ".join(reference for reference in references if reference),
        }

    def _prepare_credit_note_lines(self):
        """:return: list of values of invoice lines: those decided on, the whole invoice, or the
        invoice reduced to this line's amount
        """
        self.ensure_one()
        items = self._get_credited_items()
        if items:
            return [item._prepare_invoice_line() for item in items if item.quantity]
        invoice = self.dispute_line_id.move_id
        whole = invoice.currency_id.compare_amounts(self._get_amount_to_credit(), invoice.amount_total) == 0
        if whole and not invoice.invoice_cash_rounding_id:
            return [self._prepare_copied_line(line) for line in self._get_product_lines()]
        return self._prepare_reduced_lines()

    def _get_product_lines(self):
        return self.dispute_line_id.move_id.line_ids.filtered(lambda line: line.display_type == "product")

    def _prepare_copied_line(self, line):
        """:return: values that credit an invoice line as it was invoiced"""
        return {
            "name": line.name,
            "product_id": line.product_id.id,
            "product_uom_id": line.product_uom_id.id,
            "quantity": line.quantity,
            "price_unit": line.price_unit,
            "discount": line.discount,
            "tax_ids": [Command.set(line.tax_ids.ids)],
            "account_id": line.account_id.id,
            "analytic_distribution": line.analytic_distribution,
            "extra_tax_data": line.extra_tax_data,
        }

    def _check_invoiced(self):
        """:raise UserError: when a line disputes a payment, which has no invoice to credit"""
        for line in self:
            if not line.dispute_line_id.move_id:
                raise UserError(
                    self.env._(
                        "%s is no invoice: it can't be credited or written off.",
                        line.dispute_line_id.display_name,
                    )
                )
