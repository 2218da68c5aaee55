from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools.mail_address import read_address

#: Times that a question may be passed on: enough to find who knows, too few to go round in circles.
MAX_FORWARDS = 3


class DisputeInformationRequest(models.Model):
    """A question to a colleague or third party: due date, reminders, answer.

    Its states: `waiting` for the one before it, `open`, `answered` and `cancelled`.
    """

    _name = "dispute.information.request"
    _description = "Information Request"
    _inherit = [
        "dispute.facts.mixin",
        "dispute.information.mail.mixin",
        "dispute.information.extension.mixin",
        "dispute.information.reminder.mixin",
        "dispute.information.answer.mixin",
        "dispute.information.reply.mixin",
        "mail.thread",
    ]
    _order = "case_id, sequence, id"
    _mail_post_access = "read"

    name = fields.Char(string="Subject", required=True)
    case_id = fields.Many2one("dispute.case", required=True, index=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True, index=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    team_id = fields.Many2one(related="case_id.team_id", store=True, precompute=True, index="btree_not_null")
    case_user_id = fields.Many2one(related="case_id.user_id", string="Owner", store=True, precompute=True)
    question_id = fields.Many2one(
        "dispute.question", string="Template", index="btree_not_null", ondelete="restrict", readonly=True
    )
    body = fields.Text(string="Question", required=True)
    sequence = fields.Integer(default=10, readonly=True)
    after_id = fields.Many2one(
        "dispute.information.request",
        string="Asked after",
        readonly=True,
        index="btree_not_null",
        help="Goes out once that one is answered.",
    )
    next_ids = fields.One2many("dispute.information.request", "after_id", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Colleague", compute="_compute_user_id", store=True, index="btree_not_null"
    )
    partner_id = fields.Many2one("res.partner", string="Asked", readonly=True, index="btree_not_null")
    email = fields.Char(required=True, readonly=True, tracking=True, index=True)
    whom = fields.Selection(
        [("colleague", "Colleague"), ("third_party", "Third party"), ("customer", "Customer")],
        compute="_compute_whom",
        store=True,
    )
    recipient_name = fields.Char(string="Waiting for", compute="_compute_recipient_name", store=True)
    document_ids = fields.Many2many(
        "ir.attachment",
        string="Shown documents",
        readonly=True,
        bypass_search_access=True,
        help="Nothing else of the dispute is shown.",
    )
    fact_names = fields.Char(readonly=True, help="The facts of the case that are shown with the question.")
    due_days = fields.Integer(string="Due in", default=3, readonly=True, help="Working days from asking.")
    date_due = fields.Datetime(string="Due", readonly=True, tracking=True, index="btree_not_null")
    date_due_first = fields.Datetime(string="First due", readonly=True)
    date_sent = fields.Datetime(string="Asked on", readonly=True, help="When whoever is asked now was asked.")
    date_answered = fields.Datetime(string="Answered on", readonly=True)
    days_waiting = fields.Integer(
        string="Days waiting", compute="_compute_days_waiting", help="Since whoever is asked now was asked."
    )
    answered_by = fields.Char(string="Answered by", readonly=True)
    answer = fields.Text(readonly=True, tracking=True)
    item_ids = fields.One2many("dispute.information.item", "request_id", string="Answers", readonly=True)
    forwarded_by = fields.Char(string="Passed on by", readonly=True)
    forward_count = fields.Integer(string="Passed on", readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waits for another"),
            ("open", "Asked"),
            ("answered", "Answered"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="waiting",
        readonly=True,
        tracking=True,
    )
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")
    activity_ids = fields.One2many("mail.activity", "dispute_request_id", groups="base.group_user")
    escalation_log_ids = fields.One2many(
        "dispute.escalation.log", "request_id", groups="dispute_management.group_dispute_viewer"
    )
    manager_activity_ids = fields.One2many("mail.activity", "dispute_unanswered_id", groups="base.group_user")

    _open_idx = models.Index("(company_id, date_due) WHERE state = 'open'")

    @api.depends("partner_id", "email")
    def _compute_user_id(self):
        for request in self:
            # Which user a contact is, decides only how they are asked; who works for other
            # companies only could open no to-do here.
            users = request.partner_id.sudo().user_ids
            request.user_id = users.filtered(
                lambda user, company=request.company_id: (
                    user.active and user._is_internal() and company in user.company_ids
                )
            )[:1]

    @api.depends(
        "user_id",
        "email",
        "partner_id.commercial_partner_id",
        "case_id.partner_id",
        "case_id.contact_id",
        "case_id.email_from",
    )
    def _compute_whom(self):
        for request in self:
            if request.user_id:
                request.whom = "colleague"
            else:
                request.whom = "customer" if request._is_to_customer() else "third_party"

    def _is_to_customer(self):
        """:return: whether people of the customer are asked: it is their turn then, and the clock stops"""
        self.ensure_one()
        case = self.case_id
        if self.partner_id and self.partner_id.commercial_partner_id == case.partner_id:
            return True
        return self.email in (
            case.contact_id.email_normalized,
            case.partner_id.email_normalized,
            case.email_from,
        )

    @api.depends("partner_id.name", "email")
    def _compute_recipient_name(self):
        for request in self:
            request.recipient_name = request.partner_id.name or request.email

    @api.depends("name", "recipient_name")
    def _compute_display_name(self):
        for request in self:
            request.display_name = f"{request.name} · {request.recipient_name}"

    @api.depends("date_due", "state")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for request in self:
            request.is_overdue = request.state == "open" and bool(request.date_due) and request.date_due < now

    @api.depends("date_sent", "state")
    @api.depends_context("tz")
    def _compute_days_waiting(self):
        today = fields.Date.context_today(self)
        for request in self:
            since = request.state == "open" and request.date_sent
            request.days_waiting = (
                (today - fields.Datetime.context_timestamp(request, since).date()).days if since else 0
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "=", "open") & Domain("date_due", "<", fields.Datetime.now())

    @api.constrains("email")
    def _check_email(self):
        for request in self:
            if read_address(request.email) != request.email:
                raise ValidationError(self.env._("%s is no e-mail address.", request.email))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Questions are kept as evidence: cancel them instead."))

    def _get_fact_fields(self, creating=False):
        return super()._get_fact_fields(creating) | set(self._fields) - {
            "name",
            "message_follower_ids",
            "message_ids",
            "activity_ids",
            "manager_activity_ids",
            "escalation_log_ids",
        }

    # Actions

    def action_cancel(self):
        """Withdraw questions that are not answered: links end, invitations and to-dos go."""
        self._cancel()

    def action_send_again(self):
        """Send open questions again, now."""
        self._check_can_ask()
        # Questions are written by the suite only, after the check.
        self.sudo().filtered(lambda request: request.state == "open")._send()

    # Business

    def _check_can_ask(self):
        """:raise AccessError: when the user may not work on the cases of these questions"""
        self.case_id.check_access("write")

    def _ask(self):
        """Send these questions; those that come after another wait for it."""
        self._check_can_ask()
        # Questions are written by the suite only, after the check.
        first = self.sudo().filtered(lambda request: request.state == "waiting" and not request.after_id)
        first._open()

    def _open(self):
        """Set due dates, invite, and make it the turn of whom is asked; as superuser."""
        now = fields.Datetime.now()
        dues = self._get_working_deadlines([now] * len(self), self.mapped("due_days"))
        self.write({"state": "open", "date_sent": now})
        for request, due in zip(self, dues, strict=True):
            request.date_due = request.date_due_first = due
        self._plan_reminders()
        self._add_activities()
        self._send()
        # A question is the word of a person to the customer.
        self.filtered(lambda request: request.whom == "customer").case_id._meet_first_response(now)
        self.case_id._follow_requests()

    def _get_working_deadlines(self, starts, days):
        """When working days of these cases are over, many at once.

        :param starts: list of naive UTC datetimes, one for each question
        :param days: list of numbers of working days
        :return: list of naive UTC datetimes
        """
        clock = self.env["dispute.working.time"]
        promises = []
        for request, start, count in zip(self, starts, days, strict=True):
            calendar = request.case_id._get_calendar()
            promises.append((calendar, start, count * (calendar.hours_per_day or 24), ()))
        found = clock._get_deadlines(promises)
        return [
            due or fields.Datetime.add(start, days=count)
            for due, start, count in zip(found, starts, days, strict=True)
        ]

    def _cancel(self):
        """Withdraw questions that are not answered."""
        self._check_can_ask()
        # Questions are written by the suite only, after the check.
        requests = self.sudo().filtered(lambda request: request.state in ("waiting", "open"))
        asked = requests.filtered(lambda request: request.state == "open")
        following = requests._take_out_of_line()
        requests.write({"state": "cancelled", "date_reminder": False})
        self.env["dispute.link"]._revoke(requests)
        (requests.activity_ids | requests.manager_activity_ids).unlink()
        asked._send_end()
        following.filtered(lambda request: request.after_id.state in (False, "answered", "cancelled"))._open()
        requests.case_id._follow_requests()

    def _take_out_of_line(self):
        """Let those asked after these come after whom these come after.

        :return: dispute.information.request that wait for none of these any more
        """
        following = self.next_ids.filtered(lambda request: request.state == "waiting") - self
        for request in following:
            before = request.after_id
            while before in self:
                before = before.after_id
            request.after_id = before
        return following

    def _forward(self, email, by):
        """Pass a question on to somebody else; the trace stays.

        :param email: address of who knows
        :param by: name of who passes it on
        :raise UserError: when it can't be passed on, with the reason
        """
        self.ensure_one()
        # Who asks is whoever holds the link or the activity: checked by the caller.
        request = self.sudo()
        request._lock_open()
        address = read_address(email)
        if not address:
            raise UserError(self.env._("Please write the e-mail address of one person."))
        if address == request.email:
            raise UserError(self.env._("That is your own address."))
        if self.env["mail.alias.domain"].sudo()._find_aliases([address]):
            raise UserError(self.env._("That address is our own: please name a person."))
        if request.forward_count >= MAX_FORWARDS:
            raise UserError(
                self.env._("This question was passed on too often: please answer that you can't.")
            )
        before = request.recipient_name
        request._send_end()
        (request.activity_ids | request.manager_activity_ids).unlink()
        self.env["dispute.link"]._revoke(request)
        partner = request._find_partner(address)
        request.write(
            {
                "email": address,
                "partner_id": partner.id,
                "forward_count": request.forward_count + 1,
                "forwarded_by": by,
                "date_sent": fields.Datetime.now(),
            }
        )
        if by == before:
            trace = self.env._(
                "%(name)s: %(by)s passed the question on to %(after)s.",
                name=request.name,
                by=by,
                after=request.recipient_name,
            )
        else:
            trace = self.env._(
                "%(name)s: %(by)s passed the question on from %(before)s to %(after)s.",
                name=request.name,
                by=by,
                before=before,
                after=request.recipient_name,
            )
        request._log_on_case(trace)
        request._plan_reminders()
        request._add_activities()
        request._send()
        request.case_id._follow_requests()

    def _find_partner(self, address):
        """:return: the one contact with this address, colleagues first; empty when there is none or several"""
        self.ensure_one()
        partners = self.env["res.partner"].search(
            Domain("email_normalized", "=", address)
            & Domain("company_id", "in", [False, *self.company_id.parent_ids.ids]),
            limit=10,
        )
        colleagues = partners.filtered(lambda partner: any(user._is_internal() for user in partner.user_ids))
        found = colleagues or partners
        return found if len(found) == 1 else found.browse()
