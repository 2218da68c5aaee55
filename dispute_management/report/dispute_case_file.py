import os
from collections import namedtuple
from datetime import datetime, time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext

from ..models.dispute_amount_mixin import AMOUNT_PARTS
from ..tools.evidence_pack import fix_pdf_dates
from ..tools.plain_text import clean_text

#: A document that may go into an evidence pack: an attachment, or an invoice to be printed.
PackDocument = namedtuple("PackDocument", "name kind is_internal attachment move")
PackDocument.__doc__ = "One file that may be sent: what it is called, and where its content is."

#: Settlements that the customer heard of.
TOLD_STATES = ("proposed", "accepted", "declined", "expired", "processing", "executed")
REPORT = "dispute_management.action_report_case_file"

# wkhtmltopdf writes the fonts of a PDF in the order of Qt's hash tables, which is another one each
# time unless their seed is given. The same file should be the same bytes.
os.environ.setdefault("QT_HASH_SEED", "0")


class DisputeCaseFile(models.AbstractModel):
    """The case on paper: facts, amounts, timeline, what the customer saw, documents.

    Its parts are QWeb templates that other documents call too (`dispute_case_file_templates.xml`).
    """

    _name = "dispute.case.file"
    _description = "Dispute Case File"

    # Documents

    @api.model
    def _get_documents(self, case):
        """The documents that may be sent with a case; override to add some.

        :param case: dispute.case that the user can read
        :return: list of `PackDocument`, each file once; what the customer has not seen is
            internal
        """
        case.ensure_one()
        case.check_access("read")
        # Who reads the case reads what it is about; the files of invoices are accounting's,
        # which is why they are listed with sudo().
        case = case.with_env(self.env(su=True))
        credit_notes = (
            self.env["account.move"]
            .sudo()
            .search(case._get_credit_note_domain() & Domain("state", "=", "posted"), order="date, id")
        )
        documents = [
            PackDocument(move.name, kind, False, None, move)
            for kind, moves in (
                (self.env._("Invoice"), case.line_ids.move_id),
                (self.env._("Credit note"), credit_notes),
            )
            for move in moves
        ]
        on_case = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [("res_model", "=", case._name), ("res_id", "=", case.id), ("res_field", "=", False)],
                order="id",
            )
        )
        seen = case._get_customer_messages().attachment_ids
        listed = self.env["ir.attachment"]
        for evidence in case.evidence_ids:
            files = evidence.attachment_ids - listed
            # What was found in our own records was given to nobody: it is chosen on purpose.
            documents += [
                PackDocument(file.name, evidence.name, bool(evidence.source), file, None)
                for file in files.sorted("id")
            ]
            listed |= files
        rest = (
            (self.env._("Correspondence"), False, seen),
            (self.env._("Other file"), True, on_case - seen),
        )
        for kind, is_internal, files in rest:
            documents += [
                PackDocument(file.name, kind, is_internal, file, None)
                for file in (files - listed).sorted("id")
            ]
            listed |= files
        return [item for item in documents if item.move or item.attachment.type == "binary"]

    @api.model
    def _read_document(self, document):
        """
        :return: name, content as bytes and date of a `PackDocument`
        :raise UserError: when its file is lost, rather than to send an empty one
        """
        # What may be sent was chosen among the documents of the case.
        attachment = (document.attachment or document.move.invoice_pdf_report_id).sudo()
        if not attachment:
            return self._print_invoice(document.move)
        content = attachment.raw or b""
        if len(content) != attachment.file_size:
            raise UserError(
                self.env._(
                    "%s can't be read from where files are stored: leave it out, or ask an administrator "
                    "to restore it.",
                    attachment.name,
                )
            )
        moment = attachment.create_date
        # One file at a time: the next one should find room.
        attachment.invalidate_recordset(["raw", "datas"])
        name = attachment.name if document.attachment else f"{document.move.name.replace('/', '-')}.pdf"
        return name, content, moment

    @api.model
    def _print_invoice(self, move):
        # Printing is accounting's; who refers the case may show what it is about.
        report = self.env["ir.actions.report"].sudo()
        if self._can_print():
            content, extension = report._render_qweb_pdf("account.account_invoices", move.ids)
        else:
            content, extension = report._render_qweb_html("account.account_invoices", move.ids)
        if isinstance(content, str):
            content = content.encode()
        moment = datetime.combine(move.invoice_date, time())
        return f"{move.name.replace('/', '-')}.{extension}", fix_pdf_dates(content, moment), moment

    @api.model
    def _can_print(self):
        """:return: whether this server makes PDFs"""
        return self.env["ir.actions.report"].get_wkhtmltopdf_state() not in ("install", "broken")

    # The file

    @api.model
    def _render(self, case, referral, rows, now):
        """Print the case file; where the server can't make PDFs, as a page for the browser.

        Everything is in the page itself: printing fetches nothing, from us or from others.

        :param rows: ``(name, kind, date, size, SHA-256)`` of each document
        :param now: naive UTC datetime that it is of
        :return: content as bytes, and the extension of its file
        """
        values = self._get_values(case, referral=referral, rows=rows, now=now)
        timezone = case._get_calendar().tz or "UTC"
        qweb = self.env["ir.qweb"].with_context(tz=timezone)
        page = qweb._render("dispute_management.report_case_file_page", {"values": values})
        page = f"<!DOCTYPE html>\n{page}"
        if not self._can_print():
            return page.encode(), "html"
        content = self.env["ir.actions.report"]._run_wkhtmltopdf([page], report_ref=REPORT)
        return fix_pdf_dates(content, now), "pdf"

    @api.model
    def _get_values(self, case, referral=None, rows=(), now=None):
        """What the templates of the case file need. Override to add to it.

        :param case: dispute.case, read in the language of the file
        """
        # The access to the case was checked; its file doesn't depend on who prints it.
        case = case.sudo().with_env(self.env(su=True))
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        return {
            **self._get_amount_values(case),
            "case": case,
            "company": case.company_id,
            "referral": referral and referral.sudo().with_env(case.env),
            "lang_code": (lang.code or "en_US").replace("_", "-"),
            "direction": lang.direction or "ltr",
            "now": now or fields.Datetime.now(),
            "timezone": case._get_calendar().tz or "UTC",
            "rows": rows,
            "history": case.stage_history_ids,
            "turns": dict(case.stage_history_ids._fields["waiting_on"]._description_selection(case.env)),
            "promises": case.sla_status_ids.filtered(lambda status: status.state != "cancelled"),
            "claim_changes": case.claim_change_ids,
            "settlements": case.settlement_ids.filtered(lambda item: item.state in TOLD_STATES).sorted("id"),
            "other_referrals": case.referral_ids - (referral or case.referral_ids.browse()),
            "messages": [self._get_message_values(message) for message in case._get_customer_messages()],
        }

    @api.model
    def _get_amount_values(self, case):
        """:return: what the template `report_case_amounts` needs beside `case`"""
        parts = [name for name in AMOUNT_PARTS if name != "amount_open"]
        labels = {name: case._fields[name]._description_string(case.env) for name in parts}
        return {
            "part_labels": labels,
            "line_parts": parts,
            "amounts": [(labels[name], case[name]) for name in parts],
        }

    @api.model
    def _get_message_values(self, message):
        """:return: a message as plain text: nothing in it is fetched, run or laid out"""
        return {
            "date": message.date,
            "author": message.author_id.name or message.email_from or "",
            # Odoo writes the name of the case where no subject was typed.
            "subject": message.subject if message.subject != message.record_name else "",
            "text": clean_text(html2plaintext(message.body or "", include_references=False), multiline=True),
            "files": message.attachment_ids.mapped("name"),
        }


class ReportCaseFile(models.AbstractModel):
    """The case file from the *Print* menu of a case."""

    _name = "report.dispute_management.report_case_file"
    _description = "Print of a Dispute Case File"

    @api.model
    def _get_report_values(self, docids, data=None):
        cases = self.env["dispute.case"].browse(docids)
        cases.check_access("read")
        maker = self.env["dispute.case.file"]
        return {"docs": cases, "get_values": maker._get_values}
