from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class DisputeReportMixin(models.AbstractModel):
    """What all reports of cases share: whose case a row is of, and how to open it.

    Merged cases are left out: the case that they went into stands for them.
    """

    _name = "dispute.report.mixin"
    _description = "Dispute Report"
    _inherit = ["dispute.report.clock.mixin", "dispute.report.day.mixin", "dispute.report.figure.mixin"]

    _instants = {"date_opened": ("opened_at", None)}
    _formulas = {
        "count": "1",
        "country_id": "%(partner.country_id)s",
        "department_id": "%(cause.department_id)s",
        "is_decided": "%(is_closed)s AND %(resolution.is_decided)s IS TRUE",
        # Where the company works, and by which hours the case goes: those of its team, else of the company.
        "zone": "COALESCE(%(home.tz)s, 'UTC')",
        "calendar_id": "COALESCE(%(team.calendar_id)s, %(company.resource_calendar_id)s)",
    }
    _lookups = {
        "company": ("res_company", {"id": "company_id"}),
        "home": ("resource_calendar", {"id": "company.resource_calendar_id"}),
        "team": ("dispute_team", {"id": "team_id"}),
        "partner": ("res_partner", {"id": "partner_id"}),
        "cause": ("dispute_cause", {"id": "cause_id"}),
        "resolution": ("dispute_resolution", {"id": "resolution_id"}),
        "currency": ("res_currency", {"id": "company_currency_id"}),
    }

    case_id = fields.Many2one("dispute.case", readonly=True)
    count = fields.Integer(string="Rows", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    country_id = fields.Many2one("res.country", string="Customer Country", readonly=True)
    partner_tag_ids = fields.Many2many(
        related="partner_id.category_id", string="Customer Tags", readonly=True
    )
    reason_id = fields.Many2one("dispute.reason", readonly=True)
    cause_id = fields.Many2one("dispute.cause", string="Root Cause", readonly=True)
    department_id = fields.Many2one("dispute.department", string="Department of the Cause", readonly=True)
    resolution_id = fields.Many2one("dispute.resolution", readonly=True)
    team_id = fields.Many2one("dispute.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Owner", readonly=True)
    source = fields.Selection(selection="_selection_source", readonly=True)
    is_closed = fields.Boolean(string="Closed", readonly=True)
    date_opened = fields.Date(string="Opened on", readonly=True)

    # Every field that the query reads: a change of one is flushed before it runs.
    _depends = {
        "dispute.case": [
            "name",
            "company_id",
            "company_currency_id",
            "partner_id",
            "reason_id",
            "cause_id",
            "resolution_id",
            "team_id",
            "user_id",
            "source",
            "is_closed",
            "date_opened",
            "date_closed",
            "closed_days",
        ],
        "dispute.cause": ["department_id"],
        "dispute.resolution": ["code", "is_decided"],
        "dispute.team": ["calendar_id"],
        "res.partner": ["country_id"],
        "res.company": ["resource_calendar_id"],
        "resource.calendar": ["tz", "hours_per_day"],
    }

    # === SELECTIONS: the words of the case ===

    @api.model
    def _get_words(self, name, model="dispute.case"):
        return self.env[model]._fields[name]._description_selection(self.env)

    @api.model
    def _selection_source(self):
        return self._get_words("source")

    # === QUERY ===

    @api.model
    def _select(self) -> SQL:
        return SQL(
            """
            SELECT
                dispute.id AS case_id,
                dispute.company_id,
                dispute.company_currency_id,
                dispute.partner_id,
                dispute.reason_id,
                dispute.cause_id,
                dispute.resolution_id,
                dispute.team_id,
                dispute.user_id,
                dispute.source,
                dispute.is_closed,
                dispute.is_valid AS is_right,
                dispute.date_opened AS opened_at
            """
        )

    @api.model
    def _from(self) -> SQL:
        return SQL("FROM dispute_case dispute")

    @api.model
    def _where(self) -> SQL:
        return SQL(
            """
            WHERE (dispute.resolution_id IS NULL OR dispute.resolution_id <> ALL (ARRAY(
                SELECT id FROM dispute_resolution WHERE code = 'MRG'
            )))
            """
        )

    # === ACTIONS ===

    def action_open_case(self):
        """Open the case behind a row, or the cases behind many."""
        cases = self.env["dispute.case"].search(Domain("id", "in", self.case_id.ids))
        return cases._get_records_action(name=self.env._("Disputes"))
