from collections import defaultdict, namedtuple
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ..tools import evidence_source as source

#: A document that is evidence: its source, record, name, and the files to keep with it.
Found = namedtuple("Found", "source record name files")
#: How many days apart two invoices of one amount may be to look like the same one twice.
DUPLICATE_DAYS = 60


class DisputeEvidenceFinder(models.AbstractModel):
    """Finds what accounting holds about disputed documents, for many cases at once.

    Each kind of document takes the same few queries for one case as for a thousand. For
    superuser code, after its checks.
    """

    _name = "dispute.evidence.finder"
    _description = "Dispute Evidence Finder"

    @api.model
    def _find(self, cases):
        """:return: ``{case: [Found]}``; extended by apps that hold more"""
        found = defaultdict(list)
        disputed = cases.filtered("line_ids")
        if disputed:
            files = self._get_pdfs(disputed.line_ids.move_id)
            for finder in (
                self._find_invoice_pdfs,
                self._find_credit_notes,
                self._find_messages,
                self._find_payments,
                self._find_other_invoices,
            ):
                for case, item in finder(disputed, files):
                    found[case].append(item)
        return found

    @api.model
    def _get_pdfs(self, moves):
        """:return: ``{move: ir.attachment}``: the invoice as it was sent, else a PDF kept with it"""
        pdfs = self.env["ir.attachment"].search(
            Domain("res_model", "=", "account.move")
            & Domain("res_id", "in", moves.ids)
            & Domain("mimetype", "=", "application/pdf")
            & Domain("res_field", "in", [False, "invoice_pdf_report_file"]),
            order="id",
        )
        loose = pdfs.filtered(lambda pdf: not pdf.res_field)
        if loose:
            # What somebody sent in a message is theirs, even where Odoo shows it beside the invoice.
            pdfs -= self.env["mail.message"].search(Domain("attachment_ids", "in", loose.ids)).attachment_ids
        best = {}
        for pdf in pdfs:
            move = moves.browse(pdf.res_id)
            known = best.get(move)
            is_main = pdf == move.message_main_attachment_id
            if pdf.res_field or not known or (is_main and not known.res_field):
                best[move] = pdf
        return best

    def _find_invoice_pdfs(self, cases, pdfs):
        for case in cases:
            for move in case.line_ids.move_id:
                if move in pdfs:
                    yield case, Found(source.INVOICE_PDF, move, move.name, pdfs[move])

    def _find_credit_notes(self, cases, _pdfs):
        """Posted credit notes of disputed invoices, but for those this very dispute led to."""
        notes = self.env["account.move"].search(
            Domain("reversed_entry_id", "in", cases.line_ids.move_id.ids)
            & Domain("move_type", "=", "out_refund")
            & Domain("state", "=", "posted")
        )
        if not notes:
            return
        pdfs, by_move = self._get_pdfs(notes), notes.grouped("reversed_entry_id")
        for case in cases:
            for move in case.line_ids.move_id:
                for note in by_move.get(move, ()):
                    if note.dispute_case_id != case:
                        files = pdfs.get(note, self.env["ir.attachment"])
                        yield case, Found(source.CREDIT_NOTE, note, note.name, files)

    def _find_messages(self, cases, pdfs):
        """Messages on disputed invoices with files other than the invoice itself."""
        messages = self.env["mail.message"].search(
            Domain("model", "=", "account.move")
            & Domain("res_id", "in", cases.line_ids.move_id.ids)
            & Domain("message_type", "!=", "user_notification")
            & Domain("attachment_ids", "!=", False),
            order="id",
        )
        by_move = messages.grouped("res_id")
        for case in cases if messages else ():
            for move in case.line_ids.move_id:
                pdf = pdfs.get(move)
                for message in by_move.get(move.id, ()):
                    files = message.attachment_ids.filtered(
                        lambda file, pdf=pdf: file.checksum != (pdf and pdf.checksum)
                    )
                    if files:
                        yield case, Found(source.MESSAGE, message, self._get_message_name(message), files)

    @api.model
    def _get_message_name(self, message):
        author = message.author_id.name or message.email_from or ""
        return " · ".join(filter(None, [str(message.date.date()), author, message.subject]))

    @api.model
    def _get_asking(self, cases, wanted):
        """:return: those cases whose evidence list asks for documents of this source"""
        asking = cases.reason_id.filtered(
            lambda reason: wanted in reason.evidence_type_ids.mapped("collected_from")
        )
        return cases.filtered(lambda case: case.reason_id in asking)

    def _find_payments(self, cases, _pdfs):
        """Disputed payments; where the reason asks for payments, those matched with the invoice
        and those of the same amount that nothing is matched with.
        """
        nothing = self.env["ir.attachment"]
        asking = self._get_asking(cases, source.PAYMENT)
        alike = self._get_payments_alike(asking)
        for case in cases:
            payments = case.line_ids.payment_id
            if case in asking:
                moves = case.line_ids.move_id
                matched = moves.line_ids.matched_credit_ids.credit_move_id.move_id
                for entry in matched.filtered("statement_line_id"):
                    yield case, Found(source.PAYMENT, entry, entry.name, nothing)
                payments |= matched.origin_payment_id | moves.matched_payment_ids
                payments |= self._filter_alike(case, alike)
            for payment in payments.filtered(lambda item: item.state in ("in_process", "paid")):
                name = " · ".join(filter(None, [payment.name, payment.memo]))
                yield case, Found(source.PAYMENT, payment, name, nothing)

    @api.model
    def _filter_alike(self, case, payments):
        amounts = self._get_amounts(case)
        return payments.filtered(
            lambda item: (
                item.partner_id.commercial_partner_id == case.partner_id
                and item.company_id == case.company_id
                and item.currency_id == case.currency_id
                and item.currency_id.round(item.amount) in amounts
            )
        )

    @api.model
    def _get_amounts(self, case):
        lines, currency = case.line_ids, case.currency_id
        amounts = [*lines.mapped("amount"), *lines.move_id.mapped("amount_total"), case.amount_disputed]
        return {currency.round(amount) for amount in amounts}

    @api.model
    def _get_payments_alike(self, cases):
        """:return: unmatched payments of these customers"""
        if not cases:
            return self.env["account.payment"]
        return self.env["account.payment"].search(
            Domain("partner_id", "child_of", cases.partner_id.ids)
            & Domain("payment_type", "=", "inbound")
            & Domain("is_reconciled", "=", False)
            & Domain("state", "in", ("in_process", "paid"))
        )

    def _find_other_invoices(self, cases, _pdfs):
        """Where the reason asks for it: invoices of the customer that look like the disputed one."""
        cases = self._get_asking(cases, source.OTHER_INVOICE)
        moves = cases.line_ids.move_id
        if not moves:
            return
        others = self.env["account.move"].search(
            Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("commercial_partner_id", "in", moves.commercial_partner_id.ids)
            & Domain("amount_total", "in", list(set(moves.mapped("amount_total"))))
        )
        pdfs = self._get_pdfs(others)
        for case in cases:
            for other in others - case.line_ids.move_id:
                if any(self._is_alike(move, other) for move in case.line_ids.move_id):
                    files = pdfs.get(other, self.env["ir.attachment"])
                    yield case, Found(source.OTHER_INVOICE, other, other.name, files)

    @api.model
    def _is_alike(self, move, other):
        return (
            other.commercial_partner_id == move.commercial_partner_id
            and other.company_id == move.company_id
            and other.currency_id == move.currency_id
            and not move.currency_id.compare_amounts(other.amount_total, move.amount_total)
            and abs(other.invoice_date - move.invoice_date) <= timedelta(DUPLICATE_DAYS)
        )
