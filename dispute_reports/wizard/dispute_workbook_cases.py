from odoo import api, models
from odoo.fields import Domain

from ..report.dispute_report import AMOUNT_FIELDS
from ..tools.workbook_writer import Column

# (field of dispute.report, kind of the cell, width of the column) of the list of cases.
CASE_COLUMNS = (
    ("name", "text", 18),
    ("company_id", "text", 22),
    ("partner_id", "text", 28),
    ("country_id", "text", 16),
    ("partner_tag_ids", "text", 18),
    ("reason_id", "text", 32),
    ("cause_id", "text", 32),
    ("resolution_id", "text", 24),
    ("stage_id", "text", 20),
    ("team_id", "text", 20),
    ("user_id", "text", 20),
    ("source", "text", 14),
    ("date_opened", "date", None),
    ("date_closed", "date", None),
    *((name, "money", None) for name in AMOUNT_FIELDS),
    ("cycle_days", "days", None),
    ("open_days", "days", None),
    ("reopen_count", "integer", None),
    ("validity", "text", 14),
)

CASES_PER_READ = 5000


class DisputeWorkbookCases(models.AbstractModel):
    """The sheet with a row for each case.

    Rows come from the database as they are, not as records, which for many cases would take as
    long as writing them; some at a time, so that memory doesn't grow with their number.
    """

    _name = "dispute.workbook.cases"
    _description = "Cases in the Dispute Workbook"

    def _get_case_columns(self):
        labels = self.env["dispute.report"].fields_get(attributes=["string"])
        titles = {
            "cycle_days": self.env._("Cycle time (days)"),
            "open_days": self.env._("Open for (days)"),
        }
        columns = [
            Column(titles.get(name) or labels[name]["string"], kind, width)
            for name, kind, width in CASE_COLUMNS
        ]
        return [*columns, Column(self.env._("Currency"), width=10)]

    def _get_case_rows(self, domain, progress=None):
        """Yield ``(cells, currency)`` of each case that the user may read, in the order of opening.

        :param progress: called with the number of cases so far, each time some more were read
        """
        done = 0
        names = [name for name, _kind, _width in CASE_COLUMNS]
        labels, last_id = {name: {} for name in names}, 0
        currencies = {}
        while rows := self._read_cases(domain & Domain("id", ">", last_id), names):
            last_id = rows[-1][0]
            done += len(rows)
            if progress:
                progress(done)
            columns = list(zip(*rows, strict=True))
            currency_ids = columns[1]
            for currency in self.env["res.currency"].browse(set(currency_ids) - set(currencies)):
                currencies[currency.id] = self._get_currency(currency)
            cells = [
                self._get_case_cells(name, values, labels[name])
                for name, values in zip(names, columns[2:], strict=True)
            ]
            for currency_id, *row in zip(currency_ids, *cells, strict=True):
                currency = currencies[currency_id]
                yield [*row, currency.code], currency

    def _read_cases(self, domain, names):
        """:return: rows of id, currency and what the columns are made of, by id"""
        Report = self.env["dispute.report"]
        query = Report._search(domain, order="id", limit=CASES_PER_READ)
        sources = [
            Report._fields[name].related.partition(".")[0] if name == "partner_tag_ids" else name
            for name in names
        ]
        return self.env.execute_query(
            query.select(
                *(
                    Report._field_to_sql(Report._table, name, query)
                    for name in ("id", "company_currency_id", *sources)
                )
            )
        )

    @api.model
    def _get_case_cells(self, name, values, labels):
        """:return: what stands in a column for values of the database

        :param labels: names of records that were looked up before; new ones are added
        """
        field = self.env["dispute.report"]._fields[name]
        if field.type == "selection":
            if not labels:
                labels |= dict(field._description_selection(self.env))
        elif field.type == "many2many":
            # Tags of the customers.
            partners = self.env["res.partner"].browse(set(values) - set(labels) - {None})
            labels |= {
                partner.id: ", ".join(partner.category_id.mapped("display_name")) for partner in partners
            }
        elif field.type == "many2one":
            records = self.env[field.comodel_name].browse(set(values) - set(labels) - {None})
            labels |= {record.id: record.display_name for record in records}
        elif field.type in ("integer", "monetary"):
            return [value or 0 for value in values]
        else:
            return values
        return [labels.get(value) for value in values]
