import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_ERRORS_TO_RETRY
from odoo.tools import SQL

from ..tools import escalation_schedule as schedule
from .dispute_escalation_schedule_mixin import PLANNED

_logger = logging.getLogger(__name__)

#: Cases a commit: of those that escalate, and of those planned anew.
ESCALATE_BATCH = 200
PLAN_BATCH = 1000


class DisputeEscalationRun(models.AbstractModel):
    """Escalates what is due: find and lock, apply, log, commit; then tell everyone once.

    What fired is logged in the transaction that did it. Stopped anywhere, a run goes on where
    it was; run twice or by two workers at once, it does nothing twice.
    """

    _name = "dispute.escalation.run"
    _description = "Dispute Escalation Run"

    # Crons

    @api.model
    def _cron_escalate(self, batch=ESCALATE_BATCH):
        """Escalate the cases that are due, tell who is concerned, and ask to be woken for the next.

        :param batch: cases a commit
        """
        cron = self.env["ir.cron"]
        due = self._get_due_domain()
        cron._commit_progress(remaining=self.env["dispute.case"].search_count(due))
        while cases := self._lock(due, "date_escalation, id", batch, skip_locked=True):
            self._escalate(cases)
            if not cron._commit_progress(len(cases)):
                return
            # Memory stays what one batch takes.
            self.env.invalidate_all()
        if self.env["dispute.escalation.alert"]._send_waiting():
            upcoming = Domain("date_escalation", "!=", False) & Domain("is_closed", "=", False)
            following = self.env["dispute.case"].search(upcoming, order="date_escalation, id", limit=1)
            self._wake_at(following.date_escalation)

    @api.model
    def _cron_plan(self, batch=PLAN_BATCH):
        """Have open cases take notice of rules and levels that were changed, in committed batches.

        :param batch: cases a commit
        """
        cron = self.env["ir.cron"]
        Case = self.env["dispute.case"]
        is_open = Domain("is_closed", "=", False)
        while changed := self._get_unplanned():
            after = min(min(records.mapped("plan_after_id")) for records in changed)
            rest = is_open & Domain("id", ">", after)
            cron._commit_progress(remaining=Case.search_count(rest))
            cases = self._lock(rest, "id", batch)
            try:
                self.env.add_to_compute(Case._fields["date_escalation"], cases)
                for records in changed:
                    records._note_planned(cases[-1:].id or PLANNED)
                self.env.flush_all()
            except OperationalError as error:
                if error.pgcode not in PG_CONCURRENCY_ERRORS_TO_RETRY:
                    raise
                # An admin changed one of them again meanwhile: from the start.
                self.env.cr.rollback()
                continue
            if not cron._commit_progress(len(cases)):
                return
            self.env.invalidate_all()

    @api.model
    def _get_unplanned(self):
        """:return: list of the records, by model, that open cases don't know as they are"""
        found = (
            self.env[model].with_context(active_test=False).search([("plan_after_id", "!=", PLANNED)])
            for model in ("dispute.escalation.rule", "dispute.escalation.tier")
        )
        return [records for records in found if records]

    @api.model
    def _get_due_domain(self):
        return Domain("date_escalation", "<=", fields.Datetime.now()) & Domain("is_closed", "=", False)

    @api.model
    def _lock(self, domain, order, limit, skip_locked=False):
        """Find cases and lock them in one statement, so that nobody changes them in between.

        :param skip_locked: leave out those that another worker has; else wait for them
        :return: dispute.case, in order
        """
        query = self.env["dispute.case"]._search(domain, order=order, limit=limit)
        lock = SQL("%s FOR NO KEY UPDATE%s", query.select(), SQL(" SKIP LOCKED" if skip_locked else ""))
        while True:
            self.env.flush_all()
            try:
                self.env.cr.execute(lock, log_exceptions=False)
            except OperationalError as error:
                if error.pgcode not in PG_CONCURRENCY_ERRORS_TO_RETRY:
                    raise
                self.env.cr.rollback()
                continue
            return self.env["dispute.case"].browse(row[0] for row in self.env.cr.fetchall())

    # Waking up

    @api.model
    def _wake_at(self, moment):
        """Have the cron run at a moment, unless it is going to run before.

        Asked for many cases in a transaction, it is done once, for the earliest.

        :param moment: naive UTC datetime, or False
        """
        if not moment:
            return
        precommit = self.env.cr.precommit
        if "dispute_escalation" not in precommit.data:
            precommit.add(self._wake)
        precommit.data["dispute_escalation"] = min(moment, precommit.data.get("dispute_escalation", moment))

    def _wake(self):
        moment = self.env.cr.precommit.data.pop("dispute_escalation")
        cron = self.env.ref("dispute_management.ir_cron_escalation", raise_if_not_found=False)
        if not cron:
            return
        # Whatever a user does to a case, the cron that watches it is none of their business.
        cron = cron.sudo()
        now = fields.Datetime.now()
        moment = max(moment, now)
        # What was to wake the cron before now has woken it: it is running, or about to.
        since = Domain("call_at", ">", now) if moment > now else Domain.TRUE
        waking = Domain("cron_id", "=", cron.id) & Domain("call_at", "<=", moment) & since
        if not self.env["ir.cron.trigger"].sudo().search_count(waking, limit=1):
            cron._trigger(at=moment)

    # Escalating

    @api.model
    def _escalate(self, cases):
        """Escalate cases by all that is due for them; what fails for one leaves the others alone.

        :param cases: dispute.case, locked
        """
        now = fields.Datetime.now()
        firing = self._get_due_of(cases, now)
        try:
            with self.env.cr.savepoint():
                self._fire(firing, now)
        except OperationalError:
            # Another transaction was faster: the next run tries again.
            raise
        except Exception:
            for case, occasions in firing.items():
                self._fire_alone(case, occasions, now)
        self.env.add_to_compute(cases._fields["date_escalation"], cases)

    @api.model
    def _get_due_of(self, cases, now):
        found = {
            case: schedule.get_due(occasions, now) for case, occasions in cases._get_escalations().items()
        }
        return {case: occasions for case, occasions in found.items() if occasions}

    def _fire_alone(self, case, occasions, now):
        """Escalate one case; what can't be done is logged with the reason, and not tried for ever."""
        try:
            with self.env.cr.savepoint():
                self._fire({case: occasions}, now)
        except OperationalError:
            raise
        except Exception as error:
            unexpected = not isinstance(error, UserError)
            _logger.warning("Dispute %s could not be escalated: %s", case.name, error, exc_info=unexpected)
            self._log(
                [
                    {
                        **self._prepare_log(case, occasion, now),
                        "is_failed": True,
                        "error": str(error),
                        "user_ids": (case.user_id or case.team_id.user_id).ids,
                    }
                    for occasion in occasions
                ]
            )

    def _fire(self, firing, now):
        """Do what the rules say, and note it with who is to be told.

        :param firing: ``{case: [escalation_schedule.Occasion]}``
        """
        by_rule = {}
        for case, occasions in firing.items():
            for occasion in occasions:
                by_rule.setdefault(occasion.rule_id, {}).setdefault(case, []).append(occasion)
        logs = self._fire_limits(by_rule.pop(0, {}), now)
        for rule in self.env["dispute.escalation.rule"].browse(by_rule).sorted():
            logs += self._fire_rule(rule, by_rule[rule.id], now)
        self._log(logs)

    def _fire_rule(self, rule, due, now):
        """Do what one rule says, once a case however many occasions it has.

        :param due: ``{case: [Occasion]}``
        :return: values of logs
        """
        # What a rule before this one closed, escalates no more.
        cases = self.env["dispute.case"].concat(*due).filtered(lambda case: not case.is_closed)
        # Told as it was when it came due: those whom it concerned and those whom it concerns now.
        rows = {case: [self._prepare_log(case, occasion, now) for occasion in due[case]] for case in cases}
        affected = {
            (case, occasion): rule._get_affected(case, [occasion]) for case in cases for occasion in due[case]
        }
        barred = rule._apply({case: due[case] for case in cases})
        for case in cases:
            for row, occasion in zip(rows[case], due[case], strict=True):
                people = affected[case, occasion] | rule._get_told(case, [occasion])
                row["user_ids"] = people.ids
                row["tier_id"] = rule.raise_level and case.escalation_tier_id.id
                row["error"] = barred.get(case, False)
        return [row for case in cases for row in rows[case]]

    def _fire_limits(self, due, now):
        """Raise cases whose time on their level is over.

        :param due: ``{case: [Occasion]}``
        :return: values of logs
        """
        Tier = self.env["dispute.escalation.tier"]
        rows = {case: self._prepare_log(case, occasions[0], now) for case, occasions in due.items()}
        cases = self.env["dispute.case"].concat(*due)
        logs = []
        for tier_id, raised in cases.grouped(lambda case: case._get_next_tier_id()).items():
            people = raised._raise_to(Tier.browse(tier_id))
            logs += [{**rows[case], "tier_id": tier_id, "user_ids": people[case].ids} for case in raised]
        return logs

    def _prepare_log(self, case, occasion, now):
        rule = self.env["dispute.escalation.rule"].browse(occasion.rule_id or ())
        if rule:
            reason = rule._get_reason(case, occasion)
        else:
            reason = self.env._("The time limit of %s is over", case.escalation_tier_id.display_name)
        return {
            "case_id": case.id,
            "company_id": case.company_id.id,
            "rule_id": rule.id,
            "request_id": rule.trigger == "unanswered" and occasion.subject,
            "occasion": occasion.key,
            "reason": reason,
            "date": now,
            "date_due": occasion.moment,
            "user_id": self.env.uid,
        }

    @api.model
    def _log_by_hand(self, cases, tier, people, reason, with_alert):
        """Put on record that somebody escalated cases.

        :param people: ``{case: res.users in charge}``
        :param with_alert: whether the people are told by the next run
        """
        now = fields.Datetime.now()
        self._log(
            [
                {
                    "case_id": case.id,
                    "company_id": case.company_id.id,
                    "tier_id": tier.id,
                    "occasion": f"by hand {now.isoformat()}",
                    "reason": reason,
                    "date": now,
                    "date_due": now,
                    "user_id": self.env.uid,
                    "user_ids": people[case].ids,
                }
                for case in cases
            ],
            with_alert,
        )
        if with_alert:
            self._wake_at(now)

    def _log(self, logs, with_alert=True):
        """Put on record what fired, with one alert for each person and occasion.

        :param logs: values of logs, `user_ids` a list of ids
        """
        Command = fields.Command
        # Written by the suite alone: whoever escalates by hand can't write the log.
        records = (
            self.env["dispute.escalation.log"]
            .sudo()
            .create([{**row, "user_ids": [Command.set(row.get("user_ids") or ())]} for row in logs])
        )
        if not with_alert:
            return
        self.env["dispute.escalation.alert"].sudo().create(
            [
                {
                    "log_id": log.id,
                    "case_id": log.case_id.id,
                    "company_id": log.company_id.id,
                    "user_id": user.id,
                }
                for log in records
                for user in log.user_ids
            ]
        )
