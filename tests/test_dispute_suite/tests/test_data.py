import sys
from pathlib import Path

from odoo.fields import Command, Domain
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

# The scripts belong to the checkout that this addon is part of.
sys.path.append(str(Path(__file__).resolve().parents[3]))

from scripts.data.checker import check  # noqa: E402 (needs the path above)
from scripts.data.maker import make  # noqa: E402 (needs the path above)

#: Cases that were played, and all.
PLAYED, CASES = 12, 200
#: Fields of Odoo's own whose values follow from others in what was copied.
FOLLOWING = {
    "account.move": (
        "amount_untaxed",
        "amount_tax",
        "amount_total",
        "amount_total_signed",
        "amount_residual",
        "payment_state",
        "invoice_partner_display_name",
        "commercial_partner_id",
    ),
    "account.move.line": ("amount_residual", "amount_residual_currency", "reconciled", "move_name"),
}


@tagged("post_install", "-at_install")
class TestData(TransactionCase):
    """Data made by SQL is what the addons would have made themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mark = cls.env["dispute.case"].search([], order="id desc", limit=1).id or 0
        cls.invoice_mark = cls.env["account.move"].search([], order="id desc", limit=1).id or 0
        # The other company works by UTC: summer begins in one of them only.
        cls.env.ref("base.main_company").resource_calendar_id.tz = "Europe/Berlin"
        make(cls.env, CASES, seed=3, histories=PLAYED, quietly=True)
        cls.cases = cls.env["dispute.case"].with_context(active_test=False).search([("id", ">", cls.mark)])
        cls.moves = cls.env["account.move"].search([("id", ">", cls.invoice_mark)])

    def test_there_are_as_many_as_wished(self):
        self.assertEqual(len(self.cases), CASES)
        self.assertGreater(len(self.cases.company_id), 1)
        self.assertEqual(set(self.cases.company_currency_id.mapped("name")), {"EUR", "USD"})
        self.assertTrue(self.cases.filtered(lambda case: case.currency_id != case.company_currency_id))
        self.assertTrue(self.cases.filtered("is_closed"))
        self.assertTrue(self.cases.filtered(lambda case: not case.is_closed))
        self.assertGreater(len(set(self.cases.mapped("amount_disputed"))), PLAYED)
        for cases in self.cases.grouped("company_id").values():
            self.assertEqual(len(set(cases.mapped("name"))), len(cases))

    def test_the_amounts_agree_with_the_ledger(self):
        self.assertFalse(self.cases._get_ledger_gaps())

    def test_all_that_is_checked_of_data_holds(self):
        self.assertFalse(check(self.env, lambda text: None))
        self.env.cr.execute(
            "UPDATE account_move_line SET balance = balance + 0.01 WHERE id = %s",
            (self.moves.line_ids[0].id,),
        )
        self.assertIn("entries that don't balance", check(self.env, lambda text: None))

    def test_entries_are_balanced(self):
        rows = self.env["account.move.line"]._read_group(
            Domain("move_id", "in", self.moves.ids), ["move_id"], ["balance:sum"], [("balance:sum", "!=", 0)]
        )
        self.assertFalse([move.name for move, balance in rows if round(balance, 2)])

    def test_what_is_computed_is_right(self):
        """Every stored computed field of our models, and those of invoices that follow from others."""
        for model in self._get_models():
            records = self._get_records(model)
            names = FOLLOWING.get(model) or [
                name
                for name, field in records._fields.items()
                if field.store and field.compute and field.column_type
            ]
            for name in names:
                with self.subTest(model=model, field=name):
                    self._check_computed(records, name)

    def test_what_is_referred_to_is_there(self):
        self.env.cr.execute(
            """
            SELECT rel.relname, att.attname, target.relname
              FROM pg_constraint con
              JOIN pg_class rel ON rel.oid = con.conrelid
              JOIN pg_class target ON target.oid = con.confrelid
              JOIN pg_attribute att ON att.attrelid = con.conrelid AND att.attnum = con.conkey[1]
             WHERE con.contype = 'f' AND (rel.relname LIKE 'dispute%' OR rel.relname LIKE 'account_%move%'
                OR rel.relname LIKE 'account_%reconcile' OR rel.relname LIKE 'mail_%')
            """
        )
        for table, column, target in self.env.cr.fetchall():
            query = SQL(
                """SELECT COUNT(*) FROM %(table)s row WHERE %(column)s IS NOT NULL
                AND NOT EXISTS (SELECT FROM %(target)s target WHERE target.id = row.%(column)s)""",
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                target=SQL.identifier(target),
            )
            self.assertEqual(self.env.execute_query(query)[0][0], 0, f"{table}.{column}")

    def test_stages_follow_each_other(self):
        for case in self.cases:
            rows = case.stage_history_ids.sorted(lambda row: (row.date_entered, row.id))
            self.assertEqual(rows[-1:].stage_id, case.stage_id)
            self.assertEqual([bool(row.date_left) for row in rows], [True] * (len(rows) - 1) + [False])
            for row, following in zip(rows, rows[1:], strict=False):
                self.assertEqual(row.date_left, following.date_entered)

    def test_the_next_case_is_numbered_after_the_last(self):
        for company, moves in self.moves.grouped("company_id").items():
            invoice = moves.filtered(
                lambda move: move.move_type == "out_invoice" and move.payment_state == "not_paid"
            )
            case = self.env["dispute.case"].create(
                {
                    "reason_id": self.env.ref("dispute_management.dispute_reason_oth").id,
                    "line_ids": [Command.create({"move_id": invoice[-1].id, "amount": 0.01})],
                }
            )
            self.assertEqual(case.company_id, company)
            others = self.cases.filtered(lambda item, company=company: item.company_id == company)
            self.assertNotIn(case.name, others.mapped("name"))

    # Helpers

    def _get_models(self):
        ours = [
            name
            for name, model in self.env.items()
            if name.startswith("dispute.")
            and "case_id" in model
            and model._auto
            and not (model._abstract or model._transient)
        ]
        return ["dispute.case", *sorted(ours), *FOLLOWING]

    def _get_records(self, model):
        if model == "account.move":
            return self.moves
        if model == "account.move.line":
            return self.moves.line_ids
        if model == "dispute.case":
            return self.cases
        return self.env[model].with_context(active_test=False).search([("case_id", "in", self.cases.ids)])

    def _check_computed(self, records, name):
        field = records._fields[name]
        self.env.flush_all()
        self.env.invalidate_all()
        before = {record.id: record[name] for record in records}
        self.env.invalidate_all()
        with self.env.cr.savepoint() as savepoint:
            self.env.add_to_compute(field, records)
            after = {record.id: record[name] for record in records}
            # Others that are computed with it are still to be looked at.
            self.env.invalidate_all(flush=False)
            savepoint.rollback()
        wrong = [
            (record_id, value, after[record_id])
            for record_id, value in before.items()
            if (
                abs((value or 0) - (after[record_id] or 0)) > 0.0001
                if field.type in ("float", "monetary")
                else value != after[record_id]
            )
        ]
        self.assertFalse(wrong[:3], f"{len(wrong)} of {len(before)}")
