import threading
from datetime import datetime
from functools import partial

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestNumberWorkers(BaseCase):
    """The first cases of a year, opened at the same instant on connections of their own."""

    def test_first_cases_of_a_year_at_once_have_a_number_each(self):
        registry = Registry(get_db_name())
        with registry.cursor() as cr:
            company_id = api.Environment(cr, SUPERUSER_ID, {})["res.company"].create({"name": "Numbers"}).id
        # Each has read that the year has no numbers yet before the other makes them.
        meeting, late, numbers = threading.Barrier(2), [True, True], []

        def number(env):
            sequence = env["ir.sequence"].search([("company_id", "=", company_id)])
            if late:
                late.pop()
                self.assertFalse(sequence.date_range_ids)
                meeting.wait(10)
            return env["dispute.case"]._next_numbers(company_id, datetime(1999, 5, 1), 1)

        def work():
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                numbers.extend(retrying(partial(number, env), env))

        threads = [threading.Thread(target=work) for _worker in range(2)]
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(sorted(numbers), ["DSP/1999/00001", "DSP/1999/00002"])
