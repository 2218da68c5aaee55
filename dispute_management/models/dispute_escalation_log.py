from odoo import api, fields, models
from odoo.exceptions import UserError


class DisputeEscalationLog(models.Model):
    """What fired, when, why and on whom. Written once: an occasion in here fires no more."""

    _name = "dispute.escalation.log"
    _description = "Dispute Escalation Log"
    _order = "id desc"
    _rec_name = "reason"

    case_id = fields.Many2one("dispute.case", required=True, index=True, ondelete="restrict", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    rule_id = fields.Many2one(
        "dispute.escalation.rule",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        help="Empty: by hand, or because the time of a level was over.",
    )
    request_id = fields.Many2one(
        "dispute.information.request",
        string="Unanswered question",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        help="It takes what fired about it along to the case that it is merged into.",
    )
    tier_id = fields.Many2one(
        "dispute.escalation.tier",
        string="Raised to",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    occasion = fields.Char(required=True, readonly=True)
    reason = fields.Char(string="Why", readonly=True)
    date = fields.Datetime(string="Fired", required=True, readonly=True)
    date_due = fields.Datetime(string="Due", required=True, readonly=True, help="When it had to fire.")
    user_ids = fields.Many2many("res.users", string="On whom", readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    is_failed = fields.Boolean(string="Failed", readonly=True)
    error = fields.Char(readonly=True, help="Why nothing was done.")

    _occasion_uniq = models.UniqueIndex(
        "(case_id, COALESCE(rule_id, 0), occasion)", "An occasion escalates a case once."
    )

    # A record of what happened: nothing is ever written.
    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("The escalations of a dispute stay on record as they were."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The escalations of a dispute can't be deleted."))
