"""What the reports should tell, worked out slowly and plainly from cases and journal items.

Knows nothing of SQL, of stored parts or of the policies in `tools/`: money is followed cent by
cent, time is counted by quarters of an hour.
"""

from collections import Counter, defaultdict
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

OURS = ("credited", "refunded", "rebilled", "applied", "written_off")
PARTS = (*OURS, "rejected", "paid_after", "open")
CLOSED = ("resolved", "rejected", "withdrawn")


def get_booked_rate(move):
    """:return: company currency per unit of an invoice's, by what the ledger has the customer owe"""
    items = move.line_ids.filtered(lambda item: item.account_type == "asset_receivable")
    own = sum(items.mapped("amount_currency"))
    return sum(items.mapped("balance")) / own if own else 1


class Clock:
    """Working time of a calendar, counted by quarters of an hour."""

    def __init__(self, calendar, start, days):
        self.start, zone, worked = start, ZoneInfo(calendar.tz), 0
        hours = defaultdict(list)
        for line in calendar.attendance_ids:
            if line.day_period != "lunch":
                hours[int(line.dayofweek)].append((line.hour_from, line.hour_to))
        self.worked = [0]
        for quarter in range(days * 96):
            local = (start + timedelta(minutes=15 * quarter)).replace(tzinfo=UTC).astimezone(zone)
            hour = local.hour + local.minute / 60
            worked += any(first <= hour < last for first, last in hours[local.weekday()])
            self.worked.append(worked)

    def hours(self, start, end):
        places = [int((at - self.start).total_seconds() // 900) for at in (start, end)]
        return max(0, self.worked[places[1]] - self.worked[places[0]]) / 4


class Books:
    """Claims and receivables at the end of a day, by the journal items and by what people did.

    :param env: an environment that reads everything
    :param zone: where the company works
    """

    def __init__(self, env, company, day):
        self.env, self.company, self.day = env, company, day
        zone = ZoneInfo(company.resource_calendar_id.tz)
        end = datetime.combine(day + timedelta(days=1), time.min, zone)
        self.end = end.astimezone(UTC).replace(tzinfo=None)

    # The ledger

    def items(self, of_drafts):
        """:return: ``{open receivable item: (company currency, own currency)}``"""
        items = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("date", "<=", self.day),
            ]
        )
        found = {}
        for item in items:
            balance, own = item.balance, item.amount_currency
            for match in self.matches(item):
                sides = match.debit_move_id + match.credit_move_id
                if not of_drafts and set(sides.mapped("parent_state")) != {"posted"}:
                    continue
                sign = -1 if match.debit_move_id == item else 1
                side = "debit" if match.debit_move_id == item else "credit"
                balance += sign * match.amount
                own += sign * match[f"{side}_amount_currency"]
            balance = self.company.currency_id.round(balance)
            own = item.currency_id.round(own)
            if balance or own:
                found[item] = (balance, own)
        return found

    def matches(self, item):
        matches = item.matched_credit_ids | item.matched_debit_ids
        return matches.filtered(lambda match: match.max_date <= self.day).sorted(
            lambda match: (match.max_date, match.id)
        )

    # Claims

    def claims(self):
        """:return: ``{dispute.line: (Counter of units by part, is its case closed, what is owed of it)}``"""
        found = {}
        lines = self.env["dispute.line"].search([("company_id", "=", self.company.id)])
        for move in lines.move_id:
            found |= self._claims_on(move, lines.filtered(lambda line, move=move: line.move_id == move))
        return found

    def _claims_on(self, move, lines):
        def unit(amount):
            return round(amount / move.currency_id.rounding)

        claims = self._claimed(lines, unit)
        cents = {line: Counter(open=claimed) for line, claimed, _kind, _booked in claims}
        self._settle(move, claims, cents)
        self._credit(move, claims, cents, unit)
        for line, claimed, kind, booked in claims:
            is_refused = kind in ("rejected", "withdrawn")
            self._take(cents[line], "open", "rejected", claimed if is_refused else booked["rejected"])
        self._lower(move, claims, cents, unit)
        return {
            line: (
                cents[line],
                kind in CLOSED,
                min(cents[line]["open"], unit(line.amount_owed_at_opening), claimed),
            )
            for line, claimed, kind, _booked in claims
        }

    def _claimed(self, lines, unit):
        """:return: list of (dispute.line, what is claimed, kind of its case's stage, what we booked of it)"""
        claims = []
        for line in lines.sorted(lambda line: (line.case_id.date_opened, line.id)):
            changes = line.claim_change_ids.filtered(lambda change: change.date < self.end)
            claimed = unit(sum(changes.mapped("amount_change")))
            if claimed:
                kind = self.stage_kind(self.case_of(line, changes))
                claims.append((line, claimed, kind, self._booked(line, unit)))
        return claims

    def _take(self, parts, source, target, amount):
        """Move as much of an amount from one part of a claim to another as there is."""
        amount = max(0, min(amount, parts[source]))
        parts[source] -= amount
        parts[target] += amount
        return amount

    def _settle(self, move, claims, cents):
        """What our own settlements gave back."""
        for line, claimed, _kind, booked in claims:
            for part in OURS:
                self._take(cents[line], "open", part, booked[part])
            if move.state == "cancel":
                self._take(cents[line], "open", "credited", claimed)

    def _lower(self, move, claims, cents, unit):
        """What else lowered the invoice, cent by cent: the undisputed part was covered first."""
        waiting = {}
        for line, claimed, _kind, _booked in claims:
            owed = min(unit(line.amount_owed_at_opening), claimed)
            left = max(0, owed - sum(cents[line][part] for part in OURS))
            waiting[line] = min(left, cents[line]["rejected"] + cents[line]["open"])
        lowered, residual = self._lowered(move, unit)
        undisputed = len(lowered) - max(0, sum(waiting.values()) - max(0, residual))
        for target in lowered[max(0, undisputed) :]:
            for source in ("rejected", "open"):
                line = next((line for line in cents if waiting[line] and cents[line][source]), None)
                if line:
                    waiting[line] -= self._take(cents[line], source, target, 1)
                    break

    def case_of(self, line, changes):
        """A merged case's claims went on in another."""
        made = changes.filtered("amount_after").sorted(lambda change: (change.date, change.id))
        return made[-1:].case_id or line.case_id

    def stage_kind(self, case):
        rows = case.stage_history_ids.filtered(lambda row: row.date_entered < self.end)
        return rows.sorted(lambda row: (row.date_entered, row.id))[-1:].stage_id.kind

    def _booked(self, line, unit):
        """What our own settlements made of a claim by that day."""
        booked = Counter()
        for item in line.settlement_line_ids:
            settlement = item.settlement_id
            if settlement.state not in ("processing", "executed") or not settlement.date_executed:
                continue
            amount, document = unit(item.amount), item.move_id
            if item.kind == "rejection":
                taken_up = settlement.date_taken_up
                if settlement.date_executed < self.end and not (taken_up and taken_up < self.end):
                    booked["rejected"] += amount
            elif item.kind == "apply_credit":
                if settlement.date_executed < self.end:
                    booked["applied"] += min(
                        amount, unit(sum(item.partial_ids.mapped("debit_amount_currency")))
                    )
            elif document.state == "posted" and document.date <= self.day:
                if item.kind == "write_off":
                    booked["written_off"] += amount
                else:
                    paid = min(amount, unit(self._paid_out(document)))
                    booked["refunded"] += paid
                    booked["credited"] += amount - paid
        return booked

    def _paid_out(self, credit_note):
        lines = credit_note.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        return sum(
            match.credit_amount_currency
            for match in lines.matched_debit_ids
            if match.debit_move_id.move_id.origin_payment_id
            and match.debit_move_id.parent_state == "posted"
            and match.debit_move_id.date <= self.day
        )

    def _foreign_credits(self, move):
        notes = self.env["account.move"].search(
            [("reversed_entry_id", "=", move.id), ("state", "=", "posted"), ("date", "<=", self.day)]
        )
        return sum(notes.filtered(lambda note: not note.dispute_case_id).mapped("amount_total"))

    def _credit(self, move, claims, cents, unit):
        """Each cent that others credited goes to the oldest claim that was made before it."""
        for cent in range(unit(self._foreign_credits(move))):
            for is_refused_money in (False, True):
                taker = next(
                    (
                        line
                        for line, _claimed, kind, booked in claims
                        if cent >= unit(line.amount_credited_before)
                        and cents[line]["open"] > 0
                        and (
                            is_refused_money
                            or (
                                cent < unit(line.amount_credited_at_refusal)
                                if kind in ("rejected", "withdrawn")
                                else cents[line]["open"] > booked["rejected"]
                            )
                        )
                    ),
                    None,
                )
                if taker:
                    cents[taker]["open"] -= 1
                    cents[taker]["credited"] += 1
                    break

    def _lowered(self, move, unit):
        """:return: what others took off an invoice, cent by cent, and what it owes still"""
        items = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        residual = unit(sum(items.mapped("amount_currency")))
        cents = []
        for match in (
            self.env["account.partial.reconcile"]
            .union(*map(self.matches, items))
            .sorted(lambda match: (match.max_date, match.id))
        ):
            if match.credit_move_id in items:
                residual += unit(match.credit_amount_currency)
                continue
            amount = unit(match.debit_amount_currency)
            residual -= amount
            other = match.credit_move_id
            ours = other.move_id.dispute_case_id or match.dispute_settlement_line_id
            if ours or other.move_id.reversed_entry_id == move:
                continue
            is_payment = other.move_id.origin_payment_id or other.statement_line_id
            cents += ["paid_after" if is_payment else "applied"] * amount
        return cents, residual

    # Money in the currency of the company

    def to_company(self, line, cents):
        """:return: ``{part: amount}``; converted in turn, so that the sum is the converted claim"""
        rate = get_booked_rate(line.move_id)
        own, target = line.currency_id.rounding, line.company_id.currency_id.rounding
        amounts, running, before = {}, 0, 0
        for part in PARTS:
            running += cents[part]
            after = int(running * (rate * own / target) + 0.5 + 1e-6)
            amounts[part], before = round((after - before) * target, 6), after
        return amounts

    def receivables(self, claims, of_drafts=False):
        """What is open and what of it is in dispute, in the company's currency.

        :param of_drafts: with matches of entries that are drafts again, as Odoo's own residuals have them
        :return: ``{item: (open, disputed)}``
        """
        owed = Counter()
        for line, (_cents, is_closed, waiting) in claims.items():
            if not is_closed:
                owed[line.move_id] += waiting * line.currency_id.rounding
        found, items = {}, self.items(of_drafts)
        for item in sorted(items, key=lambda item: (item.date_maturity or item.date, item.id), reverse=True):
            balance, own = items[item]
            disputed = max(0, min(owed[item.move_id], own))
            owed[item.move_id] -= disputed
            share = self.company.currency_id.round(balance * disputed / own) if disputed else 0
            found[item] = (balance, share)
        return found
