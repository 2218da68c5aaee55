from odoo import models
from odoo.tools import format_date, html2plaintext

#: More of a message than this is not part of the timeline; all of it is in the conversation.
MAX_TEXT = 5_000


class DisputePortalTimelineMixin(models.AbstractModel):
    """What happened on a case, as far as it concerns the customer: by whom, when, in their words.

    Never notes, stages of our own, or which of our people did what.
    """

    _name = "dispute.portal.timeline.mixin"
    _description = "Dispute Timeline of the Customer Portal"

    def _get_portal_timeline(self):
        """:return: list of dicts ``at`` (naive UTC datetime), ``who``, ``what``, ``text`` and ``files``
        (ir.attachment), the newest first
        """
        self.ensure_one()
        events = [
            *self._get_stage_events(),
            *self._get_message_events(),
            *self._get_settlement_events(),
        ]
        return sorted(events, key=lambda event: event["at"])[::-1]

    def _prepare_event(self, at, who, what, text="", files=None):
        return {
            "at": at,
            "who": who,
            "what": what,
            "text": text,
            "files": files if files is not None else self.env["ir.attachment"],
        }

    def _get_stage_events(self):
        """:return: events of the stages, as customers read them; what reads the same is one"""
        us = self.company_id.name
        filer = self.contact_id.name if self.source == "portal" else us
        what = self.env._("Dispute filed") if self.source == "portal" else self.env._("Dispute noted")
        events = [self._prepare_event(self.date_opened, filer, what)]
        before = None
        for row in self.stage_history_ids.sorted(lambda row: (row.date_entered, row.id)):
            name = self._get_portal_stage_name(self._get_portal_stage(row.stage_id, row.waiting_on))
            if before not in (None, name):
                events.append(self._prepare_event(row.date_entered, us, name))
            before = name
        return events

    def _get_message_events(self):
        events = []
        for message in self._get_portal_messages():
            automatic = message.message_type == "auto_comment"
            text = "" if automatic else html2plaintext(message.body or "", include_references=False).strip()
            if automatic:
                what = self.env._("Mail to you: %s", message.subject or self.name)
            elif message.rating_value:
                what = self.env._("Rated how we handled it: %s of 5", round(message.rating_value))
            else:
                what = self._get_message_title(message)
            who = self.company_id.name if self._is_of_ours(message) else message.author_id.name
            events.append(
                self._prepare_event(message.date, who, what, text[:MAX_TEXT], message.attachment_ids)
            )
        return events

    def _get_message_title(self, message):
        # Odoo gives a message that has no subject the name of its record.
        named = message.subject and self.name not in message.subject
        return message.subject if named else self.env._("Message")

    def _get_settlement_events(self):
        """:return: events of offers and decisions, and of what the customer answered"""
        answers = {
            "accepted": self.env._("Offer accepted"),
            "deemed": self.env._("Offer accepted by not answering"),
            "declined": self.env._("Offer declined"),
            "countered": self.env._("Another amount asked for"),
            "reopened": self.env._("Asked to look at it again"),
        }
        us = self.company_id.name
        events = []
        for settlement in self.settlement_ids.filtered(
            lambda item: item.state not in ("draft", "to_approve", "cancelled")
        ):
            money = settlement.currency_id.format
            if settlement.date_offered:
                what = self.env._(
                    "We offer %(amount)s, to be answered until %(day)s",
                    amount=money(settlement.amount_given),
                    day=format_date(self.env, settlement.date_valid),
                )
                text = settlement.reason_text or ""
                events.append(self._prepare_event(settlement.date_offered, us, what, text))
            if settlement.answer:
                what = answers[settlement.answer]
                if settlement.counter_amount:
                    what = self.env._("Asked for %s instead", money(settlement.counter_amount))
                text = settlement.answer_text or ""
                who = settlement.answered_by or ""
                events.append(self._prepare_event(settlement.date_answered, who, what, text))
            if settlement.state == "executed":
                events.append(self._prepare_execution_event(settlement))
        return events

    def _prepare_execution_event(self, settlement):
        money = settlement.currency_id.format
        given = settlement.amount_given
        refused = sum(settlement.line_ids.mapped("amount")) - given
        parts = []
        if given:
            parts.append(self.env._("You get %s", money(given)))
        if not settlement.currency_id.is_zero(refused):
            parts.append(self.env._("Not accepted: %s", money(refused)))
        # What an offer said of it stands there already.
        text = "" if settlement.date_offered else settlement.reason_text or ""
        return self._prepare_event(settlement.date_executed, self.company_id.name, " · ".join(parts), text)
