from odoo import api, fields, models
from odoo.exceptions import UserError


class DisputeEscalate(models.TransientModel):
    """Hand cases to a higher level, with what was tried and what is wanted."""

    _name = "dispute.escalate"
    _description = "Escalate Disputes"
    _inherit = ["dispute.wizard.mixin"]

    case_ids = fields.Many2many("dispute.case", required=True, default=lambda self: self._default_case_ids())
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    tier_id = fields.Many2one(
        "dispute.escalation.tier",
        string="To",
        required=True,
        compute="_compute_tier_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('company_id', 'parent_of', company_id)]",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('share', '=', False)]",
        help="Whoever is in charge of the level, unless you choose somebody else.",
    )
    takes_over = fields.Boolean(related="tier_id.takes_over")
    reason = fields.Char(string="Why", required=True)
    tried = fields.Text(
        string="What was tried", compute="_compute_tried", store=True, readonly=False, precompute=True
    )
    wanted = fields.Text(string="What is wanted", required=True)

    def _default_case_ids(self):
        return self.env.context.get("active_ids")

    @api.depends("case_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.case_ids.company_id[:1]

    @api.depends("case_ids")
    def _compute_tier_id(self):
        for wizard in self:
            case = wizard.case_ids[:1]
            wizard.tier_id = wizard.tier_id or (case and case._get_next_tier_id())

    @api.depends("tier_id", "case_ids")
    def _compute_user_id(self):
        for wizard in self:
            people = [wizard.tier_id._get_person(case) for case in wizard.case_ids if wizard.tier_id]
            # Several leaders: each case goes to its own.
            wizard.user_id = people[0] if len(set(people)) == 1 else False

    @api.depends("case_ids")
    def _compute_tried(self):
        for wizard in self:
            wizard.tried = wizard._get_what_was_tried() if len(wizard.case_ids) == 1 else False

    def _get_what_was_tried(self):
        """:return: the stages that the case went through, and what was offered, in lines"""
        lines = [
            self.env._(
                "%(date)s %(stage)s",
                date=fields.Date.to_string(row.date_entered),
                stage=row.stage_id.name,
            )
            for row in self.case_ids.stage_history_ids
        ]
        lines += [
            self.env._(
                "%(date)s Settlement: %(state)s",
                date=fields.Date.to_string(settlement.create_date),
                state=dict(settlement._fields["state"]._description_selection(self.env))[settlement.state],
            )
            for settlement in self.case_ids.settlement_ids.sorted("id")
        ]
        return "\n".join(dict.fromkeys(lines))

    def action_escalate(self):
        """Hand the cases over.

        :raise UserError: when one of them is closed, stands there already, or nobody is in charge
        """
        self.ensure_one()
        cases, tier = self.case_ids, self.tier_id
        for case in cases:
            reason = self._get_cannot_escalate_reason(case)
            if reason:
                raise UserError(self.env._("%(case)s: %(reason)s", case=case.name, reason=reason))
        people = cases._raise_to(tier, user=self.user_id, with_note=False)
        notes = tier._render_note(cases, reason=self.reason, tried=self.tried, wanted=self.wanted)
        run = self.env["dispute.escalation.run"]
        # One person gets one message: here the note itself, or one that lists the cases.
        run._log_by_hand(cases, tier, people, self.reason, with_alert=len(cases) > 1)
        if len(cases) == 1:
            # Handed over, the case may be out of reach for whoever did it.
            cases.sudo().message_post(
                body=notes[cases.id] or self.wanted,
                subject=self.env._("Hand-over: %s", cases.display_name),
                subtype_xmlid="mail.mt_note",
                partner_ids=people[cases].partner_id.ids,
            )
        else:
            cases.sudo()._message_log_batch(bodies={key: body or self.wanted for key, body in notes.items()})
        return {"type": "ir.actions.act_window_close"}

    def _get_cannot_escalate_reason(self, case):
        """:return: why a case can't be handed to the level, or False"""
        if case.is_closed:
            return self.env._("A closed case is escalated no more: reopen it first.")
        usual = self.tier_id._get_person(case)
        person = self.user_id or usual
        if case.escalation_tier_id == self.tier_id and person in (usual, case.user_id):
            return self.env._("It is there already.")
        if not person:
            return self.env._("Nobody is in charge of %s: choose a person.", self.tier_id.display_name)
        if (
            not self.env["res.users"]
            .browse(person.id)
            .sudo()
            .has_group("dispute_management.group_dispute_viewer")
        ):
            # Groups of others are readable by few; that they lack one is no secret.
            return self.env._("%s has no right to see disputes.", person.name)
        return False
