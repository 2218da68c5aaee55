from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from odoo.addons.dispute_management.tests.common import DisputeCommon


class LearningCommon(DisputeCommon):
    """A case, and a past of many more like it, put into the database as they are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.good, cls.bad = (
            cls.env.ref(f"dispute_management.dispute_reason_{code}") for code in ("pri", "qua")
        )
        cls.invoice = cls._create_invoice_of(500, product_id=cls.product_a.id)
        cls.case = cls._open_case()
        cls.now = fields.Datetime.now()
        cls.env.flush_all()

    @classmethod
    def _open_case(cls, **values):
        line = cls.invoice.invoice_line_ids
        return cls._create_case(
            {},
            line_ids=[
                fields.Command.create({"move_id": cls.invoice.id, "move_line_id": line.id, "amount": 10})
            ],
            **{"reason_id": cls.good.id, "team_id": cls.team.id} | values,
        )

    @classmethod
    def _copy_rows(cls, table, number, where, **values):
        """Put rows into a table that are like one that is there.

        :param values: SQL of the columns that differ; `number` counts the copies
        :return: ids of the copies
        """
        cls.env.flush_all()
        columns = cls.env.execute_query(
            SQL(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name != 'id'",
                table,
            )
        )
        names = [name for (name,) in columns]
        rows = cls.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s original, generate_series(1, %s) number WHERE %s RETURNING id",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(values.get(name, SQL.identifier("original", name)) for name in names),
                SQL.identifier(table),
                number,
                where,
            )
        )
        cls.env.invalidate_all()
        return [row_id for (row_id,) in rows]

    @classmethod
    def _create_past(cls, number, opened=None, closed=None, **values):
        """Cases like `case`, with a line each.

        :param opened: SQL of when each was opened
        :param closed: SQL of when each was closed; by default they are open
        """
        cls.copies = getattr(cls, "copies", 0) + 1
        if closed:
            values |= {"is_closed": SQL("TRUE"), "date_closed": closed}
        ids = cls._copy_rows(
            "dispute_case",
            number,
            SQL("original.id = %s", cls.case.id),
            name=SQL("%s || number", f"PAST/{cls.copies}/"),
            access_token=SQL("NULL"),
            date_escalation=SQL("NULL"),
            **({"date_opened": opened} if opened else {}),
            **values,
        )
        cls._copy_rows(
            "dispute_line",
            len(ids),
            SQL("original.case_id = %s", cls.case.id),
            case_id=SQL("(%s)[number]", ids),
        )
        return cls.env["dispute.case"].browse(ids)

    @classmethod
    def _break_promises(cls, cases):
        """Of each case, a promise was broken."""
        promise = cls.case.sla_status_ids[:1]
        cls._copy_rows(
            "dispute_sla_status",
            len(cases),
            SQL("original.id = %s", promise.id),
            case_id=SQL("(%s)[number]", cases.ids),
            is_late=SQL("TRUE"),
        )

    @classmethod
    def _create_history(cls, number=75, good=0.1, bad=0.8):
        """Closed cases of two reasons, of which so many went wrong, evenly spread.

        :return: ``(good cases, bad cases)``
        """
        found = []
        for reason, rate in ((cls.good, good), (cls.bad, bad)):
            # The last one first: a day earlier for each number.
            closed = SQL("%s - number * INTERVAL '1 day'", cls.now)
            cases = cls._create_past(
                number,
                opened=SQL("%s - INTERVAL '5 days'", closed),
                closed=closed,
                reason_id=SQL("%s", reason.id),
            )
            cls._break_promises(
                cases.browse(
                    case.id
                    for position, case in enumerate(cases)
                    if int((position + 1) * rate) > int(position * rate)
                )
            )
            found.append(cases)
        return tuple(found)

    def _refresh(self):
        """Run the cron as it runs at night; what was learnt is a day old."""
        self.env["dispute.risk"].sudo().search([]).date_learnt = self.now - timedelta(days=2)
        self._trigger("ir_cron_risk")

    def _trigger(self, cron):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"dispute_reports.{cron}").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def _get_known(self):
        """:return: dispute.risk of the company of the tests"""
        return self.env["dispute.risk"].sudo().search([("company_id", "=", self.company.id)])
