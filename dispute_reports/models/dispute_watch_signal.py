from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from .dispute_watch import SUBJECTS


class DisputeWatchSignal(models.Model):
    """A week in which a reason, product or customer had unusually many or few new cases."""

    _name = "dispute.watch.signal"
    _description = "Unusual Week of Disputes"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "week desc, id desc"
    _rec_name = "subject"
    _mail_post_access = "read"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    week = fields.Date(string="Week of", required=True, readonly=True, index=True, help="Its Monday.")
    reason_id = fields.Many2one("dispute.reason", readonly=True, index="btree_not_null", ondelete="cascade")
    product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null", ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    kind = fields.Selection(
        [("reason_id", "Reason"), ("product_id", "Product"), ("partner_id", "Customer")],
        compute="_compute_kind",
        store=True,
    )
    subject = fields.Char(compute="_compute_subject", compute_sudo=True)
    count = fields.Integer(string="New Cases", readonly=True, aggregator=None)
    mean = fields.Float(
        string="Usual",
        readonly=True,
        digits=(16, 1),
        aggregator=None,
        help="New cases a week in the weeks before.",
    )
    lower = fields.Integer(string="At Least", readonly=True, aggregator=None)
    upper = fields.Integer(
        string="At Most",
        readonly=True,
        aggregator=None,
        help="Three standard deviations around what is usual; more or less is not chance.",
    )
    weeks = fields.Integer(
        string="Weeks Before", readonly=True, aggregator=None, help="So many weeks say what is usual."
    )
    is_more = fields.Boolean(string="More than usual", compute="_compute_is_more", store=True)
    department_id = fields.Many2one(
        "dispute.department",
        readonly=True,
        index="btree_not_null",
        groups="dispute_management.group_dispute_viewer",
        help="Of the causes found most often.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Told",
        readonly=True,
        index="btree_not_null",
        help="The department's responsible, else the leader of the team that handles most of these cases.",
    )
    case_ids = fields.Many2many(
        "dispute.case",
        string="Cases",
        readonly=True,
        groups="dispute_management.group_dispute_viewer",
        help="The new cases of the week.",
    )

    _subject_uniq = models.UniqueIndex(
        "(company_id, week, COALESCE(reason_id, 0), COALESCE(product_id, 0), COALESCE(partner_id, 0))",
        "A week of a reason, product or customer is told of once.",
    )

    @api.depends(*SUBJECTS)
    def _compute_kind(self):
        for signal in self:
            signal.kind = next((name for name in SUBJECTS if signal[name]), False)

    @api.depends_context("lang")
    @api.depends(*(f"{name}.display_name" for name in SUBJECTS))
    def _compute_subject(self):
        for signal in self:
            signal.subject = signal[signal.kind].display_name if signal.kind else False

    @api.depends("count", "upper")
    def _compute_is_more(self):
        for signal in self:
            signal.is_more = signal.count > signal.upper

    # Who is told

    def _note_people(self, start):
        """Note whose department these signals concern, and who is told.

        :param start: the first day whose cases count
        """
        found = {}
        every_team = self.env["dispute.team"].search([])
        for name, signals in self.grouped("kind").items():
            departments = signals._get_most_frequent(name, "department_id", start)
            teams = signals._get_most_frequent(name, "team_id", start)
            for signal in signals:
                department = departments[signal][:1]
                first = every_team._get_first_of(signal.company_id)
                people = [record.user_id for record in (*department, *teams[signal], first)]
                user = next((user for user in people if signal._can_tell(user)), people[-1].browse())
                found[signal] = (self.env["dispute.department"].concat(*department), user)
        for (department, user), signals in self.grouped(found.get).items():
            signals.write({"department_id": department.id, "user_id": user.id})

    def _get_most_frequent(self, name, what, start):
        """What the cases of these signals are of most often, in one statement.

        :param name: the subject, as a field of these signals and of the report
        :param what: field of the report
        :return: ``{signal: list of records, the most frequent first}``
        """
        groups = self.env[SUBJECTS[name]]._read_group(
            Domain("company_id", "in", self.company_id.ids)
            & Domain(name, "in", self[name].ids)
            & Domain("date_opened", ">=", start)
            & Domain(what, "!=", False),
            ["company_id", name, what],
            ["__count"],
        )
        found = {}
        for company, subject, record, _count in sorted(groups, key=lambda group: (-group[3], group[2].id)):
            found.setdefault((company, subject), []).append(record)
        return {signal: found.get((signal.company_id, signal[name]), []) for signal in self}

    def _can_tell(self, user):
        self.ensure_one()
        return user.active and not user.share and self.company_id in user.company_ids

    # Telling

    def _tell(self):
        """Plan a to-do for whoever is told, with the numbers and a link to the cases."""
        kind = self.env.ref("dispute_reports.mail_activity_type_watch")
        model_id = self.env["ir.model"]._get_id(self._name)
        today = fields.Date.context_today(self)
        self.env["mail.activity"].create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": signal.id,
                    "activity_type_id": kind.id,
                    "user_id": signal.user_id.id,
                    "date_deadline": today,
                    "summary": signal._get_summary(),
                    "note": signal._get_note(),
                    "automated": True,
                }
                for signal in self.filtered("user_id")
            ]
        )

    def _get_summary(self):
        self.ensure_one()
        this = self._in_their_language()
        if this.is_more:
            return this.env._("More disputes than usual: %s", this.subject)
        return this.env._("Fewer disputes than usual: %s", this.subject)

    def _in_their_language(self):
        return self.with_context(lang=self.user_id.lang)

    def _get_note(self):
        """:return: Markup of the numbers, with a link to the cases"""
        self.ensure_one()
        this = self._in_their_language()
        numbers = this.env._(
            "New cases in the week of %(week)s: %(count)s. Usual is %(mean)s a week, and %(lower)s to"
            " %(upper)s is chance (by the %(weeks)s weeks before).",
            count=this.count,
            week=format_date(this.env, this.week),
            mean=formatLang(this.env, this.mean, digits=1),
            lower=this.lower,
            upper=this.upper,
            weeks=this.weeks,
        )
        hint = "" if this.is_more else this.env._("Something got better, or claims no longer reach you.")
        url = f"/odoo/{self._name}/{self.id}/action-dispute_reports.dispute_watch_signal_case_action"
        return Markup('<p>%s %s</p><p><a href="%s">%s</a></p>') % (
            numbers,
            hint,
            url,
            this.env._("The cases"),
        )

    # Actions

    def action_view_cases(self):
        """:return: action on the new cases of these weeks"""
        return self.case_ids._get_records_action(name=self.env._("Disputes"))
