from odoo import api, fields, models


class DisputeEscalationEffectMixin(models.AbstractModel):
    """What a rule does to the cases it fires for."""

    _name = "dispute.escalation.effect.mixin"
    _description = "Dispute Escalation Effects"

    alert_owner = fields.Boolean(string="Owner", tracking=True)
    alert_leader = fields.Boolean(string="Team leader", tracking=True)
    alert_coordinator = fields.Boolean(string="Coordinator", tracking=True)
    alert_user_ids = fields.Many2many(
        "res.users",
        "dispute_escalation_rule_alert_rel",
        string="Others told",
        domain="[('share', '=', False)]",
    )
    raise_level = fields.Selection(
        [("next", "To the next level"), ("tier", "To a level")],
        string="Raise",
        tracking=True,
        help="A case that stands higher stays there.",
    )
    tier_id = fields.Many2one("dispute.escalation.tier", string="Level", ondelete="restrict", tracking=True)
    new_owner = fields.Selection(
        [("leader", "Team leader"), ("user", "A person"), ("team", "A team, by its method")],
        string="New owner",
        tracking=True,
    )
    new_user_id = fields.Many2one(
        "res.users", string="Owner is", domain="[('share', '=', False)]", tracking=True
    )
    new_team_id = fields.Many2one("dispute.team", string="Team is", check_company=True, tracking=True)
    new_priority = fields.Selection(
        [("1", "At least high"), ("2", "Urgent")], string="Priority", tracking=True
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        string="Activity",
        domain="[('res_model', 'in', (False, 'dispute.case'))]",
        ondelete="restrict",
    )
    activity_summary = fields.Char(translate=True)
    activity_days = fields.Integer(string="Due in days", default=1)
    activity_person = fields.Selection(
        [
            ("owner", "Owner"),
            ("leader", "Team leader"),
            ("coordinator", "Coordinator"),
            ("manager", "Manager of who was asked"),
            ("user", "A person"),
        ],
        string="For",
        required=True,
        default="owner",
        help="The manager of an employee, where these are kept; else the team leader.",
    )
    activity_user_id = fields.Many2one("res.users", string="Activity of", domain="[('share', '=', False)]")
    mail_template_id = fields.Many2one(
        "mail.template",
        string="Mail to the customer",
        domain="[('model', '=', 'dispute.case')]",
        ondelete="restrict",
    )
    new_stage_id = fields.Many2one(
        "dispute.stage", string="Moves to", context={"dispute_stage_with_pipeline": True}, tracking=True
    )
    follower_ids = fields.Many2many(
        "res.users",
        "dispute_escalation_rule_follower_rel",
        string="Also follow",
        domain="[('share', '=', False)]",
    )
    effect_info = fields.Char(string="Then", compute="_compute_effect_info")

    @api.depends(
        "alert_owner",
        "alert_leader",
        "alert_coordinator",
        "alert_user_ids",
        "raise_level",
        "tier_id",
        "new_owner",
        "new_user_id",
        "new_team_id",
        "new_priority",
        "activity_type_id",
        "mail_template_id",
        "new_stage_id",
        "follower_ids",
    )
    def _compute_effect_info(self):
        for rule in self:
            rule.effect_info = ", ".join(rule._get_effect_words())

    def _get_effect_words(self):
        """:return: list of what this rule does, in words"""
        self.ensure_one()
        told = [
            self._fields[name]._description_string(self.env)
            for name in ("alert_owner", "alert_leader", "alert_coordinator")
            if self[name]
        ] + self.alert_user_ids.mapped("name")
        words = []
        if told:
            words.append(self.env._("tell %s", " + ".join(told)))
        if self.raise_level == "next":
            words.append(self.env._("next level"))
        elif self.raise_level == "tier":
            words.append(self.env._("level %s", self.tier_id.display_name or ""))
        if self.new_owner:
            labels = dict(self._fields["new_owner"]._description_selection(self.env))
            owner = self.new_user_id.name or self.new_team_id.name or labels[self.new_owner]
            words.append(self.env._("owner: %s", owner))
        if self.new_priority:
            words.append(self.env._("priority"))
        if self.activity_type_id:
            words.append(self.env._("activity: %s", self.activity_type_id.name))
        if self.mail_template_id:
            words.append(self.env._("mail to the customer"))
        if self.new_stage_id:
            words.append(self.env._("stage: %s", self.new_stage_id.name))
        if self.follower_ids:
            words.append(self.env._("followers"))
        return words

    # Business

    def _get_level_of(self, case):
        """:return: dispute.escalation.tier that a case is raised to; empty when it stands there or higher"""
        self.ensure_one()
        tiers = self.env["dispute.escalation.tier"]
        if self.raise_level == "next":
            return tiers.browse(case._get_next_tier_id() or ())
        higher = self.raise_level == "tier" and self.tier_id.level > case.escalation_level
        return self.tier_id if higher and self.tier_id.active else tiers

    def _get_new_owner(self, case):
        """:return: res.users that becomes owner; empty when nobody does, or a team's method chooses"""
        self.ensure_one()
        owner = {"leader": case.team_id.user_id, "user": self.new_user_id}.get(self.new_owner)
        return owner.filtered("active") if owner else self.env["res.users"]

    def _get_activities(self, case, occasions):
        """What this rule has people do about a case.

        :param occasions: list of `escalation_schedule.Occasion` that it fires for
        :return: list of ``(res.users, summary, dispute.information.request)``, the last one empty
            unless it is about an unanswered question
        """
        self.ensure_one()
        summary = self.activity_summary or self.name
        nothing = self.env["dispute.information.request"]
        if self.trigger == "unanswered":
            # One for each question: they were put to different people.
            return [
                (
                    self._get_activity_person(case, question),
                    self.activity_summary or question._get_unanswered_words(),
                    question,
                )
                for question in nothing.browse(occasion.subject for occasion in occasions)
            ]
        asked = case.request_ids.filtered(lambda request: request.state == "open")
        people = self.env["res.users"].union(
            *(self._get_activity_person(case, question) for question in asked or [nothing])
        )
        return [(person, summary, nothing) for person in people or [people]]

    def _get_activity_person(self, case, question):
        """:return: res.users that gets an activity; the owner when nobody else is there"""
        self.ensure_one()
        people = {
            "leader": case.team_id.user_id,
            "coordinator": case.coordinator_id,
            "manager": question._get_manager() if question else case.team_id.user_id,
            "user": self.activity_user_id,
        }
        person = people.get(self.activity_person, case.user_id).filtered("active")
        return person or case.user_id or case.team_id.user_id

    def _get_told(self, case, occasions):
        """:return: res.users told when this rule fires for occasions of a case, as it stands now"""
        self.ensure_one()
        told = self.alert_user_ids
        if self.alert_owner:
            # Nobody's case is its leader's to look at.
            told |= case.user_id or case.team_id.user_id
        if self.alert_leader:
            told |= case.team_id.user_id or case.user_id
        if self.alert_coordinator:
            told |= case.coordinator_id
        if self.activity_type_id:
            told = told.union(*(person for person, *_what in self._get_activities(case, occasions)))
        return told.filtered("active")

    def _get_affected(self, case, occasions):
        """:return: res.users whom it concerns if this rule fires for occasions of a case that stands
        as it does now
        """
        self.ensure_one()
        tier = self._get_level_of(case)
        person = tier._get_person(case) if tier else self.env["res.users"]
        return self._get_told(case, occasions) | person | self._get_new_owner(case)

    def _apply(self, due):
        """Do what this rule does, to cases that it fires for.

        Nobody is told here: who is to be told of what, is gathered by the run.

        :param due: ``{case: [escalation_schedule.Occasion]}``
        :return: ``{case: why a part of it was not done}``
        """
        self.ensure_one()
        # People are told once, in one message, of all that one run did.
        cases = (
            self.env["dispute.case"]
            .concat(*due)
            .with_context(mail_auto_subscribe_no_notify=True, mail_activity_quick_update=True)
        )
        if self.raise_level:
            for tier, raised in cases.grouped(self._get_level_of).items():
                if tier:
                    raised._raise_to(tier)
        self._give_to_new_owner(cases)
        if self.new_priority:
            lower = cases.filtered(lambda case: (case.priority or "0") < self.new_priority)
            lower.write({"priority": self.new_priority})
        if self.follower_ids:
            cases.message_subscribe(partner_ids=self.follower_ids.partner_id.ids)
        if self.activity_type_id:
            self._schedule_activities(due)
        if self.mail_template_id:
            cases._send_to_customer(self.mail_template_id)
        return self._move(cases) if self.new_stage_id else {}

    def _give_to_new_owner(self, cases):
        if self.new_owner == "team" and self.new_team_id:
            cases._assign(self.new_team_id)
            return
        for owner, owned in cases.grouped(self._get_new_owner).items():
            if owner:
                owned.write({"user_id": owner.id})
                owned._write_facts({"assignment_note": self.env._("Escalation rule %s", self.name)})

    def _schedule_activities(self, due):
        today = fields.Date.context_today(self)
        model_id = self.env["ir.model"]._get_id("dispute.case")
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": case.id,
                    "activity_type_id": self.activity_type_id.id,
                    "summary": summary,
                    "automated": True,
                    "user_id": person.id or self.env.uid,
                    "date_deadline": fields.Date.add(today, days=self.activity_days),
                    "dispute_unanswered_id": question.id,
                }
                for case, occasions in due.items()
                for person, summary, question in self._get_activities(case, occasions)
            ]
        )

    def _move(self, cases):
        """Move cases to the stage; those that may not go there say why.

        :return: ``{case: reason}``
        """
        cases = cases.filtered(lambda case: case.stage_id != self.new_stage_id)
        barred = {
            case: reason for case in cases if (reason := case._get_cannot_enter_reason(self.new_stage_id))
        }
        (cases - self.env["dispute.case"].concat(*barred))._move_to_stage(self.new_stage_id)
        return barred
