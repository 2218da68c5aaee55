import json

from odoo.http import request

from odoo.addons.web.controllers.export import ExcelExport


class DisputeExcelExport(ExcelExport):
    """Odoo's export of a grouped list takes the mean of what it writes; our means, rates and
    percentiles are those of the report.
    """

    def from_group_data(self, fields, columns_headers, groups):
        report = groups._model
        if hasattr(report, "_get_own_aggregates"):
            params = json.loads(request.params["data"])
            domain = [("id", "in", params["ids"])] if params["ids"] else params["domain"]
            specs = report._get_own_aggregates([field["name"] for field in fields])
            for depth in range(1, len(groups._groupby) + 1):
                _set_aggregates(groups, report, domain, groups._groupby[:depth], specs)
        return super().from_group_data(fields, columns_headers, groups)


def _set_aggregates(root, report, domain, groupby, specs):
    for group in report.formatted_read_group(domain, groupby, list(specs.values())):
        node = root
        for spec in groupby:
            node = node.child(group[spec])
        for name, spec in specs.items():
            # Nothing to take a mean of is no zero.
            node.aggregated_values[name] = group[spec] if group[spec] is not False else None
