from collections import namedtuple

from odoo import api, fields, models, tools
from odoo.fields import Domain

#: What planning needs of a level, kept in memory.
Tier = namedtuple("Tier", "id level company_ids team_ids person user_id time_limit limit_unit")


class DisputeEscalationTier(models.Model):
    """A level of the ladder: who takes a case over there, and how long they have."""

    _name = "dispute.escalation.tier"
    _description = "Dispute Escalation Level"
    _inherit = ["mail.thread", "dispute.escalation.schedule.mixin", "dispute.configuration.mixin"]
    _order = "level, sequence, id"
    _check_company_auto = True

    level = fields.Integer(
        required=True, default=lambda self: self._default_level(), tracking=True, help="1 is the lowest."
    )
    team_ids = fields.Many2many("dispute.team", string="Teams", help="Of the case. Empty: all teams.")
    person = fields.Selection(
        [("leader", "Leader of the case's team"), ("user", "A person"), ("team", "Another team")],
        string="Goes to",
        required=True,
        default="user",
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        domain="[('share', '=', False)]",
        tracking=True,
        help="Needs at least the right to view disputes.",
    )
    team_id = fields.Many2one(
        "dispute.team", string="Team in charge", check_company=True, tracking=True, help="Its leader is told."
    )
    takes_over = fields.Boolean(
        string="Becomes owner", default=True, tracking=True, help="Not ticked: is told, and follows the case."
    )
    time_limit = fields.Float(
        tracking=True,
        help="How long a case stays on this level before it goes up to the next. 0: no limit.",
    )
    limit_unit = fields.Selection(
        [("working", "Working days"), ("calendar", "Calendar days")],
        string="Unit",
        required=True,
        default="working",
        tracking=True,
    )
    note_template_id = fields.Many2one(
        "mail.template",
        string="Hand-over note",
        domain="[('model', '=', 'dispute.case')]",
        default=lambda self: self._default_note_template(),
        help="What whoever takes over reads: what was tried, and what is wanted.",
    )
    person_name = fields.Char(string="Who", compute="_compute_person_name")

    _level_positive = models.Constraint("CHECK(level > 0)", "Levels are counted from 1.")
    _limit_positive = models.Constraint(
        "CHECK(time_limit BETWEEN 0 AND 36500)", "A time limit lies between 0 and 36,500 days."
    )

    @api.model
    def _default_level(self):
        return max(self.search([]).mapped("level"), default=0) + 1

    @api.model
    def _default_note_template(self):
        return self.env.ref("dispute_management.mail_template_dispute_handover", raise_if_not_found=False)

    @api.depends("person", "user_id", "team_id")
    def _compute_person_name(self):
        labels = dict(self._fields["person"]._description_selection(self.env))
        for tier in self:
            if tier.person == "leader":
                tier.person_name = labels["leader"]
            elif tier.person == "team":
                tier.person_name = tier.team_id.display_name or ""
            else:
                tier.person_name = tier.user_id.display_name or ""

    @api.depends("name", "level")
    def _compute_display_name(self):
        for tier in self:
            tier.display_name = self.env._("%(level)s: %(name)s", level=tier.level, name=tier.name or "")

    @api.model
    def _get_schedule_fields(self):
        return super()._get_schedule_fields() | {
            "level",
            "team_ids",
            "person",
            "user_id",
            "team_id",
            "time_limit",
            "limit_unit",
        }

    @api.model
    @tools.ormcache()
    def _get_tiers(self):
        """:return: tuple of `Tier`, the lowest first, of those that have somebody in charge"""
        # Whoever works on a case: the ladder is the admin's, and the same for all.
        tiers = self.sudo().search(Domain.TRUE)
        return tuple(
            Tier(
                tier.id,
                tier.level,
                self._get_company_ids(tier.company_id) if tier.company_id else (),
                frozenset(tier.team_ids.ids),
                tier.person,
                tier._get_fixed_person().id,
                tier.time_limit,
                tier.limit_unit,
            )
            for tier in tiers
            if tier.person == "leader" or tier._get_fixed_person()
        )

    def _get_fixed_person(self):
        """:return: res.users in charge of this level whatever the case; empty for the leader's"""
        self.ensure_one()
        person = {"user": self.user_id, "team": self.team_id.user_id}.get(self.person, self.user_id.browse())
        return person.filtered("active")

    def _get_person(self, case):
        """:return: res.users in charge of a case on this level; may be empty"""
        self.ensure_one()
        if self.person == "leader":
            return case.team_id.user_id.filtered("active")
        return self._get_fixed_person()

    def _render_note(self, cases, **words):
        """The hand-over note of cases, from the template.

        :param words: what a person adds: `reason`, `tried`, `wanted`
        :return: ``{case id: html}``
        """
        self.ensure_one()
        # Templates are the admin's; what they show of a case, its next owner may read.
        template = self.sudo().note_template_id
        if not template:
            return dict.fromkeys(cases.ids, "")
        return template._render_field("body_html", cases.ids, add_context=words)
