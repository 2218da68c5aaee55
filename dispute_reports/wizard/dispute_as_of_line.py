from odoo import fields, models

from odoo.addons.dispute_management.report.dispute_receivable import AGEING


class DisputeAsOfLine(models.TransientModel):
    """A claim on that day, and what became of it since the other."""

    _name = "dispute.as.of.line"
    _description = "Disputed Line as of a Day"
    _rec_name = "case_id"
    _order = "amount_closing desc, id"

    as_of_id = fields.Many2one("dispute.as.of", required=True, ondelete="cascade", index=True)
    case_id = fields.Many2one("dispute.case", required=True, ondelete="cascade")
    line_id = fields.Many2one("dispute.line", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="as_of_id.currency_id")
    move_id = fields.Many2one(related="line_id.move_id", store=True)
    partner_id = fields.Many2one(related="case_id.partner_id", store=True)
    reason_id = fields.Many2one(related="case_id.reason_id", store=True)
    team_id = fields.Many2one(related="case_id.team_id", store=True)
    user_id = fields.Many2one(related="case_id.user_id", store=True, string="Owner")
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
    amount_owed = fields.Monetary(string="Open and Owed", help="Of it, what the invoice still owed.")

    def action_open_case(self):
        """Open the cases of these claims."""
        return self.case_id._get_records_action(name=self.env._("Disputes"))
