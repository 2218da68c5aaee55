from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import DisputeCommon

#: Seconds that a whole tour may take on a busy machine.
SLOW = 240


@tagged("post_install", "-at_install")
class TestBoardTours(DisputeCommon, HttpCase):
    """Board and systray in a real browser, with the rights of whoever uses them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner_a.name = "Azure Interior"
        # Cases of a pipeline of its own, so that nothing else is on the board.
        cls.own = cls.pipeline.with_user(cls.administrator).copy({"name": "Board"})
        cls.own.stage_ids.mail_template_id = False
        cls.reason.sudo().pipeline_id = cls.own
        cls.new, cls.checking = cls.own.stage_ids[:2]
        cls.case = cls._create_case({cls._create_invoice_of(100): 100})

    # Odoo logs a refused move.
    @mute_logger("odoo.http")
    def test_refused_card_goes_back(self):
        self.new.next_stage_ids = self.checking
        self.start_tour("/odoo/disputes", "dispute_board_refused", login=self.clerk.login, timeout=SLOW)
        self.env.invalidate_all()
        self.assertEqual(self.case.stage_id, self.checking)

    def test_administrator_shapes_the_board(self):
        self.start_tour(
            "/odoo/disputes", "dispute_board_shaped", login=self.administrator.login, timeout=SLOW
        )
        self.env.invalidate_all()
        added = self.case.stage_id
        self.assertEqual((added.name, added.pipeline_id), ("Second look", self.own))
        self.assertFalse(self.new.active)
        self.assertEqual(self.own.stage_ids[-1], added, "where the board shows it, until it is dragged")
        stages = self.own.stage_ids.mapped("name")
        self.assertEqual(stages[stages.index("Approval") + 1], "Checking", "where it was dragged")
        folded = self.own.stage_ids.filtered("fold").mapped("name")
        self.assertEqual(folded, ["Offer", "Resolved", "Refused", "Withdrawn"], "folded for all, not for now")

    # Odoo logs what is asked for as a refusal.
    @mute_logger("odoo.http")
    def test_todo_asks_for_a_field(self):
        activity_type = (
            self.env["mail.activity.type"]
            .with_user(self.administrator)
            .create(
                {
                    "name": "Find the cause",
                    "res_model": "dispute.case",
                    "dispute_field_name": "cause_id",
                    "dispute_stage_id": self.checking.id,
                }
            )
        )
        self.case.with_user(self.clerk).activity_schedule(
            activity_type_id=activity_type.id,
            user_id=self.outsider.id,
            date_deadline=fields.Date.today(),
        )
        self.start_tour("/odoo", "dispute_todo_field", login=self.outsider.login, timeout=SLOW)
        self.env.invalidate_all()
        self.assertEqual(self.case.cause_id, self.env.ref("dispute_management.dispute_cause_pic"))
        self.assertEqual(self.case.stage_id, self.checking)
        self.assertIn("wrong pallet", str(self.case.sudo().message_ids.mapped("body")))
