from datetime import timedelta

from markupsafe import Markup

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import html2plaintext, plaintext2html

from odoo.addons.dispute_management.tools.file_rules import clean_file_name

#: The same words and files by the same person within this time are one message: a form sent twice.
RESEND_WINDOW = timedelta(minutes=10)
#: States of settlements that are being carried out: a withdrawal comes too late.
BINDING_STATES = ("approved", "accepted", "processing")


class DisputePortalActMixin(models.AbstractModel):
    """What a customer does on the case page; offers and refusals are answered by their settlements.

    The route has checked whose case it is and who acts: the records are superuser's, the user is the one who
    acts, to be the author of what follows.
    """

    _name = "dispute.portal.act.mixin"
    _description = "Acts of Customers on a Dispute"

    # ------------------------------------------------------------
    # What may be done
    # ------------------------------------------------------------

    def _get_portal_acts(self):
        """What the customer may do now; the one answer for page and route. Override to allow less.

        :return: set of ``write``, ``supply``, ``withdraw``, ``accept``, ``decline``, ``counter``, ``reopen``
            and ``rate``
        """
        self.ensure_one()
        if self.merged_into_id:
            return set()
        acts = {"write"}
        if self.is_closed:
            acts |= {"rate"} if self._can_rate() else set()
        else:
            acts |= set() if self._get_cannot_withdraw_reason() else {"withdraw"}
        offer = self._get_portal_offer()
        if offer:
            acts |= {"accept", "decline"}
            acts |= {"counter"} if offer._takes_counter_offers() else set()
        elif self._is_portal_asked():
            acts.add("supply")
        if self._get_portal_refusal():
            acts.add("reopen")
        return acts

    def _is_portal_asked(self):
        """:return: whether we wait for the customer; also beside somebody else who owes an answer"""
        self.ensure_one()
        return self._get_portal_turn() == "customer" or bool(self._get_portal_requests())

    def _get_cannot_withdraw_reason(self):
        """:return: why the customer can't withdraw this (any more), or False"""
        self.ensure_one()
        if self.is_closed:
            return self.env._("This dispute is closed already.")
        if any(settlement.state in BINDING_STATES for settlement in self.settlement_ids):
            return self.env._("We are carrying out what was agreed: write to us if that is wrong.")
        stage = self.pipeline_id._get_stage("withdrawn")
        if not stage or self._get_barred_reason(stage):
            return self.env._("Please write to us, and we close this dispute for you.")
        return False

    # ------------------------------------------------------------
    # Doing it
    # ------------------------------------------------------------

    def _portal_supply(self, text, files, evidence_files=None, vals=None):
        """Take what the customer tells and sends: a message of theirs, and their answer if we wait for one.

        :param text: what they say
        :param files: list of ``(name, content)``
        :param evidence_files: ``{dispute.evidence: [(name, content)]}`` that fulfil what is missing
        :param vals: values of the case that were asked for
        :return: whether this was new; the same sent twice is taken once
        """
        self.ensure_one()
        self._portal_lock()
        asked, requests = self._is_portal_asked(), self._get_portal_requests()
        groups = [files, *(evidence_files or {}).values()]
        sent = [(clean_file_name(name), content) for group in groups for name, content in group]
        lines = [*filter(None, [text]), *self._get_told_lines(vals)]
        body = Markup("<br/>").join(plaintext2html(line, with_paragraph=False) for line in lines)
        if self._is_resent(body, sent):
            return False
        if vals:
            self.write(vals)
        subject = self.env._("Answer") if asked else self.env._("Sent later") if sent else False
        message = self._portal_post(body or self.env._("Files"), subject, sent)
        attachments = message.attachment_ids.sorted("id")
        taken = len(files)
        for evidence, group in (evidence_files or {}).items():
            evidence.attachment_ids |= attachments[taken : taken + len(group)]
            taken += len(group)
        for request in requests:
            request._answer_in_words(self._get_portal_author().name, text, attachments)
        if asked or sent:
            self._portal_tell_owner(asked, text)
        self._portal_confirm(
            self.env._("We have received your answer. It is our turn again.")
            if asked
            else self.env._("We have received your message.")
        )
        return True

    def _get_told_lines(self, vals):
        """:return: list of sentences on values that the customer filled in"""
        lines = []
        for name, value in (vals or {}).items():
            if name == "reason_properties":
                continue
            field = self._fields[name]
            shown = (
                dict(field._description_selection(self.env))[value] if field.type == "selection" else value
            )
            lines.append(f"{field._description_string(self.env)}: {shown}")
        return lines

    def _portal_withdraw(self, text):
        """Close this as withdrawn, as the customer asks.

        :raise UserError: when it can't be, with the reason
        """
        self.ensure_one()
        self._portal_lock()
        reason = self._get_cannot_withdraw_reason()
        if reason:
            raise UserError(reason)
        self._portal_post(
            plaintext2html(text) if text else self.env._("Withdrawn"), self.env._("Dispute withdrawn")
        )
        # In the name of the suite: the pipeline's rules are for us, and customers close nothing else.
        case = self.with_user(SUPERUSER_ID)
        case._close(
            self.env.ref("dispute_management.dispute_resolution_wdn"),
            cause=case.cause_id or self.env.ref("dispute_management.dispute_cause_unk"),
        )
        self._portal_confirm(self.env._("You withdrew this dispute, and it is closed."))

    # ------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------

    def _portal_lock(self):
        """Let one form at a time act on this case; whoever comes second has the request started over."""
        if not self.try_lock_for_update(allow_referencing=True):
            raise ConcurrencyError("another form acts on this dispute")
        self.invalidate_recordset()

    def _get_portal_author(self):
        """:return: res.partner who acts: who is logged in, else the contact, by whose link somebody came"""
        self.ensure_one()
        user = self.env.user
        return self.contact_id or self.partner_id if user._is_public() else user.partner_id

    def _portal_post(self, body, subject=False, files=()):
        """Post a message of the customer in the conversation, so that both sides see it.

        :param files: list of ``(name, content)``
        :return: mail.message
        """
        # Evidence stays as it was sent: no resizing of pictures. A page or drawing is kept as text.
        return self.with_context(image_no_postprocess=True, attachments_mime_plainxml=True).message_post(
            body=body,
            subject=subject or None,
            attachments=list(files),
            author_id=self._get_portal_author().id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _is_resent(self, body, files):
        """:return: whether the same person sent the same a moment ago"""
        recent = self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("author_id", "=", self._get_portal_author().id),
                ("message_type", "=", "comment"),
                ("date", ">=", fields.Datetime.now() - RESEND_WINDOW),
            ]
        )
        checksum = self.env["ir.attachment"]._compute_checksum
        sums = sorted(checksum(content) for _name, content in files)
        words = html2plaintext(body or self.env._("Files")).strip()
        return any(
            html2plaintext(message.body or "").strip() == words
            and sorted(message.attachment_ids.mapped("checksum")) == sums
            for message in recent
        )

    def _portal_tell_owner(self, answered, text=""):
        """Give who answers for the case a to-do, one of a kind at a time.

        :param answered: whether we waited for what came
        """
        self.ensure_one()
        owner = self.user_id or self.team_id.user_id
        if not owner:
            return
        # In the name of the suite: customers plan nothing for our people.
        case = self.with_user(SUPERUSER_ID).with_context(lang=owner.lang)
        summary = case.env._("The customer answered") if answered else case.env._("The customer sent files")
        if summary in case.activity_ids.filtered(lambda todo: todo.user_id == owner).mapped("summary"):
            return
        note = Markup("<p style='white-space: pre-wrap'>%s</p>") % text if text else False
        case.activity_schedule("mail.mail_activity_data_todo", user_id=owner.id, summary=summary, note=note)
