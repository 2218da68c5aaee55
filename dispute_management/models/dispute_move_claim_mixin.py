from odoo import models
from odoo.fields import Domain

from ..tools.amount_split import Document, Lowering


class DisputeMoveClaimMixin(models.AbstractModel):
    """What can be claimed of an invoice, and the facts that claims on it are split by."""

    _name = "dispute.move.claim.mixin"
    _description = "Claims on Invoices"

    def _get_cannot_dispute_reasons(self):
        """Tell why invoices can't be disputed; the one answer for button, guard and portal.

        :return: ``{move: sentence}`` of those that can't
        """
        disputable = self._dispute_get_disputable_amounts()
        reasons = {}
        for move in self:
            if move.move_type != "out_invoice":
                reason = self.env._("%s is no customer invoice.", move.display_name)
            elif move.state == "draft":
                reason = self.env._("%s is a draft: nothing is owed on it yet.", move.display_name)
            elif move.state == "cancel":
                reason = self.env._("%s is cancelled.", move.display_name)
            elif move.currency_id.compare_amounts(disputable[move], 0) <= 0:
                reason = self.env._(
                    "Nothing is left to dispute on %s: it is credited, written off or in dispute already.",
                    move.display_name,
                )
            else:
                continue
            reasons[move] = reason
        return reasons

    def _get_cannot_dispute_reason(self):
        """:return: why this invoice can't be disputed, or False"""
        self.ensure_one()
        return self._get_cannot_dispute_reasons().get(self, False)

    def _dispute_get_disputable_amounts(self):
        """What can still be claimed: the total, less credit notes, less what settlements
        wrote off or re-invoiced, less what other open cases dispute.

        :return: ``{move: amount}``, taxes included, in the move's currency
        """
        moves = self.filtered("id")
        # Other people's claims and credit notes count, whether or not one may read them.
        lines = moves.sudo().dispute_line_ids.grouped("move_id")
        foreign = moves._dispute_get_foreign_credits()
        disputable = {}
        for move in self:
            taken = foreign.get(move.id, 0)
            for line in lines.get(move, ()):
                taken += line.settlement_line_ids._get_taken_amount()
                if not line.case_id.is_closed:
                    taken += line.amount_open
            disputable[move] = move.currency_id.round(move.amount_total - taken)
        return disputable

    def _dispute_propose(self, disputable):
        """:return: the claim to propose: what a payment left, what is owed, or all when it is paid"""
        self.ensure_one()
        if self.dispute_short_payment == "offered" and self.dispute_short_amount:
            return min(disputable, self.dispute_short_amount)
        return min(disputable, self.amount_residual) or max(0, disputable)

    def _dispute_get_foreign_credits(self):
        """Posted credit notes reversing these invoices that no dispute made.

        :return: ``{move id: amount}`` in the move's currency
        """
        credited = self._dispute_get_credited(Domain("dispute_case_id", "=", False))
        return {move.id: amount for move, amount in credited.items()}

    def _dispute_get_credited(self, domain=Domain.TRUE, day=None):
        """What posted credit notes credit of these invoices, less what was reversed of those.

        :param domain: which credit notes count
        :param day: the last day that counts; none: all
        :return: ``{move: amount}`` in the move's currency, of those that have any
        """
        domain &= (
            Domain("reversed_entry_id", "in", self.ids)
            & Domain("state", "=", "posted")
            & Domain("move_type", "=", "out_refund")
        )
        if day:
            domain &= Domain("date", "<=", day)
        credited = {}
        # Credit notes count whoever may read them.
        for refund in self.sudo().search(domain):
            move = refund.reversed_entry_id
            left = refund.amount_total - refund._dispute_get_undone(day)
            credited[move] = credited.get(move, 0) + max(0, left)
        return credited

    def _dispute_get_undone(self, day=None):
        """What posted reversals took back of this credit note or entry.

        :param day: the last day that counts; none: all
        :return: amount in its currency
        """
        self.ensure_one()
        reversals = self.reversal_move_ids.filtered(
            lambda move: move.state == "posted" and not (day and move.date > day)
        )
        receivable = reversals.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        return abs(sum(receivable.mapped("amount_currency")))

    def _dispute_get_documents(self):
        """The facts about these invoices that `split_claims` asks for.

        :return: ``{move: Document}``, in smallest units of each move's currency
        """
        foreign = self._dispute_get_foreign_credits()
        lowerings = self._dispute_get_lowerings()
        documents = {}
        for move in self:
            unit = move.currency_id._dispute_to_units
            documents[move] = Document(
                residual=unit(move.amount_residual),
                credited=unit(foreign.get(move.id, 0)),
                lowerings=[
                    Lowering(unit(amount), is_payment) for amount, is_payment in lowerings.get(move, ())
                ],
                cancelled=move.state == "cancel",
            )
        return documents

    def _dispute_get_lowerings(self):
        """What payments, credits and entries of others are matched with these invoices.

        :return: ``{move: [(amount in the move's currency, is it a payment)]}``, oldest first
        """
        receivable = self.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        lowerings = {}
        for partial in receivable.matched_credit_ids.sorted(lambda partial: (partial.max_date, partial.id)):
            move, other = partial.debit_move_id.move_id, partial.credit_move_id.move_id
            ours = other.dispute_case_id or partial.dispute_settlement_line_id
            if ours or other.reversed_entry_id == move:
                continue
            is_payment = bool(other.origin_payment_id or partial.credit_move_id.statement_line_id)
            lowerings.setdefault(move, []).append((partial.debit_amount_currency, is_payment))
        return lowerings
