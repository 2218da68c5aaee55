from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Command

from .dispute_settlement_state_mixin import PENDING_STATES, SENT_STATES

APPROVAL_ACTIVITY = "dispute_management.mail_activity_type_approval"


class DisputeSettlementApprovalMixin(models.AbstractModel):
    """Proposing a settlement, deciding on what others proposed, and what follows from it."""

    _name = "dispute.settlement.approval.mixin"
    _description = "Dispute Settlement Approvals"

    date_proposed = fields.Datetime(string="Proposed", readonly=True, copy=False)
    refusal_reason = fields.Text(string="Refused", compute="_compute_refusal_reason")

    @api.depends("state", "approval_ids.state")
    def _compute_refusal_reason(self):
        for settlement in self:
            refused = settlement.approval_ids.filtered(lambda item: item.state == "refused")
            settlement.refusal_reason = settlement.state == "draft" and refused[-1:].reason

    # Actions

    def action_propose(self):
        """Put drafts forward: to who must approve, or on their way where nobody must."""
        self._propose()

    def action_approve(self):
        """Approve, as who the waiting tier asks or in their place.

        :raise UserError: saying why the user can't; an attempt on one's own is noted
        """
        self._decide("approved")

    def action_refuse(self):
        """:return: action that asks why the settlements are refused"""
        self._check_can_decide()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse"),
            "res_model": "settlement.refuse",
            "view_mode": "form",
            "target": "new",
            "context": {"default_settlement_ids": self.ids},
        }

    def action_withdraw(self):
        """Take settlements back to draft: what was approved of them is void."""
        self._check_workable()
        self._void(self.env._("Taken back to draft"))

    # Business

    def _propose(self):
        """Put drafts forward together, so that the total of all counts for each.

        :raise UserError: when more is settled than is open, or no tier matches
        """
        self._check_workable()
        # Two proposals at once must see each other: one of them waits in vain.
        locked = self.sudo()
        locked.case_id.lock_for_update(allow_referencing=True)
        locked.line_ids.dispute_line_id.move_id.lock_for_update(allow_referencing=True)
        locked.invalidate_recordset(["state"])
        locked._check_open(PENDING_STATES)
        self._check_bookable()
        for settlements in self.grouped("company_id").values():
            settlements._propose_together()

    def _propose_together(self):
        # What follows from proposing is written for who may propose.
        settlements = self.sudo()
        verdict, amount = settlements._judge_proposed()
        settlements._set_state(
            "approved" if verdict.is_automatic else "to_approve",
            user_id=self.env.uid,
            date_proposed=fields.Datetime.now(),
            amount_tested=amount,
            is_automatic=verdict.is_automatic,
            is_just_below=bool(verdict.just_below),
        )
        if verdict.is_automatic:
            self._go_on()
            return
        tiers = settlements.env["dispute.approval.tier"]
        settlements.approval_ids.create(
            [
                {
                    "settlement_id": settlement.id,
                    "tier_ids": [Command.set(decision.keys)],
                    "tier_name": ", ".join(tiers.browse(decision.keys).mapped("display_name")),
                    "group_id": decision.group,
                    "amount": amount,
                }
                for settlement in settlements
                for decision in verdict.decisions
            ]
        )
        settlements._ask_approvers()
        self.case_id._wait_for_approval()

    def _decide(self, decision, reason=None):
        """Note the user's decision on the tier that waits, and go on when it was the last.

        :param decision: "approved" or "refused"
        :param reason: why
        :raise UserError: when the user may not decide
        """
        self.check_access("read")
        # Approvers need no right to work on cases: what follows from their decision is done
        # for them, after the one check of whether they may take it.
        settlements = self.sudo()
        try:
            settlements.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._("Somebody else decides on this at this moment: look again.")
            ) from error
        settlements.invalidate_recordset(["state"])
        settlements.approval_ids.invalidate_recordset(["state"])
        settlements._check_can_decide()
        delegations = self.env["dispute.approval.delegation"]._get_running()
        decided = {settlement: settlement._get_pending_approval() for settlement in settlements}
        delegators = {
            settlement: settlement._get_authority(pending, self.env.user, delegations) - self.env.user
            for settlement, pending in decided.items()
        }
        # The check above is the one of this user's right to decide.
        facts = {"state": decision, "user_id": self.env.uid, "date": fields.Datetime.now(), "reason": reason}
        approvals = self.env["dispute.settlement.approval"].sudo()
        for delegator, decisions in settlements.grouped(delegators.get).items():
            pending = approvals.union(*(decided[settlement] for settlement in decisions))
            pending.write({**facts, "delegator_id": delegator.id})
        settlements._log_decisions(decided)
        settlements.activity_feedback([APPROVAL_ACTIVITY], user_id=self.env.uid, feedback=reason)
        settlements.activity_unlink([APPROVAL_ACTIVITY])
        if decision == "refused":
            settlements._return_refused()
            return
        waiting = settlements.filtered(lambda item: item._get_pending_approval())
        waiting._ask_approvers()
        approved = settlements - waiting
        approved._set_state("approved")
        approved._go_on_or_tell()
        settlements.case_id._end_approval()

    def _check_workable(self):
        """:raise AccessError: when the user can't work on these settlements and their cases"""
        self.check_access("write")
        self.case_id.check_access("write")

    def _note_change(self):
        """Note who changed amount, kind or payee: what was approved of it is void."""
        # Who changed what is a fact that users don't write themselves.
        self.sudo().filtered(lambda item: item.changed_uid != self.env.user).changed_uid = self.env.uid
        under_way = self.filtered(lambda item: item.state in SENT_STATES)
        if under_way:
            under_way._void(self.env._("Changed"))

    def _void(self, why):
        """Return settlements to draft; decisions taken on them don't count any more.

        :param why: what happened, for the chatter
        """
        # Decisions are facts that users don't write themselves.
        settlements = self.sudo()
        settlements._set_state("draft", is_automatic=False, is_just_below=False)
        settlements._void_decisions()
        note = self.env._("%s: it has to be proposed and approved anew.", why)
        settlements._message_log_batch(bodies=dict.fromkeys(settlements.ids, note))
        settlements.case_id._end_approval()

    def _void_decisions(self):
        # Decisions are facts that users don't write themselves.
        settlements = self.sudo()
        settlements.approval_ids.filtered(lambda item: item.state in ("pending", "approved")).write(
            {"state": "void"}
        )
        settlements.activity_unlink([APPROVAL_ACTIVITY])

    def _cancel(self):
        """Give up settlements that are under way."""
        if not self:
            return
        self._set_state("cancelled")
        self._void_decisions()

    def _return_refused(self):
        """Return refused settlements to draft, and tell who proposed them."""
        self._set_state("draft")
        self._void_decisions()
        self.case_id._end_approval()
        summary = self.env._("Settlement refused by %s", self.env.user.name)
        self.env["mail.activity"]._dispute_schedule(
            "mail.mail_activity_data_todo",
            [
                (
                    settlement.case_id,
                    {
                        "user_id": settlement.user_id.id,
                        "summary": summary,
                        "note": settlement.refusal_reason,
                    },
                )
                for settlement in self
            ],
        )

    def _ask_approvers(self):
        """Give everybody who may decide the waiting tier an activity."""
        rows = []
        delegations = self.env["dispute.approval.delegation"]._get_running()
        for settlement in self:
            summary = self.env._(
                "Approve %(amount)s: %(customer)s",
                amount=settlement.currency_id.format(settlement.amount),
                customer=settlement.case_id.partner_id.name,
            )
            rows += [
                (settlement, {"user_id": user.id, "summary": summary, "note": settlement.reason_text})
                for user in settlement._get_deciders(settlement._get_pending_approval(), delegations)
            ]
        self.env["mail.activity"]._dispute_schedule(APPROVAL_ACTIVITY, rows)

    def _log_decisions(self, decided):
        """Tell the chatter of settlements and of their cases of decisions.

        :param decided: ``{settlement: dispute.settlement.approval that was decided}``
        """
        notes = {settlement: settlement._get_decision_note(decided[settlement]) for settlement in self}
        author = self.env.user.partner_id
        self._message_log_batch(
            bodies={settlement.id: note for settlement, note in notes.items()}, author_id=author.id
        )
        # One case may have several settlements: each note is its own.
        waiting = self
        while waiting:
            batch = self.browse().union(*(group[0] for group in waiting.grouped("case_id").values()))
            batch.case_id._message_log_batch(
                bodies={settlement.case_id.id: notes[settlement] for settlement in batch}, author_id=author.id
            )
            waiting -= batch

    def _get_decision_note(self, approval):
        """:return: sentence on a decision for the chatter"""
        self.ensure_one()
        labels = dict(approval._fields["state"]._description_selection(self.env))
        values = {
            "what": labels[approval.state],
            "amount": self.currency_id.format(self.amount),
            "tier": approval.tier_name,
            "user": approval.user_id.name,
            "delegator": approval.delegator_id.name,
            "reason": approval.reason or "",
        }
        if approval.delegator_id:
            return self.env._(
                "%(what)s by %(user)s in place of %(delegator)s: settlement of %(amount)s (%(tier)s) %(reason)s",
                **values,
            )
        return self.env._("%(what)s by %(user)s: settlement of %(amount)s (%(tier)s) %(reason)s", **values)
