import threading

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestAnswerWorkers(BaseCase):
    """A question answered by several people at once, each on a connection of their own, in a
    database that is thrown away: the first answer counts, and the others are told.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def _ask(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            case = env["dispute.case"].create(
                {
                    "source": "mail",
                    "email_from": "customer@example.com",
                    "reason_id": env.ref("dispute_management.dispute_reason_qty").id,
                }
            )
            wizard = env["information.request.send"].create(
                {
                    "case_id": case.id,
                    "question_id": env.ref("dispute_management.dispute_question_delivery").id,
                    "recipient_ids": [Command.create({"email": "claims@carrier.example.com"})],
                }
            )
            wizard.action_ask()
            return case.request_ids.id

    def _answer(self, request_id, choice):
        with self.registry.cursor() as cr:
            request = self._env(cr)["dispute.information.request"].browse(request_id)
            item = request.item_ids.filtered(lambda item: item.kind == "choice")
            request._answer(choice, choice, {item: choice})

    def _answer_at_once(self, request_id, choices):
        """:return: set of the choices that were refused"""
        barrier, refused = threading.Barrier(len(choices)), set()

        def run(choice):
            barrier.wait()
            try:
                self._answer(request_id, choice)
            except (UserError, psycopg2.errors.OperationalError):
                refused.add(choice)

        threads = [threading.Thread(target=run, args=(choice,)) for choice in choices]
        with mute_logger("odoo.sql_db"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return refused

    def test_the_first_of_many_answers_counts(self):
        choices = {"Everything", "A part", "Nothing"}
        for _round in range(3):
            request_id = self._ask()
            [counted] = choices - self._answer_at_once(request_id, choices)
            with self.registry.cursor() as cr:
                request = self._env(cr)["dispute.information.request"].browse(request_id)
                self.assertEqual((request.state, request.answered_by), ("answered", counted))
                self.assertEqual(request.item_ids.filtered("is_answered").mapped("value_text"), [counted])
                told = request.case_id.message_ids.filtered(lambda message: "answered" in message.body)
                self.assertEqual(len(told), 1)
                with self.assertRaisesRegex(UserError, "answered or withdrawn"):
                    request._answer("Late", "Too late")
