from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.kpi import KPIS, days_disputes_outstanding, share

#: Newly opened disputes of so many days are what days disputes outstanding are measured by.
TRAILING_DAYS = 90


class DisputeKpi(models.AbstractModel):
    """The key figures of a period, with the rights of who asks."""

    _name = "dispute.kpi"
    _description = "Dispute Key Figures"

    @api.model
    def _get_values(self, company, date_from=None, date_to=None, teams=None, keys=None):
        """Work out the key figures of one company, whose currency is one.

        :param company: res.company
        :param date_from: first day of the period, or none
        :param date_to: last day of the period, or none
        :param teams: dispute.team; empty: all. What is not of a team, as the dispute rate, is of all
        :param keys: keys of the figures wanted; none: all
        :return: ``{key: value}``; None where there is nothing to take a mean or a rate of
        """
        this = self.with_context(allowed_company_ids=company.ids)
        wanted = [kpi for kpi in self._get_kpis() if keys is None or kpi.key in keys]
        groups = {}
        for kpi in wanted:
            groups.setdefault((kpi.model, kpi.basis, kpi.domain), []).append(kpi)
        values = {}
        for (model, basis, domain), kpis in groups.items():
            report = this.env[model]
            domain = Domain(domain) & Domain("company_id", "=", company.id)
            domain &= self._get_period(basis, date_from, date_to)
            if teams and "team_id" in report._fields:
                domain &= Domain("team_id", "in", teams.ids)
            ((*figures,),) = report._read_group(domain, [], [kpi.measure for kpi in kpis])
            values |= {
                kpi.key: self._get_value(kpi, figure) for kpi, figure in zip(kpis, figures, strict=True)
            }
        for key, method in self._get_standing_methods().items():
            if keys is None or key in keys:
                values[key] = method(this, company, teams)
        return values

    @api.model
    def _get_kpis(self):
        """:return: the `Kpi` that are aggregates of one report; override to add some"""
        return KPIS

    @api.model
    def _get_period(self, basis, date_from, date_to):
        """:return: Domain of the rows that belong to a period, by one of their days"""
        domain = Domain.TRUE
        if basis and date_from:
            domain &= Domain(basis, ">=", date_from)
        if basis and date_to:
            domain &= Domain(basis, "<=", date_to)
        return domain

    @api.model
    def _get_value(self, kpi, figure):
        # The sum of nothing is nothing; of no rows there is no mean.
        is_sum = kpi.measure.endswith((":sum", "__count"))
        return (figure or 0) if is_sum else None if figure is False else figure

    @api.model
    def _get_labels(self):
        """:return: list of ``(key, title, formula, kind, better)`` in the order of the key figures"""
        titles = {
            "opened": self.env._("Disputes opened"),
            "amount_opened": self.env._("Amount opened"),
            "closed": self.env._("Disputes closed"),
            "amount_closed": self.env._("Amount closed"),
            "open": self.env._("Open disputes now"),
            "amount_open": self.env._("Open amount now"),
            "approval_rate": self.env._("Approval rate of settlements"),
        }
        formulas = {
            "opened": self.env._("Cases opened in the period; merged ones are left out."),
            "amount_opened": self.env._("What was claimed in them."),
            "closed": self.env._("Cases closed in the period."),
            "amount_closed": self.env._("What was claimed in them."),
            "open": self.env._("Cases that are not closed."),
            "amount_open": self.env._("What is neither settled, refused nor paid of their claims."),
        }
        labels = []
        for kpi in self._get_kpis():
            field = self.env[kpi.model]._fields[kpi.field]
            title = titles.get(kpi.key) or field._description_string(self.env)
            formula = formulas.get(kpi.key) or field._description_help(self.env) or ""
            labels.append((kpi.key, title, formula, kpi.kind, kpi.better))
        return labels + [
            (
                "ddo",
                self.env._("Days disputes outstanding"),
                self.env._(
                    "Open disputed amount on unpaid invoices / (amount opened in the last 90 days / 90)."
                ),
                "days",
                -1,
            ),
            (
                "disputed_share",
                self.env._("Disputed share of receivables"),
                self.env._("Open disputed receivables / open receivables."),
                "percent",
                -1,
            ),
        ]

    # Figures as things stand now, of more than one report

    @api.model
    def _get_standing_methods(self):
        return {
            "ddo": DisputeKpi._get_ddo,
            "disputed_share": DisputeKpi._get_disputed_share,
        }

    def _get_ddo(self, company, teams):
        today = fields.Date.context_today(self)
        domain = Domain("company_id", "=", company.id)
        of_team = Domain("team_id", "in", teams.ids) if teams else Domain.TRUE
        period = self._get_period("date_opened", today - timedelta(days=TRAILING_DAYS - 1), today)
        ((opened,),) = self.env["dispute.report"]._read_group(
            domain & of_team & period, [], ["amount_disputed:sum"]
        )
        if teams:
            # Receivables are of no team: of the team's open claims counts what was owed.
            lines = self.env["dispute.line"].search(
                domain & Domain("case_id.team_id", "in", teams.ids) & Domain("case_id.is_closed", "=", False)
            )
            owed = sum(
                line.amount_open_company
                * share(min(line.amount_open, line.amount_owed_at_opening), line.amount_open)
                for line in lines
                if line.amount_open
            )
        else:
            ((owed,),) = self.env["dispute.receivable"]._read_group(domain, [], ["amount_disputed:sum"])
        return days_disputes_outstanding(owed or 0, opened or 0, TRAILING_DAYS)

    def _get_disputed_share(self, company, _teams):
        ((disputed, receivable),) = self.env["dispute.receivable"]._read_group(
            Domain("company_id", "=", company.id), [], ["amount_disputed:sum", "amount_residual:sum"]
        )
        return share(disputed or 0, receivable or 0)
