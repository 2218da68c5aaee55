from odoo import api, models
from odoo.tools import SQL

#: What a claim depends on: of each, the date by which it counts.
READ = {
    "dispute.line": None,
    "dispute.case": None,
    "dispute.claim.change": None,
    "dispute.stage.history": None,
    "dispute.settlement": None,
    "dispute.settlement.line": None,
    "account.move": ["state", "date", "reversed_entry_id", "move_type"],
    "account.move.line": ["move_id"],
    "account.payment": ["date"],
    "account.partial.reconcile": ["max_date", "debit_move_id", "credit_move_id"],
}


class DisputeClaimSince(models.AbstractModel):
    """Which claims anything happened to since a day: of the others, what is stored now stood then."""

    _name = "dispute.claim.since"
    _description = "Claims that changed since a Day"

    @api.model
    def _get_changed(self, lines, at, day):
        """Those to which something happened, or to another claim on their invoice.

        In doubt a claim counts as changed: it is then worked out from its history.

        :param lines: dispute.line
        :param at: the first instant after a day
        :param day: that day
        :return: dispute.line, some of these
        """
        for model, names in READ.items():
            self.env[model].flush_model(names)
        rows = self.env.execute_query(
            SQL(
                """
                WITH asked AS (
                    SELECT id, case_id, move_id FROM dispute_line WHERE id = ANY(%(ids)s)
                ),
                family AS (
                    SELECT id, id AS line_id, case_id FROM asked
                     UNION
                    SELECT asked.id, other.id, other.case_id
                      FROM asked JOIN dispute_line other ON other.move_id = asked.move_id
                )
                -- Each by itself, so that the database starts from what happened where that is less.
                SELECT family.id
                  FROM family
                  JOIN dispute_case dispute ON dispute.id = family.case_id
                 WHERE dispute.date_opened >= %(at)s
                 UNION
                SELECT family.id
                  FROM family
                  JOIN dispute_claim_change made ON made.line_id = family.line_id
                 WHERE made.date >= %(at)s
                 UNION
                SELECT family.id
                  FROM family
                  JOIN dispute_stage_history stay ON stay.case_id = family.case_id
                 WHERE stay.date_entered >= %(at)s
                 UNION
                SELECT family.id
                  FROM family
                  JOIN dispute_settlement_line item ON item.dispute_line_id = family.line_id
                  JOIN dispute_settlement settlement ON settlement.id = item.settlement_id
                 WHERE settlement.state = 'processing'
                    OR settlement.date_executed >= %(at)s
                    OR settlement.date_taken_up >= %(at)s
                 UNION
                SELECT family.id
                  FROM family
                  JOIN dispute_settlement_line item ON item.dispute_line_id = family.line_id
                  JOIN account_move document ON document.id = item.move_id
                 WHERE document.date > %(day)s
                 UNION
                SELECT family.id
                  FROM family
                  JOIN dispute_settlement_line item ON item.dispute_line_id = family.line_id
                  JOIN account_move undone ON undone.reversed_entry_id = item.move_id
                 WHERE undone.date > %(day)s
                 UNION
                SELECT family.id
                  FROM family
                  JOIN dispute_settlement_line item ON item.dispute_line_id = family.line_id
                  JOIN account_move again ON again.id = item.replacement_move_id
                 WHERE again.date > %(day)s
                 UNION
                SELECT family.id
                  FROM family
                  JOIN dispute_settlement_line item ON item.dispute_line_id = family.line_id
                  JOIN account_payment payout ON payout.id = item.payout_id
                 WHERE payout.date > %(day)s
                 UNION
                SELECT asked.id
                  FROM asked
                  JOIN account_move invoice ON invoice.id = asked.move_id
                 WHERE invoice.state <> 'posted'
                 UNION
                SELECT asked.id
                  FROM asked
                  JOIN account_move credit ON credit.reversed_entry_id = asked.move_id
                 WHERE credit.date > %(day)s
                 UNION
                SELECT asked.id
                  FROM asked
                  JOIN account_move credit ON credit.reversed_entry_id = asked.move_id
                  JOIN account_move undone ON undone.reversed_entry_id = credit.id
                 WHERE undone.date > %(day)s
                 UNION
                SELECT asked.id
                  FROM asked
                  JOIN account_move_line item ON item.move_id = asked.move_id
                  JOIN account_partial_reconcile match ON match.debit_move_id = item.id
                 WHERE match.max_date > %(day)s
                 UNION
                SELECT asked.id
                  FROM asked
                  JOIN account_move_line item ON item.move_id = asked.move_id
                  JOIN account_partial_reconcile match ON match.credit_move_id = item.id
                 WHERE match.max_date > %(day)s
                """,
                ids=list(lines._ids),
                at=at,
                day=day,
            )
        )
        return lines.browse(row[0] for row in rows)

    @api.model
    def _get_first_claims(self, lines, at):
        """:return: ``{id of the line: what was claimed at first}``, in the document's currency, of
        those that were claimed before an instant
        """
        self.env["dispute.claim.change"].flush_model()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT ON (line_id) line_id, amount_after FROM dispute_claim_change
                     WHERE line_id = ANY(%s) AND date < %s ORDER BY line_id, date, id
                    """,
                    list(lines._ids),
                    at,
                )
            )
        )
