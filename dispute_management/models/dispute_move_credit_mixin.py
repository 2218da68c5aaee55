from odoo import models

#: In the context while settlements credit invoices. An object, since what a client puts there is
#: text and numbers.
CREDITING = object()


class DisputeMoveCreditMixin(models.AbstractModel):
    """Credit notes of many settlements are matched with their invoices in one go."""

    _name = "dispute.move.credit.mixin"
    _description = "Matching of Credit Notes"

    def _reconcile_reversed_moves(self, reverse_moves, move_reverse_cancel):
        """Match all of them at once, where Odoo matches one after another."""
        if self.env.context.get("dispute_crediting") is CREDITING:
            lines = self.env["account.move.line"].with_context(move_reverse_cancel=move_reverse_cancel)
            plan = []
            for move, reverse_move in zip(self, reverse_moves, strict=True):
                receivable = (move.line_ids + reverse_move.line_ids).filtered(
                    lambda line: line.account_type == "asset_receivable" and not line.reconciled
                )
                plan += receivable.grouped(lambda line: (line.account_id, line.currency_id)).values()
            lines._reconcile_plan(plan)
        # What else there is to match, as of taxes due on payment, Odoo finds left.
        return super()._reconcile_reversed_moves(reverse_moves, move_reverse_cancel)
