from odoo import api, fields, models


class DisputeClose(models.TransientModel):
    """Close cases: how they ended, and what they came from."""

    _name = "dispute.close"
    _description = "Close Disputes"
    _inherit = ["dispute.wizard.mixin"]

    case_ids = fields.Many2many("dispute.case", required=True, default=lambda self: self._default_case_ids())
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    resolution_id = fields.Many2one(
        "dispute.resolution",
        required=True,
        domain="[('company_id', 'parent_of', company_id)]",
    )
    cause_id = fields.Many2one(
        "dispute.cause",
        string="Root Cause",
        required=True,
        compute="_compute_cause_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    note = fields.Text(string="Internal Note")

    def _default_case_ids(self):
        return self.env.context.get("active_ids")

    @api.depends("case_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.case_ids.company_id[:1]

    @api.depends("case_ids")
    def _compute_cause_id(self):
        for wizard in self:
            wizard.cause_id = wizard.cause_id or wizard.case_ids.cause_id[:1]

    def action_close(self):
        """Close the cases.

        :raise UserError: when one of them can't be closed so, with the reason
        """
        self.ensure_one()
        self.case_ids._close(self.resolution_id, self.cause_id)
        if self.note:
            self.case_ids._message_log_batch(bodies={case.id: self.note for case in self.case_ids})
        return {"type": "ir.actions.act_window_close"}
