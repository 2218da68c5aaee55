import json
import re

from odoo.http import request

from odoo.addons.web.controllers.export import ExcelExport

# What becomes a formula, or a link to a file, when a spreadsheet is written.
_ACTIVE = re.compile(r"=|\{=|(in|ex)ternal:", re.IGNORECASE)


def as_plain(value):
    """The value of a cell: text that customers sent stays text. As Odoo does it for CSV."""
    return f"'{value}" if isinstance(value, str) and _ACTIVE.match(value) else value


class PlainExport(ExcelExport):
    """Lists of disputes hold what customers and others wrote; exported, it starts nothing."""

    def base(self, data):
        if json.loads(data).get("model", "").startswith("dispute."):
            request.update_context(dispute_plain_cells=True)
        return super().base(data)

    def from_data(self, fields, columns_headers, rows):
        if request.env.context.get("dispute_plain_cells"):
            rows = [[as_plain(value) for value in row] for row in rows]
        return super().from_data(fields, columns_headers, rows)

    def from_group_data(self, fields, columns_headers, groups):
        if request.env.context.get("dispute_plain_cells"):
            self._make_plain(groups)
        return super().from_group_data(fields, columns_headers, groups)

    def _make_plain(self, group):
        group.data = [[as_plain(value) for value in row] for row in group.data]
        children = {}
        for name, child in group.children.items():
            self._make_plain(child)
            if isinstance(name, tuple):
                children[tuple(map(as_plain, name))] = child
            else:
                children[as_plain(name)] = child
        group.children = children
