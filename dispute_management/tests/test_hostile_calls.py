from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from .access_common import AccessCommon

#: Values that a hostile client may try for fields that record facts.
CASE_FACTS = {
    "name": "DSP/1999/00001",
    "is_valid": True,
    "date_closed": "2026-01-01 00:00:00",
    "date_first_response": "2026-01-01 00:00:00",
    "date_deadline": "2036-01-01 00:00:00",
    "date_warning": "2036-01-01 00:00:00",
    "stage_kind": "resolved",
    "is_closed": True,
    "waiting_on": "customer",
    "waiting_since": "2026-01-01 00:00:00",
    "reopen_count": 7,
    "closed_days": 7,
    "risk": 99,
    "amount_disputed": 1,
    "amount_disputed_company": 1,
    "amount_open": 0,
    "amount_open_company": 0,
    "amount_credited": 60,
    "amount_refunded": 60,
    "amount_rebilled": 60,
    "amount_applied": 60,
    "amount_written_off": 60,
    "amount_rejected": 60,
    "amount_paid_after": 60,
    "amount_paid_after_company": 60,
}
LINE_FACTS = {
    "amount_owed_at_opening": 0,
    "amount_credited_before": 50,
    "amount_credited_at_refusal": 50,
    "amount_open": 0,
    "amount_credited": 60,
    "amount_credited_company": 60,
}
#: Keys that change how Odoo or the suite behave; a client may send any of them.
HOSTILE_CONTEXTS = [
    {"dispute_hold": True},
    {"install_mode": True, "module": "dispute_management", "import_file": True},
    {"tracking_disable": True, "mail_notrack": True, "mail_create_nolog": True},
    {"default_date_closed": "2026-01-01 00:00:00", "default_is_valid": True},
    {"skip_is_manually_modified": True, "check_move_validity": False},
    {"force_delete": True, "active_test": False, MODULE_UNINSTALL_FLAG: True},
    {"su": True, "uid": 1, "bypass_search_access": True},
]


@tagged("post_install", "-at_install")
class TestHostileCalls(AccessCommon):
    """Whatever a client sends: facts, stages and private methods are out of its reach."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.executed = cls._settle(cls.case, "credit_note", 20)
        cls.system = cls._create_system_user()

    # Facts

    def test_facts_of_a_case_can_t_be_written(self):
        self.assertLessEqual(set(CASE_FACTS), set(self.case._fields))
        for name, value in CASE_FACTS.items():
            with self.subTest(field=name), self._refused():
                self._call(self.leader, self.case, "write", {name: value})
        for name in ("date_opened", "source", "company_id", "currency_id", "partner_id"):
            value = {"date_opened": "2020-01-01 00:00:00", "source": "portal"}.get(name, 1)
            with self.subTest(field=name), self._refused():
                self._call(self.leader, self.case, "write", {name: value})
        # Beside them: what people do write.
        self._call(self.leader, self.case, "write", {"priority": "2", "color": 3})

    def test_facts_can_t_be_given_to_a_new_case(self):
        for name, value in CASE_FACTS.items():
            with self.subTest(field=name):
                self._create_hostile({name: value}, {})
                self._create_hostile({}, {f"default_{name}": value})
        for name, value in LINE_FACTS.items():
            with self.subTest(line_field=name):
                self._create_hostile({}, {}, {name: value})
                self._create_hostile({}, {f"default_{name}": value})

    def _create_hostile(self, vals, context, line_vals=None):
        """Try to make a case with made-up facts: refused, or made without them."""
        vals = {
            "reason_id": self.reason.id,
            "line_ids": [Command.create({"move_id": self.invoice.id, "amount": 1, **(line_vals or {})})],
            **vals,
        }
        try:
            with self.env.cr.savepoint():
                made = self._call(self.clerk, self.case, "create", vals, context=context)
        except UserError:
            return
        case = self.env["dispute.case"].browse(made)
        self.assertRegex(case.name, rf"^DSP/{fields.Date.today().year}/")
        self.assertAmounts(case, open=1)
        self.assertAmounts(case.line_ids, open=1)
        self.assertEqual(case.line_ids.amount_owed_at_opening, 1)
        self.assertEqual(case.line_ids.amount_credited_before, 0)
        self.assertEqual(case.line_ids.amount_credited_at_refusal, 0)
        self.assertEqual(case.stage_kind, "new")
        self.assertEqual(case.waiting_on, "us")
        self.assertFalse(case.date_closed or case.is_valid or case.date_first_response)
        self.assertFalse(case.reopen_count or case.closed_days or case.sudo().risk)
        self.assertLess(case.date_deadline, fields.Datetime.now() + timedelta(days=99))
        self.assertTrue(self.invoice.no_followup)

    def test_facts_of_a_line_can_t_be_written(self):
        line = self.case.line_ids
        other = self._create_invoice_of(100)
        for name, value in {
            **LINE_FACTS,
            "currency_id": 1,
            "company_id": 1,
            "partner_id": self.partner_b.id,
            "case_id": self._create_case({other: 5}).id,
            "move_id": other.id,
        }.items():
            with self.subTest(field=name):
                with self._refused():
                    self._call(self.leader, line, "write", {name: value})
                with self._refused():
                    command = Command.update(line.id, {name: value})
                    self._call(self.leader, self.case, "write", {"line_ids": [command]})

    def test_an_accountant_can_t_claim_that_a_dispute_did_it(self):
        refund = self._create_invoice_one_line(
            price_unit=7,
            partner_id=self.partner_a.id,
            move_type="out_refund",
            post=True,
        )
        vals = {"move_type": "out_refund", "partner_id": self.partner_a.id}
        for name, value in (
            ("dispute_case_id", self.case.id),
            ("dispute_hold", True),
            ("dispute_hold_found", True),
            ("dispute_amount", 77),
            ("dispute_case_count", 7),
        ):
            with self.subTest(field=name):
                with self._refused():
                    self._call(self.bookkeeper, refund, "write", {name: value})
                with self._refused():
                    self._call(self.bookkeeper, refund, "create", {**vals, name: value})
                made = self._call(self.bookkeeper, refund, "create", vals, context={f"default_{name}": value})
                self.assertFalse(self.env["account.move"].browse(made)[name])
        self._call(self.bookkeeper, refund, "write", {"ref": "theirs"})

    # Rules

    def test_drag_and_drop_follows_the_rules_of_closing(self):
        for context in ({}, *HOSTILE_CONTEXTS):
            for stage in ("resolved", "refused", "withdrawn"):
                with self.subTest(stage=stage, context=context), self._refused(UserError):
                    vals = {"stage_id": self._stage(stage).id}
                    self._call(self.leader, self.case, "write", vals, context=context)
        with self._refused(UserError):
            # Resolved with money open, although resolution and cause are given.
            self._call(
                self.leader,
                self.case,
                "write",
                {
                    "stage_id": self._stage("resolved").id,
                    "resolution_id": self._resolution("CRF").id,
                    "cause_id": self.cause.id,
                },
            )
        with self._refused(UserError):
            # A resolution that ends elsewhere.
            self._call(
                self.leader,
                self.case,
                "web_save",
                {
                    "stage_id": self._stage("withdrawn").id,
                    "resolution_id": self._resolution("REJ").id,
                    "cause_id": self.cause.id,
                },
                {},
            )
        self._call(
            self.leader,
            self.case,
            "write",
            {
                "stage_id": self._stage("withdrawn").id,
                "resolution_id": self._resolution("WDN").id,
                "cause_id": self.cause.id,
            },
        )
        self.assertEqual(self.case.stage_kind, "withdrawn")
        self.assertTrue(self.case.date_closed)
        self.assertTrue(self.case.stage_history_ids[-1].stage_id._is_closed())

    def test_a_case_does_not_begin_closed(self):
        vals = {
            "reason_id": self.reason.id,
            "resolution_id": self._resolution("WDN").id,
            "cause_id": self.cause.id,
            "line_ids": [Command.create({"move_id": self.invoice.id, "amount": 1})],
        }
        stage = {"stage_id": self._stage("withdrawn").id}
        with self._refused(UserError):
            self._call(self.clerk, self.case, "create", {**vals, **stage})
        made = self._call(
            self.clerk,
            self.case,
            "create",
            vals,
            context={"default_stage_id": stage["stage_id"]},
        )
        self.assertFalse(self.env["dispute.case"].browse(made).is_closed)

    def test_a_client_s_context_opens_no_door(self):
        line = self.case.line_ids
        calls = [
            (self.case, "unlink"),
            (self.case, "copy"),
            (self.case, "write", {"is_valid": True}),
            (self.case, "write", {"amount_open": 0}),
            (line, "write", {"amount": 1000}),
            (line, "write", {"amount": 1}),
            (line, "unlink"),
            (self.executed, "write", {"state": "draft"}),
            (self.executed, "unlink"),
            (self.case.stage_history_ids, "unlink"),
            (self.case.claim_change_ids, "write", {"amount_after": 3}),
            (self.invoice, "unlink"),
        ]
        for context in HOSTILE_CONTEXTS:
            for records, method, *args in calls:
                with (
                    self.subTest(model=records._name, method=method, context=context),
                    mute_logger("odoo.sql_db"),
                    self._refused(AccessError, UserError, IntegrityError),
                ):
                    self._call(self.system, records, method, *args, context=context)

    def test_evidence_is_written_whatever_the_context(self):
        quiet = {"tracking_disable": True, "mail_notrack": True, "mail_create_nolog": True}
        stage = self._stage("checking")
        self._call(self.clerk, self.case, "write", {"stage_id": stage.id}, context=quiet)
        self.assertEqual(self.case.stage_history_ids[-1].stage_id, stage)
        line = self.case.line_ids
        self._call(self.clerk, line, "write", {"amount": 55}, context=quiet)
        change = self.case.claim_change_ids[-1]
        self.assertEqual((change.amount_before, change.amount_after), (60, 55))
        self.assertEqual(change.user_id, self.clerk)

    def test_a_flag_set_by_hand_wins_whatever_the_context(self):
        invoice = self._create_invoice_of(100)
        invoice.no_followup = True
        case = self._create_case({invoice: 10})
        receivable = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        self._call(
            self.bookkeeper,
            receivable,
            "write",
            {"no_followup": False},
            context={"dispute_hold": True},
        )
        self._settle(case, "rejection")
        self.assertFalse(invoice.no_followup)

    def test_private_methods_are_not_called_from_outside(self):
        calls = [
            (self.case, "_move_to_stage", self._stage("resolved").id),
            (self.case, "_close", self._resolution("CRF").id),
            (self.case, "_log_stage", []),
            (self.case, "_next_numbers", self.company.id, "2026-01-01", 1000),
            (self.case, "_release_documents"),
            (self.case.line_ids, "_refresh_amounts"),
            (self.case.line_ids, "_log_claims"),
            (self.executed, "_execute"),
            (self.executed, "_set_state", "approved"),
            (self.executed, "_propose"),
            (self.executed, "_decide", "approved"),
            (self.executed, "_go_on"),
            (self.executed, "_carry_out"),
            (self.executed, "_void_decisions"),
            (self.executed.line_ids, "_book_rejection", "2026-01-01"),
            (self.case.stage_history_ids, "_leave", "2026-01-01"),
            (self.case.sla_status_ids, "_reach", "2026-01-01"),
            (self.invoice, "_dispute_release"),
            (self.invoice, "_dispute_write_hold", {"dispute_hold": False}),
            (self.case, "sudo"),
            (self.case, "with_user", 1),
            (self.case, "browse", [1]),
        ]
        for records, method, *args in calls:
            with self.subTest(method=method):
                self.assertTrue(getattr(records, method))
                with self._refused(AccessError):
                    self._call(self.administrator, records, method, *args)
