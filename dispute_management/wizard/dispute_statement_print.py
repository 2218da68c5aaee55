from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import format_date

from ..tools.account_statement import FIRST_DAY, LAST_DAY, get_default_period


class DisputeStatementPrint(models.TransientModel):
    """Print the statement of account of a customer, with what is in dispute."""

    _name = "dispute.statement.print"
    _description = "Print a Statement of Account"
    _inherit = ["dispute.wizard.mixin"]

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        default=lambda self: self._get_default_partner(),
        help="The statement is of their whole company, in the language of whom you choose.",
    )
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: get_default_period(fields.Date.context_today(self))[0],
    )
    date_to = fields.Date(string="To", required=True, default=fields.Date.context_today)

    @api.model
    def _get_default_partner(self):
        if self.env.context.get("active_model") == "res.partner":
            return self.env.context.get("active_id")
        return False

    @api.depends("partner_id", "date_from", "date_to")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = wizard._get_filename() if wizard.partner_id else ""

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for wizard in self:
            if wizard.date_from > wizard.date_to:
                raise ValidationError(
                    self.env._("The statement starts after its last day. Please exchange the two dates.")
                )
            if wizard.date_from < FIRST_DAY or wizard.date_to > LAST_DAY:
                raise ValidationError(
                    self.env._(
                        "A statement can be of days from %(first)s to %(last)s. Please correct the dates.",
                        first=format_date(self.env, FIRST_DAY),
                        last=format_date(self.env, LAST_DAY),
                    )
                )

    def action_print(self):
        """Print it.

        :return: action that hands out the PDF
        """
        self.ensure_one()
        self._check_readable()
        action = self.env.ref("dispute_management.action_report_account_statement").report_action(
            self, config=False
        )
        return {**action, "close_on_report_download": True}

    def _check_readable(self):
        """:raise AccessError: when the user may not read the account of this customer in this company"""
        self.partner_id.check_access("read")
        if self.company_id not in self.env.user.company_ids:
            raise AccessError(
                self.env._(
                    "You have no access to %s. Please choose another company.",
                    # The name of a company is no secret to who asked for it.
                    self.sudo().company_id.name,
                )
            )

    def _get_values(self):
        """:return: what the template needs, in the language of the customer"""
        self.ensure_one()
        self._check_readable()
        company = self.company_id
        # Chosen here, whether or not it is switched on in the menu bar.
        wizard = self.with_context(
            allowed_company_ids=(company | self.env.companies).ids,
            lang=self.partner_id.lang or self.env.lang,
        )
        statement = wizard.env["dispute.account.statement"]
        partner = wizard.partner_id.commercial_partner_id
        period = (self.date_from, self.date_to)
        return statement._get_values(
            partner, company, *period, statement._get_lines(partner, company, *period)
        )

    def _get_filename(self):
        self.ensure_one()
        return self.env["dispute.account.statement"]._get_filename(
            self.partner_id.commercial_partner_id, self.date_from, self.date_to
        )
