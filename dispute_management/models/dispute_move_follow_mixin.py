from odoo import models


class DisputeMoveFollowMixin(models.AbstractModel):
    """What accounting does to an invoice reaches the disputes on it."""

    _name = "dispute.move.follow.mixin"
    _description = "Dispute Following of Invoices"

    def _dispute_accounting_changed(self, events=None):
        """Let the disputes on these moves follow what accounting did to them.

        Costs no query where no dispute is involved: all it looks at are columns of the
        moves, read with everything else.

        :param events: ``{move: sentences}`` on what was done, for the disputes on it to tell
        """
        touched = self.filtered(lambda move: move._dispute_get_concerned()._dispute_is_known())
        if touched:
            # Amounts follow accounting whoever does the accounting.
            touched = touched.sudo()
            for move in touched:
                concerned = move._dispute_get_concerned()
                cases = concerned.dispute_line_ids.case_id | concerned.dispute_case_id
                cases._note_accounting((events or {}).get(move, ()))
            concerned = touched._dispute_get_concerned()
            (concerned.dispute_line_ids | concerned.dispute_case_id.line_ids)._refresh_amounts()
            touched.filtered(lambda move: move.state == "posted")._dispute_hold_again()

    def _dispute_get_concerned(self):
        """:return: these moves, and what they reverse: an invoice, a document made for a dispute, or
        a credit note
        """
        reversed_moves = self.reversed_entry_id
        return self | reversed_moves | reversed_moves.reversed_entry_id

    def _dispute_is_known(self):
        """:return: whether a dispute is about one of these moves, or made it"""
        return any(move.dispute_case_count or move.dispute_case_id for move in self)

    def _dispute_get_paid_out(self):
        """:return: what payments that are taken back, or posted again, are matched with"""
        payments = self.filtered("origin_payment_id")
        # What a payment paid out follows it, whoever takes it back.
        return payments.sudo().line_ids.matched_credit_ids.credit_move_id.move_id

    def _dispute_get_state_events(self, state):
        """:return: ``{move: [sentence]}`` for those that disputes may tell of"""
        known = self.filtered(
            lambda move: move.dispute_case_count or move.dispute_case_id or move.reversed_entry_id
        )
        if not known:
            return {}
        texts = {
            "draft": self.env._("%s was reset to draft"),
            "posted": self.env._("%s was posted"),
            "cancel": self.env._("%s was cancelled"),
        }
        return {move: [texts[state] % (move.name or move.ref or "")] for move in known}
