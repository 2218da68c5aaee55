from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError


class DisputeSettlementAuthorityMixin(models.AbstractModel):
    """Who may decide on a settlement, and why somebody may not.

    Every tier that is reached decides, the lowest first, each by a different person, and
    nobody on what they proposed or last changed. That holds for everybody: administrators
    and code that runs as superuser for a user included.
    """

    _name = "dispute.settlement.authority.mixin"
    _description = "Dispute Settlement Authority"

    user_id = fields.Many2one(
        "res.users",
        string="Proposed by",
        default=lambda self: self.env.user,
        readonly=True,
        copy=False,
    )
    changed_uid = fields.Many2one(
        "res.users",
        string="Last changed by",
        default=lambda self: self.env.user,
        readonly=True,
        copy=False,
        help="Who last changed amount, kind or payee.",
    )
    approval_ids = fields.One2many("dispute.settlement.approval", "settlement_id", readonly=True)
    waiting_approval_id = fields.Many2one(
        "dispute.settlement.approval", string="Waits for", compute="_compute_waiting"
    )
    approver_ids = fields.Many2many("res.users", string="Who may decide", compute="_compute_waiting")
    has_no_approver = fields.Boolean(compute="_compute_waiting")
    can_approve = fields.Boolean(compute="_compute_can_approve", search="_search_can_approve")
    cannot_approve_reason = fields.Char(string="Why not I", compute="_compute_can_approve")
    has_own_attempt = fields.Boolean(
        string="Attempt on own",
        compute="_compute_has_own_attempt",
        search="_search_has_own_attempt",
        help="Somebody tried to approve what they proposed or changed themselves.",
    )

    @api.depends("state", "approval_ids.state", "user_id", "changed_uid")
    def _compute_waiting(self):
        delegations = self.env["dispute.approval.delegation"]._get_running()
        for settlement in self:
            pending = settlement._get_pending_approval()
            settlement.waiting_approval_id = pending
            settlement.approver_ids = settlement._get_deciders(pending, delegations)
            settlement.has_no_approver = bool(pending) and not settlement.approver_ids

    @api.depends("state", "approval_ids.state", "user_id", "changed_uid")
    @api.depends_context("uid")
    def _compute_can_approve(self):
        delegations = self.env["dispute.approval.delegation"]._get_running()
        for settlement in self:
            reason = settlement._get_cannot_approve_reason(delegations)
            settlement.can_approve = not reason
            settlement.cannot_approve_reason = reason if settlement.state == "to_approve" else False

    def _search_can_approve(self, operator, value):
        if operator != "in":
            return NotImplemented
        waiting = self.search([("state", "=", "to_approve")])
        return [("id", "in", waiting.filtered("can_approve").ids)]

    @api.depends("approval_ids.state")
    def _compute_has_own_attempt(self):
        for settlement in self:
            settlement.has_own_attempt = "attempt" in settlement.approval_ids.mapped("state")

    def _search_has_own_attempt(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("approval_ids.state", "=", "attempt")]

    # Business

    def _check_can_decide(self):
        """:raise UserError: saying why the user can't decide on one of these settlements"""
        delegations = self.env["dispute.approval.delegation"]._get_running()
        for settlement in self:
            reason = settlement._get_cannot_approve_reason(delegations)
            if reason:
                if settlement._get_own_reason(self.env.user):
                    settlement._note_attempt(reason)
                raise UserError(
                    self.env._("%(case)s: %(reason)s", case=settlement.case_id.name, reason=reason)
                )

    def _get_cannot_approve_reason(self, delegations):
        """Tell why the user can't approve or refuse; the one answer for button and guard.

        :param delegations: dispute.approval.delegation that hold today
        :return: a sentence, or False when they can
        """
        self.ensure_one()
        pending = self._get_pending_approval()
        if not pending:
            labels = dict(self._fields["state"]._description_selection(self.env))
            return self.env._(
                "This settlement is %s: nothing waits for approval.", labels[self.state].lower()
            )
        own = self._get_own_reason(self.env.user)
        if own:
            return own
        if self._get_authority(pending, self.env.user, delegations):
            return False
        # Whom to ask is told to whoever asks.
        deciders = self._get_deciders(pending, delegations).sudo()
        if not deciders:
            return self.env._(
                "%s is needed, and nobody can: ask an administrator to give somebody that right.",
                pending.tier_name,
            )
        return self.env._(
            "%(tier)s is needed: ask %(people)s.",
            tier=pending.tier_name,
            people=", ".join(deciders.mapped("name")),
        )

    def _get_own_reason(self, user):
        """:return: why this is the user's own, and so not theirs to decide; or False"""
        self.ensure_one()
        if user == self.user_id:
            return self.env._("You proposed this settlement: somebody else has to decide.")
        if user == self.changed_uid:
            return self.env._("You changed this settlement last: somebody else has to decide.")
        if self.state == "to_approve" and user in self._get_decided_by():
            return self.env._("You decided on a tier already: each takes a different person.")
        return False

    def _get_decided_by(self):
        """:return: res.users whose word stands for a tier of the present proposal"""
        decided = self.approval_ids.filtered(lambda item: item.state == "approved")
        return decided.user_id | decided.delegator_id

    def _get_pending_approval(self):
        """:return: the dispute.settlement.approval that waits, the lowest tier first"""
        self.ensure_one()
        if self.state != "to_approve":
            return self.approval_ids.browse()
        # Whose turn it is, is told to whoever sees the settlement.
        return self.sudo().approval_ids.filtered(lambda item: item.state == "pending").sorted("id")[:1]

    def _get_members(self, approval):
        """:return: res.users by whose right a tier of this settlement can be decided"""
        # Who is in a group is the administrator's knowledge; who may approve is everybody's.
        group = approval.sudo().group_id
        barred = self.user_id | self.changed_uid | self._get_decided_by()
        return (
            group.all_user_ids.filtered(
                lambda user: user.active and not user.share and self.company_id in user.company_ids
            )
            - barred
        )

    def _get_authority(self, approval, user, delegations):
        """By whose right somebody may decide a tier of this settlement.

        :param approval: dispute.settlement.approval that waits
        :param user: res.users
        :param delegations: dispute.approval.delegation that hold today
        :return: res.users: the user, or one who delegated to them; empty when they may not
        """
        self.ensure_one()
        if self._get_own_reason(user):
            return self.env["res.users"]
        members = self._get_members(approval)
        if user in members:
            return user
        given = delegations.filtered(lambda item: item.delegate_id == user and item.user_id in members)
        return given.user_id[:1]

    def _get_deciders(self, approval, delegations):
        """Tell who may decide a tier now, delegates included.

        :param approval: dispute.settlement.approval that waits
        :param delegations: dispute.approval.delegation that hold today
        :return: res.users
        """
        if not approval:
            return self.env["res.users"]
        members = self._get_members(approval)
        delegates = delegations.filtered(lambda item: item.user_id in members).delegate_id.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        return members | (delegates - self.user_id - self.changed_uid - self._get_decided_by())

    def _note_attempt(self, reason):
        """Have an attempt on record although what was tried is taken back.

        :param reason: why it was refused
        """
        registry, settlement_ids, uid = self.env.registry, self.ids, self.env.uid

        def note():
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                # A settlement that was made in what is taken back is gone too.
                settlements = env["dispute.settlement"].browse(settlement_ids).exists()
                env["dispute.settlement.approval"].create(
                    [
                        {
                            "settlement_id": settlement.id,
                            "state": "attempt",
                            "user_id": uid,
                            "date": fields.Datetime.now(),
                            "amount": settlement.amount_tested,
                            "reason": reason,
                        }
                        for settlement in settlements
                    ]
                )

        self.env.cr.postrollback.add(note)
