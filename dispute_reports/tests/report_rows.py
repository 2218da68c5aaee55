"""The rows of every report, worked out one by one from records and from `report_oracle`.

A row is a dict of measures and of what reports group by; a measure that is None is in no mean.
"""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from .report_oracle import CLOSED, PARTS, Books, Clock, get_booked_rate

HOUR = timedelta(hours=1)
AGES = ((7, "1_0_7"), (14, "2_8_14"), (30, "3_15_30"), (60, "4_31_60"), (90, "5_61_90"))


class ReportRows:
    """:param test: the test, with its companies, cases and now"""

    def __init__(self, test, now, start):
        self.env, self.now, self.start = test.env(su=True), now, start
        self.companies = test.companies.with_env(self.env)
        self.clocks = {}
        self.parts, self.receivables = {}, {}
        for company in self.companies:
            books = Books(self.env, company, self.local(company, now))
            claims = books.claims()
            for line, (cents, _is_closed, _owed) in claims.items():
                self.parts[line] = books.to_company(line, cents)
            self.receivables |= books.receivables(claims, of_drafts=True)
        cases = self.env["dispute.case"].search([("company_id", "in", self.companies.ids)])
        self.all_cases = cases
        self.cases = cases.filtered(lambda case: case.resolution_id.code != "MRG")

    # Time

    def local(self, company, moment):
        """:return: the day on which it was where the company works"""
        zone = ZoneInfo(company.resource_calendar_id.tz)
        return moment.replace(tzinfo=UTC).astimezone(zone).date() if moment else None

    def worked(self, calendar, start, end):
        if calendar not in self.clocks:
            days = (self.now - self.start).days + 2
            self.clocks[calendar] = Clock(calendar, self.start, days)
        return self.clocks[calendar].hours(start, end)

    def calendar(self, case):
        return case.team_id.calendar_id or case.company_id.resource_calendar_id

    def stays(self, case):
        """:return: list of ``(row, until, working hours)`` in the open stages"""
        calendar = self.calendar(case)
        rows = case.stage_history_ids.filtered(lambda row: row.stage_id.kind not in CLOSED)
        return [
            (
                row,
                row.date_left or self.now,
                self.worked(calendar, row.date_entered, row.date_left or self.now),
            )
            for row in rows
        ]

    def days_open(self, case):
        """Calendar days from opening to closing or until now, less those between closing and reopening."""
        until = case.date_closed if case.is_closed else self.now
        days = (self.local(case.company_id, until) - self.local(case.company_id, case.date_opened)).days
        closed_on = None
        for row in case.stage_history_ids.sorted(lambda row: (row.date_entered, row.id)):
            if row.stage_id.kind in CLOSED:
                closed_on = closed_on or row.date_entered
            elif closed_on:
                gap = self.local(case.company_id, row.date_entered) - self.local(case.company_id, closed_on)
                days, closed_on = days - gap.days, None
        return days

    # Rows

    def _case_keys(self, case):
        return {
            "company_id": case.company_id.id,
            "partner_id": case.partner_id.id,
            "reason_id": case.reason_id.id,
            "team_id": case.team_id.id,
            "cause_id": case.cause_id.id,
            "department_id": case.cause_id.department_id.id,
            "is_closed": case.is_closed,
            "date_opened": self.local(case.company_id, case.date_opened),
            "date_closed": self.local(case.company_id, case.is_closed and case.date_closed),
            "count": 1,
        }

    def _delay(self, case, claimed):
        company = case.company_id
        return company.currency_id.round(claimed * self.days_open(case) * company.dispute_delay_rate / 36500)

    def case_rows(self):
        rows = {case.id: self._case_row(case) for case in self.cases}
        for row in rows.values():
            past = [
                other
                for other in rows.values()
                if other["is_closed"]
                and (other["company_id"], other["reason_id"]) == (row["company_id"], row["reason_id"])
            ]
            claimed = round(sum(other["amount_closed"] for other in past), 6)
            rate = sum(other["amount_given_back"] for other in past) / claimed if claimed else 0
            row["amount_expected"] = 0 if row["is_closed"] else round(row["amount_open"] * rate, 2)
        return rows

    def _case_row(self, case):
        parts = {part: sum(self.parts[line][part] for line in case.line_ids) for part in PARTS}
        claimed = sum(parts.values())
        closed, resolution = case.is_closed, case.resolution_id
        decided = closed and resolution.is_decided
        valid, wrong = decided and resolution.is_valid, decided and not resolution.is_valid
        given = parts["credited"] + parts["refunded"]
        goodwill = given if closed and resolution.code == "GWL" else 0
        delay, stays, days = self._delay(case, claimed), self.stays(case), self.days_open(case)
        worked = sum(hours for _row, _until, hours in stays)
        day = self.calendar(case).hours_per_day
        handled = sum(hours for row, _until, hours in stays if row.waiting_on != "customer")
        reopened = sum(row.stage_id.kind in CLOSED and bool(row.date_left) for row in case.stage_history_ids)
        answered = case.date_first_response
        ratings = case.rating_ids.filtered(lambda rating: rating.consumed and rating.rating >= 1)
        logs = case.escalation_log_ids.filtered(lambda log: not log.is_failed)
        response = self.worked(self.calendar(case), case.date_opened, answered) if answered else None
        days_worked, days_handled = worked / day, handled / day
        return {
            **self._case_keys(case),
            **{f"amount_{part}": amount for part, amount in parts.items()},
            "age": next((key for most, key in AGES if days <= most), "6_over_90") if not closed else False,
            "amount_disputed": claimed,
            "amount_decided": claimed if decided else 0,
            "amount_valid": claimed if valid else 0,
            "amount_closed": claimed if closed else 0,
            "amount_given_back": given if closed else 0,
            "amount_lost": parts["written_off"] if closed else 0,
            "amount_recovered": parts["paid_after"] if wrong else 0,
            "amount_recoverable": sum(parts[name] for name in ("paid_after", "rejected", "written_off"))
            if wrong
            else 0,
            "amount_goodwill": goodwill,
            "amount_delay": delay,
            "amount_cost": parts["written_off"] + goodwill + delay,
            "count_decided": int(decided),
            "count_valid": int(valid),
            "reopen_count": reopened,
            "count_reopened": int(reopened > 0),
            "count_ever_closed": int(closed or reopened > 0),
            "count_escalated": int(bool(logs)),
            "count_repeat": int(self._is_repeat(case)),
            "rating_sum": sum(ratings.mapped("rating")),
            "rating_count": len(ratings),
            "cycle_days": days if closed else None,
            "open_days": None if closed else days,
            "cycle_working_days": days_worked if closed else None,
            "handling_days": days_handled if closed else None,
            "open_working_days": None if closed else days_worked,
            "first_response_hours": response,
        }

    def _is_repeat(self, case):
        return any(
            other != case
            and other.partner_id == case.partner_id
            and other.company_id == case.company_id
            and not other.merged_into_id
            and (other.date_opened, other.id) < (case.date_opened, case.id)
            and other.date_opened > case.date_opened - timedelta(days=365)
            for other in self.all_cases
        )

    def line_rows(self):
        rows = {}
        for line in self.cases.line_ids:
            case, parts = line.case_id, self.parts[line]
            claimed = sum(parts.values())
            decided = case.is_closed and case.resolution_id.is_decided
            rows[line.id] = {
                **self._case_keys(case),
                **{f"amount_{part}": amount for part, amount in parts.items()},
                "product_id": line.move_line_id.product_id.id,
                "quantity": line.quantity,
                "amount_disputed": claimed,
                "amount_decided": claimed if decided else 0,
                "amount_valid": claimed if decided and case.resolution_id.is_valid else 0,
                "amount_closed": claimed if case.is_closed else 0,
                "amount_given_back": parts["credited"] + parts["refunded"] if case.is_closed else 0,
            }
        return rows

    def stage_rows(self):
        return {
            row.id: {
                **self._case_keys(case),
                "stage_id": row.stage_id.id,
                "waiting_on": row.waiting_on,
                "case_count": case.id,
                "hours": (until - row.date_entered) / HOUR,
                "working_hours": worked,
            }
            for case in self.cases
            for row, until, worked in self.stays(case)
        }

    def sla_rows(self):
        rows = {}
        for promise in self.cases.sla_status_ids.filtered(lambda promise: not promise.is_cancelled):
            reached, paused, deadline = promise.date_reached, promise.date_paused, promise.deadline
            until = reached or paused or self.now
            failed = bool(deadline) and deadline < until
            met = bool(reached) and not failed
            run, pauses = self._promise_hours(promise, promise.date_started, until)
            rows[promise.id] = {
                **self._case_keys(promise.case_id),
                "target": promise.target,
                "date_deadline": self.local(promise.company_id, deadline),
                "hours_allowed": promise.hours_allowed,
                "hours_used": run if reached else None,
                "hours_paused": pauses if reached else None,
                "count_met": int(met),
                "count_failed": int(failed),
                "count_due": int(met or failed),
                "hours_late": self._promise_hours(promise, deadline, until)[0] if failed else None,
            }
        return rows

    def _promise_hours(self, promise, start, end):
        """:return: working hours that ran for us, and those that ran for the customer or after closing"""
        run = paused = 0
        for row in promise.case_id.stage_history_ids:
            low, high = max(row.date_entered, start), min(row.date_left or self.now, end)
            if low < high:
                worked = self.worked(promise.calendar_id, low, high)
                if row.waiting_on == "customer" or row.stage_id.kind in CLOSED:
                    paused += worked
                else:
                    run += worked
        return run, paused

    def settlement_rows(self):
        rows = {}
        for item in self.cases.settlement_ids.line_ids:
            settlement, line, case = item.settlement_id, item.dispute_line_id, item.case_id
            currency = case.company_id.currency_id
            amount = currency.round(item.amount * get_booked_rate(line.move_id))
            decisions = settlement.approval_ids.filtered(
                lambda decision: decision.state in ("approved", "refused")
            )
            last_decision = decisions.sorted(lambda decision: (decision.date, decision.id))[-1:]
            last = last_decision.state
            executed = settlement.state == "executed"
            accepted = bool(settlement.date_offered) and settlement.state in (
                "accepted",
                "processing",
                "executed",
            )
            opened, proposed, done = (
                self.local(case.company_id, moment)
                for moment in (case.date_opened, settlement.date_proposed, settlement.date_executed)
            )
            stands = settlement.state in ("approved", "proposed", "accepted", "processing", "executed")
            rows[item.id] = {
                **self._case_keys(case),
                "kind": item.kind,
                "date_decided": self.local(case.company_id, last_decision.date),
                "date_executed": done,
                "amount": amount,
                "amount_proposed": amount if settlement.date_proposed else 0,
                "amount_approved": amount if stands else 0,
                "amount_executed": amount if executed else 0,
                "count_decided": int(bool(last)),
                "count_approved": int(last == "approved"),
                "count_answered": int(accepted or settlement.state in ("declined", "expired")),
                "count_accepted": int(accepted),
                "turnaround_days": (done - opened).days if executed else None,
                "execution_days": (done - proposed).days if executed else None,
            }
        return rows

    def invoice_rows(self):
        moves = self.env["account.move"].search(
            [
                ("company_id", "in", self.companies.ids),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
            ]
        )
        rows = {}
        for move in moves:
            lines = move.dispute_line_ids & self.cases.line_ids
            total = sum(item.balance for item in move.line_ids if item.account_type == "asset_receivable")
            rows[move.id] = {
                "company_id": move.company_id.id,
                "partner_id": move.commercial_partner_id.id,
                "invoice_date": move.invoice_date,
                "count": 1,
                "count_disputed": int(bool(lines)),
                "amount_invoiced": total,
                "amount_disputed": total if lines else 0,
                "amount_claimed": sum(sum(self.parts[line].values()) for line in lines),
            }
        return rows

    def receivable_rows(self):
        rows = {}
        for item, (residual, disputed) in self.receivables.items():
            # Today is that of who looks.
            overdue = (self.now.date() - (item.date_maturity or item.date)).days
            rows[item.id] = {
                "company_id": item.company_id.id,
                "partner_id": (item.move_id.commercial_partner_id or item.partner_id).id,
                "amount_residual": residual,
                "amount_disputed": disputed,
                "amount_undisputed": residual - disputed,
                "amount_overdue": residual - disputed if overdue > 0 else 0,
                "days_overdue": overdue,
            }
        return rows
