from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ..tools.control_limits import get_limits

#: So many weeks before the one that is looked at say what is usual.
WEEKS = 26
#: What is watched: a field of the signal, and of the report that knows it.
SUBJECTS = {
    "reason_id": "dispute.report",
    "product_id": "dispute.line.report",
    "partner_id": "dispute.report",
}


class DisputeWatch(models.AbstractModel):
    """Looks every week for reasons, products and customers with unusually many or few new cases.

    Cases count as in the reports: by the day of opening where the company works, without merged ones.
    """

    _name = "dispute.watch"
    _description = "Weekly Dispute Watch"

    @api.model
    def _cron_watch(self):
        """Look at the last whole week of every company; one that was looked at says nothing again."""
        today = fields.Date.today()
        week = today - timedelta(days=today.weekday() + 7)
        companies = self.env["dispute.case"]._read_group([], ["company_id"], ["date_opened:min"])
        for company, first in companies:
            self._watch(company, first.date(), week)
            if not self.env["ir.cron"]._commit_progress(1):
                return

    @api.model
    def _watch(self, company, first, week):
        """Make a signal of all that was unusual in a week, each with a to-do for whoever can mend it.

        :param first: day on which the company's first case was opened
        :param week: its Monday
        """
        monday = first - timedelta(days=first.weekday())
        start = max(week - timedelta(weeks=WEEKS), monday)
        weeks = (week - start).days // 7
        vals_list = []
        for name in SUBJECTS:
            seen = self._get_seen(company, name, week)
            for subject, (before, case_ids) in self._get_counts(company, name, start, week).items():
                usual = get_limits(before, weeks)
                if usual and usual.is_outside(len(case_ids)) and subject not in seen:
                    vals_list.append(
                        {
                            "company_id": company.id,
                            "week": week,
                            name: subject,
                            "count": len(case_ids),
                            "mean": usual.mean,
                            "lower": usual.lower,
                            "upper": usual.upper,
                            "weeks": weeks,
                            "case_ids": [Command.set(case_ids)],
                        }
                    )
        signals = self.env["dispute.watch.signal"].create(vals_list)
        signals._note_people(start)
        signals._tell()

    @api.model
    def _get_seen(self, company, name, week):
        """:return: ids of the subjects of which there is a signal in this week"""
        signals = self.env["dispute.watch.signal"].search(
            Domain("company_id", "=", company.id) & Domain("week", "=", week) & Domain(name, "!=", False)
        )
        return set(signals[name].ids)

    @api.model
    def _get_counts(self, company, name, start, week):
        """New cases of each subject, in one statement.

        :param name: key of `SUBJECTS`
        :param start: the first Monday that counts
        :param week: the Monday of the week that is looked at
        :return: ``{id of the subject: (cases of the weeks before, ids of the cases in the week)}``
        """
        report = self.env[SUBJECTS[name]].with_context(allowed_company_ids=company.ids)
        query = report._search(
            Domain("company_id", "=", company.id)
            & Domain("date_opened", ">=", start)
            & Domain("date_opened", "<", week + timedelta(days=7))
            & Domain(name, "!=", False)
        )
        subject, case, day = (
            report._field_to_sql(report._table, field, query) for field in (name, "case_id", "date_opened")
        )
        query.groupby = subject
        rows = self.env.execute_query(
            query.select(
                subject,
                SQL("COUNT(DISTINCT %s) FILTER (WHERE %s < %s)", case, day, week),
                SQL("ARRAY_AGG(DISTINCT %s) FILTER (WHERE %s >= %s)", case, day, week),
            )
        )
        return {subject_id: (before, case_ids or []) for subject_id, before, case_ids in rows}
