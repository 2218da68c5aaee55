from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import DisputeCommon


@tagged("post_install", "-at_install")
class TestQuickCreate(DisputeCommon, HttpCase):
    """Invoice, amount and reason, typed into a column of the board."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_invoice_of(100)

    def _type(self, user, amount=None):
        form = Form(
            self.env["dispute.case"].with_user(user), "dispute_management.dispute_case_view_form_quick"
        )
        form.quick_move_id = self.invoice
        if amount is not None:
            form.quick_amount = amount
        return form.save()

    def test_what_is_owed_is_proposed(self):
        case = self._type(self.clerk)
        self.assertEqual(case.line_ids.move_id, self.invoice)
        self.assertEqual(case.amount_disputed, 100)
        self.assertEqual(case.user_id, self.clerk)

    def test_part_of_it(self):
        self.assertEqual(self._type(self.clerk, 30).amount_disputed, 30)

    def test_refused_like_at_every_door(self):
        for amount in (0, -1, 101):
            with self.subTest(amount), self.assertRaises(UserError), self.env.cr.savepoint():
                self._type(self.clerk, amount)
        with self.assertRaises(AccessError):
            self.env["dispute.case"].with_user(self.viewer).create({"quick_move_id": self.invoice.id})

    def test_in_the_browser_nothing_typed_is_lost(self):
        new_test_user(
            self.env,
            login="quick_clerk",
            groups="dispute_management.group_dispute_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        # The refusal, which Odoo's log tells as well.
        with mute_logger("odoo.http"):
            self.start_tour("/odoo/disputes", "dispute_quick_create", login="quick_clerk")
        self.env.invalidate_all()
        case = self.invoice.sudo().dispute_line_ids.case_id
        self.assertEqual((case.amount_disputed, case.reason_id.code), (40, "QTY"))
