from odoo import fields, models

#: In the context of a write, says that the hold itself sets the flag. An object, since what
#: a client puts into its context is text and numbers.
HOLD = object()


class DisputeHoldMixin(models.AbstractModel):
    """Dunning hold of an invoice: Odoo's `no_followup`, and what it was before."""

    _name = "dispute.hold.mixin"
    _description = "Dispute Hold"

    dispute_hold = fields.Boolean(
        string="Held by Dispute",
        readonly=True,
        copy=False,
        help="A dispute keeps this invoice out of follow-up.",
    )
    dispute_hold_found = fields.Boolean(readonly=True, copy=False, help="No Follow-Up as the hold found it.")

    dispute_hold_overruled = fields.Boolean(
        readonly=True, copy=False, help="Someone set No Follow-Up by hand during the dispute."
    )

    def _dispute_hold(self):
        """Take invoices out of follow-up, remembering the flag each had."""
        for found, moves in self.filtered(lambda move: not move.dispute_hold).grouped("no_followup").items():
            moves._dispute_write_hold(
                {"dispute_hold": True, "dispute_hold_found": found, "dispute_hold_overruled": False}
            )
        self._dispute_set_followup(True)

    def _dispute_get_worth_holding(self):
        """:return: those of which as large a share is in dispute as their company holds for"""
        return self.filtered(
            lambda move: (
                move.dispute_amount_owed * 100 >= move.company_id.dispute_hold_share * move.amount_total
            )
        )

    def _dispute_follow_share(self):
        """Hold invoices whose disputed share grew enough, and release those where it shrank."""
        # Clerks without accounting rights hold and release.
        sharing = self.sudo().filtered("company_id.dispute_hold_share")
        worth = sharing._dispute_get_worth_holding()
        (sharing - worth).filtered("dispute_hold")._dispute_release()
        worth._dispute_hold_again()

    def _dispute_release(self):
        """Give back the flag that the hold found, unless someone changed it meanwhile."""
        held = self.filtered("dispute_hold")
        for found, moves in held.grouped("dispute_hold_found").items():
            moves._dispute_set_followup(found)
        ended = self.filtered(lambda move: move.dispute_hold or move.dispute_hold_overruled)
        ended._dispute_write_hold(
            {"dispute_hold": False, "dispute_hold_found": False, "dispute_hold_overruled": False}
        )

    def _dispute_reapply_hold(self):
        """Hold invoices again whose lines accounting rebuilt on posting."""
        held = self.filtered(lambda move: move.dispute_hold and move.state == "posted")
        held._dispute_set_followup(True)

    def _dispute_hold_again(self):
        """Hold invoices in dispute that owe again, unless someone overruled the hold."""
        owing = self.filtered(
            lambda move: move.amount_residual and not (move.dispute_hold or move.dispute_hold_overruled)
        )
        disputed = owing.dispute_line_ids.filtered(lambda line: not line.case_id.is_closed)
        disputed.move_id._dispute_get_worth_holding()._dispute_hold()

    def _dispute_taken_over(self):
        """Someone set the flag by hand: their word stands, the hold is over."""
        self.filtered("dispute_hold")._dispute_write_hold(
            {"dispute_hold": False, "dispute_hold_overruled": True}
        )

    def _dispute_write_hold(self, vals):
        # Own columns only: posted, hashed and locked invoices allow it, there is nothing to
        # synchronise or track, and this is no manual change of the invoice.
        self.sudo().with_context(
            skip_is_manually_modified=True,
            skip_invoice_sync=True,
            check_move_validity=False,
            tracking_disable=True,
        ).write(vals)

    def _dispute_set_followup(self, no_followup):
        # The flag lives on receivable lines; clerks without accounting rights hold too.
        lines = self.sudo().line_ids.filtered(
            lambda line: (
                line.account_type in ("asset_receivable", "liability_payable")
                and line.no_followup != no_followup
            )
        )
        lines.with_context(dispute_hold=HOLD, skip_invoice_sync=True, check_move_validity=False).write(
            {"no_followup": no_followup}
        )
