from odoo import api, fields, models


class ChargebackRecord(models.TransientModel):
    """Record by hand what a scheme, bank or provider says of a chargeback."""

    _name = "chargeback.record"
    _description = "Record a Chargeback"
    _inherit = ["dispute.wizard.mixin"]

    transaction_id = fields.Many2one("payment.transaction", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    reference = fields.Char(string="Number", required=True, help="With the scheme or provider.")
    amount = fields.Monetary(
        compute="_compute_amount", store=True, readonly=False, help="In the transaction's currency."
    )
    reason = fields.Char(string="Scheme's reason", help="Its code, e.g. 13.1 or 4837.")
    date_evidence_due = fields.Datetime(string="Evidence due")

    @api.depends("transaction_id")
    def _compute_currency_id(self):
        for wizard in self:
            wizard.currency_id = wizard.transaction_id.currency_id

    @api.depends("transaction_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = abs(wizard.transaction_id.amount)

    def action_record(self):
        """Record it.

        :return: action on the case
        :raise UserError: when it can't be recorded, with the reason
        """
        self.ensure_one()
        # Whoever can't read the transaction can't record a chargeback on it by hand.
        self.transaction_id.check_access("read")
        case = self.transaction_id._dispute_record_chargeback(
            self.reference.strip(),
            amount=self.amount,
            reason=self.reason,
            date_evidence_due=self.date_evidence_due or None,
        )
        return case._get_records_action(name=self.env._("Dispute"))
