from odoo import api, fields, models


class DisputeSplit(models.TransientModel):
    """Give some lines of a case a case of their own."""

    _name = "dispute.split"
    _description = "Split a Dispute"
    _inherit = ["dispute.wizard.mixin"]

    case_id = fields.Many2one(
        "dispute.case",
        string="Dispute",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    company_id = fields.Many2one(related="case_id.company_id")
    line_ids = fields.Many2many(
        "dispute.line",
        string="Lines for the new case",
        domain="[('case_id', '=', case_id)]",
    )
    reason_id = fields.Many2one(
        "dispute.reason",
        required=True,
        compute="_compute_from_case",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('company_id', 'parent_of', company_id)]",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        compute="_compute_from_case",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('share', '=', False)]",
    )
    description = fields.Text(compute="_compute_from_case", store=True, readonly=False, precompute=True)

    @api.depends("case_id")
    def _compute_from_case(self):
        for wizard in self:
            wizard.reason_id = wizard.case_id.reason_id
            wizard.user_id = wizard.case_id.user_id
            wizard.description = wizard.case_id.description

    def action_split(self):
        """Make the new case.

        :return: action on it
        :raise UserError: when the lines can't leave their case, with the reason
        """
        self.ensure_one()
        new = self.case_id._split(self.line_ids, self._prepare_case_values())
        return new._get_records_action(name=self.env._("Dispute"))

    def _prepare_case_values(self):
        """:return: values in which the new case differs; override to add fields"""
        return {
            "reason_id": self.reason_id.id,
            "user_id": self.user_id.id,
            "description": self.description,
        }
