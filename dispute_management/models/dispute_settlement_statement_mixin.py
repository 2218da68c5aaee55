import logging
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

_logger = logging.getLogger(__name__)

#: How long a statement can be read by its link after it could be answered.
READING_DAYS = 30

#: Written about a settlement after it was carried out.
STATEMENT_FACTS = {"is_statement_due", "date_statement", "statement_id"}

REPORT = "dispute_management.action_report_statement"


class DisputeSettlementStatementMixin(models.AbstractModel):
    """The resolution statement: what the customer reads of a settlement, on paper and online.

    It is printed and mailed in the background, one by one. The link is in the mail only: who
    reads the chatter can't answer for the customer.
    """

    _name = "dispute.settlement.statement.mixin"
    _description = "Dispute Resolution Statement"

    is_statement_due = fields.Boolean(string="Statement to be sent", readonly=True, copy=False)
    date_statement = fields.Datetime(string="Statement sent", readonly=True, copy=False)
    statement_id = fields.Many2one(
        "ir.attachment", readonly=True, copy=False, bypass_search_access=True, help="As it was sent."
    )

    _statement_due_idx = models.Index("(id) WHERE is_statement_due IS TRUE")

    # Actions

    def action_send_statement(self):
        """Send the customers the statements, now or again; links of earlier ones go on working."""
        self._check_workable()
        # That one is due is a fact that users don't write themselves.
        self.sudo()._queue_statements()

    # Sending

    def _informs(self):
        """:return: whether the customer is told of this without being asked: what is refused, or
        settled in part
        """
        self.ensure_one()
        return not self.date_offered and (self.is_interim or "rejection" in self.line_ids.mapped("kind"))

    def _carry_out(self):
        informing = self.filtered(
            lambda item: item.state == "approved" and item._informs() and not item._needs_consent()
        )
        now = fields.Datetime.now()
        # After the check of who carries out: until when a refusal can be looked at again.
        for settlement in informing.sudo():
            days = settlement.company_id.dispute_reopen_days
            settlement.date_valid = days and settlement._get_local_date(now) + timedelta(days=days)
        # The statement says it: a mail of the stage would say it twice.
        told = informing.with_context(dispute_statement_told=True)
        super(DisputeSettlementStatementMixin, told)._carry_out()
        informing.sudo().filtered(lambda item: item.state == "executed")._queue_statements()
        return super(DisputeSettlementStatementMixin, self - informing)._carry_out()

    def _queue_statements(self):
        """Have statements sent in the background; as superuser."""
        if not self:
            return
        self.write({"is_statement_due": True})
        self.env.ref("dispute_management.ir_cron_send_statements")._trigger()

    @api.model
    def _cron_send_statements(self, batch=100):
        """Print and mail the statements that are due, each committed by itself: one that fails is
        told to its owner and stops no other.
        """
        due = self.search(Domain("is_statement_due", "=", True), limit=batch, order="id")
        for settlement in due:
            if not settlement.try_lock_for_update().filtered("is_statement_due"):
                continue
            try:
                with self.env.cr.savepoint():
                    settlement._send_statement()
            # Whatever is wrong with one statement stops no other: its owner is told.
            except Exception as error:  # pylint: disable=broad-except
                _logger.warning("Statement of %s not sent", settlement.case_id.name, exc_info=True)
                settlement.invalidate_recordset()
                settlement.is_statement_due = False
                settlement._tell_owner(self.env._("The statement could not be sent"), str(error))
            if not self.env["ir.cron"]._commit_progress(1):
                return
        if len(due) == batch:
            self.env.ref("dispute_management.ir_cron_send_statements")._trigger()

    def _send_statement(self):
        """Print the statement, keep it, and mail it with a fresh link."""
        self.ensure_one()
        this = self._in_customer_language()
        content, extension = this._print_statement()
        statement = self.env["ir.attachment"].create(
            {
                "name": f"{this._get_statement_filename()}.{extension}",
                "raw": content,
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self.write(
            {"is_statement_due": False, "date_statement": fields.Datetime.now(), "statement_id": statement.id}
        )
        if not self.case_id.contact_id.email:
            self._tell_owner(
                self.env._("No e-mail address: send the statement by post"),
                self.env._("The contact of the case has no e-mail address. Print the statement."),
            )
            return
        self._mail_statement("settlement_statement_mail", this._get_statement_title())

    def _send_statement_reminder(self):
        """Remind of an offer, with a fresh link."""
        self.ensure_one()
        if self.case_id.contact_id.email and not self.case_id.is_reminder_stopped:
            this = self._in_customer_language()
            subject = this.env._("Reminder: %s", this._get_statement_title())
            self._mail_statement("settlement_statement_reminder_mail", subject)

    def _mail_statement(self, template, subject):
        this = self._in_customer_language()
        case = this.case_id
        body = this.env["ir.qweb"]._render(
            f"dispute_management.{template}",
            {**this._get_statement_values(), "url": self._get_statement_url()},
        )
        sender = case.user_id.email_formatted or case.company_id.email_formatted
        message = case._message_log(
            body=self.env._("Mailed to %(email)s: %(subject)s", email=case.contact_id.email, subject=subject),
            subject=subject,
            email_from=sender,
            author_id=case.user_id.partner_id.id or self.env.user.partner_id.id,
            message_type="email_outgoing",
            attachment_ids=self.statement_id.ids,
        )
        # Mail is queued by the suite for whoever settles.
        self.env["mail.mail"].sudo().create(
            {
                "mail_message_id": message.id,
                "is_notification": True,
                "subject": subject,
                "body_html": body,
                "email_from": sender,
                "email_to": case.contact_id.email_formatted,
                "reply_to": case._notify_get_reply_to(default=sender)[case.id],
                "auto_delete": True,
                "attachment_ids": [fields.Command.set(self.statement_id.ids)],
            }
        )

    def _get_statement_url(self):
        """:return: URL with a fresh link to the page of this settlement"""
        self.ensure_one()
        day = max(self.date_valid or fields.Date.today(), fields.Date.today())
        expiry = datetime.combine(day, time()) + timedelta(days=READING_DAYS + 1)
        links = self.env["dispute.link"]
        tokens = links._issue("settlement", self, expiry, {self: self.case_id.contact_id.email})
        return f"{self.get_base_url()}/dispute/statement/{tokens[self]}"

    # Printing

    def _in_customer_language(self):
        """:return: this settlement as superuser, in the language and time zone of the customer"""
        self.ensure_one()
        # Who wrote what the customer reads matters not to how it reads.
        case = self.sudo().case_id
        contact = case.contact_id or case.partner_id
        lang = contact.lang or case.company_id.partner_id.lang or self.env.lang
        zone = contact.tz or case._get_calendar().tz or "UTC"
        return self.with_env(self.env(su=True)).with_context(lang=lang, tz=zone)

    def _print_statement(self):
        """Print this as a PDF, complete in itself; as a page where the server can't make PDFs.

        :return: content as bytes, and the extension of its file
        """
        values = self._get_statement_values()
        page = self.env["ir.qweb"]._render("dispute_management.report_statement_page", {"values": values})
        page = f"<!DOCTYPE html>\n{page}"
        if not self.env["dispute.case.file"]._can_print():
            return page.encode(), "html"
        return self.env["ir.actions.report"]._run_wkhtmltopdf([page], report_ref=REPORT), "pdf"

    def _get_statement_filename(self):
        self.ensure_one()
        return f"{self.env._('Statement')} {self.case_id.name}".replace("/", "-")

    def _format_day(self, day):
        return format_date(self.env, day)
