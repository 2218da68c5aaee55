from odoo import api, fields, models
from odoo.tools import SQL

#: How long something is overdue.
AGEING = [
    ("not_due", "Not due"),
    ("1_30", "1-30 days overdue"),
    ("31_60", "31-60 days overdue"),
    ("61_90", "61-90 days overdue"),
    ("over_90", "Over 90 days overdue"),
]


class DisputeReceivable(models.Model):
    """One row an open item of a customer: what of it is in dispute, and what is not.

    Of an invoice in several instalments the disputed part counts with what is due last, so
    that what is due first is asked for. Other addons add columns by extending `_select`.
    """

    _name = "dispute.receivable"
    _description = "Receivables, disputed and undisputed"
    _auto = False
    _rec_name = "move_id"
    _order = "date_due, id"

    move_id = fields.Many2one("account.move", string="Document", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    invoice_user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    date_due = fields.Date(string="Due Date", readonly=True)
    days_overdue = fields.Integer(readonly=True, aggregator="max")
    ageing = fields.Selection(AGEING, readonly=True)
    is_disputed = fields.Boolean(string="In dispute", readonly=True)
    is_held = fields.Boolean(string="Left out of follow-up", readonly=True)
    amount_residual = fields.Monetary(
        string="Open", currency_field="company_currency_id", readonly=True, aggregator="sum"
    )
    amount_disputed = fields.Monetary(
        string="Disputed",
        currency_field="company_currency_id",
        readonly=True,
        aggregator="sum",
        help="What is claimed of it and still owed, in the proportion in which the ledger has the item open.",
    )
    amount_undisputed = fields.Monetary(
        string="Undisputed", currency_field="company_currency_id", readonly=True, aggregator="sum"
    )
    amount_overdue = fields.Monetary(
        string="Undisputed, overdue", currency_field="company_currency_id", readonly=True, aggregator="sum"
    )

    @property
    def _table_query(self):
        return SQL("SELECT %s FROM (%s) item", self._select(), self._items())

    def _select(self):
        """:return: SQL of the columns; override to add some"""
        return SQL(
            """
            item.*,
            item.amount_disputed <> 0 AS is_disputed,
            item.amount_residual - item.amount_disputed AS amount_undisputed,
            CASE WHEN item.days_overdue > 0 THEN item.amount_residual - item.amount_disputed ELSE 0 END
                AS amount_overdue,
            CASE
                WHEN item.days_overdue <= 0 THEN 'not_due'
                WHEN item.days_overdue <= 30 THEN '1_30'
                WHEN item.days_overdue <= 60 THEN '31_60'
                WHEN item.days_overdue <= 90 THEN '61_90'
                ELSE 'over_90'
            END AS ageing
            """
        )

    def _items(self):
        """:return: SQL of the open items, one row each"""
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model()
        is_open = SQL(
            """
            account.account_type = 'asset_receivable'
               AND line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE
               AND line.amount_residual <> 0
            """
        )
        # Few documents are in dispute, and found by an index: what is disputed is worked out for these.
        disputed = SQL(
            """
            SELECT line.id,
                   ROUND((line.amount_residual * LEAST(
                       1, GREATEST(0, move.dispute_amount_owed - COALESCE(SUM(line.amount_residual_currency)
                           OVER later, 0)) / NULLIF(line.amount_residual_currency, 0)
                   ))::numeric, currency.decimal_places) AS amount
              FROM account_move move
              JOIN account_move_line line ON line.move_id = move.id
              JOIN account_account account ON account.id = line.account_id
              JOIN res_currency currency ON currency.id = line.company_currency_id
             WHERE move.dispute_amount_owed > 0 AND %s
            WINDOW later AS (
                PARTITION BY line.move_id ORDER BY line.date_maturity DESC NULLS LAST, line.id DESC
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            )
            """,
            is_open,
        )
        return SQL(
            """
            SELECT line.id,
                   line.move_id,
                   line.company_id,
                   line.company_currency_id,
                   COALESCE(move.commercial_partner_id, line.partner_id) AS partner_id,
                   move.invoice_user_id,
                   COALESCE(line.date_maturity, line.date) AS date_due,
                   %(today)s::date - COALESCE(line.date_maturity, line.date) AS days_overdue,
                   line.no_followup AS is_held,
                   line.amount_residual,
                   COALESCE(disputed.amount, 0) AS amount_disputed
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
              -- Of a query that asks nothing of documents, the database leaves them out.
              LEFT JOIN account_move move ON move.id = line.move_id
              LEFT JOIN (%(disputed)s) disputed ON disputed.id = line.id
             WHERE %(is_open)s
            """,
            today=fields.Date.context_today(self),
            disputed=disputed,
            is_open=is_open,
        )

    @api.model
    def _get_accounts(self):
        """:return: account.account of receivables, of all companies"""
        # Which these are is no secret; what is posted on them is for who may read it.
        accounts = self.env["account.account"].sudo().with_context(active_test=False)
        return accounts.search([("account_type", "=", "asset_receivable")])
