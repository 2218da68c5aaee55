from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.dispute_management.report.dispute_receivable import AGEING


class DisputeAsOfLine(models.TransientModel):
    """A claim on that day, and what became of it since the other."""

    _name = "dispute.as.of.line"
    _description = "Disputed Line as of a Day"
    _inherit = ["dispute.wizard.mixin"]
    _rec_name = "case_id"
    _order = "amount_closing desc, id"

    as_of_id = fields.Many2one("dispute.as.of", required=True, ondelete="cascade", index=True)
    line_id = fields.Many2one("dispute.line", required=True, ondelete="cascade")
    # Looked up by who looks: to store them for each claim takes longer than to work out the figures.
    case_id = fields.Many2one(related="line_id.case_id")
    currency_id = fields.Many2one(related="as_of_id.currency_id")
    move_id = fields.Many2one(related="line_id.move_id")
    partner_id = fields.Many2one(related="case_id.partner_id")
    reason_id = fields.Many2one(related="case_id.reason_id")
    team_id = fields.Many2one(related="case_id.team_id")
    user_id = fields.Many2one(related="case_id.user_id", string="Owner")
    age_days = fields.Integer(string="Days Open", aggregator="max")
    age = fields.Selection(
        [
            ("1_0_7", "0-7 days"),
            ("2_8_14", "8-14 days"),
            ("3_15_30", "15-30 days"),
            ("4_31_60", "31-60 days"),
            ("5_61_90", "61-90 days"),
            ("6_over_90", "Over 90 days"),
        ]
    )
    overdue = fields.Selection(AGEING, string="Invoice Overdue")
    amount_opening = fields.Monetary(string="Open Before")
    amount_opened = fields.Monetary(string="Opened")
    amount_added = fields.Monetary(string="Claims Changed")
    amount_credited = fields.Monetary(string="Credited")
    amount_refunded = fields.Monetary(string="Refunded")
    amount_rebilled = fields.Monetary(string="Re-invoiced")
    amount_applied = fields.Monetary(string="Applied")
    amount_written_off = fields.Monetary(string="Written Off")
    amount_rejected = fields.Monetary(string="Refused")
    amount_paid_after = fields.Monetary(string="Paid Afterwards")
    amount_closing = fields.Monetary(string="Open")
    amount_owed = fields.Monetary(
        string="Open and Owed", help="Of it, what the invoice still owed, by the ledger."
    )

    @api.model
    def _replace(self, report, rows):
        """Store the claims of a report: there may be a hundred thousand, of which few are looked at.

        :param report: dispute.as.of of the user
        :param rows: list of dicts of values, each with ``line_id``
        """
        report.check_access("write")
        report.flush_recordset()
        report.invalidate_recordset(["line_ids"])
        self.env.cr.execute(SQL("DELETE FROM dispute_as_of_line WHERE as_of_id = %s", report.id))
        if not rows:
            return
        names = list(dict.fromkeys(name for row in rows for name in row))
        columns = []
        for name in names:
            nothing = 0 if self._fields[name].type == "monetary" else None
            values = [row.get(name) or nothing for row in rows]
            columns.append(SQL("%s::%s[]", values, SQL(self._fields[name].column_type[0])))
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO dispute_as_of_line
                       (as_of_id, create_uid, create_date, %(names)s)
                SELECT %(report)s, %(uid)s, %(now)s, row.*
                  FROM unnest(%(columns)s) row(%(names)s)
                """,
                report=report.id,
                uid=self.env.uid,
                now=self.env.cr.now(),
                names=SQL(", ").join(map(SQL.identifier, names)),
                columns=SQL(", ").join(columns),
            )
        )

    def action_open_case(self):
        """Open the cases of these claims."""
        return self.case_id._get_records_action(name=self.env._("Disputes"))
