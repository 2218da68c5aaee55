from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.dispute_amount_mixin import AMOUNT_PARTS
from ..models.dispute_stage_kinds import CLOSED_KINDS

#: What is told of a claim in both currencies.
AMOUNTS = [name for part in AMOUNT_PARTS for name in (part, f"{part}_company")]


class ClaimOfDay(dict):
    """What is known of a claim at the end of a day; amounts that are not there are nothing.

    Besides the parts in both currencies: ``move_id`` of its invoice, ``opened``: the day its case
    was opened, ``is_closed`` of the case, ``owed``: what of it the document still owed, in its
    currency, and ``first``: what was claimed at first, in the company's.
    """

    __slots__ = ()

    def __missing__(self, name):
        return 0


class DisputeClaimAsOf(models.AbstractModel):
    """What became of claims by the end of a day, by the rules that hold today.

    Ledger amounts count by their accounting dates, the state of cases by when things
    happened. How much of a claim was owed when it was made is known as of today only: a
    claim raised later is taken to have been owed as far as it went.
    """

    _name = "dispute.claim.as.of"
    _description = "Dispute Claims as of a Day"

    @api.model
    def _get_zone(self, company):
        """:return: name of the time zone in which a company's days begin and end"""
        # Calendars are readable by few; their time zone is no secret.
        return company.sudo().resource_calendar_id.tz or "UTC"

    @api.model
    def _get_end_of_day(self, company, day):
        """:return: the first instant after a day where the company works, naive UTC"""
        zone = timezone(self._get_zone(company))
        end = zone.localize(datetime.combine(day + timedelta(days=1), time.min))
        return end.astimezone(utc).replace(tzinfo=None)

    @api.model
    def _search_lines(self, company, first, day, partner=None):
        """Which claims may tell something of a period.

        :param first: its first day
        :param day: its last day
        :param partner: commercial partner whose claims alone are asked for
        :return: dispute.line of a company, of those the user may read, on which something was open
            at either end of the period, or may have changed in it
        """
        for model in (
            "account.move",
            "account.move.line",
            "account.partial.reconcile",
            "dispute.case",
            "dispute.line",
            "dispute.settlement.line",
        ):
            self.env[model].flush_model()
        only = SQL("line.company_id = %s", company.id)
        if partner:
            only = SQL("%s AND line.partner_id = %s", only, partner.id)
        reversals = SQL(
            """
            SELECT id, reversed_entry_id FROM account_move
             WHERE reversed_entry_id IS NOT NULL AND state = 'posted' AND date BETWEEN %s AND %s
            """,
            first,
            day,
        )
        candidates = self._get_candidates(company, first, day)
        asked = SQL(" UNION ").join(
            SQL("SELECT line.id %s AND %s", candidate, only) for candidate in candidates
        )
        # Of all on which something happened, that is kept which the user may read.
        return self.env["dispute.line"].search(
            Domain("id", "in", SQL("(WITH reversal AS MATERIALIZED (%s) %s)", reversals, asked))
        )

    @api.model
    def _get_candidates(self, company, first, day):
        """Where claims may have been open or changed, each by itself: so the database starts from what is less.

        :return: list of SQL: FROM and WHERE of the dispute.line ``line``; ``reversal`` are entries of the
            period that reverse others
        """
        start, end = (self._get_end_of_day(company, one) for one in (first - timedelta(days=1), day))
        return [
            SQL(
                """
                FROM dispute_case dispute JOIN dispute_line line ON line.case_id = dispute.id
                WHERE dispute.company_id = %s AND dispute.is_closed IS NOT TRUE AND dispute.date_opened < %s
                """,
                company.id,
                end,
            ),
            SQL(
                """
                FROM dispute_case dispute JOIN dispute_line line ON line.case_id = dispute.id
                WHERE dispute.company_id = %s AND dispute.date_closed >= %s AND dispute.date_opened < %s
                """,
                company.id,
                start,
                end,
            ),
            # What was settled was undone behind the case's back.
            SQL(
                """
                FROM dispute_line line JOIN dispute_case dispute ON dispute.id = line.case_id
                WHERE line.amount_open <> 0 AND dispute.is_closed AND dispute.date_opened < %s
                """,
                end,
            ),
            # Booked on a later day than the case was closed.
            SQL(
                """
                FROM account_move made
                JOIN dispute_settlement_line item ON item.move_id = made.id
                JOIN dispute_line line ON line.id = item.dispute_line_id
                JOIN dispute_case dispute ON dispute.id = line.case_id
                WHERE made.date >= %s AND dispute.date_opened < %s
                """,
                first,
                end,
            ),
            SQL(
                """
                FROM reversal
                JOIN dispute_settlement_line item ON item.move_id = reversal.reversed_entry_id
                JOIN dispute_line line ON line.id = item.dispute_line_id
                WHERE TRUE
                """
            ),
            # What was refused before may have been paid or credited by others.
            SQL(
                """
                FROM account_partial_reconcile match
                CROSS JOIN LATERAL (VALUES (match.debit_move_id), (match.credit_move_id)) side(id)
                JOIN account_move_line item ON item.id = side.id
                JOIN dispute_line line ON line.move_id = item.move_id
                WHERE match.max_date BETWEEN %s AND %s
                """,
                first,
                day,
            ),
            SQL(
                "FROM reversal JOIN dispute_line line ON line.move_id = reversal.reversed_entry_id WHERE TRUE"
            ),
            SQL(
                """
                FROM reversal
                JOIN account_move credit ON credit.id = reversal.reversed_entry_id
                JOIN dispute_line line ON line.move_id = credit.reversed_entry_id
                WHERE TRUE
                """
            ),
        ]

    @api.model
    def _get_claims(self, lines, days):
        """Claims at the end of some days.

        :param lines: dispute.line of one company
        :param days: dates, the earliest first
        :return: for each day ``{id of the line: ClaimOfDay}``, without claims not made by then; of
            one invoice the oldest first
        """
        if not lines:
            return [{} for _day in days]
        company = lines.company_id
        changed = self.env["dispute.claim.since"]._get_changed(company, lines._ids, days)
        replay = self.env["dispute.claim.replay"]
        stored = self._get_stored(company, [key for key in lines._ids if changed.get(key, 0) < len(days)])
        found = []
        for number, day in enumerate(days):
            replayed = {key for key in lines._ids if changed.get(key, 0) > number}
            claims = {key: claim for key, claim in stored.items() if key not in replayed}
            claims |= replay._get_claims(company, replayed, self._get_end_of_day(company, day), day)
            found.append(claims)
        return found

    @api.model
    def _get_stored(self, company, ids):
        """What `_get_claims` returns of claims to which nothing happened since: what is stored.

        :param ids: those of the dispute.line
        """
        if not ids:
            return {}
        for model in ("dispute.line", "dispute.case", "dispute.claim.change", "account.move"):
            self.env[model].flush_model()
        # Read as rows: of ten thousands of records it would take longer than all the rest.
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.move_id, line.payment_id,
                       (dispute.date_opened AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date,
                       dispute.stage_kind,
                       LEAST(line.amount_open, COALESCE(line.amount_owed_at_opening, 0), line.amount),
                       made.amount_after, move.amount_total, move.amount_total_signed,
                       move.invoice_currency_rate, %(amounts)s
                  FROM unnest(%(ids)s::int[]) asked(id)
                  JOIN dispute_line line ON line.id = asked.id
                  JOIN dispute_case dispute ON dispute.id = line.case_id
                  JOIN (
                    SELECT DISTINCT ON (change.line_id) change.line_id, change.amount_after
                      FROM unnest(%(ids)s::int[]) asked(id)
                      JOIN dispute_claim_change change ON change.line_id = asked.id
                  ORDER BY change.line_id, change.date, change.id
                  ) made ON made.line_id = line.id
                  LEFT JOIN account_move move ON move.id = line.move_id
                 WHERE line.amount <> 0
              ORDER BY dispute.date_opened, line.id
                """,
                amounts=SQL(", ").join(SQL.identifier("line", name) for name in AMOUNTS),
                ids=ids,
                zone=self._get_zone(company),
            )
        )
        found = {}
        get_rate, to_company = self.env["dispute.line"]._get_invoice_rate, company.currency_id.round
        payment_rates = self._get_payment_rates({row[2] for row in rows if row[2]})
        for line_id, move_id, payment_id, opened, kind, owed, first, total, booked, rate, *amounts in rows:
            claim = {name: amount for name, amount in zip(AMOUNTS, amounts, strict=True) if amount}
            rate = payment_rates[payment_id] if payment_id else get_rate(total, booked, rate)
            found[line_id] = ClaimOfDay(
                claim,
                move_id=move_id,
                opened=opened,
                is_closed=kind in CLOSED_KINDS,
                owed=owed,
                first=to_company(first * rate),
            )
        return found

    @api.model
    def _get_payment_rates(self, ids):
        """:return: ``{payment: company currency per unit of its own, on its day}``"""
        # The rate is the claim's own fact; whoever reads the case may know it.
        payments, lines = self.env["account.payment"].sudo().browse(ids), self.env["dispute.line"]
        rates = {}
        # Each currency is looked up once a day, however many payments there are.
        for same in payments.grouped(lambda item: (item.company_id, item.currency_id, item.date)).values():
            rates |= dict.fromkeys(same._ids, lines._get_document_rate(same[0]))
        return rates
