from markupsafe import Markup

from odoo import SUPERUSER_ID, fields, models
from odoo.tools import email_normalize, html2plaintext

from ..tools.answer_form import find_choice
from ..tools.mail_intake import drop_quotes
from ..tools.plain_text import clean_text

#: More of a mail than this is not looked at: characters of its body.
MAX_BODY = 200_000


class DisputeInformationReplyMixin(models.AbstractModel):
    """Replies to a request by mail: an answer, or something that the owner has to see."""

    _name = "dispute.information.reply.mixin"
    _description = "Dispute Replies"
    _inherit = ["mail.thread"]

    def message_update(self, msg_dict, update_vals=None):
        """Take a reply by mail, as Odoo does, without the files that no case may hold."""
        # Files of a reply meet the limits of all files of a case.
        notes = self.env["dispute.case"]._drop_refused_files(msg_dict)
        if notes:
            self._tell_owners(Markup("<br/>").join(notes))
        return super().message_update(msg_dict, update_vals)

    def _message_post_after_hook(self, message, msg_vals):
        res = super()._message_post_after_hook(message, msg_vals)
        # Mail reaches a question by its own reply address; who may answer is told by the sender.
        if message.message_type == "email":
            for request in self.sudo():
                request._take_reply(message)
        return res

    def _take_reply(self, message):
        """Take what came by mail as the answer; where it can't be one, show it to the owner."""
        self.ensure_one()
        text = html2plaintext(str(message.body)[:MAX_BODY], include_references=False)
        text = clean_text(drop_quotes(text), multiline=True)
        if not text and not message.attachment_ids:
            return
        is_theirs = email_normalize(message.email_from) == self.email
        if is_theirs and self.state == "open":
            self._answer_in_words(self.recipient_name, text, message.attachment_ids)
            return
        if is_theirs:
            why = self.env._("%s wrote again about this question:", self.recipient_name)
        else:
            why = self.env._(
                "This came from %(sender)s and not from %(asked)s, so it is not taken as the answer:",
                sender=message.email_from,
                asked=self.email,
            )
        self._tell_owners(Markup("%s<br/><br/>%s") % (why, Markup("<br/>").join(text.splitlines())), message)

    def _answer_in_words(self, by, text, attachments):
        """Take a message as the answer: files go to the first item that asks for one, and a choice
        that stands on a line of its own to its item.

        :param by: name of who answers
        :param attachments: ir.attachment that came with it
        """
        self.ensure_one()
        values = {}
        for item in self.item_ids.filtered(lambda item: item.kind == "choice"):
            choice = find_choice(text, item._get_choices())
            if choice:
                values[item] = choice
        file_items = self.item_ids.filtered(lambda item: item.kind == "file")
        if attachments and file_items:
            values[file_items[0]] = attachments
        self._answer(by, text, values)

    def _message_receive_bounce(self, email, partner):
        super()._message_receive_bounce(email, partner)
        # Told by the mail server: nobody in particular.
        for request in self.sudo():
            if request.state == "open" and email == request.email:
                request._warn_of_bounce()

    def _warn_of_bounce(self):
        """Give the owner a to-do, once: whoever waits would wait for ever."""
        summary = self.env._(
            "Mail to %(email)s does not arrive: %(question)s", email=self.email, question=self.name
        )
        case = self.case_id
        known = case.activity_ids.filtered(lambda activity: activity.summary == summary)
        if not known and not case.is_closed:
            case.activity_schedule(
                "mail.mail_activity_data_warning",
                user_id=case.user_id.id or self.create_uid.id,
                summary=summary,
                date_deadline=fields.Date.context_today(self),
            )

    def _tell_owners(self, body, message=None):
        """Note on the case what came about a question, and notify its owner.

        :param body: markup
        :param message: mail.message whose files are shown with it
        """
        for request in self.sudo():  # as the gateway: whoever wrote reads no case
            # Not as whoever wrote: from a visitor's message Odoo drops files.
            request.case_id.with_user(SUPERUSER_ID).message_post(
                body=Markup("<p><strong>%s</strong></p><p>%s</p>") % (request.name, body),
                subtype_xmlid="mail.mt_note",
                attachment_ids=message.attachment_ids.ids if message else [],
                partner_ids=request.case_user_id.partner_id.ids,
                author_id=request.env.ref("base.partner_root").id,
            )
