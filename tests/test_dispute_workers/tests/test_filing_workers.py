import threading

from lxml import html
from werkzeug.test import Client

from odoo import SUPERUSER_ID, api, http
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.service.security import compute_session_token
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger

_AT_ONCE = 4


@tagged("post_install", "-at_install")
class TestFilingWorkers(BaseCase):
    """Forms sent at once, each in a thread and a transaction of its own: one form makes one case."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            company = env["res.company"].create({"name": "Filing workers"})
            env.user.company_ids += company
            env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
            partner = env["res.partner"].create({"name": "Filing customer", "is_company": True})
            users = env["res.users"]
            for login in ("filing_anna", "filing_bert", "filing_carl"):
                user = new_test_user(
                    env,
                    login=login,
                    groups="base.group_portal",
                    company_id=company.id,
                    company_ids=[Command.set(company.ids)],
                )
                user.partner_id.parent_id = partner
                users |= user
            cls.company_id, cls.partner_id = company.id, partner.id
            cls.anna_id, cls.bert_id, cls.carl_id = users.ids
            cls.reason_id = env.ref("dispute_management.dispute_reason_oth").id

    def _env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"allowed_company_ids": [self.company_id]})

    def _create_invoice(self):
        """:return: id of an invoice of 100"""
        with self.registry.cursor() as cr:
            line = {"name": "Goods", "price_unit": 100, "tax_ids": [Command.clear()]}
            invoice = self._env(cr)["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.partner_id,
                    "invoice_line_ids": [Command.create(line)],
                }
            )
            invoice.action_post()
            return invoice.id

    def _log_in(self, user_id):
        """:return: id of a session of a customer, which their tabs share"""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, user_id, {})
            session = http.root.session_store.new()
            session.update(http.get_default_session(), db=cr.dbname)
            session.uid, session.login = user_id, env.user.login
            session.session_token = compute_session_token(session, env)
            http.root.session_store.save(session)
        return session.sid

    def _open_tab(self, sid):
        client = Client(http.root)
        client.set_cookie("session_id", sid)
        return client

    def _fill_in(self, sid, invoice_id, amount):
        """:return: (session, address, what the form sends) of a form that a customer filled in"""
        url = f"/my/invoices/{invoice_id}/dispute"
        page = html.fromstring(self._open_tab(sid).get(f"{url}?reason_id={self.reason_id}").data)
        form = {name: page.xpath(f"//input[@name='{name}']/@value")[0] for name in ("csrf_token", "form_key")}
        form |= {"reason_id": self.reason_id, "amount": f"{amount}", "description": "Not as agreed."}
        return sid, url, form

    def _send_at_once(self, *filled_in):
        """:return: what each was answered: (status, path), sorted"""
        barrier, answers = threading.Barrier(len(filled_in)), []

        def send(sid, url, form):
            client = self._open_tab(sid)
            barrier.wait()
            response = client.post(url, data=form)
            answers.append((response.status_code, response.headers.get("Location", "").split("?")[0]))

        threads = [threading.Thread(target=send, args=form) for form in filled_in]
        # Who comes second is started over by Odoo, which notes so.
        with mute_logger("odoo.sql_db", "odoo.service.model", "odoo.http"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return sorted(answers)

    def _get_claims(self, invoice_id):
        """:return: {path of its page: amount} of each case on an invoice"""
        with self.registry.cursor() as cr:
            cases = self._env(cr)["dispute.case"].search([("line_ids.move_id", "=", invoice_id)])
            return {f"/my/disputes/{case.id}": case.amount_disputed for case in cases}

    def test_one_form_sent_by_many_tabs_makes_one_case(self):
        sid = self._log_in(self.anna_id)
        for _round in range(3):
            invoice_id = self._create_invoice()
            answers = self._send_at_once(*[self._fill_in(sid, invoice_id, 60)] * _AT_ONCE)
            claims = self._get_claims(invoice_id)
            self.assertEqual(list(claims.values()), [60])
            self.assertEqual(
                answers, [(303, path) for path in claims] * _AT_ONCE, "all are shown the one case"
            )

    def test_the_same_text_in_many_forms_makes_one_case(self):
        """Opened again by the back button, the form has a new key."""
        sid, invoice_id = self._log_in(self.anna_id), self._create_invoice()
        answers = self._send_at_once(*(self._fill_in(sid, invoice_id, 30) for _tab in range(_AT_ONCE)))
        claims = self._get_claims(invoice_id)
        self.assertEqual(list(claims.values()), [30])
        self.assertEqual(answers, [(303, path) for path in claims] * _AT_ONCE)

    def test_who_is_started_over_is_counted_once(self):
        """As many forms as one may send; Odoo plays most of them again."""
        with self.registry.cursor() as cr:
            parameters = self._env(cr)["ir.config_parameter"]
            parameters.set_param("refund_portal.filing_per_user", str(_AT_ONCE))
        self.addCleanup(self._reset_limit)
        sid, invoice_id = self._log_in(self.carl_id), self._create_invoice()
        form = self._fill_in(sid, invoice_id, 60)
        self.assertEqual({status for status, _path in self._send_at_once(*[form] * _AT_ONCE)}, {303})
        self.assertEqual(self._send_at_once(form), [(429, "")], "the next is one too many")

    def test_limits_are_one_for_all_workers(self):
        """They have nothing but the database in common; what becomes of a request is no matter."""
        sender, limits = f"user {self.bert_id}", {f"user {self.bert_id}": 3}
        self.addCleanup(self._forget, sender)
        taken = []
        for _worker in range(5):
            with self.registry.cursor() as cr:
                requests = api.Environment(cr, self.bert_id, {})["dispute.portal.request"]
                taken.append(requests._take("filing", limits))
                cr.rollback()
        self.assertEqual(taken, [True] * 3 + [False] * 2)

    def _forget(self, sender):
        with self.registry.cursor() as cr:
            self._env(cr)["dispute.portal.request"].search([("sender", "=", sender)]).unlink()

    def _reset_limit(self):
        with self.registry.cursor() as cr:
            self._env(cr)["ir.config_parameter"].set_param("refund_portal.filing_per_user", False)

    def test_two_people_claim_no_more_than_there_is(self):
        invoice_id = self._create_invoice()
        answers = self._send_at_once(
            *(
                self._fill_in(self._log_in(user_id), invoice_id, 70)
                for user_id in (self.anna_id, self.bert_id)
            )
        )
        claims = self._get_claims(invoice_id)
        self.assertEqual(list(claims.values()), [70])
        self.assertEqual(answers, [(303, *claims), (422, "")], "who came second reads what is left")
