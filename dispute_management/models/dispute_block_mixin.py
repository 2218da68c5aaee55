from odoo import fields, models

#: In the context, says that a dispute blocks or frees. An object, since what a client puts into
#: its context is text and numbers.
BLOCK = object()


class DisputeBlockMixin(models.AbstractModel):
    """Odoo's payment block of an invoice, switched by disputes that ask for it.

    `blocked` is a payment state that Odoo never leaves by itself, so it is taken back before
    anything is settled, when the invoice owes nothing any more, and when the last case closes.
    """

    _name = "dispute.block.mixin"
    _description = "Dispute Payment Block"

    dispute_block = fields.Selection(
        [("blocked", "Blocked by a dispute"), ("overruled", "Freed by hand")],
        string="Payment Block",
        readonly=True,
        copy=False,
    )

    def _dispute_sync_block(self):
        """Block the invoices whose open cases ask for it, and free all others that disputes block."""
        # Cases of others count, and clerks without accounting rights block too.
        moves = self.sudo()
        asking = moves.dispute_line_ids.filtered(
            lambda line: line.case_id.block_payment and not line.case_id.is_closed
        ).move_id
        wanted = asking.filtered(lambda move: move.state == "posted" and move.amount_residual)
        (moves - wanted)._dispute_unblock()
        wanted.filtered(
            lambda move: not move.dispute_block and move.payment_state in ("not_paid", "partial")
        )._dispute_toggle_block("blocked")
        (moves - asking).filtered("dispute_block")._dispute_write_hold({"dispute_block": False})

    def _dispute_unblock(self):
        """Take back the block that disputes set on these invoices."""
        # Whoever works on the dispute needs no right on invoices.
        self.sudo().filtered(lambda move: move.dispute_block == "blocked")._dispute_toggle_block(False)

    def _dispute_toggle_block(self, block):
        for move in self:
            # Odoo's own switch takes one invoice at a time.
            if (move.payment_state == "blocked") != bool(block):
                move.with_context(dispute_block=BLOCK).action_toggle_block_payment()
        self._dispute_write_hold({"dispute_block": block})
