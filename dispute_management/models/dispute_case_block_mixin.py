from odoo import fields, models


class DisputeCaseBlockMixin(models.AbstractModel):
    """The switch that keeps the invoices of a case from being paid while it is open.

    Apart from the hold on follow-up: most disputes want no reminder, few want no payment.
    """

    _name = "dispute.case.block.mixin"
    _description = "Dispute Payment Switch"

    block_payment = fields.Boolean(
        string="Payment blocked",
        tracking=True,
        copy=False,
        help="Its invoices can't be paid online, and are left out of payments, while it is open.",
    )

    def write(self, vals):
        res = super().write(vals)
        if "block_payment" in vals:
            # After the access check of the write: who works on cases needs no right on invoices.
            self.line_ids.sudo().move_id._dispute_sync_block()
        return res

    def action_block_payment(self):
        """Keep the invoices of these cases from being paid while the cases are open."""
        self.write({"block_payment": True})

    def action_allow_payment(self):
        """Let the invoices of these cases be paid again."""
        self.write({"block_payment": False})

    def _hold_documents(self):
        super()._hold_documents()
        self._sync_block()

    def _release_documents(self):
        super()._release_documents()
        self._sync_block()

    def _follow_clearing(self):
        super()._follow_clearing()
        self._sync_block()

    def _merge_into(self, target):
        blocking = any(self.mapped("block_payment"))
        res = super()._merge_into(target)
        if blocking and not target.block_payment:
            target.block_payment = True
        return res

    def _prepare_split_values(self):
        return {**super()._prepare_split_values(), "block_payment": self.block_payment}

    def _sync_block(self):
        # What accounting knows of a case's invoices is no secret to the case.
        moves = self.sudo().line_ids.move_id
        switched = moves.filtered("dispute_block") | self.filtered("block_payment").sudo().line_ids.move_id
        switched._dispute_sync_block()
