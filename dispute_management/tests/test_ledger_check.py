from odoo.tests import tagged

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestLedgerCheck(DisputeCommon):
    """Amounts that differ from the ledger are found at night, told once, and never repaired."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].sudo().set_param("dispute_management.ledger_check", "")
        self.case = self._create_case({self._create_invoice_of(100): 60})
        self.right = self._create_case({self._create_invoice_of(100): 60})

    def _break(self, table, record, **columns):
        self.env.flush_all()
        for column, value in columns.items():
            self.env.cr.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", (value, record.id))
        self.env.invalidate_all()

    def _run(self, again=False):
        if again:
            self.env["ir.config_parameter"].sudo().set_param("dispute_management.ledger_check", "")
        with self.enter_registry_test_mode():
            self.env.ref("dispute_management.ir_cron_check_ledger").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def _listed(self):
        found = self.env["dispute.case"].with_user(self.leader).search([("date_ledger_gap", "!=", False)])
        return found & (self.case | self.right)

    def _told(self):
        return (
            self.env["mail.message"]
            .sudo()
            .search(
                [("message_type", "=", "user_notification"), ("subject", "ilike", "differ from the ledger")]
            )
        )

    def test_what_is_right_is_not_listed(self):
        self._run()
        self.assertFalse(self._listed())
        self.assertFalse(self._told())

    def test_a_line_that_differs(self):
        self._break("dispute_line", self.case.line_ids, amount_open=50, amount_credited=10)
        self._run()
        self.assertEqual(self._listed(), self.case)
        gap = self.case.with_user(self.viewer).ledger_gap
        self.assertIn("50.00", gap)
        self.assertIn("60.00", gap)
        self.assertEqual(self.case.line_ids.amount_open, 50, "Told, not repaired.")

    def test_a_sum_that_differs(self):
        self._break("dispute_case", self.case, amount_open=59)
        self._run()
        self.assertEqual(self._listed(), self.case)
        self.assertIn("add up", self.case.with_user(self.viewer).ledger_gap)

    def test_a_payment_that_went_unnoticed(self):
        """The ledger changed behind the case's back."""
        move = self.case.line_ids.move_id
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({})._create_payments()
        self.assertEqual(self.case.amount_paid_after, 60)
        self._run()
        self.assertFalse(self._listed())
        self._break("dispute_line", self.case.line_ids, amount_open=60, amount_paid_after=0)
        self._run(again=True)
        self.assertEqual(self._listed(), self.case)

    def test_the_leader_is_told_once_and_it_clears_itself(self):
        self._break("dispute_case", self.case, amount_open=59)
        self._run()
        self._run(again=True)
        self.assertEqual(self._told().notified_partner_ids, self.leader.partner_id)
        self.assertEqual(len(self._told()), 1)
        self._break("dispute_case", self.case, amount_open=60)
        self._run(again=True)
        self.assertFalse(self._listed())
        self.assertFalse(self.case.with_user(self.viewer).ledger_gap)

    def test_a_second_run_on_one_day_looks_at_nothing_again(self):
        self._run()
        self._break("dispute_case", self.case, amount_open=59)
        self._run()
        self.assertFalse(self._listed())

    def test_it_goes_on_where_it_was_stopped(self):
        self._break("dispute_case", self.case, amount_open=59)
        self._break("dispute_case", self.right, amount_open=59)
        today = self.env.cr.now().date()
        first = min(self.case.id, self.right.id)
        self.env["ir.config_parameter"].sudo().set_param(
            "dispute_management.ledger_check", f"{today} {first}"
        )
        self._run()
        self.assertEqual(self._listed(), (self.case | self.right).filtered(lambda case: case.id != first))
