from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dispute_writeoff_account_id = fields.Many2one(
        related="company_id.dispute_writeoff_account_id", readonly=False
    )
    dispute_write_off_tolerance = fields.Monetary(
        related="company_id.dispute_write_off_tolerance", readonly=False
    )
    dispute_hold_share = fields.Float(related="company_id.dispute_hold_share", readonly=False)
    dispute_short_payment = fields.Selection(related="company_id.dispute_short_payment", readonly=False)
    dispute_pay_by_days = fields.Integer(related="company_id.dispute_pay_by_days", readonly=False)
    dispute_auto_refund = fields.Boolean(related="company_id.dispute_auto_refund", readonly=False)
    dispute_no_approval_credit = fields.Monetary(
        related="company_id.dispute_no_approval_credit", readonly=False
    )
    dispute_no_approval_payout = fields.Monetary(
        related="company_id.dispute_no_approval_payout", readonly=False
    )
    dispute_no_approval_write_off = fields.Monetary(
        related="company_id.dispute_no_approval_write_off", readonly=False
    )
    dispute_no_approval_apply = fields.Boolean(related="company_id.dispute_no_approval_apply", readonly=False)
    dispute_no_approval_rejection = fields.Boolean(
        related="company_id.dispute_no_approval_rejection", readonly=False
    )
    dispute_offer_days = fields.Integer(related="company_id.dispute_offer_days", readonly=False)
    dispute_offer_reminder_days = fields.Integer(
        related="company_id.dispute_offer_reminder_days", readonly=False
    )
    dispute_deemed_acceptance = fields.Boolean(related="company_id.dispute_deemed_acceptance", readonly=False)
    dispute_signature_from = fields.Monetary(related="company_id.dispute_signature_from", readonly=False)
    dispute_reopen_days = fields.Integer(related="company_id.dispute_reopen_days", readonly=False)
    dispute_auto_refund_daily = fields.Monetary(
        related="company_id.dispute_auto_refund_daily", readonly=False
    )
    dispute_risk_alert = fields.Integer(related="company_id.dispute_risk_alert", readonly=False)
    dispute_brake_days = fields.Integer(related="company_id.dispute_brake_days", readonly=False)
    dispute_brake_customer_count = fields.Integer(
        related="company_id.dispute_brake_customer_count", readonly=False
    )
    dispute_brake_customer_amount = fields.Monetary(
        related="company_id.dispute_brake_customer_amount", readonly=False
    )
    dispute_brake_user_count = fields.Integer(related="company_id.dispute_brake_user_count", readonly=False)
    dispute_brake_user_amount = fields.Monetary(
        related="company_id.dispute_brake_user_amount", readonly=False
    )
    dispute_approval_gaps = fields.Text(compute="_compute_dispute_approval_gaps")

    @api.depends("company_id")
    def _compute_dispute_approval_gaps(self):
        for settings in self:
            settings.dispute_approval_gaps = "\n".join(settings.company_id._get_dispute_approval_gaps())
