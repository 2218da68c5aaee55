from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

#: Days overdue at most, by the keys of `dispute.receivable`; the last has no end.
OVERDUE = ((0, "not_due"), (30, "1_30"), (60, "31_60"), (90, "61_90"), (None, "over_90"))


class DisputeReceivableAsOf(models.AbstractModel):
    """What customers owed at the end of a day by the ledger, and what of it was in dispute."""

    _name = "dispute.receivable.as.of"
    _description = "Receivables as of a Day"

    @api.model
    def _get_ageing(self, company, day, owed):
        """Receivables by days overdue, in the company's currency.

        Of an invoice in several instalments the disputed part counts with what is due last.

        :param company: res.company
        :param owed: ``{account.move: amount disputed of what it owes}``, in its currency
        :return: ``({key: (receivable, disputed)}, {account.move: (disputed, key of its last
            disputed item)})``
        """
        currency = company.currency_id
        totals = defaultdict(lambda: [0.0, 0.0])
        of_moves = {}
        left = {move.id: amount for move, amount in owed.items()}
        for move_id, due, residual, residual_currency in self._get_items(company, day):
            key = self._get_key((day - due).days)
            disputed = 0
            if left.get(move_id) and residual_currency > 0:
                share = min(left[move_id], residual_currency)
                left[move_id] -= share
                disputed = currency.round(residual * share / residual_currency)
                before, first_key = of_moves.get(move_id, (0, key))
                of_moves[move_id] = (before + disputed, first_key)
            totals[key][0] += residual
            totals[key][1] += disputed
        moves = {move.id: move for move in owed}
        return (
            {key: tuple(map(currency.round, amounts)) for key, amounts in totals.items()},
            {moves[move_id]: value for move_id, value in of_moves.items()},
        )

    @api.model
    def _get_key(self, days):
        return next(key for most, key in OVERDUE if most is None or days <= most)

    @api.model
    def _get_items(self, company, day):
        """:return: rows ``(move id, due date, residual, residual in its currency)`` of what was open
        at the end of a day, latest due first
        """
        for model in ("account.move.line", "account.partial.reconcile"):
            self.env[model].flush_model()
        # Posted amounts only, summed up: whoever may ask for this report may know them.
        return self.env.execute_query(
            SQL(
                """
                WITH matched AS (
                    SELECT line_id, SUM(amount) AS amount, SUM(amount_currency) AS amount_currency
                      FROM (
                        SELECT debit_move_id AS line_id, amount, debit_amount_currency AS amount_currency
                          FROM account_partial_reconcile WHERE max_date <= %(day)s
                         UNION ALL
                        SELECT credit_move_id, -amount, -credit_amount_currency
                          FROM account_partial_reconcile WHERE max_date <= %(day)s
                      ) match
                  GROUP BY line_id
                )
                SELECT line.move_id,
                       COALESCE(line.date_maturity, line.date) AS due,
                       line.balance - COALESCE(matched.amount, 0) AS residual,
                       line.amount_currency - COALESCE(matched.amount_currency, 0) AS residual_currency
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
             LEFT JOIN matched ON matched.line_id = line.id
                 WHERE account.account_type = 'asset_receivable'
                   AND line.parent_state = 'posted'
                   AND line.company_id = %(company)s
                   AND line.date <= %(day)s
                   AND line.balance <> COALESCE(matched.amount, 0)
              ORDER BY line.date_maturity DESC NULLS LAST, line.id DESC
                """,
                day=day,
                company=company.id,
            )
        )

    @api.model
    def _get_ledger_balance(self, company, day):
        """:return: what the receivable accounts came to at the end of a day, by their entries alone"""
        # One sum of a company whose disputes the user may read.
        lines = self.env["account.move.line"].sudo()
        domain = [
            ("company_id", "=", company.id),
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("date", "<=", day),
        ]
        ((balance,),) = lines._read_group(domain, [], ["balance:sum"])
        return company.currency_id.round(balance or 0)
