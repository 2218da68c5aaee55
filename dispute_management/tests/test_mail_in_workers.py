import threading
from email.message import EmailMessage
from uuid import uuid4

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name

#: Tables that keep what these tests commit, in the order in which they can be emptied.
TABLES = (
    ("dispute_sla_status", "case_id"),
    ("dispute_stage_history", "case_id"),
    ("dispute_case", "id"),
)


@tagged("post_install", "-at_install")
class TestMailInWorkers(BaseCase):
    """Two mail servers deliver the same message at once, on connections of their own."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.sender = f"{uuid4()}@nowhere.example.com"
        self.addCleanup(self._clean)
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            self.last_message_id = env["mail.message"].search([], order="id desc", limit=1).id or 0
            self.last_trigger_id = env["ir.cron.trigger"].search([], order="id desc", limit=1).id or 0
            self.last_mail_id = env["mail.mail"].search([], order="id desc", limit=1).id or 0

    @staticmethod
    def _get_env(cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def _clean(self):
        with self.registry.cursor() as cr:
            ids = tuple(self._find(cr).ids) or (0,)
            cr.execute("DELETE FROM mail_mail WHERE id > %s", [self.last_mail_id])
            cr.execute("DELETE FROM mail_message WHERE id > %s", [self.last_message_id])
            cr.execute("DELETE FROM ir_cron_trigger WHERE id > %s", [self.last_trigger_id])
            cr.execute("DELETE FROM mail_followers WHERE res_model = 'dispute.case' AND res_id IN %s", [ids])
            cr.execute("DELETE FROM mail_activity WHERE res_model = 'dispute.case' AND res_id IN %s", [ids])
            for table, column in TABLES:
                cr.execute(f"DELETE FROM {table} WHERE {column} IN %s", [ids])
        self.registry.clear_cache()

    def _find(self, cr):
        return self._get_env(cr)["dispute.case"].search([("email_from", "=", self.sender)])

    def _make(self, **headers):
        message = EmailMessage()
        message["From"], message["To"] = self.sender, "disputes@ours.example.com"
        message["Subject"] = "Your invoice"
        message["Message-Id"] = f"<{uuid4()}@nowhere.example.com>"
        for name, value in headers.items():
            message[name] = value
        message.set_content("It is wrong.")
        return message.as_bytes()

    def _deliver(self, cr, message):
        return self._get_env(cr)["mail.thread"].message_process("dispute.case", message)

    def _deliver_at_once(self, first, second, end):
        """Deliver a message while another is in hand, which ends only then.

        :param end: name of the method of a cursor: how the first transaction ends
        """
        done = threading.Event()

        def deliver():
            with self.registry.cursor() as cr:
                # Its view of the database is older than what the other commits.
                cr.execute("SELECT 1 FROM mail_message LIMIT 1")
                started.set()
                self._deliver(cr, second)
            done.set()

        started = threading.Event()
        other = threading.Thread(target=deliver)
        with self.registry.cursor() as cr:
            self.assertTrue(self._deliver(cr, first))
            other.start()
            self.assertTrue(started.wait(30))
            waits = not done.wait(1)
            getattr(cr, end)()
        other.join(60)
        self.assertTrue(done.is_set())
        with self.registry.cursor() as cr:
            return waits, len(self._find(cr))

    def test_the_same_message_makes_one_case(self):
        message = self._make()
        waits, count = self._deliver_at_once(message, message, "commit")
        self.assertTrue(waits)
        self.assertEqual(count, 1)

    def test_what_the_other_server_could_not_store_is_not_lost(self):
        message = self._make()
        _waits, count = self._deliver_at_once(message, message, "rollback")
        self.assertEqual(count, 1)
