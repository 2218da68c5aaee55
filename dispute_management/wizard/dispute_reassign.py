from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError


class DisputeReassign(models.TransientModel):
    """Give many cases to others at once: a person, a team, or by rules and their teams' methods."""

    _name = "dispute.reassign"
    _description = "Reassign Disputes"
    _inherit = ["dispute.wizard.mixin"]

    case_ids = fields.Many2many(
        "dispute.case",
        string="Disputes",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    method = fields.Selection(
        [
            ("own_team", "By the method of their team"),
            ("rules", "By the routing rules"),
            ("team", "To a team, by its method"),
            ("person", "To a person"),
        ],
        string="Reassign",
        required=True,
        default="own_team",
    )
    team_id = fields.Many2one("dispute.team")
    user_id = fields.Many2one(
        "res.users",
        string="New owner",
        domain=lambda self: [
            ("share", "=", False),
            ("all_group_ids", "in", self.env.ref("dispute_management.group_dispute_user").ids),
        ],
    )
    reason = fields.Char(string="Why", help="Shown with each case as the reason for its owner.")
    open_count = fields.Integer(string="Open cases", compute="_compute_counts")
    closed_count = fields.Integer(string="Closed, stay as they are", compute="_compute_counts")
    owners_before = fields.Char(string="Owned now by", compute="_compute_counts")

    @api.depends("case_ids")
    def _compute_counts(self):
        for wizard in self:
            cases = wizard.case_ids._origin
            open_cases = cases.filtered(lambda case: not case.is_closed)
            wizard.open_count = len(open_cases)
            wizard.closed_count = len(cases) - len(open_cases)
            wizard.owners_before = open_cases._get_owner_counts()

    def action_reassign(self):
        """Reassign the open ones of the cases.

        :return: notification telling who has how many of them now
        :raise UserError: when nobody to take them is named, or they can't, with the reason
        :raise AccessError: when the user may not work on one of the cases
        """
        self.ensure_one()
        cases = self.case_ids.filtered(lambda case: not case.is_closed)
        if not cases:
            raise UserError(self.env._("All of these disputes are closed: reopen those that go on."))
        cases.check_access("write")
        self._check_target(cases)
        before = {case: case.user_id for case in cases}
        # After the check above: a case may leave the reach of whoever gives it away. One message
        # to each new owner, below, instead of one for each case.
        moved = cases.sudo().with_context(mail_auto_subscribe_no_notify=True)
        if self.method == "person":
            moved.write({"user_id": self.user_id.id})
            moved._write_facts({"assignment_note": self.env._("Reassigned by %s", self.env.user.name)})
        elif self.method == "rules":
            moved._route()
        else:
            moved._assign(self.team_id if self.method == "team" else None)
        self._note_reason(moved)
        self._tell_owners(moved.filtered(lambda case: case.user_id != before[case]))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("%s cases reassigned", len(cases)),
                "message": moved._get_owner_counts(),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _check_target(self, cases):
        """:raise UserError: when the cases can't go where they are sent, with the reason"""
        if self.method == "team" and not self.team_id:
            raise UserError(self.env._("Choose the team that takes the cases over."))
        if self.method != "person":
            return
        if not self.user_id:
            raise UserError(self.env._("Choose who takes the cases over."))
        if not self.user_id.active or not self.user_id.has_group("dispute_management.group_dispute_user"):
            raise UserError(
                self.env._(
                    "%s can't work on disputes: choose somebody with the group Disputes: User.",
                    self.user_id.name,
                )
            )
        # In which companies a colleague works, decides who can take a case over.
        foreign = cases.company_id - self.user_id.sudo().company_ids
        if foreign:
            raise UserError(
                self.env._(
                    "%(user)s does not work for %(company)s: choose somebody who does.",
                    user=self.user_id.name,
                    company=foreign[0].name,
                )
            )

    def _note_reason(self, cases):
        if not self.reason:
            return
        for note, group in cases.grouped("assignment_note").items():
            group._write_facts({"assignment_note": f"{note}: {self.reason}" if note else self.reason})

    def _tell_owners(self, cases):
        """Tell each new owner in one message which cases are theirs now."""
        for owner, owned in cases.grouped("user_id").items():
            if not owner or owner == self.env.user:
                continue
            links = Markup().join(
                Markup("<li>%s</li>") % case._get_html_link(title=case.display_name) for case in owned[:50]
            )
            more = self.env._("… and %s more", len(owned) - 50) if len(owned) > 50 else ""
            self.env["mail.thread"].message_notify(
                partner_ids=owner.partner_id.ids,
                subject=self.env._("%s disputes are yours now", len(owned)),
                body=Markup("<p>%s</p><ul>%s</ul><p>%s</p>")
                % (self.reason or self.env._("Reassigned by %s", self.env.user.name), links, more),
            )
