from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

ACTIVITY_TYPE = "dispute_reports.mail_activity_type_corrective_action"


class DisputeCorrectiveAction(models.Model):
    """What is done about a cause of disputes, by whom and until when."""

    _name = "dispute.corrective.action"
    _description = "Corrective Action"
    _inherit = ["mail.thread", "mail.activity.mixin", "dispute.cause.trend.mixin"]
    _order = "date_done desc, date_due, id"
    _mail_post_access = "read"
    _check_company_auto = True

    name = fields.Char(string="What", required=True, tracking=True)
    description = fields.Text()
    active = fields.Boolean(default=True)
    cause_id = fields.Many2one(
        "dispute.cause", required=True, index=True, ondelete="restrict", check_company=True, tracking=True
    )
    department_id = fields.Many2one(
        related="cause_id.department_id",
        store=True,
        index="btree_not_null",
        groups="dispute_management.group_dispute_viewer",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        index=True,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who sees to it. They get a to-do, and need no right on disputes.",
    )
    date_start = fields.Date(
        string="Start",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="The trend is compared with the three months before.",
    )
    date_due = fields.Date(string="Due", required=True, tracking=True)
    date_done = fields.Date(string="Done", tracking=True, copy=False)
    state = fields.Selection(
        [("open", "Open"), ("done", "Done")], compute="_compute_state", store=True, index=True
    )
    is_overdue = fields.Boolean(string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue")

    _due_after_start = models.Constraint(
        "CHECK(date_due >= date_start)", "A corrective action can't be due before it starts."
    )
    _done_after_start = models.Constraint(
        "CHECK(date_done IS NULL OR date_done >= date_start)",
        "A corrective action can't be done before it starts.",
    )

    @api.depends("cause_id")
    def _compute_user_id(self):
        for action in self:
            responsible = action.cause_id.department_id.user_id
            action.user_id = action.user_id or responsible or self.env.user

    @api.depends("date_done")
    def _compute_state(self):
        for action in self:
            action.state = "done" if action.date_done else "open"

    @api.depends("date_due", "date_done")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for action in self:
            action.is_overdue = bool(action.date_due and not action.date_done and action.date_due < today)

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("date_done", "=", False) & Domain("date_due", "<", fields.Date.context_today(self))
        return Domain.OR(late if wanted else ~late for wanted in value)

    @api.constrains("user_id", "company_id")
    def _check_user(self):
        for action in self:
            # Which companies somebody works in is no secret to who gives them something to do.
            user = action.user_id.sudo()
            if user.share or action.company_id not in user.company_ids:
                raise ValidationError(
                    self.env._(
                        "%(action)s: %(owner)s can't own it, because they don't work in %(company)s.",
                        action=action.name,
                        owner=user.name,
                        company=action.company_id.name,
                    )
                )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        actions = super().create(vals_list)
        actions._plan_todos()
        return actions

    def write(self, vals):
        res = super().write(vals)
        if {"user_id", "date_due", "date_done", "active", "name"} & set(vals):
            self._plan_todos()
        return res

    # Actions

    def action_done(self):
        """Note that these are done today, and mark their to-dos done."""
        self._set_done()

    def action_view_cases(self):
        """:return: action on the cases of these causes, by month"""
        action = self.env["ir.actions.act_window"]._for_xml_id("dispute_reports.dispute_report_action")
        return action | {
            "domain": [("cause_id", "in", self.cause_id.ids), ("company_id", "in", self.company_id.ids)],
            "views": [(False, "graph"), (False, "pivot"), (False, "list")],
            # Bars would leave out the months without a case.
            "context": {
                "graph_mode": "line",
                "graph_groupbys": ["date_opened:month"],
                "graph_measure": "__count",
            },
        }

    # Business

    def _set_done(self):
        """Note that these are done today.

        :raise AccessError: when the user neither owns one nor may change it
        """
        for action in self - self._filtered_access("write"):
            if action.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "%(action)s is for %(owner)s to do, or for a team leader.",
                        action=action.name,
                        owner=action.user_id.name,
                    )
                )
        # Its owner needs no right on disputes to say that it is done.
        self.sudo().filtered(lambda action: not action.date_done).write(
            {"date_done": fields.Date.context_today(self)}
        )

    def _plan_todos(self):
        """See to it that the owner of each open action has one to-do, due when it is; others have none."""
        # To-dos of others follow the action, whoever changes it.
        todos = self.sudo().activity_search([ACTIVITY_TYPE])
        by_action = todos.grouped("res_id")
        ended = self.filtered(lambda action: action.date_done or not action.active)
        missing = [action for action in self - ended if action.id not in by_action]
        todos.filtered(lambda todo: todo.res_id in ended._ids).unlink()
        for (user, due, name), actions in (
            (self - ended).grouped(lambda action: (action.user_id, action.date_due, action.name)).items()
        ):
            known = todos.exists().filtered(lambda todo, ids=actions._ids: todo.res_id in ids)
            known.write({"user_id": user.id, "date_deadline": due, "summary": name})
        kind = self.env.ref(ACTIVITY_TYPE)
        todos.create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": action.id,
                    "activity_type_id": kind.id,
                    "user_id": action.user_id.id,
                    "date_deadline": action.date_due,
                    "summary": action.name,
                    "automated": True,
                }
                for action in missing
            ]
        )
