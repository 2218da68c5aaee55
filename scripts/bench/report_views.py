"""What opening the standard pivot, graph and dashboard of disputes asks of the server."""

import json
from dataclasses import dataclass
from datetime import timedelta

from lxml import etree

from odoo import fields

MODELS = (
    "dispute.report",
    "dispute.line.report",
    "dispute.stage.report",
    "dispute.sla.report",
    "dispute.settlement.report",
    "dispute.invoice.report",
)
#: Of the dashboard, unless somebody chooses another period.
PERIOD_DAYS = 90


@dataclass(frozen=True)
class Request:
    """One call of the web client.

    :param aggregates: those that a person wants to know
    :param extra: those that the web client adds, to know of what currency amounts are
    """

    name: str
    model: str
    domain: list
    grouping_sets: list
    aggregates: list
    extra: list

    def read(self, env):
        """:return: groups as the web client gets them"""
        report = env[self.model]
        specs = [*self.aggregates, *self.extra]
        if len(self.grouping_sets) > 1:
            return report.formatted_read_grouping_sets(self.domain, self.grouping_sets, specs)
        return [report.formatted_read_group(self.domain, self.grouping_sets[0], specs)]

    def get_rows(self, groups):
        """:return: groups as rows of SQL, sorted"""
        rows = []
        specs = list(dict.fromkeys(spec for groupby in self.grouping_sets for spec in groupby))
        for groupby, found in zip(self.grouping_sets, groups, strict=True):
            for group in found:
                labels = [group[spec] if spec in groupby else None for spec in specs]
                labels = [label[0] if isinstance(label, (list, tuple)) else label or None for label in labels]
                rows.append([*labels, *(group[spec] for spec in self.aggregates)])
        return rows


def get_standard_requests(env):
    """:return: list of :class:`Request` of pivots and graphs as they open"""
    return [_get_request(env, model, view_type) for model in MODELS for view_type in ("pivot", "graph")]


def with_period(request, env):
    """:return: the same of the last 90 days"""
    today = fields.Date.context_today(env["dispute.case"])
    start = today - timedelta(days=PERIOD_DAYS - 1)
    name = "invoice_date" if request.model == "dispute.invoice.report" else "date_opened"
    domain = [(name, ">=", str(start)), (name, "<=", str(today))]
    return Request(
        f"{request.name}_quarter",
        request.model,
        [*request.domain, *domain],
        request.grouping_sets,
        request.aggregates,
        request.extra,
    )


def _get_request(env, model, view_type):
    report = env[model]
    arch = etree.fromstring(report.get_views([(False, view_type)])["views"][view_type]["arch"])
    groupby, measures = [], []
    for node in arch.iter("field"):
        if node.get("type") == "measure":
            measures.append(node.get("name"))
        elif not (node.get("invisible") or node.get("widget")):
            name, interval = node.get("name"), node.get("interval")
            groupby.append(f"{name}:{interval}" if interval else name)
    sets = [[], groupby] if view_type == "pivot" else [groupby]
    # A graph has one measure at a time.
    return _make(env, model.replace(".", "_") + f"_{view_type}", model, [], sets, measures)


def _make(env, name, model, domain, grouping_sets, measures):
    specs, extra = [], []
    for measure in measures:
        if measure == "__count":
            continue
        field = env[model]._fields[measure]
        specs.append(f"{measure}:{field.aggregator}")
        if field.type == "monetary":
            extra += [f"{field.currency_field}:array_agg_distinct", f"{measure}:sum_currency"]
    specs = specs or ["count:sum"]
    return Request(name, model, domain, grouping_sets, specs, [*dict.fromkeys(extra), "__count"])


def get_dashboard_requests(env):
    """:return: list of :class:`Request` of the dashboard as it opens, in its default period"""
    dashboard = env.ref("dispute_reports.spreadsheet_dashboard_disputes").sudo()
    data = json.loads(dashboard.spreadsheet_data)
    date_filters = {
        one["id"] for one in data["globalFilters"] if one["type"] == "date" and one.get("defaultValue")
    }
    requests = []
    for pivot in data["pivots"].values():
        measures = [measure["fieldName"] for measure in pivot["measures"]]
        groupby = [row["fieldName"] for row in pivot["rows"]]
        sets = [[], groupby] if groupby else [[]]
        domain = [tuple(leaf) for leaf in pivot["domain"]] + _get_period(env, pivot, date_filters)
        requests.append(_make(env, pivot["name"], pivot["model"], domain, sets, measures))
    for sheet in data["sheets"]:
        for figure in sheet.get("figures", ()):
            chart = figure["data"]
            if not chart["type"].startswith("odoo_"):
                continue
            meta = chart["metaData"]
            domain = [tuple(leaf) for leaf in chart["searchParams"]["domain"]]
            domain += _get_period(env, chart, date_filters)
            requests.append(
                _make(
                    env,
                    chart["title"]["text"],
                    meta["resModel"],
                    domain,
                    [meta["groupBy"]],
                    [meta["measure"]],
                )
            )
    return requests


def _get_period(env, item, date_filters):
    today = fields.Date.context_today(env["dispute.case"])
    for key, match in (item.get("fieldMatching") or {}).items():
        if key in date_filters and match.get("chain"):
            days = timedelta(days=PERIOD_DAYS * (match.get("offset") or 0))
            last = today + days
            first = last - timedelta(days=PERIOD_DAYS - 1)
            return [(match["chain"], ">=", str(first)), (match["chain"], "<=", str(last))]
    return []
