from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .dispute_settlement_part_mixin import CREDITING_KINDS
from .dispute_settlement_state_mixin import PENDING_STATES


class DisputeSettlementRefundMixin(models.AbstractModel):
    """Settlements that pay money back: what is checked before, and what people do about
    refunds that failed or whose answer is unknown.
    """

    _name = "dispute.settlement.refund.mixin"
    _description = "Dispute Refunds"

    is_recent_account = fields.Boolean(
        string="Recently changed account",
        readonly=True,
        copy=False,
        help="Pays to a bank account that was entered or changed within 30 days before it was proposed.",
    )
    has_failed_refund = fields.Boolean(compute="_compute_refund_problems")
    has_lost_refund = fields.Boolean(
        compute="_compute_refund_problems", search="_search_has_lost_refund", string="Refund to look up"
    )
    has_replacement = fields.Boolean(compute="_compute_has_replacement")

    @api.depends("line_ids.refund_state")
    def _compute_refund_problems(self):
        for settlement in self:
            states = settlement.line_ids.mapped("refund_state")
            settlement.has_failed_refund = "failed" in states
            settlement.has_lost_refund = "lost" in states

    def _search_has_lost_refund(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("line_ids.refund_state", "=", "lost")]

    @api.depends("line_ids.kind")
    def _compute_has_replacement(self):
        for settlement in self:
            settlement.has_replacement = "replacement_invoice" in settlement.line_ids.mapped("kind")

    # Actions

    def action_refund_again(self):
        """Send refunds that failed once more."""
        lines = self._get_refunds("failed")
        lines.write({"refund_state": "waiting", "refund_message": False})
        # Waking the sender is part of what was checked above.
        self.env.ref("dispute_management.ir_cron_refunds").sudo()._trigger()
        self._log_refunds(lines, self.env._("%(user)s has the refund of %(amount)s sent again"))

    def action_refund_give_up(self):
        """Leave refunds that failed: what was credited stays the customer's credit."""
        lines = self._get_refunds("failed")
        lines.refund_state = "given_up"
        self._log_refunds(lines, self.env._("%(user)s gave up the refund of %(amount)s"))
        # What was checked above is finished for who may work on it.
        self.sudo()._finish_processing()

    def action_refund_found(self):
        """The provider did pay refunds back whose answer was lost: book them."""
        lines = self._get_refunds("lost")
        self._log_refunds(lines, self.env._("%(user)s found that %(amount)s was paid back"))
        lines.refund_state = "pending"
        lines.transaction_id._set_done()
        lines.transaction_id._post_process()

    def action_refund_missing(self):
        """The provider never paid refunds back whose answer was lost; they may be sent again.

        :raise AccessError: unless a leader says so: what was paid would be paid twice
        """
        if not self.env.user.has_group("dispute_management.group_dispute_leader"):
            raise AccessError(
                self.env._("Only a team leader can say that a refund was not paid: it could be paid twice.")
            )
        lines = self._get_refunds("lost")
        self._log_refunds(lines, self.env._("%(user)s found that %(amount)s was not paid back"))
        lines.transaction_id._set_canceled(self.env._("Not known to the provider."))
        # A sender that died before it told the provider made no transaction to cancel.
        lines.filtered(lambda line: line.refund_state == "lost").refund_state = "failed"

    # Business

    def _get_refunds(self, state):
        """:return: lines, as superuser, whose refund is in a state
        :raise UserError: when there are none, or the user can't work on these settlements
        """
        self._check_workable()
        # Providers and their transactions are no matter of who handles disputes: what follows is
        # done for them after the check.
        settlements = self.sudo()
        settlements.line_ids.lock_for_update(allow_referencing=True)
        settlements.line_ids.invalidate_recordset(["refund_state"])
        lines = settlements.line_ids.filtered(lambda line: line.refund_state == state)
        if not lines:
            raise UserError(self.env._("There is no such refund any more: look again."))
        return lines

    def _log_refunds(self, lines, text):
        for line in lines:
            body = text % {"user": self.env.user.name, "amount": line.currency_id.format(line.amount)}
            for record in (line.settlement_id, line.case_id):
                record._message_log(body=body, author_id=self.env.user.partner_id.id)

    def _get_proposal_error(self):
        """:return: why this draft can't be put forward; or False"""
        self.ensure_one()
        try:
            # What others have under way counts, whoever may see it.
            self.sudo()._check_open(PENDING_STATES)
            self._check_bookable()
        except UserError as error:
            return str(error)
        return False

    def _check_bookable(self):
        """Check what can be checked before anybody is asked to approve.

        :raise UserError: naming the case and what is wrong
        """
        # Accounts, payments and credits of the customer are looked at for who may settle.
        lines = self.sudo().line_ids
        lines._check_items()
        lines.filtered(lambda line: line.kind in CREDITING_KINDS)._check_creditable()
        by_kind = lines.grouped("kind")
        none = lines.browse()
        by_kind.get("refund_payment", none)._check_payee()
        refunds = by_kind.get("refund_original_payment", none)
        refunds._choose_source_transactions()
        refunds._check_source_transactions()
        payouts = refunds | by_kind.get("refund_payment", none)
        payouts._check_will_be_paid_in()
        payouts._check_loose_payouts()
        for line in by_kind.get("apply_credit", none):
            line._check_invoiced()
            line._check_credit()
        replacements = by_kind.get("replacement_invoice", none)
        replacements._check_invoiced()
        replacements._check_replacement()
        for line in by_kind.get("write_off", none):
            line._check_invoiced()
            line._get_write_off_target()
        by_kind.get("credit_note", none)._check_invoiced()
        for line in by_kind.get("chargeback", none):
            line._get_chargeback_accounts()
        for settlement in self.sudo():
            settlement.is_recent_account = any(line._is_recent_account() for line in settlement.line_ids)
