from collections import Counter, defaultdict
from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.dispute_amount_mixin import AMOUNT_PARTS
from ..models.dispute_stage_kinds import CLOSED_KINDS, REFUSED_KINDS
from ..tools.amount_split import Claim, Document, Lowering, split_claims


class DisputeClaimAsOf(models.AbstractModel):
    """What became of claims by the end of a day, replayed by the rules that hold today.

    Ledger amounts count by their accounting dates, the state of cases by when things
    happened. How much of a claim was owed when it was made is known as of today only: a
    claim raised later is taken to have been owed as far as it went.
    """

    _name = "dispute.claim.as.of"
    _description = "Dispute Claims as of a Day"

    @api.model
    def _get_end_of_day(self, company, day):
        """:return: the first instant after a day where the company works, naive UTC"""
        # Calendars are readable by few; their time zone is no secret.
        zone = timezone(company.sudo().resource_calendar_id.tz or "UTC")
        end = zone.localize(datetime.combine(day + timedelta(days=1), time.min))
        return end.astimezone(utc).replace(tzinfo=None)

    @api.model
    def _get_lines_domains(self, company, first, day):
        """Which claims may tell something of a period.

        :return: list of Domain of dispute.line of a company on which something was open at either
            end of a period, or may have changed in it
        """
        start = self._get_end_of_day(company, first - timedelta(days=1))
        made = Domain("company_id", "=", company.id)
        made &= Domain("case_id.date_opened", "<", self._get_end_of_day(company, day))
        return [
            made & Domain("case_id.is_closed", "=", False),
            made & Domain("case_id.date_closed", ">=", start),
            made & Domain("amount_open", "!=", 0),
            # Booked on a later day than the case was closed.
            made & Domain("settlement_line_ids.move_id.date", ">=", first),
            made & Domain("move_id", "in", self._get_moved_query(first, day)),
        ]

    @api.model
    def _get_moved_query(self, first, day):
        """:return: SQL of the invoices that others paid, matched or credited from one day to another: what
        was refused before may have been paid then
        """
        for model in (
            "account.move",
            "account.move.line",
            "account.partial.reconcile",
            "dispute.line",
            "dispute.settlement.line",
        ):
            self.env[model].flush_model()
        # Of the claims on them one finds those that one may read.
        return SQL(
            """(
                SELECT item.move_id
                  FROM account_partial_reconcile match
                  JOIN account_move_line item ON item.id IN (match.debit_move_id, match.credit_move_id)
                 WHERE match.max_date BETWEEN %(first)s AND %(day)s
                 UNION
                SELECT reversed_entry_id
                  FROM account_move
                 WHERE reversed_entry_id IS NOT NULL AND state = 'posted' AND date BETWEEN %(first)s AND %(day)s
                 UNION
                SELECT claim.move_id
                  FROM account_move undone
                  JOIN dispute_settlement_line item ON item.move_id = undone.reversed_entry_id
                  JOIN dispute_line claim ON claim.id = item.dispute_line_id
                 WHERE undone.state = 'posted' AND undone.date BETWEEN %(first)s AND %(day)s
                 UNION
                SELECT credit.reversed_entry_id
                  FROM account_move undone
                  JOIN account_move credit ON credit.id = undone.reversed_entry_id
                 WHERE undone.state = 'posted' AND undone.date BETWEEN %(first)s AND %(day)s
            )""",
            first=first,
            day=day,
        )

    @api.model
    def _get_claims(self, lines, day):
        """The parts of claims at the end of a day.

        :param lines: dispute.line of one company
        :param day: date
        :return: ``{line: {field: amount}}`` with the fields of the parts in both currencies,
            ``is_closed`` of its case, ``owed``: what of it the document still owed, in its currency,
            and ``first``: what was claimed at first, in the company's; claims not made by then are
            left out
        """
        if not lines:
            return {}
        at = self._get_end_of_day(lines.company_id, day)
        # All claims on an invoice share it, and all documents count, whoever may read them.
        lines = lines.sudo()
        since = self.env["dispute.claim.since"]
        first = since._get_first_claims(lines, at)
        made = lines.filtered(lambda line: line.id in first)
        changed = since._get_changed(made, at, day)
        return self._get_stored(made - changed, first) | self._replay(made & changed, at, day)

    @api.model
    def _get_stored(self, lines, first):
        """What `_get_claims` returns of claims to which nothing happened since: what is stored.

        :param first: ``{id of the line: what was claimed at first}``
        """
        names = [name for part in AMOUNT_PARTS for name in (part, f"{part}_company")]
        for model in ("dispute.line", "dispute.case", "account.move"):
            self.env[model].flush_model()
        # Read as rows: of ten thousands of records it would take longer than all the rest.
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, dispute.stage_kind, LEAST(line.amount_open, line.amount_owed_at_opening, line.amount),
                       1 / COALESCE(NULLIF(move.invoice_currency_rate, 0), 1), line.payment_id, %(parts)s
                  FROM dispute_line line
                  JOIN dispute_case dispute ON dispute.id = line.case_id
                  LEFT JOIN account_move move ON move.id = line.move_id
                 WHERE line.id = ANY(%(ids)s) AND line.amount <> 0
              ORDER BY dispute.date_opened, line.id
                """,
                parts=SQL(", ").join(SQL.identifier("line", name) for name in names),
                ids=list(lines._ids),
            )
        )
        found, by_id = {}, {line.id: line for line in lines}
        company_currency = lines.company_id.currency_id
        for line_id, kind, owed, rate, payment_id, *amounts in rows:
            line = by_id[line_id]
            rate = line._get_company_rate() if payment_id else rate
            found[line] = dict(zip(names, amounts, strict=True))
            found[line] |= {
                "is_closed": kind in CLOSED_KINDS,
                "first": company_currency.round(first[line_id] * rate),
                "owed": owed,
            }
        return found

    @api.model
    def _replay(self, lines, at, day):
        """What `_get_claims` returns of claims, worked out from their history."""
        if not lines:
            return {}
        siblings = lines._get_siblings()
        siblings = siblings.with_prefetch(siblings._ids)
        self._fetch_facts(siblings)
        claimed, first, cases = self._get_claimed(siblings, at)
        kinds = self._get_stage_kinds(siblings.case_id.union(*cases.values()), at)
        documents = self._get_documents(siblings.move_id, day)
        found, asked = {}, set(lines._ids)
        for document, on_it in siblings.grouped(lambda line: line.move_id or line).items():
            made = on_it.filtered(claimed.get)
            made = made.sorted(lambda line: (line.case_id.date_opened, line.id))
            # What is read of one is read of all.
            made = made.with_prefetch(siblings._prefetch_ids)
            claims = [self._get_claim(line, claimed[line], kinds.get(cases[line]), at, day) for line in made]
            split = split_claims(documents.get(document) or Document(residual=0), claims)
            for line, claim in zip(made, claims, strict=True):
                if line.id not in asked:
                    continue
                parts = split[line.id]
                found[line] = {
                    **line._prepare_amounts(parts),
                    "is_closed": kinds.get(cases[line]) in CLOSED_KINDS,
                    "first": line.company_id.currency_id.round(first[line] * line._get_company_rate()),
                    "owed": line.currency_id._dispute_from_units(min(parts["open"], claim.owed)),
                }
        return found

    @api.model
    def _fetch_facts(self, lines):
        """Read what is asked of many claims, and no more: records of these models are wide."""
        lines.fetch(
            [
                "amount_credited_at_refusal",
                "amount_credited_before",
                "amount_owed_at_opening",
                "case_id",
                "company_id",
                "currency_id",
                "move_id",
                "payment_id",
            ]
        )
        lines.case_id.fetch(["date_opened"])
        lines.move_id.fetch(["currency_id", "invoice_currency_rate", "state"])
        settled = lines.settlement_line_ids
        settled.fetch(["amount", "kind", "move_id", "payout_id", "settlement_id"])
        settled.settlement_id.fetch(["date_executed", "date_taken_up", "state"])
        (settled.move_id | settled.payout_id.move_id).fetch(["date", "state"])

    @api.model
    def _get_claimed(self, lines, at):
        """:return: ``({line: amount claimed}, {line: amount claimed at first}, {line: dispute.case it
        was in})`` before an instant
        """
        claimed, first, cases = Counter(), {}, {line: line.case_id for line in lines}
        # Claims of others share the invoice, whoever may read them.
        changes = self.env["dispute.claim.change"].sudo()
        domain = Domain("line_id", "in", lines.ids) & Domain("date", "<", at)
        for change in changes.search_fetch(domain, ["line_id", "case_id", "amount_before", "amount_after"]):
            claimed[change.line_id] += change.amount_after - change.amount_before
            first.setdefault(change.line_id, change.amount_after)
            if change.amount_after:
                cases[change.line_id] = change.case_id
        claimed = {line: line.currency_id.round(amount) for line, amount in claimed.items()}
        return claimed, first, cases

    @api.model
    def _get_stage_kinds(self, cases, at):
        """:return: ``{dispute.case: kind of the stage in which it stood}`` before an instant"""
        # So do their cases.
        history = self.env["dispute.stage.history"].sudo()
        rows = history.search_fetch(
            Domain("case_id", "in", cases.ids)
            & Domain("date_entered", "<", at)
            & (Domain("date_left", "=", False) | Domain("date_left", ">=", at)),
            ["case_id", "stage_id"],
        )
        return {row.case_id: row.stage_id.kind for row in rows}

    @api.model
    def _get_claim(self, line, amount, kind, at, day):
        unit = line.currency_id._dispute_to_units
        booked = Counter()
        for settled in line.settlement_line_ids:
            if self._is_booked(settled, at, day):
                for part, booked_amount in self._get_parts(settled, day).items():
                    booked[part] += unit(booked_amount)
        return Claim(
            key=line.id,
            amount=unit(amount),
            owed=unit(min(line.amount_owed_at_opening, amount)),
            booked=booked,
            credited_before=unit(line.amount_credited_before),
            refused=kind in REFUSED_KINDS,
            credited_at_refusal=unit(line.amount_credited_at_refusal),
        )

    @api.model
    def _get_parts(self, settled, day):
        """:return: ``{part: amount}`` of a settlement line; what is paid out later is credited yet"""
        if settled.kind == "rejection":
            return {"rejected": settled.amount}
        parts = dict(settled.with_context(dispute_day=day)._get_parts())
        if settled.payout_id.date and settled.payout_id.date > day:
            later = parts.pop("refunded", 0)
            if settled.move_id:
                parts["credited"] = parts.get("credited", 0) + later
        return parts

    @api.model
    def _is_booked(self, settled, at, day):
        """Whether a settlement line counted by the end of a day. Override for documents of more kinds.

        :param settled: dispute.settlement.line
        """
        settlement = settled.settlement_id
        executed = settlement.date_executed
        if settled.kind == "rejection":
            taken_up = settlement.date_taken_up
            return bool(executed) and executed < at and not (taken_up and taken_up < at)
        if settled.move_id:
            return settled._is_booked() and settled.move_id.date <= day
        # What was matched or paid back without a document of its own.
        return bool(executed) and executed < at

    @api.model
    def _get_documents(self, moves, day):
        """The facts about invoices at the end of a day that `split_claims` asks for.

        :return: ``{move: Document}``
        """
        credited = moves._dispute_get_credited(Domain("dispute_case_id", "=", False), day)
        residuals, lowerings = defaultdict(float), defaultdict(list)
        receivable = (
            self.env["account.move.line"]
            .sudo()
            .search_fetch(
                Domain("move_id", "in", moves.ids) & Domain("account_type", "=", "asset_receivable"),
                ["move_id", "amount_currency"],
            )
        )
        items = set(receivable._ids)
        for line in receivable:
            residuals[line.move_id] += line.amount_currency
        matches = receivable.matched_credit_ids | receivable.matched_debit_ids
        ordered = matches.filtered(lambda match: match.max_date <= day).sorted(
            lambda match: (match.max_date, match.id)
        )
        sides = receivable | ordered.debit_move_id | ordered.credit_move_id
        sides.fetch(["move_id", "statement_line_id"])
        sides.move_id.fetch(["dispute_case_id", "reversed_entry_id", "origin_payment_id"])
        for match in ordered.with_prefetch(matches._prefetch_ids):
            debit, credit = match.debit_move_id, match.credit_move_id
            if debit.id in items:
                residuals[debit.move_id] -= match.debit_amount_currency
                other = credit.move_id
                ours = other.dispute_case_id or match.dispute_settlement_line_id
                if not (ours or other.reversed_entry_id == debit.move_id):
                    is_payment = bool(other.origin_payment_id or credit.statement_line_id)
                    lowerings[debit.move_id].append((match.debit_amount_currency, is_payment))
            if credit.id in items:
                residuals[credit.move_id] += match.credit_amount_currency
        documents = {}
        for move in moves:
            unit = move.currency_id._dispute_to_units
            documents[move] = Document(
                residual=unit(residuals[move]),
                credited=unit(credited.get(move, 0)),
                lowerings=[Lowering(unit(amount), is_payment) for amount, is_payment in lowerings[move]],
                # When it was cancelled, nobody noted.
                cancelled=move.state == "cancel",
            )
        return documents
