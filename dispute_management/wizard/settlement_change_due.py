from odoo import api, fields, models
from odoo.exceptions import UserError


class SettlementChangeDue(models.TransientModel):
    """Give a replacement invoice another due date than the disputed one had: approvers may."""

    _name = "settlement.change.due"
    _description = "Change the Due Date of a Replacement"
    _inherit = ["dispute.wizard.mixin"]

    settlement_id = fields.Many2one("dispute.settlement", required=True)
    date_due = fields.Date(
        string="Due",
        required=True,
        compute="_compute_date_due",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("settlement_id")
    def _compute_date_due(self):
        for wizard in self:
            # Who decides on a settlement may know when its invoices are due.
            lines = wizard.settlement_id.sudo().line_ids
            replaced = lines.filtered(lambda line: line.kind == "replacement_invoice")[:1]
            wizard.date_due = replaced.date_due or replaced.dispute_line_id.move_id.invoice_date_due

    def action_change(self):
        """Note the date on the replacements of the settlement.

        :raise UserError: when the user can't decide on it
        """
        self.ensure_one()
        settlement = self.settlement_id
        settlement.check_access("read")
        delegations = self.env["dispute.approval.delegation"]._get_running()
        reason = settlement._get_cannot_approve_reason(delegations)
        if reason:
            raise UserError(self.env._("Only who approves it changes the due date. %s", reason))
        # Approvers change nothing but by deciding, and this is part of their decision.
        lines = settlement.sudo().line_ids.filtered(lambda line: line.kind == "replacement_invoice")
        lines.date_due = self.date_due
        body = self.env._(
            "%(user)s: the replacement is due on %(date)s.", user=self.env.user.name, date=self.date_due
        )
        settlement.sudo()._message_log(body=body, author_id=self.env.user.partner_id.id)
        return {"type": "ir.actions.act_window_close"}
