from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import LockError, UserError

from ..tools.answer_form import MAX_TEXT
from ..tools.plain_text import clean_text


class DisputeInformationAnswerMixin(models.AbstractModel):
    """The answer to a request, by page, mail or to-do, and what follows on the case."""

    _name = "dispute.information.answer.mixin"
    _description = "Dispute Answers"

    # Actions

    def action_note_answer(self):
        """:return: action that opens the page on which a colleague notes what they were told, say by phone"""
        self.ensure_one()
        self._check_can_ask()
        return {"type": "ir.actions.act_url", "url": f"/dispute/question/{self.id}", "target": "new"}

    def _get_answerer(self, user):
        """By what name a user may answer: who was asked by theirs, who works on the case for them.

        :return: the name that is put on record; False: they may not
        """
        self.ensure_one()
        if self.user_id == user:
            return self.recipient_name
        # What they may do is asked as themselves: the question was read for them.
        if user._is_internal() and self.case_id.with_user(user).sudo(False).has_access("write"):
            return self.env._("%(user)s, for %(name)s", user=user.name, name=self.recipient_name)
        return False

    # Business

    def _answer(self, by, text="", values=None, files=None):
        """Take an answer; the first one counts.

        :param by: name of who answers
        :param text: what they say
        :param values: ``{dispute.information.item: value}``, see `dispute.information.item._set_value`
        :param files: ir.attachment, what else they send
        :raise UserError: when the question is not open (any more)
        """
        self.ensure_one()
        # Who answers is whoever holds the link, the mail or the activity: checked by the caller.
        request = self.sudo()
        request._lock_open()
        now = fields.Datetime.now()
        request.write(
            {
                "state": "answered",
                "date_answered": now,
                "answered_by": by,
                "answer": clean_text(text, MAX_TEXT, multiline=True) or False,
                "date_reminder": False,
            }
        )
        for item, value in (values or {}).items():
            item.sudo()._set_value(value)
        self.env["dispute.link"]._revoke(request)
        request._finish_activities()
        request._file_evidence()
        request._log_answer(files)
        request._send_end()
        request.next_ids.filtered(lambda following: following.state == "waiting")._open()
        if request.whom == "customer":
            request.case_id._note_answer_of("customer")
        request.case_id._follow_requests()
        request._apply_rule()

    def _lock_open(self):
        """Let one after the other act on a question, when two do so or somebody presses twice.

        :raise UserError: when it is not open (any more)
        """
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._("Somebody is answering this question right now. Please try again in a moment.")
            ) from error
        self.invalidate_recordset(["state", "email", "forward_count", "date_due"])
        if self.state != "open":
            raise UserError(self.env._("This question is answered or withdrawn already."))

    def _finish_activities(self):
        """Mark the to-dos of answered questions done; their managers' need no more doing."""
        self.manager_activity_ids.unlink()
        activities = self.activity_ids.filtered("active").with_context(dispute_request_answered=True)
        for feedback, done in activities.grouped(lambda activity: activity.dispute_request_id.answer).items():
            done._action_done(feedback=feedback)

    def _file_evidence(self):
        """Put files answered on the evidence list, where the question says so."""
        for item in self.item_ids.filtered(lambda item: item.attachment_ids and item.evidence_type_id):
            evidence = item.case_id.evidence_ids.filtered(
                lambda evidence, item=item: evidence.type_id == item.evidence_type_id
            )
            if evidence:
                evidence[0].attachment_ids |= item.attachment_ids
            else:
                evidence.create(
                    {
                        "case_id": item.case_id.id,
                        "type_id": item.evidence_type_id.id,
                        "attachment_ids": [(6, 0, item.attachment_ids.ids)],
                    }
                )

    def _log_answer(self, files=None):
        """Tell the followers of the case, colleagues only, what was answered."""
        self.ensure_one()
        is_noted = self.answered_by != self.recipient_name
        author = self.env.user.partner_id if is_noted else self.partner_id
        # Not as whoever answers: from a visitor's message Odoo drops files that the answer has kept.
        self.case_id.with_user(SUPERUSER_ID).message_post(
            body=self.env["ir.qweb"]._render(
                "dispute_management.information_request_answer_message", {"question": self}
            ),
            subtype_xmlid="mail.mt_note",
            attachment_ids=files.ids if files else [],
            partner_ids=self.case_user_id.partner_id.ids,
            author_id=author.id or self.env.ref("base.partner_root").id,
        )

    def _apply_rule(self):
        """Do what the question says follows its answer."""
        self.ensure_one()
        choices = {item.value_text for item in self.item_ids if item.kind == "choice" and item.is_answered}
        rule = self.question_id.rule_ids._find(choices)
        case = self.case_id
        if not rule or case.is_closed:
            return
        if rule.cause_id and not case.cause_id:
            case.cause_id = rule.cause_id
        if rule.activity_type_id:
            case.activity_schedule(
                activity_type_id=rule.activity_type_id.id,
                user_id=case.user_id.id or self.create_uid.id,
                summary=self.env._("%s was answered", self.name),
            )
        if rule.stage_id and rule.stage_id.pipeline_id == case.pipeline_id:
            case._move_or_tell(rule.stage_id)
            if case._get_whom_asked():
                # The stage names whose turn it is; others still owe an answer.
                case._follow_requests()
