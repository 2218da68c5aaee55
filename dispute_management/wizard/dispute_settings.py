from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.res_company import DISPUTE_SETTINGS

SETTINGS = ["dispute_writeoff_account_id", *DISPUTE_SETTINGS]


class DisputeSettings(models.TransientModel):
    """The company's settings of disputes, for administrators of disputes.

    Odoo's own settings are for its administrators; setting up disputes takes none of
    their rights.
    """

    _name = "dispute.settings"
    _description = "Dispute Settings"
    _inherit = ["dispute.wizard.mixin"]
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    dispute_writeoff_account_id = fields.Many2one(
        "account.account",
        string="Write-off account",
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_direct_cost', 'income', 'income_other'))]",
    )
    dispute_write_off_tolerance = fields.Monetary(string="Write-off tolerance")
    dispute_hold_share = fields.Float(string="Left out of follow-up from")
    dispute_short_payment = fields.Selection(
        selection=lambda self: (
            self.env["res.company"]._fields["dispute_short_payment"]._description_selection(self.env)
        ),
        string="Short payments",
    )
    dispute_pay_by_days = fields.Integer(string="Refused: to pay within")
    dispute_auto_refund = fields.Boolean(string="Automatic refunds")
    dispute_auto_refund_daily = fields.Monetary(string="A day at most")
    dispute_brake_customer_amount = fields.Monetary(string="Held back above, of a customer")
    dispute_brake_user_amount = fields.Monetary(string="Held back above, by a user")
    dispute_signature_from = fields.Monetary(string="Customers sign from")
    dispute_no_approval_credit = fields.Monetary(string="Credit or re-invoice below")
    dispute_no_approval_payout = fields.Monetary(string="Refund below")
    dispute_no_approval_write_off = fields.Monetary(string="Write off below")
    dispute_no_approval_apply = fields.Boolean(string="Applying a payment or credit")
    dispute_no_approval_rejection = fields.Boolean(string="Refusing a claim")
    dispute_risk_alert = fields.Integer(string="Warn from a risk of")
    approval_gaps = fields.Text(compute="_compute_approval_gaps")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        # Accounts and limits are settings of disputes, wherever Odoo keeps them.
        company = self.env.company.sudo()
        for name in set(SETTINGS) & set(fields_list):
            values[name] = self._fields[name].convert_to_write(company[name], company)
        return values

    @api.depends("company_id")
    def _compute_approval_gaps(self):
        for settings in self:
            settings.approval_gaps = "\n".join(settings.company_id._get_dispute_approval_gaps())

    def action_save(self):
        """Write the settings on the company; its chatter says what changed, and who did it.

        Those of a branch are its company's: they are changed there.
        """
        self.ensure_one()
        self.check_access("write")
        self.company_id.check_access("read")
        # Limits of disputes are for their administrator to set, companies are not: of all that a
        # company is, only these fields are written.
        company = self.company_id.sudo()
        changed = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in SETTINGS
            if self[name] != company[name]
        }
        shared = {name: changed.pop(name) for name in DISPUTE_SETTINGS if name in changed}
        if shared and company.root_id not in self.env.user.company_ids:
            raise UserError(
                self.env._(
                    "%(branch)s settles by the rules of %(company)s: change them there.",
                    branch=company.name,
                    company=company.root_id.name,
                )
            )
        company.write(changed)
        company.root_id.write(shared)
        return {"type": "ir.actions.act_window_close"}
