from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .dispute_referral_channel import REFERRAL_KINDS

OUTCOMES = [
    ("for_us", "In our favour"),
    ("partly", "In part"),
    ("for_customer", "In the customer's favour"),
    ("agreed", "Agreement reached"),
    ("advice", "Advice given"),
    ("not_admitted", "Not admitted"),
    ("withdrawn", "Withdrawn by us"),
]


class DisputeReferral(models.Model):
    """An outside channel used for a case: who was asked for what, when, and what came of it.

    Whoever makes one sends the case out: it waits for the third party until the outcome is
    recorded.
    """

    _name = "dispute.referral"
    _description = "Dispute Referral"
    _inherit = ["dispute.facts.mixin", "mail.thread"]
    _order = "date_sent desc, id desc"
    _rec_names_search = ["case_id", "reference", "contact_id"]
    _check_company_auto = True

    case_id = fields.Many2one("dispute.case", required=True, index=True, ondelete="restrict", readonly=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    partner_id = fields.Many2one(related="case_id.partner_id", store=True, string="Customer")
    user_id = fields.Many2one(related="case_id.user_id", string="Owner")
    channel_id = fields.Many2one(
        "dispute.referral.channel",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    kind = fields.Selection(REFERRAL_KINDS, required=True, tracking=True)
    contact_id = fields.Many2one(
        "res.partner",
        string="Sent to",
        index="btree_not_null",
        tracking=True,
        help="The body or lawyer that was asked.",
    )
    country_id = fields.Many2one(
        "res.country", string="Jurisdiction", tracking=True, help="Whose law or rules apply."
    )
    state_id = fields.Many2one(
        "res.country.state",
        tracking=True,
        domain="[('country_id', '=?', country_id)]",
    )
    reference = fields.Char(string="Their Reference", index="trigram", tracking=True)
    desired_outcome = fields.Text(required=True, tracking=True, help="What we ask for.")
    letter = fields.Text(help="What is written to them; it opens the case file.")
    amount = fields.Monetary(
        string="Open at Sending", readonly=True, help="What was open of the claim when it was sent."
    )
    date_sent = fields.Date(
        string="Sent", required=True, default=fields.Date.context_today, tracking=True, index=True
    )
    date_due = fields.Date(string="Answer Due", tracking=True)
    date_answered = fields.Date(string="Answered", tracking=True)
    outcome = fields.Selection(OUTCOMES, tracking=True)
    outcome_note = fields.Text(string="What was decided", tracking=True)
    is_open = fields.Boolean(string="Out", compute="_compute_is_open", store=True)
    activity_id = fields.Many2one(
        "mail.activity",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="dispute_management.group_dispute_viewer",
        help="The to-do that tells the owner when the answer is due.",
    )
    pack_ids = fields.One2many("dispute.evidence.pack", "referral_id", readonly=True)

    _open_idx = models.Index("(case_id) WHERE is_open IS TRUE")
    _due_after_sent = models.Constraint(
        "CHECK(date_due >= date_sent)", "The answer can't be due before the case was sent."
    )
    _answered_after_sent = models.Constraint(
        "CHECK(date_answered >= date_sent)", "The answer can't come before the case was sent."
    )

    @api.depends("case_id.name", "contact_id.name", "channel_id.name", "kind")
    def _compute_display_name(self):
        for referral in self:
            referral.display_name = f"{referral.case_id.name} · {referral._get_body_name()}"

    @api.depends("outcome")
    def _compute_is_open(self):
        for referral in self:
            referral.is_open = not referral.outcome

    @api.constrains("country_id", "state_id")
    def _check_state(self):
        for referral in self:
            if referral.state_id and referral.state_id.country_id != referral.country_id:
                raise ValidationError(
                    self.env._(
                        "%(state)s is not in the country of the jurisdiction.", state=referral.state_id.name
                    )
                )

    @api.onchange("country_id")
    def _onchange_country_id(self):
        for referral in self:
            if referral.state_id.country_id != referral.country_id:
                referral.state_id = False

    @api.onchange("outcome")
    def _onchange_outcome(self):
        for referral in self:
            if referral.outcome and not referral.date_answered:
                referral.date_answered = fields.Date.context_today(referral)

    @api.model_create_multi
    def create(self, vals_list):
        cases = self.env["dispute.case"].browse([vals.get("case_id") or 0 for vals in vals_list]).exists()
        cases.check_access("write")
        for case in cases:
            reason = case._get_cannot_refer_reason()
            if reason:
                raise UserError(self.env._("%(case)s: %(reason)s", case=case.name, reason=reason))
        referrals = super().create(vals_list)
        referrals._check_desired_outcome()
        referrals._note_sending()
        return referrals

    def write(self, vals):
        answered = self.filtered("outcome")
        res = super().write(vals)
        if "desired_outcome" in vals:
            self._check_desired_outcome()
        if "outcome" in vals:
            (self.filtered("outcome") - answered)._note_answer()
            answered.filtered("is_open")._note_still_out()
        if "date_due" in vals:
            self._follow_due_date()
        return res

    @api.model
    def _get_fact_fields(self, creating=False):
        facts = super()._get_fact_fields(creating) | {
            "activity_id",
            "amount",
            "company_id",
            "is_open",
            "partner_id",
        }
        return facts if creating else facts | {"case_id"}

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Referrals are kept as evidence: record as outcome that it was withdrawn.")
        )

    def copy_data(self, default=None):
        raise UserError(self.env._("A referral can't be duplicated: refer the case again."))

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ["contact_id"]

    # Actions

    def action_make_pack(self):
        """:return: action that asks which documents go into another evidence pack"""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("dispute_management.dispute_refer_action")
        context = {"default_case_id": self.case_id.id, "default_referral_id": self.id}
        return {**action, "name": self.env._("Evidence Pack"), "context": context}

    def action_send(self):
        """:return: action that opens a mail to whom the case was sent, with the latest evidence pack"""
        self.ensure_one()
        if not self.contact_id.email:
            raise UserError(self.env._("Enter who it is sent to, with a mail address, first."))
        body = Markup("<br/>").join((self.letter or self.desired_outcome).splitlines())
        context = {
            "default_model": self._name,
            "default_res_ids": self.ids,
            "default_composition_mode": "comment",
            "default_subject": self.display_name,
            "default_body": Markup("<p>%s</p>") % body,
            "default_partner_ids": self.contact_id.ids,
            "default_attachment_ids": self.pack_ids[:1].attachment_id.ids,
        }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": context,
        }

    # Business

    def _get_body_name(self):
        """:return: who was asked, as people call them"""
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        # Who was asked is no secret to who reads the referral.
        referral = self.sudo()
        return referral.contact_id.name or referral.channel_id.name or kinds.get(self.kind, "")

    def _check_desired_outcome(self):
        """:raise UserError: when it is not said what is asked for"""
        if any(not (referral.desired_outcome or "").strip() for referral in self):
            raise UserError(self.env._("Say what outcome is desired."))

    def _note_sending(self):
        """The cases are out: their turn, the owner's date and the chatter follow."""
        for referral in self:
            # What was open is a fact, which users don't write.
            referral.sudo().amount = referral.case_id.amount_open
            referral._log_on_case(
                self.env._("Referred to %s.", referral._get_body_name()),
                self.env._("Desired outcome: %s", referral.desired_outcome),
            )
        out = self.filtered("is_open")
        out._follow_due_date()
        out.case_id._wait_for_third_party()
        (self - out)._set_date_answered()

    def _note_answer(self):
        """An outcome was recorded: it is our turn again, once nobody else is asked."""
        self._set_date_answered()
        outcomes = dict(self._fields["outcome"]._description_selection(self.env))
        for referral in self:
            label = outcomes[referral.outcome]
            referral._log_on_case(
                self.env._("%(body)s: %(outcome)s.", body=referral._get_body_name(), outcome=label),
                referral.outcome_note or "",
            )
            # The owner's to-do is ours to tick off, whoever records the outcome.
            referral.sudo().activity_id.filtered("active").action_feedback(feedback=label)
        self.case_id._stop_waiting_for_third_party()

    def _note_still_out(self):
        """An outcome was taken back: it was recorded by mistake."""
        self.write({"date_answered": False})
        for referral in self:
            referral._log_on_case(self.env._("Still out: %s.", referral._get_body_name()))
        self._follow_due_date()
        self.case_id.filtered(lambda case: not case.is_closed)._wait_for_third_party()

    def _set_date_answered(self):
        undated = self.filtered(lambda referral: not referral.date_answered)
        undated.write({"date_answered": fields.Date.context_today(self)})

    def _follow_due_date(self):
        """Let the owner's to-do tell when the answer is due."""
        for referral in self.filtered("is_open"):
            # Whoever may change the referral moves the owner's to-do with it.
            referral_sudo = referral.sudo()
            activity = referral_sudo.activity_id.filtered("active")
            case = referral.case_id
            if not referral.date_due:
                activity.unlink()
            elif activity:
                activity.date_deadline = referral.date_due
            else:
                referral_sudo.activity_id = case.activity_schedule(
                    "dispute_management.mail_activity_type_referral",
                    date_deadline=referral.date_due,
                    user_id=(case.user_id or self.env.user).id,
                    summary=self.env._("Answer of %s", referral._get_body_name()),
                )

    def _log_on_case(self, title, text=""):
        """Tell of this referral in the chatter of its case, for colleagues."""
        self.ensure_one()
        link = self._get_html_link(title=title)
        lines = Markup("<br/>").join(text.splitlines())
        self.case_id._message_log(body=Markup("%s<br/>%s") % (link, lines) if text else link)
