import io
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain
from odoo.tools import format_date, plaintext2html

from ..tools.period import get_last_period, get_next_start

_logger = logging.getLogger(__name__)

VIEWER = "dispute_management.group_dispute_viewer"


class DisputeWorkbookSchedule(models.Model):
    """Sends the workbook of the last week, month or quarter to colleagues, in their language.

    Each gets their own, made with their rights: what they may not see is in no total of it.
    """

    _name = "dispute.workbook.schedule"
    _description = "Scheduled Dispute Workbook"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    every = fields.Selection(
        [("week", "Week"), ("month", "Month"), ("quarter", "Quarter")],
        required=True,
        default="month",
        help="It is sent when a week, month or quarter is over, and is about that one.",
    )
    next_date = fields.Date(
        string="Next on",
        required=True,
        compute="_compute_next_date",
        store=True,
        readonly=False,
        help="The day from which it is sent; about the last one that is over by then.",
    )
    date_sent = fields.Date(string="Last sent", readonly=True, copy=False)
    note = fields.Text(string="Not sent to", readonly=True, copy=False)
    # Whom to choose from is said in the view: here it would hide who may not have it any more.
    user_ids = fields.Many2many("res.users", string="Sent to", required=True)
    company_ids = fields.Many2many(
        "res.company", string="Companies", required=True, default=lambda self: self.env.companies
    )
    team_ids = fields.Many2many("dispute.team", string="Teams", help="Empty: all teams.")
    date_basis = fields.Selection(
        selection=lambda self: self.env["dispute.workbook"]._fields["date_basis"].selection,
        string="Cases",
        required=True,
        default="date_opened",
    )
    comparison = fields.Selection(
        selection=lambda self: self.env["dispute.workbook"]._fields["comparison"].selection,
        string="Compare with",
        required=True,
        default="previous",
    )

    @api.depends("every")
    def _compute_next_date(self):
        today = fields.Date.context_today(self)
        for schedule in self:
            schedule.next_date = get_next_start(schedule.every or "month", today)

    @api.constrains("user_ids")
    def _check_users(self):
        for schedule in self:
            # Whoever is chosen is shown, whatever the rights of who chose.
            refused = schedule.sudo().user_ids.filtered(lambda user: not self._may_get(user))
            if refused:
                raise ValidationError(
                    self.env._(
                        "%s may not read disputes. Give them the right *Disputes: Viewer*, or leave them out.",
                        ", ".join(refused.mapped("name")),
                    )
                )

    @api.model
    def _may_get(self, user):
        """:return: whether a user is a colleague who may read disputes now"""
        return user.active and user._is_internal() and user.has_group(VIEWER)

    # === ACTIONS ===

    def action_send(self):
        """Have it sent now, about the last period that is over."""
        self.ensure_one()
        self.next_date = self._get_today()
        # A job of the suite: who may write the schedule may have it run.
        self.env.ref("dispute_reports.ir_cron_send_workbooks").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("It is being made, and mailed when it is done."),
            },
        }

    # === SENDING ===

    @api.model
    def _cron_send(self):
        """Send what is due, each committed by itself: one that fails stops no other."""
        # Somewhere it is the next day already.
        tomorrow = fields.Date.today() + timedelta(days=1)
        due = self.search(Domain("next_date", "<=", tomorrow), order="next_date, id")
        for schedule in due.filtered(lambda schedule: schedule.next_date <= schedule._get_today()):
            if not schedule.try_lock_for_update().exists():
                continue
            schedule._send()
            if not self.env["ir.cron"]._commit_progress(1):
                return

    def _get_today(self):
        """:return: the day where, of the companies, it is the earliest: the day before is over for all"""
        self.ensure_one()
        now, clock = fields.Datetime.now(), self.env["dispute.working.time"]
        # Calendars are readable by few; the day is no secret.
        calendars = [company.resource_calendar_id for company in self.sudo().company_ids]
        return min((clock._get_local_date(calendar, now) for calendar in calendars), default=now.date())

    def _send(self):
        self.ensure_one()
        today = self._get_today()
        period = get_last_period(self.every, max(self.next_date, today))
        # Who left is told of as well.
        users, refused = self.with_context(active_test=False).user_ids, []
        for user in users:
            try:
                with self.env.cr.savepoint():
                    reason = self._send_to(user, *period)
            # Whatever is wrong with one workbook stops no other: the schedule says it.
            except Exception as error:  # pylint: disable=broad-except
                _logger.warning("Workbook %s not sent to %s", self.name, user.login, exc_info=True)
                self.invalidate_recordset()
                reason = str(error)
            if reason:
                refused.append(f"{user.name}: {reason}")
        self.write(
            {
                "date_sent": today if len(refused) < len(users) else self.date_sent,
                "next_date": get_next_start(self.every, max(self.next_date, today)),
                "note": "\n".join(refused),
            }
        )

    def _send_to(self, user, start, end):
        """Make a workbook with the rights of a user and mail it to them.

        :return: why it was not sent, or None
        """
        if not self._may_get(user):
            return self.env._("may not read disputes any more")
        if not user.email:
            return self.env._("has no e-mail address")
        companies = self.company_ids & user.company_ids
        if not companies:
            return self.env._("has no access to these companies")
        this = self.with_user(user).with_context(
            lang=user.lang, tz=user.tz, allowed_company_ids=companies.ids
        )
        workbook = this.env["dispute.workbook"].create(this._prepare_workbook(companies, start, end))
        stream = io.BytesIO()
        workbook._write_workbook(stream)
        period = this.env._(
            "%(start)s to %(end)s", start=format_date(this.env, start), end=format_date(this.env, end)
        )
        # Who gets a workbook need not be able to read its schedule.
        title = self.with_context(lang=user.lang).name
        body = this.env._(
            "Dear %(name)s,\n\nattached are the figures of disputes from %(period)s.",
            name=user.name,
            period=period,
        )
        # Mail is queued by the suite for the schedule, whoever reads it.
        self.env["mail.mail"].sudo().create(
            {
                "subject": f"{title}: {period}",
                "body_html": plaintext2html(body),
                "email_from": companies.filtered("email")[:1].email_formatted
                or self.env.user.email_formatted,
                "email_to": user.email_formatted,
                "auto_delete": True,
                "attachment_ids": [
                    Command.create({"name": workbook._get_file_name(), "raw": stream.getvalue()})
                ],
            }
        )
        return None

    def _prepare_workbook(self, companies, start, end):
        """:return: values of the `dispute.workbook` that is sent"""
        # The asker of the workbook reads teams, but not schedules.
        schedule = self.sudo()
        return {
            "date_basis": schedule.date_basis,
            "date_from": start,
            "date_to": end,
            "comparison": schedule.comparison,
            "company_ids": [Command.set(companies.ids)],
            "team_ids": [Command.set(schedule.team_ids.ids)],
        }
