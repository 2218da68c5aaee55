from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.cause_trend import get_change, get_windows


class DisputeCauseTrendMixin(models.AbstractModel):
    """How often and for how much a cause was found before and after something was done about it.

    Cases and amounts are those of the reports, by the day of opening; the days that are compared
    are in `tools/cause_trend.py`. Who may not read disputes, reads no trend.
    """

    _name = "dispute.cause.trend.mixin"
    _description = "Trend of a Dispute Cause"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    cases_before = fields.Float(
        string="Cases a Month Before",
        compute="_compute_trend",
        digits=(16, 1),
        groups="dispute_management.group_dispute_viewer",
        help="New cases of this cause a month, in the three months before the action began.",
    )
    cases_after = fields.Float(
        string="Cases a Month After",
        compute="_compute_trend",
        digits=(16, 1),
        groups="dispute_management.group_dispute_viewer",
        help="The same in up to three months after it was done; known from two weeks on.",
    )
    amount_before = fields.Monetary(
        string="Disputed a Month Before",
        compute="_compute_trend",
        groups="dispute_management.group_dispute_viewer",
    )
    amount_after = fields.Monetary(
        string="Disputed a Month After",
        compute="_compute_trend",
        groups="dispute_management.group_dispute_viewer",
    )
    cases_change = fields.Float(
        string="Change",
        compute="_compute_trend",
        digits=(16, 4),
        groups="dispute_management.group_dispute_viewer",
        help="Of cases a month.",
    )
    has_trend = fields.Boolean(compute="_compute_trend", groups="dispute_management.group_dispute_viewer")

    @api.depends("cause_id", "company_id", "date_start", "date_done")
    def _compute_trend(self):
        today = fields.Date.context_today(self)
        windows = {
            action: get_windows(action.date_start, action.date_done, today)
            for action in self
            if action.date_start and action.cause_id
        }
        found = self._get_cases_by_day(windows)
        for action in self:
            before, after = windows.get(action, (None, None))
            rows = found.get((action.company_id.id, action.cause_id.id), ())
            counts = [(day, count) for day, count, _amount in rows]
            amounts = [(day, amount) for day, _count, amount in rows]
            cases_before = before.get_rate(counts) if before else 0
            cases_after = after.get_rate(counts) if after else 0
            action.has_trend = bool(after)
            action.cases_before = cases_before
            action.amount_before = before.get_rate(amounts) if before else 0
            action.cases_after = cases_after
            action.amount_after = after.get_rate(amounts) if after else 0
            # Of the rates themselves: the fields hold them rounded.
            action.cases_change = (get_change(cases_before, cases_after) if after else None) or 0

    @api.model
    def _get_cases_by_day(self, windows):
        """New cases of the causes, for all actions in one statement.

        :param windows: ``{action: (Window before, Window after or None)}``
        :return: ``{(company id, cause id): list of (day, cases, amount)}``
        """
        if not windows:
            return {}
        spans = [window for pair in windows.values() for window in pair if window]
        actions = self.browse().concat(*windows)
        groups = self.env["dispute.report"]._read_group(
            Domain("cause_id", "in", actions.cause_id.ids)
            & Domain("company_id", "in", actions.company_id.ids)
            & Domain("date_opened", ">=", min(span.start for span in spans))
            & Domain("date_opened", "<=", max(span.end for span in spans)),
            ["company_id", "cause_id", "date_opened:day"],
            ["__count", "amount_disputed:sum"],
        )
        found = {}
        for company, cause, day, count, amount in groups:
            found.setdefault((company.id, cause.id), []).append((day, count, amount))
        return found
