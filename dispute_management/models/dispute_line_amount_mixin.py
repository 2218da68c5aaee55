from odoo import api, models

from ..tools.amount_split import (
    PARTS,
    Claim,
    Document,
    convert,
    split_claims,
)
from .dispute_amount_mixin import AMOUNT_PARTS
from .dispute_stage_kinds import REFUSED_KINDS


class DisputeLineAmountMixin(models.AbstractModel):
    """The parts of a disputed line, kept live from settlements and from accounting.

    Accounting does not know of disputes, so its events call `_refresh_amounts` (see
    `account_move.py`, `account_partial_reconcile.py`); an ordinary dependency on invoices
    would cost every invoice a query.
    """

    _name = "dispute.line.amount.mixin"
    _description = "Dispute Line Amounts"
    _inherit = ["dispute.amount.mixin"]

    def _refresh_amounts(self):
        """Have the parts of these lines, and of all on the same invoices, computed anew."""
        lines = self._get_siblings()
        names = self._get_amount_names()
        for name in names:
            self.env.add_to_compute(self._fields[name], lines)
        # The sums of cases and invoices follow.
        lines.modified(names)

    @api.depends("amount", "case_id.is_closed", "case_id.stage_kind")
    def _compute_amounts(self):
        # A claim on an invoice back in draft stays as it was: there is no residual to read.
        frozen = self._get_frozen()
        for line in frozen:
            for name in AMOUNT_PARTS:
                line[name] = line[name]
                line[f"{name}_company"] = line[f"{name}_company"]
        for line, amounts in (self - frozen)._get_expected_amounts().items():
            line._assign_amounts(amounts)

    def _get_frozen(self):
        """:return: the lines whose invoice is back in draft, which keep the parts they had"""
        return self.filtered(lambda line: line.move_id.state == "draft" and line.id)

    def _get_expected_amounts(self):
        """What the ledger and the settlements make of these claims now; nothing is changed.

        :return: ``{line: {field: amount}}``, without those that are frozen
        """
        lines = self - self._get_frozen()
        siblings = lines._get_siblings()
        # What a claim comes to follows from the invoice, whoever may read that.
        documents = siblings.move_id.sudo()._dispute_get_documents()
        by_document = siblings.grouped(lambda line: line.move_id or line)
        wanted = set(lines._ids)
        expected = {}
        for document, claimed in by_document.items():
            if wanted.isdisjoint(claimed._ids):
                continue
            claimed = claimed.sorted(lambda line: (line.case_id.date_opened, line.id))
            split = split_claims(
                documents.get(document) or Document(residual=0),
                [line._get_claim() for line in claimed],
            )
            for line in claimed:
                if line.id in wanted:
                    expected[line] = line._prepare_amounts(split[line.id])
        return expected

    def _get_claim(self):
        """:return: `Claim` of this line, in the smallest unit of its currency"""
        self.ensure_one()
        unit = self.currency_id._dispute_to_units
        booked = {part: unit(amount) for part, amount in self.settlement_line_ids._get_parts().items()}
        return Claim(
            key=self.id,
            amount=unit(self.amount),
            owed=unit(self.amount_owed_at_opening),
            booked=booked,
            credited_before=unit(self.amount_credited_before),
            refused=self.case_id.stage_kind in REFUSED_KINDS,
            credited_at_refusal=unit(self.amount_credited_at_refusal),
        )

    def _note_refusal(self):
        """Note how far the documents were credited by others when these claims were refused, as
        superuser: what they had of it they keep.
        """
        credited = self.move_id._dispute_get_foreign_credits()
        for line in self:
            line.amount_credited_at_refusal = credited.get(line.move_id.id, 0)

    def _prepare_amounts(self, parts):
        """:return: ``{field: amount}`` of the parts of this line, in both currencies"""
        self.ensure_one()
        return self._convert_parts(
            parts, self.currency_id, self.company_id.currency_id, self._get_company_rate()
        )

    @api.model
    def _convert_parts(self, parts, currency, company_currency, rate):
        """:return: ``{field: amount}`` of parts in smallest units, in their currency and in the company's"""
        amounts = [parts[part] for part in (*PARTS, "open")]
        converted = convert(amounts, rate * currency.rounding / company_currency.rounding)
        values = {}
        for name, amount, company_amount in zip(AMOUNT_PARTS, amounts, converted, strict=True):
            values[name] = currency._dispute_from_units(amount)
            values[f"{name}_company"] = company_currency._dispute_from_units(company_amount)
        return values

    def _get_company_rate(self):
        """:return: company currency per unit of the document's, at the document's rate"""
        self.ensure_one()
        # The rate is the document's own fact; whoever reads the case may know it.
        line = self.sudo()
        return self._get_document_rate(line.move_id or line.payment_id)

    @api.model
    def _get_document_rate(self, document):
        """:return: company currency per unit of an invoice's or a payment's, on its day"""
        if document._name == "account.move":
            return self._get_invoice_rate(
                document.amount_total, document.amount_total_signed, document.invoice_currency_rate
            )
        company = document.company_id
        return document.currency_id._get_conversion_rate(
            document.currency_id, company.currency_id, company, document.date
        )

    @api.model
    def _get_invoice_rate(self, total, booked, rate):
        """The rate at which an invoice is in the ledger: a claim of all of it is what was booked.

        Odoo converts prices before it rounds them, so that what it books is not the total at
        the invoice's rate; in a currency of small worth that is more than some cents.

        :param total: of the invoice, in its currency
        :param booked: the same in the company's
        :param rate: how many of the invoice's currency one of the company's buys
        :return: company currency per unit of the invoice's
        """
        return booked / total if total and booked else 1 / (rate or 1)
