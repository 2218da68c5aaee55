from email.message import Message

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, html2plaintext, html_sanitize

from ..tools.mail_intake import MAX_TEXT
from ..tools.plain_text import clean_text
from .dispute_case_mail_sender_mixin import Sender

#: More of a mail than this is not looked at: characters of its body as it came.
MAX_BODY = 200_000


class DisputeCaseMailMixin(models.AbstractModel):
    """The mail door: a message to a team's address becomes a case.

    Only what is certain is filled in: a sender who is one known customer, and invoices of
    that customer named by number. Whatever is not, is left to a clerk: a case for triage.
    """

    _name = "dispute.case.mail.mixin"
    _description = "Dispute Mail Gateway"
    _inherit = ["dispute.case.mail.route.mixin", "mail.thread.cc"]

    email_from = fields.Char(
        string="Sender",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The address that the case was mailed from.",
    )

    def _notify_get_reply_to(self, default=None, author_id=False):
        # The addresses of a team are no secret to who writes on its cases.
        addresses = self.team_id.sudo()._notify_get_reply_to(default=default, author_id=author_id)
        reply_to = {case.id: addresses.get(case.team_id.id) for case in self}
        others = self.filtered(lambda case: not case.team_id)
        if others:
            reply_to.update(super(DisputeCaseMailMixin, others)._notify_get_reply_to(default, author_id))
        return reply_to

    # Mail in

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Make a case of a mail; see the class for what is filled in.

        Called by Odoo's gateway as superuser, for the user who wrote if it was one.
        """
        values = dict(custom_values or {})
        forged = values.pop("is_forged", False)
        # What an alias gives by default is typed by hand: it writes no facts.
        values = {name: values[name] for name in values.keys() - self._get_fact_fields(creating=True)}
        team = self.env["dispute.team"].browse(values.get("team_id") or ())
        this = self.with_company(team.company_id or self.env.company)
        text = this._get_mail_text(msg_dict)
        sender = Sender(note=self.env._("The mail servers report a forged sender.")) if forged else None
        sender = sender or this._get_mail_sender(msg_dict, team.company_id, text)
        if sender.partner and not team.company_id:
            this = this.with_company(sender.partner.company_id or this.env.company)
        if sender.user:
            # What colleagues say when they forward is for colleagues.
            msg_dict["is_internal"] = True
        elif sender.partner:
            # Odoo knows people by the first of their addresses only.
            msg_dict["author_id"] = msg_dict.get("author_id") or sender.contact.id
        else:
            msg_dict["author_id"] = False
        claim, notes = this._prepare_mail_claim(sender, team.company_id, msg_dict.get("subject"), text)
        values |= this._prepare_mail_values(msg_dict, sender, text)
        notes = [*this._drop_refused_files(msg_dict), *filter(None, [sender.note]), *notes]
        try:
            with self.env.cr.savepoint():
                case = super(DisputeCaseMailMixin, this).message_new(msg_dict, values | claim)
        except UserError as error:
            # What can't be claimed is for a clerk to see, never a mail lost.
            notes.append(str(error))
            claim.pop("line_ids", None)
            case = super(DisputeCaseMailMixin, this).message_new(msg_dict, values | claim)
        if notes:
            body = Markup("<br/>").join(notes)
            case._message_log(body=Markup("%s<br/>%s") % (self.env._("From the mail:"), body))
        return case

    def message_update(self, msg_dict, update_vals=None):
        if not msg_dict.get("parent_id") and self._get_mail_colleague(msg_dict):
            # Sent to the team, not to the customer: what colleagues add is for colleagues.
            msg_dict["is_internal"] = True
        notes = self._drop_refused_files(msg_dict)
        if notes:
            self._message_log(body=Markup("<br/>").join(notes))
        return super().message_update(msg_dict, update_vals)

    @api.model
    def _prepare_mail_values(self, msg_dict, sender, text):
        """:return: values of a case that any mail gives; override to add fields"""
        subject = clean_text(msg_dict.get("subject") or "", 500)
        words = [self._get_forwarded_text(msg_dict, text)] if sender.user else [subject, text]
        values = {
            "source": "mail",
            "company_id": self.env.company.id,
            "email_from": email_normalize(msg_dict.get("email_from")) or False,
            "description": "\n\n".join(filter(None, words)),
        }
        if sender.user and sender.user.has_group("dispute_management.group_dispute_user"):
            values["user_id"] = sender.user.id
        if sender.partner:
            values |= {"partner_id": sender.partner.id, "contact_id": sender.contact.id}
        return values

    @api.model
    def _get_mail_text(self, msg_dict):
        """:return: the body as plain text, cut where it is endless"""
        body = str(msg_dict.get("body") or "")
        if len(body) > MAX_BODY:
            body = body[:MAX_BODY]
            msg_dict["body"] = html_sanitize(body)
        text = html2plaintext(html_sanitize(body), include_references=False)
        return clean_text(text, MAX_TEXT, multiline=True)

    @api.model
    def _drop_refused_files(self, msg_dict):
        """Keep only the files that a case takes.

        :return: a note for each that was dropped
        """
        rules = self.env["dispute.file.rules"]
        kept, notes = [], []
        for file in msg_dict.get("attachments") or ():
            name, content = file[0], file[1]
            if isinstance(content, Message):
                content = content.as_bytes()
            elif isinstance(content, str):
                content = content.encode("utf-8", "replace")
            error = rules._get_files_error([(name, len(content or b""), content or b"")])
            if not error and len(kept) >= rules._get_limits()["max_files"]:
                error = self.env._("%s: more files than a case takes.", name)
            if error:
                notes.append(self.env._("A file was left out: %s", error))
            else:
                kept.append(file)
        if "attachments" in msg_dict:
            msg_dict["attachments"] = kept
        return notes
