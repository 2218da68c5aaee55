from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.dispute_management.models.dispute_amount_mixin import AMOUNT_PARTS

from .measure_fields import money, rate


class DisputeLineReport(models.Model):
    """One row a disputed line: which products, invoices and salespeople are disputed."""

    _name = "dispute.line.report"
    _inherit = ["dispute.report.mixin"]
    _description = "Disputed Lines Analysis"
    _auto = False
    _rec_name = "case_id"
    _order = "date_opened desc, id desc"

    _formulas = {
        "invoice_date": "%(move.invoice_date)s",
        "invoice_user_id": "%(move.invoice_user_id)s",
        "product_id": "%(item.product_id)s",
        "product_categ_id": "%(template.categ_id)s",
        "amount_disputed": " + ".join(f"%({name})s" for name in AMOUNT_PARTS),
        "amount_decided": "CASE WHEN %(is_decided)s THEN %(amount_disputed)s ELSE 0 END",
        "amount_valid": "CASE WHEN %(is_decided)s AND %(is_right)s THEN %(amount_disputed)s ELSE 0 END",
        "amount_closed": "CASE WHEN %(is_closed)s THEN %(amount_disputed)s ELSE 0 END",
        "amount_given_back": "CASE WHEN %(is_closed)s THEN %(amount_credited)s + %(amount_refunded)s ELSE 0 END",
    }
    _lookups = {
        "move": ("account_move", {"id": "move_id"}),
        "item": ("account_move_line", {"id": "move_line_id"}),
        "product": ("product_product", {"id": "product_id"}),
        "template": ("product_template", {"id": "product.product_tmpl_id"}),
    }
    _ratios = {
        "is_valid": ("amount_valid", "amount_decided"),
        "credit_rate": ("amount_given_back", "amount_closed"),
    }

    count = fields.Integer(string="Disputed Lines")
    line_id = fields.Many2one("dispute.line", string="Disputed Line", readonly=True)
    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    payment_id = fields.Many2one("account.payment", readonly=True)
    invoice_date = fields.Date(readonly=True)
    invoice_user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    product_categ_id = fields.Many2one("product.category", string="Product Category", readonly=True)
    quantity = fields.Float(string="Quantity Disputed", digits="Product Unit", readonly=True)

    amount_disputed = money("Disputed")
    amount_open = money("Still Open")
    amount_credited = money("Credited")
    amount_refunded = money("Refunded")
    amount_rebilled = money("Re-invoiced")
    amount_applied = money("Applied")
    amount_written_off = money("Written Off")
    amount_rejected = money("Rejected")
    amount_paid_after = money("Paid Afterwards")
    amount_decided = money("Disputed, Decided")
    amount_valid = money("Disputed, Valid")
    amount_closed = money("Disputed, Closed")
    amount_given_back = money("Given Back", "Credited or refunded on closed cases.")

    is_valid = rate(
        "Validity Rate by Amount",
        "Amount disputed rightly / amount of the closed cases in which that was decided.",
    )
    credit_rate = rate("Credit Rate", "(Credited + refunded) / disputed, of closed cases.")

    _depends = {
        "dispute.line": [
            "case_id",
            "move_id",
            "move_line_id",
            "payment_id",
            "quantity",
            *(f"{name}_company" for name in AMOUNT_PARTS),
        ],
        "dispute.case": ["is_valid"],
        "account.move": ["invoice_date", "invoice_user_id"],
        "account.move.line": ["product_id"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["categ_id"],
    }

    @api.model
    def _select(self) -> SQL:
        return SQL(
            """
            %(select)s,
            line.id,
            line.id AS line_id,
            line.move_id,
            line.payment_id,
            line.quantity,
            line.move_line_id,
            %(amounts)s
            """,
            select=super()._select(),
            amounts=SQL(", ").join(
                SQL("%s AS %s", SQL.identifier("line", f"{name}_company"), SQL.identifier(name))
                for name in AMOUNT_PARTS
            ),
        )

    @api.model
    def _from(self) -> SQL:
        return SQL("%s JOIN dispute_line line ON line.case_id = dispute.id", super()._from())
