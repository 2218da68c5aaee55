import uuid
from datetime import timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.fields import Command

from ..tools.calendar_invitation import Invitation, make_event, make_task
from ..tools.mail_address import read_address

#: How long a link opens its question after that was due.
LINK_DAYS = 30
#: Mails that nobody's out-of-office note should answer.
NO_REPLY_HEADERS = repr({"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"})


class DisputeInformationMailMixin(models.AbstractModel):
    """How whom is asked hears of it: mail with a link, calendar invitation, to-do.

    The link is in the mail only: who reads the chatter can't answer for somebody else.
    """

    _name = "dispute.information.mail.mixin"
    _description = "Dispute Request Mails"

    ical_uid = fields.Char(
        default=lambda self: f"{uuid.uuid4()}@dispute", readonly=True, required=True, copy=False
    )
    ical_sequence = fields.Integer(readonly=True, copy=False)
    ical_organizer = fields.Char(
        readonly=True,
        copy=False,
        help="Who invited first: calendars take changes from nobody else, whoever owns the case by then.",
    )

    def _send(self):
        """Mail open questions, each with a fresh link and its calendar invitation."""
        urls = self._get_urls()
        mails = []
        for request in self:
            this = request._in_recipient_language()
            body = this._render_mail("information_request_mail", urls[request])
            attachments = this._make_invitation_files(urls[request])
            mails.append(this._prepare_mail(this.name, body, attachments))
        # Mail is queued by the suite for whoever may ask.
        self.env["mail.mail"].sudo().create(mails)

    def _send_reminder(self):
        """Remind one person of all these open questions, in one mail."""
        urls = self._get_urls()
        first = self[0]._in_recipient_language()
        requests = self.with_env(first.env)
        if len(requests) == 1:
            subject = first.env._("Reminder: %s", first.name)
        else:
            subject = first.env._("Reminder: %s questions wait for your answer", len(requests))
        body = first.env["ir.qweb"]._render(
            "dispute_management.information_request_reminder_mail",
            {
                "requests": requests,
                "question": first,
                "urls": {request.id: urls[request] for request in self},
                "company": first.company_id,
            },
        )
        # Mail is queued by the suite: nobody in particular reminds.
        self.env["mail.mail"].sudo().create([first._prepare_mail(subject, body, [])])

    def _send_end(self):
        """Take questions out of the calendars they were sent to; thank for those that are answered."""
        mails = []
        for request in self.filtered("date_sent"):
            this = request._in_recipient_language()
            request.ical_sequence += 1
            if request.state == "answered":
                template, subject = "receipt", this.env._("Thank you: %s", this.name)
            else:
                template, subject = "withdrawal", this.env._("No longer needed: %s", this.name)
            body = this._render_mail(f"information_request_{template}_mail", "")
            attachments = this._make_invitation_files("", cancelled=True)
            mails.append({**this._prepare_mail(subject, body, attachments), "headers": NO_REPLY_HEADERS})
        # Mail is queued by the suite for whoever may ask.
        self.env["mail.mail"].sudo().create(mails)

    def _get_urls(self):
        """Make a fresh link for each open question.

        :return: ``{request: URL}``
        """
        tokens = {}
        for due, requests in self.grouped("date_due").items():
            expiry = max(due, fields.Datetime.now()) + timedelta(days=LINK_DAYS)
            emails = {request: request.email for request in requests}
            tokens |= self.env["dispute.link"]._issue("answer", requests, expiry, emails)
        base = self.get_base_url() if len(self) == 1 else self[:1].get_base_url()
        return {request: f"{base}/dispute/answer/{token}" for request, token in tokens.items()}

    def _in_recipient_language(self):
        """:return: this request in the language of whom is asked, times in their zone"""
        self.ensure_one()
        partner = self.partner_id
        lang = partner.lang or self.company_id.partner_id.lang or self.env.lang
        calendar = self.case_id._get_calendar()
        return self.with_context(lang=lang, tz=partner.tz or calendar.tz or "UTC")

    def _to_local(self, at):
        """:return: an instant (naive UTC) where whoever is asked lives"""
        self.ensure_one()
        return utc.localize(at).astimezone(timezone(self._in_recipient_language().env.context["tz"]))

    def _render_mail(self, template, url):
        return self.env["ir.qweb"]._render(
            f"dispute_management.{template}", {"question": self, "url": url, "company": self.company_id}
        )

    def _prepare_mail(self, subject, body, attachments):
        """Values of the mail of a question; its record in the chatter has no link.

        :param attachments: list of values of ir.attachment
        """
        self.ensure_one()
        sender = self.case_user_id.email_formatted or self.company_id.email_formatted
        message = self._message_log(
            body=self.env._("Mailed to %(email)s: %(subject)s", email=self.email, subject=subject),
            subject=subject,
            email_from=sender,
            author_id=self.case_user_id.partner_id.id or self.env.user.partner_id.id,
            message_type="email_outgoing",
        )
        return {
            "mail_message_id": message.id,
            "is_notification": True,
            "subject": subject,
            "body_html": body,
            "email_from": sender,
            "email_to": self.email,
            "reply_to": self._notify_get_reply_to(default=sender)[self.id],
            "auto_delete": True,
            "attachment_ids": [Command.create(values) for values in attachments],
        }

    def _log_on_case(self, body):
        """Note on the case what whoever is asked did."""
        self.ensure_one()
        user = self.env.user
        # Who follows a link is nobody to Odoo: the words say who.
        author = user.partner_id if user._is_internal() else self.env.ref("base.partner_root")
        self.case_id._message_log(body=body, author_id=author.id)

    def _make_invitation_files(self, url, cancelled=False):
        """:return: values of attachments: the calendar entry, and the same as a to-do"""
        self.ensure_one()
        self.ical_organizer = self.ical_organizer or self._get_organizer()
        invitation = Invitation(
            uid=self.ical_uid,
            sequence=self.ical_sequence,
            summary=self.name,
            description=f"{self.body}\n\n{url}".strip(),
            url=url,
            organizer=self.ical_organizer,
            attendee=self.email,
            due=self.date_due,
            stamp=fields.Datetime.now(),
        )
        files = [("invite.ics", make_event(invitation, cancelled))]
        # The same entry with another identity, or a program would take one for the other.
        task = invitation._replace(uid=f"task-{self.ical_uid}")
        files.append(("task.ics", make_task(task, cancelled)))
        method = "CANCEL" if cancelled else "REQUEST"
        return [
            {
                "name": name,
                "raw": content,
                "mimetype": f"text/calendar; charset=utf-8; method={method}",
                "type": "binary",
            }
            for name, content in files
        ]

    def _get_organizer(self):
        """:return: address of who invites"""
        return (
            self.case_user_id.email_normalized or read_address(self.company_id.email) or "noreply@localhost"
        )

    def _add_activities(self):
        """Put questions to colleagues among their to-dos."""
        activity_type = self.env.ref("dispute_management.mail_activity_type_information_request")
        model_id = self.env["ir.model"]._get_id("dispute.case")
        values = [
            {
                "res_model_id": model_id,
                "res_id": request.case_id.id,
                "activity_type_id": activity_type.id,
                "user_id": request.user_id.id,
                "summary": request.name,
                "note": self.env["ir.qweb"]._render(
                    "dispute_management.information_request_activity_note", {"question": request}
                ),
                "date_deadline": request._to_local(request.date_due).date(),
                "dispute_request_id": request.id,
            }
            for request in self
            if request.user_id
        ]
        # The question is mailed already; a second mail about its to-do would be noise.
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(values)

    @api.model
    def _get_shown_facts(self):
        """What of a case can be shown with a question.

        :return: list of ``(name, label)``; override to offer more
        """
        return [
            ("customer", self.env._("Customer")),
            ("invoices", self.env._("Invoices")),
            ("amount", self.env._("Amount in dispute")),
            ("reason", self.env._("Reason")),
            ("description", self.env._("What the customer says")),
        ]

    def _get_facts(self):
        """:return: list of ``(label, value)`` of what was chosen to be shown"""
        self.ensure_one()
        case = self.case_id
        values = {
            "customer": case.partner_id.name,
            "invoices": ", ".join(case.line_ids.move_id.mapped("name")),
            "amount": case.currency_id.format(case.amount_disputed),
            "reason": case.reason_id.name,
            "description": case.description,
        }
        chosen = (self.fact_names or "").split(",")
        return [
            (label, values[name])
            for name, label in self._get_shown_facts()
            if name in chosen and values.get(name)
        ]
