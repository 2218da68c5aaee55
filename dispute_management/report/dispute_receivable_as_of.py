from collections import defaultdict, namedtuple

from odoo import api, models
from odoo.tools import SQL

from ..tools.receivable_ageing import OVERDUE, get_overdue_key, share_disputed

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
        :param owed: ``{id of the account.move: amount disputed of what it owes}``, in its currency
        :return: ``({key: (receivable, disputed)}, {id of the account.move: (disputed, the same in its
            currency, key of its last disputed item)})``
        """
        currency = company.currency_id
        totals = defaultdict(lambda: [0.0, 0.0])
        for days, residual in self.env.execute_query(self._get_totals_query(company, day)):
            totals[get_overdue_key(days)][0] += residual
        of_moves = {}
        # Of invoices in dispute alone one has to know the items.
        items = self._get_items(company, day, moves=owed) if owed else []
        shares = share_disputed([(item.move_id, item.residual_currency) for item in items], owed)
        for item, share in zip(items, shares, strict=True):
            if share:
                key = get_overdue_key((day - item.date_due).days)
                disputed = currency.round(item.residual * share / item.residual_currency)
                before, own, first_key = of_moves.get(item.move_id, (0, 0, key))
                of_moves[item.move_id] = (before + disputed, own + share, first_key)
                totals[key][1] += disputed
        return {key: tuple(map(currency.round, amounts)) for key, amounts in totals.items()}, of_moves

    @api.model
    def _get_totals_query(self, company, day):
        """:return: SQL of rows ``(days overdue, receivable)``; all that is long overdue is one row, and
        so is all that is not due yet
        """
        return SQL(
            """
            SELECT GREATEST(0, LEAST(%(most)s, %(day)s::date - COALESCE(date_maturity, date))), SUM(residual)
              FROM (%(parts)s) part
          GROUP BY 1
            """,
            most=1 + max(most for most, _key in OVERDUE if most is not None),
            day=day,
            parts=self._get_parts_query(company, day),
        )

    @api.model
    def _get_items(self, company, day, partner=None, moves=None):
        """What was open at the end of a day, latest due first.

        :param partner: commercial partner whose items alone are wanted
        :param moves: ids of the account.move whose items alone are wanted
        :return: list of `OpenItem`
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, move_id, currency_id, COALESCE(date_maturity, date), SUM(residual), SUM(residual_currency)
                  FROM (%s) part
              GROUP BY id, move_id, currency_id, date_maturity, date
                HAVING SUM(residual) <> 0 OR SUM(residual_currency) <> 0
              ORDER BY date_maturity DESC NULLS LAST, id DESC
                """,
                self._get_parts_query(company, day, partner, moves),
            )
        )
        return [OpenItem(*row) for row in rows]

    @api.model
    def _get_parts_query(self, company, day, partner=None, moves=None):
        """:return: SQL of rows whose sum by item was open at the end of a day: what is open of it now, and
        each match since
        """
        for model in ("account.move", "account.move.line", "account.partial.reconcile"):
            self.env[model].flush_model()
        wanted = self._get_partner_condition(SQL("line.partner_id"), partner)
        if moves is not None:
            wanted = SQL("%s AND line.move_id = ANY(%s)", wanted, list(moves))
        # Posted amounts only: whoever may ask for this report may know them.
        return SQL(
            """
            SELECT %(columns)s, line.amount_residual AS residual, line.amount_residual_currency AS residual_currency
              FROM account_move_line line
             WHERE line.reconciled IS NOT TRUE AND %(is_item)s
             UNION ALL
            SELECT %(columns)s, side.amount, side.amount_currency
              FROM account_partial_reconcile match
        CROSS JOIN LATERAL (
                VALUES (match.debit_move_id, match.amount, match.debit_amount_currency),
                       (match.credit_move_id, -match.amount, -match.credit_amount_currency)
              ) side(item_id, amount, amount_currency)
              JOIN account_move_line line ON line.id = side.item_id
             WHERE %(later)s AND %(is_item)s
            """,
            columns=SQL("line.id, line.move_id, line.currency_id, line.date_maturity, line.date"),
            is_item=SQL(
                """
                line.account_id = ANY(%s) AND line.parent_state = 'posted'
                AND line.company_id = %s AND line.date <= %s AND %s
                """,
                # Known before, the database knows how many items there are of them.
                self.env["dispute.receivable"]._get_accounts().ids,
                company.id,
                day,
                wanted,
            ),
            later=SQL("(match.max_date > %s OR NOT %s)", day, self._get_booked_condition(SQL("match.id"))),
        )

    @api.model
    def _get_partner_condition(self, column, partner):
        """:return: SQL that holds of items of a customer, their contacts' included; without one, of all"""
        if not partner:
            return SQL("TRUE")
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        return SQL("%s IN (SELECT id FROM res_partner WHERE commercial_partner_id = %s)", column, partner.id)

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
            ("account_id", "in", self.env["dispute.receivable"]._get_accounts().ids),
            ("parent_state", "=", "posted"),
            ("date", "<=", day),
        ]
        ((balance,),) = lines._read_group(domain, [], ["balance:sum"])
        return company.currency_id.round(balance or 0)
