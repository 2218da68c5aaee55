import json

from odoo.http import request

from odoo.addons.web.controllers.export import ExcelExport

from ..report.dispute_report_currency_mixin import CURRENCIES


class DisputeExcelExport(ExcelExport):
    """Odoo's export of a grouped list takes means of what it writes and adds up what is of several
    currencies; our means, rates, percentiles and sums are those that the list shows.
    """

    def from_group_data(self, fields, columns_headers, groups):
        report = groups._model
        if hasattr(report, "_get_own_aggregates"):
            params = json.loads(request.params["data"])
            domain = [("id", "in", params["ids"])] if params["ids"] else params["domain"]
            names = [field["name"] for field in fields]
            for depth in range(1, len(groups._groupby) + 1):
                _set_aggregates(groups, report, domain, groups._groupby[:depth], names)
        return super().from_group_data(fields, columns_headers, groups)


def _set_aggregates(root, report, domain, groupby, names):
    own, converted = report._get_own_aggregates(names), report._get_converted_aggregates(names)
    specs = [*own.values(), *converted.values()]
    for group in report.formatted_read_group(domain, groupby, [*specs, CURRENCIES]):
        node = root
        for spec in groupby:
            node = node.child(group[spec])
        is_mixed = len(group[CURRENCIES] or ()) > 1
        for name, spec in (own | converted if is_mixed else own).items():
            # Nothing to take a mean of is no zero.
            node.aggregated_values[name] = group[spec] if group[spec] is not False else None
