from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.dispute_management.models.dispute_amount_mixin import AMOUNT_PARTS

from .measure_fields import money, rate


class DisputeInvoiceReport(models.Model):
    """One row a posted customer invoice: was it ever disputed? Merged cases count as none."""

    _name = "dispute.invoice.report"
    _inherit = ["dispute.report.figure.mixin"]
    _description = "Disputed Invoices Analysis"
    _auto = False
    _rec_name = "move_id"
    _order = "invoice_date desc, id desc"

    _formulas = {
        "count": "1",
        "company_currency_id": "%(company.currency_id)s",
        "country_id": "%(partner.country_id)s",
        "count_disputed": "%(is_disputed)s::int",
        "amount_disputed": "CASE WHEN %(is_disputed)s THEN %(amount_invoiced)s ELSE 0 END",
        "amount_claimed": "COALESCE(%(claimed)s, 0)",
    }
    _lookups = {
        "company": ("res_company", {"id": "company_id"}),
        "partner": ("res_partner", {"id": "partner_id"}),
    }
    _ratios = {
        "dispute_rate": ("count_disputed", "count"),
        "dispute_rate_amount": ("amount_disputed", "amount_invoiced"),
    }

    count = fields.Integer(string="Invoices", readonly=True)
    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    country_id = fields.Many2one("res.country", string="Customer Country", readonly=True)
    invoice_user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    invoice_date = fields.Date(readonly=True)
    is_disputed = fields.Boolean(string="Ever Disputed", readonly=True)
    count_disputed = fields.Integer(string="Invoices Disputed", readonly=True)
    amount_invoiced = money("Invoiced")
    amount_disputed = money("Invoiced, Ever Disputed", "Totals of the invoices that were ever disputed.")
    amount_claimed = money("Claimed", "What customers claimed of them.")
    dispute_rate = rate("Dispute Rate", "Invoices that were ever disputed / invoices issued.")
    dispute_rate_amount = rate(
        "Dispute Rate by Amount", "Totals of the invoices that were ever disputed / totals of all invoices."
    )

    _depends = {
        "account.move": [
            "company_id",
            "commercial_partner_id",
            "invoice_user_id",
            "invoice_date",
            "move_type",
            "state",
            "amount_total_signed",
        ],
        "dispute.line": ["case_id", "move_id", *(f"{name}_company" for name in AMOUNT_PARTS)],
        "dispute.case": ["resolution_id"],
        "dispute.resolution": ["code"],
        "res.company": ["currency_id"],
        "res.partner": ["country_id"],
    }

    @api.model
    def _select(self) -> SQL:
        return SQL(
            """
            SELECT
                move.id,
                move.id AS move_id,
                move.company_id,
                move.commercial_partner_id AS partner_id,
                move.invoice_user_id,
                move.invoice_date,
                claim.is_there AS is_disputed,
                move.amount_total_signed AS amount_invoiced,
                claim.amount AS claimed
            """
        )

    @api.model
    def _from(self) -> SQL:
        return SQL(
            """
            FROM account_move move
                -- Of each invoice that is asked about: a few weeks of them are far less than all claims.
                CROSS JOIN LATERAL (
                    SELECT COUNT(*) > 0 AS is_there, SUM(%s) AS amount
                      FROM dispute_line line
                     WHERE line.move_id = move.id
                       -- Few are merged: their keys are looked up in memory.
                       AND line.case_id NOT IN (
                            SELECT merged.id
                              FROM dispute_resolution resolution
                              JOIN dispute_case merged ON merged.resolution_id = resolution.id
                             WHERE resolution.code = 'MRG'
                       )
                ) claim
            """,
            SQL(" + ").join(SQL.identifier("line", f"{name}_company") for name in AMOUNT_PARTS),
        )

    @api.model
    def _where(self) -> SQL:
        return SQL("WHERE move.move_type = 'out_invoice' AND move.state = 'posted'")

    # === ACTIONS ===

    def action_open_case(self):
        """Open the cases of these invoices; without any, the invoices."""
        cases = self.env["dispute.case"].search([("line_ids.move_id", "in", self.move_id.ids)])
        records = cases or self.move_id
        return records._get_records_action(name=self.env._("Disputes") if cases else self.env._("Invoices"))
