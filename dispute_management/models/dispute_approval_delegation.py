from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


class DisputeApprovalDelegation(models.Model):
    """Who decides on settlements for whom, until when.

    People delegate what is theirs: nobody, administrators included, makes somebody else
    decide for a third.
    """

    _name = "dispute.approval.delegation"
    _description = "Dispute Approval Delegation"
    _inherit = ["mail.thread"]
    _order = "date_to desc, id desc"
    _rec_name = "user_id"

    active = fields.Boolean(default=True, tracking=True)
    user_id = fields.Many2one(
        "res.users",
        string="Approver",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        default=lambda self: self.env.user,
        readonly=True,
        help="Whose tiers are delegated.",
    )
    delegate_id = fields.Many2one(
        "res.users",
        string="Decides meanwhile",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        domain="[('share', '=', False), ('id', '!=', user_id)]",
    )
    date_from = fields.Date(string="From", required=True, default=fields.Date.context_today, tracking=True)
    date_to = fields.Date(string="Until", required=True, tracking=True, help="The last day, included.")
    note = fields.Char(string="Why", help="For example: on leave.")
    is_running = fields.Boolean(string="Running", compute="_compute_is_running", search="_search_is_running")

    _dates_ordered = models.Constraint(
        "CHECK(date_to >= date_from)", "A delegation can't end before it begins."
    )
    _not_to_oneself = models.Constraint(
        "CHECK(user_id != delegate_id)", "Name somebody else to decide for you."
    )

    @api.depends("user_id", "delegate_id", "date_to")
    def _compute_display_name(self):
        for delegation in self:
            delegation.display_name = self.env._(
                "%(delegate)s for %(approver)s",
                delegate=delegation.delegate_id.name or "",
                approver=delegation.user_id.name or "",
            )

    @api.depends("date_from", "date_to", "active")
    def _compute_is_running(self):
        today = fields.Date.context_today(self)
        for delegation in self:
            delegation.is_running = bool(
                delegation.active
                and delegation.date_from
                and delegation.date_to
                and delegation.date_from <= today <= delegation.date_to
            )

    def _search_is_running(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_running_domain()

    @api.constrains("delegate_id")
    def _check_delegate(self):
        viewers = self.env.ref("dispute_management.group_dispute_viewer")
        for delegation in self:
            # Which groups a colleague has is asked of the system, not of the user.
            if viewers not in delegation.delegate_id.sudo().all_group_ids:
                raise ValidationError(
                    self.env._(
                        "%s can't read disputes: choose somebody who can, or ask for that right.",
                        delegation.delegate_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        delegations = super().create(vals_list)
        delegations._check_own()
        return delegations

    def write(self, vals):
        self._check_own()
        res = super().write(vals)
        self._check_own()
        return res

    def _check_own(self):
        """:raise UserError: when someone delegates what is another's"""
        if not self.env.su and self.user_id - self.env.user:
            raise UserError(self.env._("Only the approver can delegate their own decisions."))

    @api.model
    def _get_running_domain(self):
        today = fields.Date.context_today(self)
        return Domain("date_from", "<=", today) & Domain("date_to", ">=", today)

    @api.model
    def _get_running(self):
        """:return: the delegations that hold today"""
        # Who decides for whom follows from the delegations alone, whoever asks.
        return self.sudo().search(self._get_running_domain())
