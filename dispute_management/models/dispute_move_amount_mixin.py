from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class DisputeMoveAmountMixin(models.AbstractModel):
    """What of an invoice is in dispute, and what is owed beside it.

    A claim on money already paid is no receivable: of a claim, what is open and was still
    owed when it was made counts, and never more than the invoice owes.
    """

    _name = "dispute.move.amount.mixin"
    _description = "Disputed Receivable"

    @api.depends(
        "dispute_line_ids.amount_open",
        "dispute_line_ids.amount_owed_at_opening",
        "dispute_line_ids.case_id.is_closed",
    )
    def _compute_dispute_amount(self):
        for move in self:
            lines = move.dispute_line_ids
            pending = lines.filtered(lambda line: not line.case_id.is_closed)
            move.dispute_amount = sum(pending.mapped("amount_open"))
            waiting = sum(min(line.amount_open, line.amount_owed_at_opening) for line in pending)
            move.dispute_amount_owed = min(waiting, max(0, move.amount_residual)) if waiting else 0

    @api.depends("amount_residual", "dispute_amount_owed")
    def _compute_dispute_amount_undisputed(self):
        for move in self:
            move.dispute_amount_undisputed = move.amount_residual - move.dispute_amount_owed

    def _search_dispute_amount_undisputed(self, operator, value):
        if operator not in ("<", "<=", ">", ">=", "in") or (operator == "in" and len(value) != 1):
            return NotImplemented
        sign = SQL("=") if operator == "in" else SQL(operator)  # one of those above
        limit = next(iter(value)) if operator == "in" else value
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "ROUND((%s - COALESCE(%s, 0))::numeric, 6) %s %s",
                model._field_to_sql(alias, "amount_residual", query),
                model._field_to_sql(alias, "dispute_amount_owed", query),
                sign,
                limit or 0,
            )
        )

    @api.depends("dispute_amount_owed", "amount_residual", "line_ids.date_maturity", "state")
    def _compute_dispute_is_undisputed_overdue(self):
        overdue = self.filtered_domain(self._get_undisputed_overdue_domain())
        for move in self:
            move.dispute_is_undisputed_overdue = (
                move in overdue and move.currency_id.compare_amounts(move.dispute_amount_undisputed, 0) > 0
            )

    def _search_dispute_is_undisputed_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._get_undisputed_overdue_domain() & Domain("dispute_amount_undisputed", ">", 0)
        return domain if True in value else ~domain

    @api.model
    def _get_undisputed_overdue_domain(self):
        """:return: Domain of the invoices in dispute of which something is overdue"""
        overdue = [
            ("account_type", "=", "asset_receivable"),
            ("amount_residual", ">", 0),
            ("date_maturity", "<", fields.Date.context_today(self)),
        ]
        return (
            Domain("dispute_amount_owed", ">", 0)
            & Domain("state", "=", "posted")
            & Domain("line_ids", "any", overdue)
        )
