import threading
from contextlib import closing
from functools import partial

import psycopg2

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import LockError, UserError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, new_test_user, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from odoo.addons.test_dispute_suite.models.payment_transaction import ASKED

#: How two workers that meet are told: by Odoo's lock, by PostgreSQL, or by what the other did.
MEETING = (LockError, UserError, psycopg2.errors.OperationalError)


class Killed(BaseException):
    """What stops a worker, no matter what it does."""


@tagged("post_install", "-at_install")
class TestSettlementWorkers(BaseCase):
    """Settlements carried out by workers on connections of their own, in a database that is
    thrown away: whatever happens, all of it is booked once, or nothing.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            company = env["res.company"].create({"name": "Workers"})
            env.user.company_ids += company
            env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
            env = env(context={"allowed_company_ids": company.ids, "tracking_disable": True})
            clerk = new_test_user(
                env,
                login="dispute_worker",
                groups="base.group_user,dispute_management.group_dispute_leader",
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )
            env["dispute.approval.tier"].search([("company_id", "=", company.id)]).active = False
            for kind in ("credit", "payout", "write_off"):
                company[f"dispute_no_approval_{kind}"] = 10**9
            company.dispute_writeoff_account_id = env["account.account"].search(
                [("account_type", "=", "expense"), ("company_ids", "in", company.ids)], limit=1
            )
            partner = env["res.partner"].create({"name": "Customer of workers"})
            # Trusted by somebody else than who proposes to pay to it.
            accountant = new_test_user(
                env,
                login="dispute_worker_bank",
                groups="account.group_validate_bank_account,base.group_partner_manager,base.group_user",
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )
            bank = (
                env["res.partner.bank"]
                .with_user(accountant)
                .create({"acc_number": "DE89370400440532013000", "partner_id": partner.id})
            )
            bank.allow_out_payment = True
            env["payment.provider"]._setup_payment_method("dispute_test")
            method = env.ref("payment_demo.payment_method_demo")
            method.active = True
            provider = env["payment.provider"].create(
                {
                    "name": "Workers",
                    "code": "dispute_test",
                    "state": "test",
                    "company_id": company.id,
                    "payment_method_ids": [Command.set(method.ids)],
                }
            )
            cls.company_id, cls.clerk_id, cls.partner_id = company.id, clerk.id, partner.id
            cls.bank_id, cls.provider_id, cls.method_id = bank.id, provider.id, method.id

    def setUp(self):
        super().setUp()
        ASKED.clear()

    def _env(self, cr, uid=None):
        context = {"allowed_company_ids": [self.company_id], "tracking_disable": True}
        return api.Environment(cr, uid or self.clerk_id, context)

    def _create(self, *shares, paid=0, online=False):
        """:return: ids of an approved settlement and its case, on an invoice of 100"""
        with self.registry.cursor() as cr:
            env = self._env(cr, SUPERUSER_ID)
            invoice = env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.partner_id,
                    "invoice_line_ids": [
                        Command.create({"name": "Goods", "price_unit": 100, "tax_ids": [Command.clear()]})
                    ],
                }
            )
            invoice.action_post()
            if online:
                transaction = env["payment.transaction"].create(
                    {
                        "provider_id": self.provider_id,
                        "payment_method_id": self.method_id,
                        "reference": f"worker-{invoice.id}",
                        "amount": paid,
                        "currency_id": invoice.currency_id.id,
                        "partner_id": self.partner_id,
                        "operation": "online_direct",
                        "invoice_ids": [Command.set(invoice.ids)],
                    }
                )
                transaction._set_done()
                transaction._post_process()
            elif paid:
                env["account.payment.register"].with_context(
                    active_model="account.move", active_ids=invoice.ids
                ).create({"amount": paid})._create_payments()
            case = env["dispute.case"].create(
                {
                    "reason_id": env.ref("dispute_management.dispute_reason_oth").id,
                    "cause_id": env.ref("dispute_management.dispute_cause_unk").id,
                    "user_id": self.clerk_id,
                    "line_ids": [Command.create({"move_id": invoice.id, "amount": 100})],
                }
            )
            settlement = env["dispute.settlement"].create(
                {
                    "case_id": case.id,
                    "line_ids": [
                        Command.create(
                            {
                                "dispute_line_id": case.line_ids.id,
                                "kind": kind,
                                "amount": amount,
                                "partner_bank_id": kind == "refund_payment" and self.bank_id,
                            }
                        )
                        for kind, amount in shares
                    ],
                }
            )
            settlement.line_ids._choose_source_transactions() if online else None
            settlement._set_state("approved")
            return settlement.id, case.id

    def _read(self, settlement_id, case_id):
        with self.registry.cursor() as cr:
            env = self._env(cr, SUPERUSER_ID)
            case = env["dispute.case"].browse(case_id)
            invoice = case.line_ids.move_id
            made = env["account.move"].search([("dispute_case_id", "=", case_id)])
            parts = {
                name: case[f"amount_{name}"]
                for name in ("open", "credited", "refunded", "written_off")
                if case[f"amount_{name}"]
            }
            return (
                env["dispute.settlement"].browse(settlement_id).state,
                len(made),
                parts,
                invoice.amount_residual,
            )

    def _carry_out(self, settlement_id, uid=None):
        with self.registry.cursor() as cr:
            self._env(cr, uid)["dispute.settlement"].browse(settlement_id).action_execute()

    def _at_once(self, *works):
        """Run in threads that start together. :return: what each raised, or None"""
        barrier, told = threading.Barrier(len(works)), [None] * len(works)

        def run(index, work):
            barrier.wait()
            try:
                work()
            except MEETING as error:
                told[index] = error

        threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
        # PostgreSQL tells a worker that came too late by an error; its next attempt goes on.
        with mute_logger("odoo.sql_db"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return told

    def test_pressed_at_once_by_many_it_is_booked_once(self):
        for _round in range(3):
            ids = self._create(("credit_note", 60), ("write_off", 40))
            self._at_once(*[partial(self._carry_out, ids[0])] * 4)
            self.assertEqual(self._read(*ids), ("executed", 2, {"credited": 60, "written_off": 40}, 0))

    def test_a_user_and_the_system_at_once(self):
        ids = self._create(("refund_payment", 100), paid=100)
        self._at_once(lambda: self._carry_out(ids[0]), lambda: self._carry_out(ids[0], SUPERUSER_ID))
        self.assertEqual(self._read(*ids), ("executed", 2, {"refunded": 100}, 0))

    def test_two_workers_whose_snapshots_are_older_than_the_other(self):
        """A double click: the second worker began before the first one was done."""
        ids = self._create(("credit_note", 100))
        with closing(self.registry.cursor()) as late:
            settlement = self._env(late)["dispute.settlement"].browse(ids[0])
            self.assertEqual(settlement.state, "approved")
            self._carry_out(ids[0])
            with mute_logger("odoo.sql_db"), self.assertRaises(MEETING):
                settlement.action_execute()
                late.commit()
        self._carry_out_again(ids[0])
        self.assertEqual(self._read(*ids), ("executed", 1, {"credited": 100}, 0))

    def _carry_out_again(self, settlement_id):
        """As Odoo does that replays a request; what is done already is left alone."""
        with self.registry.cursor() as cr:
            self._env(cr)["dispute.settlement"].browse(settlement_id)._execute()

    def test_an_offer_answered_in_several_tabs_at_once_is_answered_once(self):
        for _round in range(3):
            ids = self._create(("credit_note", 60), ("rejection", 40))
            with self.registry.cursor() as cr:
                settlement = self._env(cr, SUPERUSER_ID)["dispute.settlement"].browse(ids[0])
                settlement.date_valid = fields.Date.add(fields.Date.today(), days=30)
                settlement._set_state("proposed")
            told = self._at_once(
                partial(self._answer, ids[0], "_accept_offer"),
                partial(self._answer, ids[0], "_decline_offer", "Too little"),
                partial(self._answer, ids[0], "_accept_offer"),
            )
            self.assertEqual(told.count(None), 1, told)
            if told[1] is None:
                self.assertEqual(self._read(*ids), ("declined", 0, {"open": 100}, 100))
            else:
                self.assertEqual(self._read(*ids), ("executed", 1, {"credited": 60}, 40))

    def _answer(self, settlement_id, answer, *args):
        with self.registry.cursor() as cr:
            settlement = self._env(cr, SUPERUSER_ID)["dispute.settlement"].browse(settlement_id)
            getattr(settlement, answer)("Customer", *args)

    def test_a_failure_after_each_step_leaves_nothing(self):
        shares = (("credit_note", 30), ("write_off", 10), ("refund_payment", 60))
        ids = self._create(*shares, paid=60)
        before = self._read(*ids)
        steps = [
            ("account.move", "create"),
            ("account.move", "action_post"),
            ("account.move.line", "reconcile"),
            ("account.payment", "create"),
            ("account.payment", "action_post"),
            ("dispute.settlement", "_set_state"),
            ("dispute.line", "_refresh_amounts"),
            ("dispute.case", "_close"),
        ]
        for error in (UserError, Killed):
            for model, name in steps:
                for after in range(1, 4):
                    with self.subTest(error=error.__name__, model=model, name=name, after=after):
                        if self._fail_after(ids[0], model, name, after, error):
                            self.assertEqual(self._read(*ids), before)
        self._carry_out(ids[0])
        state, made, parts, residual = self._read(*ids)
        self.assertEqual((state, made, residual), ("executed", 4, 0))
        self.assertEqual(parts, {"credited": 30, "written_off": 10, "refunded": 60})

    def _fail_after(self, settlement_id, model, name, after, error):
        """:return: whether that many calls were made, so that it failed"""
        cls, calls = self.registry[model], []
        original = getattr(cls, name)

        def fail(records, *args, **kwargs):
            res = original(records, *args, **kwargs)
            calls.append(name)
            if len(calls) == after:
                raise error("Failed on purpose")
            return res

        with closing(self.registry.cursor()) as cr:
            setattr(cls, name, fail)
            try:
                self._env(cr)["dispute.settlement"].browse(settlement_id).action_execute()
            except error:
                return True
            finally:
                delattr(cls, name)
                cr.rollback()
        return False

    def test_two_senders_at_once_ask_the_provider_once(self):
        ids = self._create(("refund_original_payment", 100), paid=100, online=True)
        self._carry_out(ids[0])
        self.assertEqual(self._read(*ids), ("processing", 1, {"credited": 100}, 0))
        self._at_once(self._send, self._send, self._send)
        self._send()
        self.assertEqual([amount for _reference, amount in ASKED], [100])
        self.assertEqual(self._read(*ids)[0], "executed")
        self.assertEqual(self._read(*ids)[2], {"refunded": 100})

    def test_a_refund_that_somebody_holds_stops_no_other(self):
        held, other = [
            self._create(("refund_original_payment", 100), paid=100, online=True) for _number in range(2)
        ]
        self._carry_out(held[0])
        self._carry_out(other[0])
        with self.registry.cursor() as cr:
            self._env(cr, SUPERUSER_ID)["dispute.settlement"].browse(held[0]).line_ids.lock_for_update()
            self._send()
            self.assertEqual(len(ASKED), 1)
            self.assertEqual(self._read(*other)[0], "executed")
        self._send()
        self.assertEqual(len(ASKED), 2)
        self.assertEqual(self._read(*held)[0], "executed")

    def test_what_is_rolled_back_is_never_sent(self):
        ids = self._create(("refund_original_payment", 100), paid=100, online=True)
        with closing(self.registry.cursor()) as cr:
            self._env(cr)["dispute.settlement"].browse(ids[0]).action_execute()
            self._send()
            cr.rollback()
        self._send()
        self.assertFalse(ASKED)
        self.assertEqual(self._read(*ids)[0], "approved")

    def test_a_sender_killed_in_the_middle_never_sends_again(self):
        ids = self._create(("refund_original_payment", 100), paid=100, online=True)
        self._carry_out(ids[0])
        Transaction = self.registry["payment.transaction"]
        send = Transaction._send_refund_request

        def die(transaction):
            send(transaction)
            raise Killed

        self.patch(Transaction, "_send_refund_request", die)
        with self.assertRaises(Killed):
            self._send()
        self.patch(Transaction, "_send_refund_request", send)
        self._send()
        self._send()
        self.assertEqual(len(ASKED), 1)
        with self.registry.cursor() as cr:
            settlement = self._env(cr)["dispute.settlement"].browse(ids[0])
            self.assertEqual(settlement.line_ids.refund_state, "lost")
            self.assertTrue(settlement.activity_ids)
            settlement.action_refund_found()
        self.assertEqual(self._read(*ids)[0], "executed")
        self.assertEqual(self._read(*ids)[2], {"refunded": 100})

    def _send(self):
        with self.registry.cursor() as cr:
            self._env(cr, SUPERUSER_ID)["dispute.refund.send"]._cron_send_refunds()
