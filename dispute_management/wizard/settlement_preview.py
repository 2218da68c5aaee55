from odoo import fields, models


class SettlementPreview(models.TransientModel):
    """What carrying a settlement out will do: its entries, balances and mails."""

    _name = "settlement.preview"
    _description = "Preview of a Settlement"
    _inherit = ["dispute.wizard.mixin"]

    propose_id = fields.Many2one("settlement.propose", readonly=True, ondelete="cascade")
    body = fields.Html(readonly=True, sanitize=False)

    def _get_action(self):
        """:return: action that shows this preview in a dialog"""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What will be booked"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_back(self):
        """:return: action that goes on with the proposal that this previews"""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("dispute_management.settlement_propose_action")
        return {**action, "res_id": self.propose_id.id}
