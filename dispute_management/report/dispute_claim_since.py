from dataclasses import dataclass
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

#: What a claim depends on.
READ = (
    "dispute.line",
    "dispute.case",
    "dispute.claim.change",
    "dispute.stage.history",
    "dispute.settlement",
    "dispute.settlement.line",
    "account.move",
    "account.move.line",
    "account.payment",
    "account.partial.reconcile",
)


@dataclass(frozen=True)
class Since:
    """Asks what happened since the ends of some days.

    :param moments: the first after each of the days, all of them instants or all of them dates
    """

    moments: list

    def count(self, column):
        """:return: SQL: since how many of the days, by a column"""
        return SQL("width_bucket(%s, %s)", SQL(column), self.moments)

    def happened(self, source, table, condition, column):
        """What ``event`` there was in a table since the first of the days.

        :param source: where ``source`` is read, whose ``id`` is that of a dispute.line
        :param condition: which event is one of which source
        :param column: when it was
        :return: SQL of rows ``(dispute.line, since how many of the days)``
        """
        return SQL(
            "SELECT source.id, %(since)s FROM %(source)s JOIN %(table)s event ON %(condition)s"
            " WHERE %(column)s >= %(first)s",
            since=self.count(column),
            source=SQL(source),
            table=SQL.identifier(table),
            condition=SQL(condition),
            column=SQL(column),
            first=self.moments[0],
        )


class DisputeClaimSince(models.AbstractModel):
    """Which claims anything happened to since a day: of the others, what is stored now stood then."""

    _name = "dispute.claim.since"
    _description = "Claims that changed since a Day"

    @api.model
    def _get_changed(self, company, ids, days):
        """Claims to which something happened, or to another on their invoice.

        In doubt a claim counts as changed: it is then worked out from its history.

        :param company: res.company of the claims
        :param ids: those of the dispute.line
        :param days: dates, the earliest first
        :return: ``{id of the line: since how many of the days}``, without those since none
        """
        for model in READ:
            self.env[model].flush_model()
        get_end = self.env["dispute.claim.as.of"]._get_end_of_day
        events = [
            *self._get_own_events(company, Since([get_end(company, day) for day in days])),
            *self._get_document_events(Since([day + timedelta(days=1) for day in days])),
        ]
        rows = self.env.execute_query(
            SQL(
                """
                WITH asked AS MATERIALIZED (
                    SELECT line.id, line.case_id, line.move_id
                      FROM unnest(%(ids)s::int[]) wanted(id) JOIN dispute_line line ON line.id = wanted.id
                ),
                family AS MATERIALIZED (
                    SELECT id, id AS line_id, case_id FROM asked
                     UNION
                    SELECT asked.id, line.id, line.case_id
                      FROM asked JOIN dispute_line line ON line.move_id = asked.move_id
                ),
                settled AS MATERIALIZED (
                    SELECT family.id, made.settlement_id, made.move_id, made.replacement_move_id, made.payout_id
                      FROM family JOIN dispute_settlement_line made ON made.dispute_line_id = family.line_id
                ),
                credited AS MATERIALIZED (
                    SELECT asked.id, credit.id AS move_id, credit.date
                      FROM asked JOIN account_move credit ON credit.reversed_entry_id = asked.move_id
                ),
                item AS MATERIALIZED (
                    SELECT asked.id, item.id AS item_id
                      FROM asked JOIN account_move_line item ON item.move_id = asked.move_id
                     WHERE item.account_id = ANY(%(accounts)s)
                )
                SELECT id, MAX(since) FROM (%(events)s) event(id, since) GROUP BY id
                """,
                ids=list(ids),
                accounts=self.env["dispute.receivable"]._get_accounts().ids,
                events=SQL(" UNION ALL ").join(events),
            )
        )
        return dict(rows)

    # Each of these by itself, so that the database starts from what happened where that is less.

    @api.model
    def _get_own_events(self, company, since):
        """What happens to claims: on them, on their cases and settlements.

        :param since: `Since` the instants asked about
        :return: list of SQL of rows ``(dispute.line, since how many of the days)``
        """
        family = "family source"
        of_company = SQL("event.id = source.case_id AND event.company_id = %s", company.id)
        return [
            since.happened(family, "dispute_case", of_company, "event.date_opened"),
            since.happened(family, "dispute_claim_change", "event.line_id = source.line_id", "event.date"),
            since.happened(
                family, "dispute_stage_history", "event.case_id = source.case_id", "event.date_entered"
            ),
            SQL(
                """
                SELECT settled.id,
                       -- What a provider has not answered yet may change any day.
                       CASE WHEN settlement.state = 'processing' THEN %(all)s
                            ELSE GREATEST(%(executed)s, %(taken_up)s) END
                  FROM settled JOIN dispute_settlement settlement ON settlement.id = settled.settlement_id
                 WHERE settlement.state = 'processing'
                    OR settlement.date_executed >= %(first)s
                    OR settlement.date_taken_up >= %(first)s
                """,
                all=len(since.moments),
                executed=since.count("settlement.date_executed"),
                taken_up=since.count("settlement.date_taken_up"),
                first=since.moments[0],
            ),
        ]

    @api.model
    def _get_document_events(self, since):
        """:return: as `_get_own_events`, of the documents that settlements made, and of the invoices

        :param since: `Since` the dates asked about
        """
        happened = since.happened
        return [
            happened(
                """(SELECT id, move_id FROM settled WHERE move_id IS NOT NULL
                     UNION ALL
                    SELECT id, replacement_move_id FROM settled WHERE replacement_move_id IS NOT NULL) source""",
                "account_move",
                "event.id = source.move_id",
                "event.date",
            ),
            happened("settled source", "account_payment", "event.id = source.payout_id", "event.date"),
            # Credit notes of others, and what was undone of theirs or ours.
            SQL("SELECT id, %s FROM credited WHERE date >= %s", since.count("date"), since.moments[0]),
            happened(
                """(SELECT id, move_id FROM settled WHERE move_id IS NOT NULL
                     UNION ALL
                    SELECT id, move_id FROM credited) source""",
                "account_move",
                "event.reversed_entry_id = source.move_id",
                "event.date",
            ),
            *(
                happened(
                    "item source",
                    "account_partial_reconcile",
                    f"event.{side}_move_id = source.item_id",
                    "event.max_date",
                )
                for side in ("debit", "credit")
            ),
            # What was set back or cancelled has no date.
            SQL(
                """
                SELECT asked.id, %s
                  FROM asked JOIN account_move invoice ON invoice.id = asked.move_id
                 WHERE invoice.state <> 'posted'
                """,
                len(since.moments),
            ),
        ]
