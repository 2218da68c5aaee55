from datetime import datetime

from odoo import api, models

from ..tools import escalation_schedule as schedule


class DisputeCaseScheduleMixin(models.AbstractModel):
    """Facts for the escalation schedule, gathered for many cases at once."""

    _name = "dispute.case.schedule.mixin"
    _description = "Dispute Escalation Schedule"

    def _get_escalations(self, rules=None):
        """What may escalate these cases, and when.

        :param rules: tuple of `escalation_schedule.Rule` to ask instead of those switched on;
            levels are left out then
        :return: ``{case: [escalation_schedule.Occasion]}``, in order of the cases
        """
        # Planned by the suite for whoever changes a case.
        cases = self.sudo()
        tiers = self.env["dispute.escalation.tier"]._get_tiers() if rules is None else ()
        if rules is None:
            rules = self.env["dispute.escalation.rule"]._get_rules()
        # A form that is not saved yet escalates nothing.
        asked = cases.filtered(lambda case: case._origin and case.active and not case.is_closed)
        if not asked or not (rules or tiers):
            return dict.fromkeys(self, ())
        days = asked._get_day_moments(rules, tiers)
        shares = asked._get_share_moments(rules)
        questions = asked._get_late_questions(rules)
        found = {
            case: schedule.get_occasions(
                case._get_escalation_facts(rules, days, shares, questions),
                rules,
                {(log.rule_id.id or 0, log.occasion) for log in case._get_fired(questions)},
            )
            for case in asked
        }
        return {case: found.get(case, ()) for case in self}

    def _get_fired(self, questions):
        """:return: dispute.escalation.log of what fired for this case, or for one merged into it about
        a question that is this one's now
        """
        self.ensure_one()
        asked = [question.id for question in questions.get(self, ())]
        return self.escalation_log_ids | self.request_ids.browse(asked).escalation_log_ids

    def _get_escalation_facts(self, rules, days, shares, questions):
        """:return: `escalation_schedule.Facts` of this case"""
        self.ensure_one()
        triggers = {rule.trigger for rule in rules}
        return schedule.Facts(
            company_id=self.company_id.id,
            team_id=self.team_id.id,
            reason_id=self.reason_id.id,
            pipeline_id=self.pipeline_id.id,
            stage_id=self.stage_id.id,
            tier_id=self.escalation_tier_id.id or 0,
            priority=self.priority or "0",
            is_closed=self.is_closed,
            is_customers_turn=self.waiting_on == "customer",
            promises=[
                schedule.Promise(status.id, status.target, shares[status], bool(status.date_paused))
                for status in self._get_pending()
            ]
            if shares
            else (),
            days={key[1:]: moment for key, moment in days.get(self, {}).items()},
            stay=self._get_stay().id if "stage_days" in triggers else 0,
            date_progress=self._get_progress(),
            claims=self._get_claimed_amounts() if "amount" in triggers else (),
            reopen_count=self.reopen_count,
            date_reopened=self.date_reopened or None,
            unanswered_count=self.unanswered_count,
            unanswered_since=self.unanswered_since or None,
            date_customer_message=self.date_customer_message or None,
            date_legal_threat=self.date_legal_threat or None,
            risk=self.risk,
            risk_alert=self.company_id.dispute_risk_alert,
            date_risk=self.date_risk or None,
            date_escalated=self.date_escalated or None,
            limit=days.get(self, {}).get(("limit",)),
            next_tier_id=self._get_next_tier_id(),
            questions=questions.get(self, ()),
        )

    def _get_pending(self):
        return self.sla_status_ids.filtered("is_open")

    def _get_progress(self):
        """:return: when this case was last moved, answered or worked on"""
        self.ensure_one()
        return max(self.date_progress or datetime.min, self.waiting_since or self.date_opened)

    def _get_stay(self):
        """:return: the history row with which this stay in its stage began, whoever's turn it was since"""
        self.ensure_one()
        rows = self.stage_history_ids.sorted(lambda row: (row.date_entered, row.id))
        first = rows[-1:]
        for row in rows[::-1]:
            if row.stage_id != self.stage_id:
                break
            first = row
        return first

    def _get_claimed_amounts(self):
        """:return: list of ``(date, amount claimed from then on)`` in company currency, at today's rate of the case"""
        self.ensure_one()
        rate = self.amount_disputed_company / self.amount_disputed if self.amount_disputed else 1
        claimed, amounts = 0, []
        for change in self.claim_change_ids.sorted(lambda change: (change.date, change.id)):
            claimed += change.amount_after - change.amount_before
            amounts.append((change.date, self.company_currency_id.round(claimed * rate)))
        return amounts

    def _get_next_tier_id(self):
        """:return: id of the lowest level above the case's that has somebody in charge, or 0"""
        self.ensure_one()
        for tier in self.env["dispute.escalation.tier"]._get_tiers():
            if (
                tier.level > self.escalation_level
                and (not tier.company_ids or self.company_id.id in tier.company_ids)
                and (not tier.team_ids or self.team_id.id in tier.team_ids)
                and (tier.person != "leader" or self.team_id.user_id.active)
            ):
                return tier.id
        return 0

    def _get_share_moments(self, rules):
        """When the open promises of these cases have used up the shares that rules ask for.

        :return: ``{promise: {per cent: naive UTC datetime or None}}``
        """
        percents = {rule.threshold for rule in rules if rule.trigger == "sla_share"}
        percents |= {100 for rule in rules if rule.trigger == "sla_breach"}
        if not percents:
            return {}
        statuses = self._get_pending()
        moments = {}
        unknown = set()
        for status in statuses:
            # Deadline and warning are stored; only other shares have to be worked out.
            stored = {
                100: status.deadline or None,
                status.policy_id.warn_percent: status.date_warning or None,
            }
            moments[status] = {percent: stored[percent] for percent in percents if percent in stored}
            unknown |= percents - stored.keys()
        if unknown:
            for (status, percent), moment in statuses._get_moments(sorted(unknown)).items():
                moments[status].setdefault(percent, moment)
        return moments

    def _get_late_questions(self, rules):
        """What these cases asked people who have not answered yet, for all cases at once.

        :return: ``{case: [escalation_schedule.Question]}``
        """
        keys = {rule.days_key for rule in rules if rule.trigger == "unanswered"}
        if not keys:
            return {}
        # Each case's own: a search would make the database write what is in memory first.
        requests = self.request_ids.filtered(lambda request: request.state == "open")
        asked = [(request, key) for request in requests for key in keys]
        # Whoever's turn it is: who was asked has not answered.
        spans = [(request.case_id, request._get_late_since(), *key[1:]) for request, key in asked]
        days = {}
        for (request, key), due in zip(asked, self._get_days_over(spans, pausing=False), strict=True):
            days.setdefault(request, {})[key] = due
        found = {}
        for request, moments in days.items():
            question = schedule.Question(
                request.id, request._get_late_since(), moments, request.question_id.id or 0
            )
            found.setdefault(request.case_id, []).append(question)
        return found

    def _get_day_moments(self, rules, tiers):
        """When the days are over that rules and the time limits of levels count, for all cases at once.

        :return: ``{case: {("rule", *Rule.days_key) or ("limit",): naive UTC datetime or None}}``
        """
        limits = {tier.id: tier for tier in tiers if tier.time_limit}
        keys = {rule.days_key for rule in rules if rule.trigger in ("no_progress", "stage_days")}
        asked = []
        for case in self:
            for key in keys:
                start = case._get_progress() if key[0] == "no_progress" else case._get_stay().date_entered
                asked.append((case, ("rule", *key), start, key[1], key[2]))
            tier = limits.get(case.escalation_tier_id.id)
            if tier and case.date_escalated:
                asked.append((case, ("limit",), case.date_escalated, tier.time_limit, tier.limit_unit))
        dues = self._get_days_over([(case, start, days, unit) for case, _key, start, days, unit in asked])
        found = {}
        for (case, key, *_rest), due in zip(asked, dues, strict=True):
            found.setdefault(case, {})[key] = due
        return found

    @api.model
    def _get_days_over(self, spans, pausing=True):
        """When so many days are over.

        :param spans: list of ``(case, start, days, "working" or "calendar")``
        :param pausing: leave out the time in which it was the customer's turn or the case was closed
        :return: list of naive UTC datetimes, None where they never are
        """
        promises = []
        for case, start, days, unit in spans:
            calendar = case._get_calendar() if unit == "working" else self.env["resource.calendar"]
            # Calendars are readable by few; how long a day is, is no secret.
            hours = (calendar.sudo().hours_per_day if calendar else 0) or 24
            turns = [turn for turn in case._get_customer_turns() if turn[1] > start] if pausing else []
            promises.append((calendar, start, days * hours, turns))
        return self.env["dispute.working.time"]._get_deadlines(promises)
