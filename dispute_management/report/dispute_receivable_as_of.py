from collections import defaultdict, namedtuple

from odoo import api, models
from odoo.tools import SQL

from ..tools.receivable_ageing import get_overdue_key, share_disputed

#: What was open of one receivable item, in the company's currency and in its own.
OpenItem = namedtuple("OpenItem", "id move_id currency_id date_due residual residual_currency")


class DisputeReceivableAsOf(models.AbstractModel):
    """What customers owed at the end of a day by the ledger, and what of it was in dispute."""

    _name = "dispute.receivable.as.of"
    _description = "Receivables as of a Day"

    @api.model
    def _get_ageing(self, company, day, owed):
        """Receivables by days overdue, in the company's currency.

        :param company: res.company
        :param owed: ``{account.move: amount disputed of what it owes}``, in its currency
        :return: ``({key: (receivable, disputed)}, {account.move: (disputed, key of its last
            disputed item)})``
        """
        currency = company.currency_id
        totals = defaultdict(lambda: [0.0, 0.0])
        of_moves = {}
        moves = {move.id: move for move in owed}
        items = self._get_items(company, day)
        shares = share_disputed(
            [(item.move_id, item.residual_currency) for item in items],
            {move.id: amount for move, amount in owed.items()},
        )
        for item, share in zip(items, shares, strict=True):
            key = get_overdue_key((day - item.date_due).days)
            disputed = 0
            if share:
                disputed = currency.round(item.residual * share / item.residual_currency)
                move = moves[item.move_id]
                before, first_key = of_moves.get(move, (0, key))
                of_moves[move] = (before + disputed, first_key)
            totals[key][0] += item.residual
            totals[key][1] += disputed
        return {key: tuple(map(currency.round, amounts)) for key, amounts in totals.items()}, of_moves

    @api.model
    def _get_items(self, company, day, partner=None):
        """What was open at the end of a day, latest due first: what is open now, and what was matched since.

        :param partner: commercial partner whose items alone are wanted
        :return: list of `OpenItem`
        """
        for model in ("account.move", "account.move.line", "account.partial.reconcile"):
            self.env[model].flush_model()
        # Posted amounts only: whoever may ask for this report may know them.
        rows = self.env.execute_query(
            SQL(
                """
                WITH back AS (
                    SELECT line_id, SUM(amount) AS amount, SUM(amount_currency) AS amount_currency
                      FROM (
                        SELECT debit_move_id AS line_id, amount, debit_amount_currency AS amount_currency
                          FROM account_partial_reconcile WHERE %(later)s AND %(debit)s
                         UNION ALL
                        SELECT credit_move_id, -amount, -credit_amount_currency
                          FROM account_partial_reconcile WHERE %(later)s AND %(credit)s
                      ) match
                  GROUP BY line_id
                ),
                asked AS (
                    SELECT line.id
                      FROM account_account account
                      JOIN account_move_line line ON line.account_id = account.id
                     WHERE account.account_type = 'asset_receivable'
                       AND line.reconciled IS NOT TRUE
                       AND %(partner)s
                     UNION
                    SELECT line_id FROM back
                ),
                item AS (
                    SELECT line.id,
                           line.move_id,
                           line.currency_id,
                           line.date_maturity,
                           line.date,
                           line.amount_residual + COALESCE(back.amount, 0) AS residual,
                           line.amount_residual_currency + COALESCE(back.amount_currency, 0) AS residual_currency
                      FROM asked
                      JOIN account_move_line line ON line.id = asked.id
                      JOIN account_account account ON account.id = line.account_id
                 LEFT JOIN back ON back.line_id = line.id
                     WHERE account.account_type = 'asset_receivable'
                       AND line.parent_state = 'posted'
                       AND line.company_id = %(company)s
                       AND line.date <= %(day)s
                       AND %(partner)s
                )
                SELECT id, move_id, currency_id, COALESCE(date_maturity, date), residual, residual_currency
                  FROM item
                 WHERE residual <> 0 OR residual_currency <> 0
              ORDER BY date_maturity DESC NULLS LAST, id DESC
                """,
                day=day,
                company=company.id,
                later=SQL(
                    "(max_date > %s OR NOT %s)",
                    day,
                    self._get_booked_condition(SQL("account_partial_reconcile.id")),
                ),
                partner=self._get_partner_condition(SQL("line.partner_id"), partner),
                **{
                    side: self._get_match_condition(SQL.identifier(f"{side}_move_id"), partner)
                    for side in ("debit", "credit")
                },
            )
        )
        return [OpenItem(*row) for row in rows]

    @api.model
    def _get_partner_condition(self, column, partner):
        """:return: SQL that holds of items of a customer, their contacts' included; without one, of all"""
        if not partner:
            return SQL("TRUE")
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        return SQL("%s IN (SELECT id FROM res_partner WHERE commercial_partner_id = %s)", column, partner.id)

    @api.model
    def _get_match_condition(self, column, partner):
        """:return: SQL that holds of matches of a customer's items, so that no others are summed up"""
        if not partner:
            return SQL("TRUE")
        return SQL(
            "%s IN (SELECT id FROM account_move_line WHERE %s)",
            column,
            self._get_partner_condition(SQL("partner_id"), partner),
        )

    @api.model
    def _get_booked_condition(self, column):
        """Odoo keeps the matches of an entry that is set back to draft, but what is not booked pays nothing.

        :param column: id of the account.partial.reconcile
        :return: SQL that holds of matches between posted entries
        """
        return SQL(
            """%s NOT IN (
                SELECT match.id
                  FROM account_move move
                  JOIN account_move_line item ON item.move_id = move.id
                  JOIN account_partial_reconcile match ON item.id = match.debit_move_id
                 WHERE move.state <> 'posted'
                 UNION ALL
                SELECT match.id
                  FROM account_move move
                  JOIN account_move_line item ON item.move_id = move.id
                  JOIN account_partial_reconcile match ON item.id = match.credit_move_id
                 WHERE move.state <> 'posted'
            )""",
            column,
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
