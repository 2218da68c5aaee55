from odoo import fields, models


class DisputeTeam(models.Model):
    """People who handle disputes together: leader, members, working calendar."""

    _name = "dispute.team"
    _description = "Dispute Team"
    _inherit = ["mail.thread", "dispute.configuration.mixin"]
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

    def write(self, vals):
        before = {team: team.member_ids for team in self} if "member_ids" in vals else {}
        res = super().write(vals)
        for team, members in before.items():
            if members != team.member_ids:
                team._message_log(
                    body=self.env._(
                        "Members: %(before)s → %(after)s",
                        before=", ".join(members.mapped("name")) or "-",
                        after=", ".join(team.member_ids.mapped("name")) or "-",
                    )
                )
        return res

    def _get_default_owner(self):
        """The person a new case of this team goes to: its leader, else its first member.

        :return: res.users, empty when the team has nobody
        """
        self.ensure_one()
        return (self.user_id or self.member_ids)[:1].filtered("active")
