from odoo import fields, models
from odoo.fields import Domain


class DisputeTeam(models.Model):
    """People who handle disputes together: leader, members, working calendar."""

    _name = "dispute.team"
    _description = "Dispute Team"
    _inherit = ["dispute.team.alias.mixin", "mail.thread", "dispute.configuration.mixin"]
    _check_company_auto = True

    user_id = fields.Many2one(
        "res.users",
        string="Leader",
        tracking=True,
        domain="[('share', '=', False)]",
    )
    member_ids = fields.Many2many(
        "res.users",
        string="Members",
        domain="[('share', '=', False)]",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        tracking=True,
        check_company=True,
        help="Empty: the company's.",
    )

    assignment_method = fields.Selection(
        [
            ("manual", "To the leader"),
            ("round_robin", "In turn"),
            ("least_loaded", "Whoever has least to do"),
        ],
        string="New cases go",
        required=True,
        default="manual",
        tracking=True,
        help="Members on leave or archived are skipped.",
    )
    date_watched = fields.Date(
        readonly=True, copy=False, help="When the leader was last told which cases need a look."
    )
    last_assigned_user_id = fields.Many2one("res.users", readonly=True, copy=False)
    case_ids = fields.One2many("dispute.case", "team_id")

    def write(self, vals):
        before = {team: team.member_ids for team in self} if "member_ids" in vals else {}
        res = super().write(vals)
        for team, members in before.items():
            if members != team.member_ids:
                team._reassign_left(members - team.member_ids)
                team._message_log(
                    body=self.env._(
                        "Members: %(before)s → %(after)s",
                        before=", ".join(members.mapped("name")) or "-",
                        after=", ".join(team.member_ids.mapped("name")) or "-",
                    )
                )
        if "calendar_id" in vals:
            self.env["dispute.case"]._renew_promises_where(Domain("team_id", "in", self.ids))
        return res

    def _get_available_members(self, company, leader=None):
        """People of this team who can take a case of a company now.

        :param leader: res.users who comes before the members
        :return: res.users, in their order: active, with the right to work on disputes, and not on leave
        """
        people = (leader or self.env["res.users"]) | self.member_ids
        return people._get_dispute_workers(company)._get_present()

    def _tell_leader(self, leader, neglected):
        """Send the leader of these teams what needs a look, in one message.

        :param leader: res.users
        :param neglected: list of ``(sentence, cases)``
        """
        names = ", ".join(self.mapped("name"))
        self[:1].message_notify(
            partner_ids=leader.partner_id.ids,
            subject=self.env._("Disputes of %s that need a look", names),
            body=self.env["ir.qweb"]._render(
                "dispute_management.team_watch_message", {"names": names, "neglected": neglected}
            ),
        )

    def _reassign_left(self, users):
        """Give the open cases of people who left this team to others in it."""
        self.ensure_one()
        # Who sets up a team decides who works in it, not only on cases of their own.
        cases = (
            self.env["dispute.case"]
            .sudo()
            .search(
                Domain("team_id", "=", self.id)
                & Domain("user_id", "in", users.ids)
                & Domain("is_closed", "=", False)
            )
        )
        cases._assign()
