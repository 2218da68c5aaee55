from odoo import api, fields, models
from odoo.tools import email_normalize

from ..tools import escalation_schedule as schedule
from .dispute_stage_kinds import CLOSED_KINDS

#: Facts that only the escalation writes, see `CASE_FACTS`.
ESCALATION_FACTS = frozenset(
    {
        "escalation_tier_id",
        "escalation_level",
        "date_escalated",
        "date_escalation",
        "date_progress",
        "date_reopened",
        "date_legal_threat",
        "date_risk",
        "unanswered_count",
        "unanswered_since",
        "date_customer_message",
    }
)


class DisputeCaseEscalationMixin(models.AbstractModel):
    """How high a case stands, and when anything may escalate it next.

    `date_escalation` is what the cron searches by: it is planned anew whenever a fact
    changes that a rule may look at, and the cron is woken at the earliest.
    """

    _name = "dispute.case.escalation.mixin"
    _description = "Dispute Escalation"
    _inherit = ["dispute.case.schedule.mixin"]

    escalation_tier_id = fields.Many2one(
        "dispute.escalation.tier",
        string="Escalated to",
        readonly=True,
        copy=False,
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    escalation_level = fields.Integer(
        related="escalation_tier_id.level", store=True, aggregator="max", help="0: not escalated."
    )
    date_escalated = fields.Datetime(string="Escalated on", readonly=True, copy=False)
    date_escalation = fields.Datetime(
        string="May escalate at",
        compute="_compute_date_escalation",
        store=True,
        copy=False,
        help="When an escalation rule or the time limit of its level comes due next.",
    )
    date_progress = fields.Datetime(
        string="Last worked on", readonly=True, copy=False, help="When somebody last wrote or did something."
    )
    date_reopened = fields.Datetime(string="Reopened on", readonly=True, copy=False)
    is_legal_threat = fields.Boolean(
        string="Legal action threatened",
        tracking=True,
        copy=False,
        help="The customer threatens court, a lawyer or an authority.",
    )
    date_legal_threat = fields.Datetime(readonly=True, copy=False)
    risk = fields.Integer(
        string="Risk (%)",
        readonly=True,
        copy=False,
        aggregator="avg",
        groups="dispute_management.group_dispute_viewer",
        help="How probable it is that a promise is broken or the case has to be escalated. 0: not known;"
        " 100: it has happened.",
    )
    date_risk = fields.Datetime(
        readonly=True,
        copy=False,
        groups="dispute_management.group_dispute_viewer",
        help="When the risk last changed.",
    )
    unanswered_count = fields.Integer(
        string="Unanswered messages",
        readonly=True,
        copy=False,
        help="Messages of the customer since somebody last answered.",
    )
    unanswered_since = fields.Datetime(readonly=True, copy=False)
    date_customer_message = fields.Datetime(
        string="Customer last wrote", readonly=True, copy=False, help="The last message without an answer."
    )
    escalation_log_ids = fields.One2many(
        "dispute.escalation.log",
        "case_id",
        string="Escalations",
        readonly=True,
        groups="dispute_management.group_dispute_viewer",
    )
    escalation_count = fields.Integer(
        compute="_compute_escalation_count", groups="dispute_management.group_dispute_viewer"
    )

    _escalation_idx = models.Index(
        "(date_escalation, id) WHERE date_escalation IS NOT NULL AND is_closed IS NOT TRUE"
    )

    @api.depends("escalation_log_ids")
    def _compute_escalation_count(self):
        for case in self:
            case.escalation_count = len(case.escalation_log_ids)

    @api.depends(
        "active",
        "is_closed",
        "company_id",
        "team_id",
        "reason_id",
        "pipeline_id",
        "stage_id",
        "priority",
        "waiting_on",
        "waiting_since",
        "amount_disputed_company",
        "reopen_count",
        "date_reopened",
        "date_legal_threat",
        "risk",
        "date_risk",
        "date_progress",
        "unanswered_count",
        "date_customer_message",
        "escalation_tier_id",
        "date_escalated",
        "escalation_log_ids",
        "sla_status_ids.deadline",
        "sla_status_ids.date_warning",
        "sla_status_ids.date_paused",
        "sla_status_ids.date_reached",
        "sla_status_ids.is_cancelled",
        "request_ids.state",
        "request_ids.date_due",
        "request_ids.date_sent",
    )
    def _compute_date_escalation(self):
        moments = [schedule.get_next_moment(occasions) for occasions in self._get_escalations().values()]
        for case, moment in zip(self, moments, strict=True):
            case.date_escalation = moment
        self.env["dispute.escalation.run"]._wake_at(min(filter(None, moments), default=None))

    # What happens to a case

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        return super().create(
            [
                {**vals, "date_legal_threat": now} if vals.get("is_legal_threat") else vals
                for vals in vals_list
            ]
        )

    def write(self, vals):
        now = fields.Datetime.now()
        if "is_legal_threat" in vals:
            changed = self.filtered(lambda case: case.is_legal_threat != vals["is_legal_threat"])
            changed._write_facts({"date_legal_threat": vals["is_legal_threat"] and now})
        if "risk" in vals:
            self.filtered(lambda case: case.risk != vals["risk"])._write_facts({"date_risk": now})
        return super().write(vals)

    def _move_to_stage(self, stage, at=None):
        moving = self.filtered(lambda case: case.stage_id != stage)
        super()._move_to_stage(stage, at=at)
        if stage.waiting_on == "customer" or stage.kind in CLOSED_KINDS:
            moving._note_answer()

    def _note_reopening(self, at):
        super()._note_reopening(at)
        self._write_facts({"date_reopened": at})

    def _meet_first_response(self, at):
        super()._meet_first_response(at)
        self._note_answer()

    def _note_answer(self):
        """The customer waits for no answer any more."""
        waiting = self.filtered("unanswered_count")
        # A colleague's answer counts although they may not change the case.
        waiting.sudo().write(
            {"unanswered_count": 0, "unanswered_since": False, "date_customer_message": False}
        )

    def _message_post_after_hook(self, message, msg_vals):
        res = super()._message_post_after_hook(message, msg_vals)
        # Who wrote is asked of the message itself; customers can't read our users.
        message_sudo = message.sudo()
        author = message_sudo.author_id
        if any(user._is_internal() for user in author.user_ids):
            # A note, an answer or an activity done is work; what the suite notes by itself is not.
            if author.user_ids != self.env.ref("base.user_root"):
                self._write_facts({"date_progress": message.date})
        elif self.sudo()._is_from_customer(message_sudo):
            self._write_facts(
                {
                    "unanswered_count": self.sudo().unanswered_count + 1,
                    "unanswered_since": self.sudo().unanswered_since or message.date,
                    "date_customer_message": message.date,
                }
            )
        return res

    def _is_from_customer(self, message):
        """:return: whether a message is one that the customer wrote to us"""
        self.ensure_one()
        if message.message_type not in ("comment", "email") or message.is_internal:
            return False
        if message.author_id:
            return message.author_id.commercial_partner_id == self.partner_id
        # A customer who is nobody we know yet writes from the address of the case.
        address = email_normalize(message.email_from)
        return bool(address) and address in (self.email_from, self.contact_id.email_normalized)

    def _after_clock_change(self):
        super()._after_clock_change()
        self.env.add_to_compute(self._fields["date_escalation"], self)

    # Business

    def _raise_to(self, tier, user=None, with_note=True):
        """Put cases on a level: whoever is in charge there takes over or follows, with a note.

        :param tier: dispute.escalation.tier
        :param user: res.users in charge; none asks the level
        :param with_note: whether to note what the level's template says
        :return: ``{case: res.users in charge}``
        """
        self.check_access("write")
        # After the check: handing over may end the right to write, and everybody may be told.
        cases = self.sudo().with_context(mail_auto_subscribe_no_notify=True)
        people = {case: user or tier._get_person(case) for case in cases}
        before = {case: case.user_id for case in cases}
        cases._write_facts({"escalation_tier_id": tier.id, "date_escalated": fields.Datetime.now()})
        if tier.person == "team" and tier.team_id:
            cases.write({"team_id": tier.team_id.id})
        for person, handed in cases.grouped(lambda case: people[case]).items():
            if person and tier.takes_over:
                handed.write({"user_id": person.id})
                handed._write_facts({"assignment_note": self.env._("Escalated to %s", tier.display_name)})
            handed.message_subscribe(partner_ids=person.partner_id.ids)
        for owner, handed in cases.grouped(lambda case: before[case]).items():
            # Who hands over goes on reading.
            handed.message_subscribe(partner_ids=owner.partner_id.ids)
        if with_note:
            bodies = tier._render_note(cases)
            cases._message_log_batch(bodies={key: body for key, body in bodies.items() if body})
        return people

    def action_view_escalations(self):
        """:return: action on what escalated these cases"""
        return self.escalation_log_ids._get_records_action(name=self.env._("Escalations"))
