from odoo import api, fields, models


class PaymentLinkWizard(models.TransientModel):
    _inherit = "payment.link.wizard"

    dispute_info = fields.Char(compute="_compute_dispute_info", export_string_translation=False)

    @api.depends("res_model", "res_id")
    def _compute_dispute_info(self):
        for wizard in self:
            is_invoice = wizard.res_model == "account.move"
            move = self.env["account.move"].browse(wizard.res_id if is_invoice else ())
            if not move.dispute_amount_owed:
                wizard.dispute_info = False
            elif move.currency_id.compare_amounts(move.dispute_amount_undisputed, 0) > 0:
                wizard.dispute_info = self.env._(
                    "%s is in dispute: the link asks for the rest.",
                    move.currency_id.format(move.dispute_amount_owed),
                )
            else:
                wizard.dispute_info = self.env._(
                    "All that is open is in dispute. Enter an amount if the customer wants to pay it."
                )
