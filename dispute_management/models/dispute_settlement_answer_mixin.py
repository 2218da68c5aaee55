from markupsafe import Markup

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import LockError, UserError

from ..tools.answer_form import MAX_TEXT
from ..tools.plain_text import clean_text

#: Written about a settlement after it was carried out.
ANSWER_FACTS = {"answer", "date_answered", "answered_by", "answer_text", "date_taken_up"}


class DisputeSettlementAnswerMixin(models.AbstractModel):
    """What the customer answers to an offer or a refusal, and what follows from it.

    Who answers is whoever holds the link or may work on the case: checked by the caller.
    """

    _name = "dispute.settlement.answer.mixin"
    _description = "Dispute Settlement Answers"

    currency_id = fields.Many2one("res.currency")
    answer = fields.Selection(
        [
            ("accepted", "Accepted"),
            ("deemed", "Accepted by not answering"),
            ("declined", "Declined"),
            ("countered", "Counter-offer"),
            ("reopened", "Asked to look again"),
        ],
        string="Customer's answer",
        readonly=True,
        copy=False,
        tracking=True,
    )
    date_answered = fields.Datetime(string="Answered on", readonly=True, copy=False)
    answered_by = fields.Char(readonly=True, copy=False)
    answer_text = fields.Text(string="What they say", readonly=True, copy=False)
    date_taken_up = fields.Datetime(
        string="Refusal taken up again",
        readonly=True,
        copy=False,
        help="Since then what was refused here is in dispute again.",
    )
    counter_amount = fields.Monetary(string="They ask for", readonly=True, copy=False)
    signature = fields.Image(readonly=True, copy=False, attachment=True, max_width=1024, max_height=1024)

    # Actions

    def action_record_acceptance(self):
        """Note that the customers accepted these offers in another way than on their page."""
        self._check_workable()
        for settlement in self:
            if settlement._needs_signature():
                raise UserError(
                    self.env._(
                        "%s: from this amount the customer signs, on the page that our mail links to.",
                        settlement.case_id.name,
                    )
                )
            settlement._accept_offer(self._get_recorder())

    def action_record_decline(self):
        """:return: action that asks what the customer said"""
        self._check_workable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customer Declines"),
            "res_model": "settlement.decline",
            "view_mode": "form",
            "target": "new",
            "context": {"default_settlement_id": self.id},
        }

    def _get_recorder(self):
        return self.env._("the customer, noted by %s", self.env.user.name)

    # Business

    def _needs_signature(self):
        """:return: whether accepting this takes a signature"""
        self.ensure_one()
        company = self.company_id
        limit = company.dispute_signature_from
        amount = sum(line._get_company_amount() for line in self._get_giving_lines())
        return bool(limit) and company.currency_id.compare_amounts(amount, limit) >= 0

    def _get_cannot_answer_reason(self):
        """:return: why this offer can't be accepted or declined (any more), or False"""
        self.ensure_one()
        if self.state in ("accepted", "processing", "executed") and self.date_offered:
            return self.env._("This offer was accepted already.")
        if self.state == "declined":
            return self.env._("This offer was declined already.")
        if self.state == "expired" or (self.state == "proposed" and not self._is_offered()):
            return self.env._("This offer could be accepted until %s.", self._format_day(self.date_valid))
        if self.state != "proposed":
            return self.env._("There is no offer to answer.")
        return False

    def _accept_offer(self, by, signature=None):
        """Accept, and carry out at once; what can't be carried out is told to the owner.

        :param by: name of who accepts
        :param signature: image in base64
        :raise UserError: when there is nothing to accept (any more), or the signature is missing
        """
        settlement = self._lock_offer()
        if settlement._needs_signature() and not signature:
            raise UserError(self.env._("Please sign to accept."))
        settlement._note_answer("accepted", by, signature=signature or False)
        settlement._set_state("accepted")
        settlement._carry_out_accepted()

    def _accept_silently(self):
        """Accept an offer that said it counts as accepted when nobody answers."""
        self.ensure_one()
        self._note_answer("deemed", self.env._("nobody, until %s", self._format_day(self.date_valid)))
        self._set_state("accepted")
        self._carry_out_accepted()

    def _decline_offer(self, by, text):
        """Decline, saying why: the case is ours again.

        :raise UserError: when there is nothing to decline (any more), or no reason is given
        """
        settlement = self._lock_offer()
        text = clean_text(text, MAX_TEXT, multiline=True)
        if not text:
            raise UserError(self.env._("Please tell us why."))
        settlement._note_answer("declined", by, text)
        settlement._give_back(
            settlement.env._("Offer of %s declined", settlement.currency_id.format(settlement.amount_given))
        )

    def _counter_offer(self, by, amount, text=""):
        """Ask for another amount instead: the case is ours again.

        :param amount: what the customer asks for in all, in the case's currency
        :raise UserError: when there is no offer (any more), or the amount can't be asked for
        """
        settlement = self._lock_offer()
        reason = settlement._get_cannot_counter_reason(amount)
        if reason:
            raise UserError(reason)
        text = clean_text(text, MAX_TEXT, multiline=True)
        settlement._note_answer("countered", by, text, counter_amount=amount)
        settlement._give_back(
            settlement.env._(
                "Counter-offer: %(wanted)s instead of %(offered)s",
                wanted=settlement.currency_id.format(amount),
                offered=settlement.currency_id.format(settlement.amount_given),
            )
        )

    def _takes_counter_offers(self):
        """:return: whether the customer may ask for another amount on a page of ours; override to allow less"""
        self.ensure_one()
        return True

    def _get_cannot_counter_reason(self, amount):
        """:return: why the customer can't ask for this amount, or False"""
        self.ensure_one()
        currency = self.currency_id
        if currency.compare_amounts(amount, self.amount_given) <= 0:
            return self.env._(
                "We offer %s already: accept it, or ask for more.", currency.format(self.amount_given)
            )
        if currency.compare_amounts(amount, self._get_most_countered()) > 0:
            return self.env._(
                "That is more than the %s in dispute.", currency.format(self._get_most_countered())
            )
        return False

    def _get_most_countered(self):
        """:return: the most that a counter-offer can ask for: all that is open on the offer's lines"""
        self.ensure_one()
        return sum(self.line_ids.dispute_line_id.mapped("amount_open"))

    def _get_cannot_reopen_reason(self):
        """:return: why the customer can't have this refusal looked at again, or False"""
        self.ensure_one()
        if self.state != "executed" or self.date_offered or "rejection" not in self.line_ids.mapped("kind"):
            return self.env._("There is no refusal to look at again.")
        if self.date_taken_up:
            return self.env._("We are looking at it again already.")
        if not self.date_valid or self._get_local_date(fields.Datetime.now()) > self.date_valid:
            return self.env._(
                "The time to ask for it has passed. Please reply to our mail if something is new."
            )
        return False

    def _ask_reopening(self, by, text):
        """Have a refusal looked at again: what was refused is in dispute as before.

        :raise UserError: when it can't be, or no reason is given
        """
        settlement = self._lock()
        reason = settlement._get_cannot_reopen_reason()
        if reason:
            raise UserError(reason)
        text = clean_text(text, MAX_TEXT, multiline=True)
        if not text:
            raise UserError(self.env._("Please tell us what is new."))
        settlement._note_answer("reopened", by, text)
        settlement.case_id._take_up_refusal()
        settlement._tell_owner(self.env._("The customer asks to look at our refusal again"), text)

    def _take_up(self, at):
        """Dispute again what was refused; what was booked stays so.

        :param at: naive UTC datetime
        """
        refusals = self.filtered(
            lambda item: (
                item.state == "executed"
                and not item.date_taken_up
                and "rejection" in item.line_ids.mapped("kind")
            )
        )
        refusals.write({"date_taken_up": at})

    def _lock(self):
        """:return: this settlement as superuser, locked: of two answers at once one waits or is refused"""
        self.ensure_one()
        # Customers have no right on settlements: the caller checked that this is theirs.
        settlement = self.sudo()
        try:
            settlement.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._("Somebody else answers this at this moment: please look again.")
            ) from error
        settlement.invalidate_recordset(["state"])
        return settlement

    def _lock_offer(self):
        settlement = self._lock()
        reason = settlement._get_cannot_answer_reason()
        if reason:
            raise UserError(reason)
        return settlement

    def _prepare_answer_reset(self):
        """:return: values of an offer that nobody answered yet"""
        return {**dict.fromkeys(ANSWER_FACTS, False), "counter_amount": 0, "signature": False}

    def _note_answer(self, answer, by, text="", **facts):
        self.ensure_one()
        self.write(
            {
                "answer": answer,
                "date_answered": fields.Datetime.now(),
                "answered_by": by,
                "answer_text": text or False,
                **({"date_reminder": False} if self.state == "proposed" else {}),
                **facts,
            }
        )
        labels = dict(self._fields["answer"]._description_selection(self.env))
        body = Markup("<p><strong>%s</strong> (%s)</p><p style='white-space: pre-wrap'>%s</p>") % (
            labels[answer],
            by,
            text,
        )
        author = self._get_answer_author() if answer != "deemed" else self.env.user.partner_id
        for record in (self, self.case_id):
            record.with_user(SUPERUSER_ID)._message_log(body=body, author_id=author.id)

    def _get_answer_author(self):
        """:return: res.partner who answers: who is logged in for the customer, else the contact"""
        partner = self.env.user.partner_id
        is_customer = self.env.user.share and partner.commercial_partner_id == self.case_id.partner_id
        return partner if is_customer else self.case_id.contact_id

    def _give_back(self, summary):
        """Decline this, and ask the owner what to do now."""
        self._set_state("declined")
        self.case_id._end_offer(answered=True)
        self._tell_owner(summary, self.answer_text)

    def _carry_out_accepted(self):
        """Carry out what was just accepted; the acceptance stands, whatever comes of it."""
        self.ensure_one()
        case = self.case_id
        zone = case._get_calendar().tz or "UTC"
        # In the name of the suite: the customer made no documents.
        settlement = self.with_user(SUPERUSER_ID).with_company(self.company_id)
        settlement = settlement.with_context(tz=zone, lang=self.env.user.lang)
        try:
            with self.env.cr.savepoint():
                settlement._carry_out()
        except UserError as error:
            settlement.invalidate_recordset()
            self._tell_owner(self.env._("Accepted, but not carried out"), str(error))
        case._end_offer(answered=True)

    def _tell_owner(self, summary, note=""):
        """Give who answers for the case an activity."""
        self.ensure_one()
        case = self.case_id
        owner = case.user_id or case.team_id.user_id or self.user_id
        case.with_user(SUPERUSER_ID).activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=owner.id,
            summary=summary,
            note=Markup("<p style='white-space: pre-wrap'>%s</p>") % note if note else False,
        )
