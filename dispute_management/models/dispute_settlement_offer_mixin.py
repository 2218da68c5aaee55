from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: Kinds that are no concession: the customer's own money, or the document as it should be.
CORRECTING_KINDS = {"replacement_invoice", "apply_credit"}

#: What the customer read in an offer; it doesn't change under their hands.
TOLD_FIELDS = {"reason_text", "resolution_id"}


class DisputeSettlementOfferMixin(models.AbstractModel):
    """A settlement that the customer has to agree to: asked, reminded, and for how long it holds.

    Full credit, corrected documents and small write-offs ask no consent; giving less than what
    is open asks; refusing only informs.
    """

    _name = "dispute.settlement.offer.mixin"
    _description = "Dispute Offers"

    currency_id = fields.Many2one("res.currency")
    is_interim = fields.Boolean(
        string="Rest stays in dispute",
        help="The customer is not asked: this part is settled at once, and the rest is worked on.",
    )
    date_valid = fields.Date(
        string="Answer until",
        copy=False,
        tracking=True,
        help="Until when an offer can be accepted, or the customer may ask to look at a refusal again."
        " Empty: as the company's settings say.",
    )
    date_offered = fields.Datetime(string="Offered", readonly=True, copy=False)
    date_reminder = fields.Datetime(string="Next reminder", readonly=True, copy=False, index="btree_not_null")
    is_deemed = fields.Boolean(
        string="No answer accepts",
        readonly=True,
        copy=False,
        help="The offer says that it counts as accepted when nobody answers.",
    )
    amount_given = fields.Monetary(string="Given", compute="_compute_amount_given")

    @api.depends("line_ids.amount", "line_ids.kind")
    def _compute_amount_given(self):
        for settlement in self:
            settlement.amount_given = sum(settlement._get_giving_lines().mapped("amount"))

    def write(self, vals):
        for settlement in self:
            if settlement.state in ("proposed", "accepted") and TOLD_FIELDS & set(vals):
                raise UserError(
                    self.env._(
                        "%s: the customer has this offer. Take it back to draft before changing it.",
                        settlement.case_id.name,
                    )
                )
            if "is_interim" in vals and settlement.state != "draft":
                raise UserError(
                    self.env._(
                        "%s: whether the customer is asked is decided while it is a draft.",
                        settlement.case_id.name,
                    )
                )
            if settlement.state == "proposed" and not self.env.su and "date_valid" in vals:
                settlement._check_extension(vals["date_valid"])
        return super().write(vals)

    def _check_extension(self, day):
        if not day or fields.Date.to_date(day) < self.date_valid:
            raise UserError(
                self.env._(
                    "%(case)s: the customer was told they may answer until %(day)s: choose a later day.",
                    case=self.case_id.name,
                    day=self.date_valid,
                )
            )

    # Whether to ask

    def _get_giving_lines(self):
        """:return: dispute.settlement.line by which the customer gets what they claim"""
        return self.line_ids.filtered(lambda line: line.kind != "rejection")

    def _needs_consent(self):
        self.ensure_one()
        giving = self._get_giving_lines()
        kinds = set(giving.mapped("kind"))
        if self.is_interim or not giving or kinds <= CORRECTING_KINDS or self._is_agreed():
            return False
        if kinds == {"write_off"} and self._is_small_write_off():
            return False
        return self.currency_id.compare_amounts(self.amount_given, self.case_id.amount_open) < 0

    def _is_agreed(self):
        """Whether the customer agreed beforehand. Override where they do in other ways."""
        self.ensure_one()
        return False

    def _is_small_write_off(self):
        """:return: whether all that is written off of the case stays within the tolerance"""
        self.ensure_one()
        company = self.company_id
        amount = sum(line._get_company_amount() for line in self._get_giving_lines())
        total = amount + self.case_id.amount_written_off_company
        return company.currency_id.compare_amounts(total, company.dispute_write_off_tolerance) <= 0

    # Offering

    def _set_state(self, state, **facts):
        # Declined, expired and executed offers can still be read by their link.
        ended = self.browse()
        if state in ("draft", "cancelled"):
            ended = self.filtered("date_offered")
        res = super()._set_state(state, **facts)
        if state == "proposed":
            # What follows from an approval is done for whoever decided.
            self.sudo()._offer()
        elif ended:
            ended.sudo()._end_offer()
        return res

    def _carry_out(self):
        # One that was approved when nothing would have been left of the claim: that may have changed.
        asking = self.filtered(lambda item: item.state == "approved" and item._needs_consent())
        asking._set_state("proposed")
        return super(DisputeSettlementOfferMixin, self - asking)._carry_out()

    def _offer(self):
        """Note until when these offers hold, tell the customers, and make it their turn."""
        now = fields.Datetime.now()
        for facts, settlements in self.grouped(lambda item: item._get_offer_facts(now)).items():
            valid, reminder, is_deemed = facts
            settlements.write(
                {
                    **self._prepare_answer_reset(),
                    "date_offered": now,
                    "date_valid": valid,
                    "date_reminder": reminder,
                    "is_deemed": is_deemed,
                }
            )
        self.case_id._wait_for_answer()
        self._queue_statements()

    def _get_offer_facts(self, now):
        """:return: ``(until when this offer holds, its next reminder, whether no answer accepts)``"""
        self.ensure_one()
        company = self.company_id
        today, valid = self._get_local_date(now), self.date_valid
        if not valid or valid <= today:
            valid = today + timedelta(days=company.dispute_offer_days)
        is_deemed = company.dispute_deemed_acceptance and not self._needs_signature()
        return valid, self._get_next_reminder(now, valid), is_deemed

    def _end_offer(self):
        """Take offers back: their links open nothing any more."""
        self.env["dispute.link"]._revoke(self)
        self.write({"date_offered": False, "date_reminder": False, "is_statement_due": False})
        self.case_id._end_offer()

    def _get_local_date(self, at):
        """:return: the date where the case is worked on"""
        self.ensure_one()
        return self.env["dispute.working.time"]._get_local_date(self.case_id._get_calendar(), at)

    def _is_offered(self):
        """:return: whether the customer can accept this now"""
        self.ensure_one()
        return self.state == "proposed" and self._get_local_date(fields.Datetime.now()) <= self.date_valid

    # Reminders and expiry

    def _get_next_reminder(self, now, valid):
        """:return: when to remind of an offer that holds until a day, or False: not before it ends"""
        self.ensure_one()
        days = self.company_id.dispute_offer_reminder_days
        following = now + timedelta(days=days)
        return following if days and self._get_local_date(following) < valid else False

    @api.model
    def _cron_follow_offers(self):
        """Remind customers of offers, and end those whose time is up.

        Each is committed by itself, so that a run that is stopped and started again does
        nothing twice, and one that fails stops no other.
        """
        now = fields.Datetime.now()
        # A day is over in some places before others: each is asked.
        over = self.search(Domain("state", "=", "proposed") & Domain("date_valid", "<=", now.date()))
        due = self.search(Domain("state", "=", "proposed") & Domain("date_reminder", "<=", now))
        for settlement in over | due:
            if not settlement.try_lock_for_update().filtered(lambda item: item.state == "proposed"):
                continue
            settlement._follow_offer(now)
            if not self.env["ir.cron"]._commit_progress(1):
                return

    def _follow_offer(self, now):
        self.ensure_one()
        if not self._is_offered():
            self._expire_offer()
        elif self.date_reminder and self.date_reminder <= now:
            self.date_reminder = self._get_next_reminder(now, self.date_valid)
            self._send_statement_reminder()

    def _expire_offer(self):
        """End an offer that nobody answered: accepted if it said so, else its owner is asked."""
        self.ensure_one()
        if self.is_deemed:
            self._accept_silently()
            return
        self._set_state("expired", date_reminder=False)
        self.case_id._end_offer()
        self._tell_owner(
            self.env._("No answer to our offer of %s", self.currency_id.format(self.amount_given)),
            self.env._("It could be accepted until %s.", self._format_day(self.date_valid)),
        )
