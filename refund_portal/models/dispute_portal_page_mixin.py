from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_date

#: Fields that a stage can demand and that the customer can fill in themselves.
ASKED_FIELDS = ("customer_reference", "customer_wish", "description")


class DisputePortalPageMixin(models.AbstractModel):
    """What the case page tells: whose turn it is, what happens next and by when, and what is asked.

    Called as superuser, for a case that the route has checked.
    """

    _name = "dispute.portal.page.mixin"
    _description = "Dispute Page of the Customer Portal"

    def _get_portal_reader(self):
        """:return: res.users with whose rights the page is shown as the customer reads it: the contact, else somebody
        else of theirs; the public user when nobody of them logs in
        """
        self.ensure_one()
        # sudo: who of the customer logs in is read to show the page as theirs, and not told.
        readers = (
            self.env["res.users"]
            .sudo()
            .search(
                Domain("share", "=", True)
                & Domain("partner_id.commercial_partner_id", "=", self.partner_id.id)
                & Domain("company_ids", "in", self.company_id.ids),
                limit=20,
            )
        )
        reader = (readers.filtered(lambda user: user.partner_id == self.contact_id) or readers)[:1]
        if reader and self.with_user(reader).sudo(False).has_access("read"):
            return reader
        return self.env.ref("base.public_user").sudo()

    # ------------------------------------------------------------
    # Whose turn, and what next
    # ------------------------------------------------------------

    def _get_portal_turn(self):
        """:return: whose turn it is as far as the customer is concerned: ``customer``, ``third_party``, ``us``, or
        False once closed; which of our people works on it is ours to know
        """
        self.ensure_one()
        if self.is_closed:
            return False
        return self.waiting_on if self.waiting_on in ("customer", "third_party") else "us"

    def _get_portal_offer(self):
        """:return: the dispute.settlement that the customer can accept now, or none"""
        self.ensure_one()
        return self.settlement_ids.filtered(lambda settlement: settlement._is_offered())[:1]

    def _get_portal_refusal(self):
        """:return: the dispute.settlement that the customer can have looked at again, or none"""
        self.ensure_one()
        return self.settlement_ids.filtered(lambda settlement: not settlement._get_cannot_reopen_reason())[:1]

    def _get_portal_statements(self):
        """:return: dispute.settlement whose statement was sent to the customer, the newest first"""
        self.ensure_one()
        return self.settlement_ids.filtered(
            lambda settlement: (
                settlement.statement_id and settlement.state not in ("draft", "to_approve", "cancelled")
            )
        ).sorted("date_statement", reverse=True)

    def _get_portal_next(self):
        """What happens next, and by when.

        :return: list of sentences
        """
        self.ensure_one()
        if self.is_closed:
            return self._get_portal_end()
        turn, offer = self._get_portal_turn(), self._get_portal_offer()
        if offer:
            return [
                self.env._(
                    "Answer our offer until %s: accept it, ask for another amount, or decline.",
                    format_date(self.env, offer.date_valid),
                )
            ]
        if turn == "customer":
            return self._get_portal_wait()
        expected = self._get_answer_expected()
        if turn == "third_party":
            sentences = [self.env._("We wait for someone we asked, and go on once they have answered.")]
        elif self.stage_kind == "new":
            sentences = [self.env._("We read what you sent, and check it.")]
        else:
            sentences = [self.env._("We check it, and then write to you with our decision or an offer.")]
        if expected:
            sentences.append(
                self.env._("You can expect our answer by %s.", self._format_portal_day(expected))
            )
        return sentences

    def _get_portal_wait(self):
        sentences = [self.env._("Once we have your answer, we go on.")]
        closing = self.stage_id.timeout_stage_id._is_closed() if self.stage_id.timeout_stage_id else False
        if self.date_timeout and closing:
            sentences.append(
                self.env._(
                    "Without an answer by %s we close this dispute.",
                    self._format_portal_day(self.date_timeout),
                )
            )
        return sentences

    def _get_portal_end(self):
        """:return: list of sentences on what is left to do once a case is closed"""
        sentences = []
        if self.merged_into_id:
            sentences.append(self.env._("We go on with this in %s.", self.merged_into_id.name))
        refusal = self._get_portal_refusal()
        if refusal:
            sentences.append(
                self.env._(
                    "If you have something that we have not seen, you can ask us to look again until %s.",
                    format_date(self.env, refusal.date_valid),
                )
            )
        if self.date_pay_by and self.amount_rejected:
            sentences.append(
                self.env._(
                    "Please pay what was not accepted by %s, if it is not paid yet.",
                    format_date(self.env, self.date_pay_by),
                )
            )
        return sentences or [self.env._("Nothing is left to do.")]

    def _format_portal_day(self, at):
        """:return: the day of a naive UTC datetime, as the reader's zone and language have it"""
        return format_date(self.env, fields.Datetime.context_timestamp(self, at).date())

    # ------------------------------------------------------------
    # What is asked
    # ------------------------------------------------------------

    def _get_portal_asked(self):
        """What we wait for from the customer, if it is their turn and not an offer they have to answer.

        :return: dict of ``message`` (mail.message in which we asked, or none), ``requests`` (questions to the
            customer), ``evidence`` (dispute.evidence that is missing), ``fields`` (names of fields of the case) and ``extra`` (definitions of extra fields)
        """
        self.ensure_one()
        return {
            "message": self._get_portal_question(),
            "requests": self._get_portal_requests(),
            "evidence": self._get_portal_missing(),
            "fields": [
                name for name in ASKED_FIELDS if name in self._get_demanded_fields() and not self[name]
            ],
            "extra": [
                definition
                for definition in self.reason_id._get_portal_fields()
                if not self.reason_properties.get(definition["name"]) and definition["type"] != "boolean"
            ],
        }

    def _get_portal_requests(self):
        """:return: dispute.information.request to somebody of the customer that waits for an answer"""
        self.ensure_one()
        return self.request_ids.filtered(
            lambda question: question.state == "open" and question.whom == "customer"
        )

    def _get_portal_missing(self):
        """:return: dispute.evidence that the customer should send and that is not there"""
        self.ensure_one()
        if self.stage_kind == "proposed":
            # What is offered in our words only is answered in theirs: what happened has been found out.
            return self.evidence_ids.browse()
        return self.evidence_ids.filtered(
            lambda item: item.type_id and item.supplied_by == "customer" and not item.is_there
        )

    def _get_demanded_fields(self):
        """:return: set of names of fields that the stage wants filled in before it is left"""
        self.ensure_one()
        return set(
            self.stage_id.requirement_ids.filtered(lambda item: item.kind == "field").mapped("field_name")
        )

    def _get_portal_question(self):
        """:return: the last mail.message of ours, unless the customer answered it; or none"""
        self.ensure_one()
        messages = self._get_portal_messages().filtered(
            lambda message: message.message_type != "auto_comment"
        )
        last = messages.sorted("id")[-1:]
        return last if self._is_of_ours(last) else last.browse()

    def _is_of_ours(self, message):
        """:return: whether somebody on our side wrote a message"""
        return message.author_id.commercial_partner_id != self.partner_id if message else False

    # ------------------------------------------------------------
    # Amounts and documents
    # ------------------------------------------------------------

    def _get_portal_amounts(self):
        """:return: (label, amount) of what the customer should read, the claim first; zero parts are left out"""
        self.ensure_one()
        parts = [(self.env._("You dispute"), self.amount_disputed), *self._get_customer_parts(self)]
        if not self.currency_id.is_zero(self.amount_open):
            parts.append((self.env._("Still open"), self.amount_open))
        return parts

    def _get_portal_documents(self):
        """:return: the invoices in dispute, and the posted credit notes made for it"""
        self.ensure_one()
        credit_notes = self.env["account.move"].search(
            self._get_credit_note_domain() & Domain("state", "=", "posted"), order="date, id"
        )
        return self.move_ids | credit_notes

    def _get_portal_messages(self):
        """:return: the messages a customer may read: what Odoo's portal conversation shows, and nothing else"""
        self.ensure_one()
        return self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("subtype_id", "=", self.env.ref("mail.mt_comment").id),
                ("is_internal", "=", False),
                ("message_type", "in", ("comment", "email", "email_outgoing", "auto_comment")),
            ]
        )

    def _get_portal_attachments(self):
        """:return: the files a customer may read: those of the conversation; a file kept on the case is internal"""
        self.ensure_one()
        return self._get_portal_messages().attachment_ids.sorted("id")
