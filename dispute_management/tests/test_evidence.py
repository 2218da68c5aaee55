from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .access_common import AccessCommon


@tagged("post_install", "-at_install")
class TestEvidence(AccessCommon):
    """What happened stays as it was noted, whoever calls with whatever they send."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.executed = cls._settle(cls.case, "credit_note", 20)
        cls.people = {
            "clerk": cls.clerk,
            "leader": cls.leader,
            "administrator": cls.administrator,
            "approver": cls.approver,
            "system": cls._create_system_user(),
        }

    def test_evidence_can_t_be_changed_or_deleted(self):
        case = self.case
        evidence = [
            (case.stage_history_ids, {"date_left": "2026-01-01 00:00:00"}),
            (case.stage_history_ids, {"user_id": self.viewer.id}),
            (case.claim_change_ids, {"amount_after": 1}),
            (case.sla_status_ids, {"date_reached": "2026-01-01 00:00:00"}),
            (case.sla_status_ids, {"deadline": "2036-01-01 00:00:00"}),
            (self.executed, {"reason_text": "Something else"}),
            (self.executed, {"case_id": case.id}),
            (self.executed.line_ids, {"amount": 1}),
            (self.executed.line_ids, {"kind": "rejection"}),
        ]
        for name, user in self.people.items():
            for records, vals in evidence:
                with self.subTest(user=name, model=records._name, vals=vals):
                    self.assertTrue(records)
                    with self._refused():
                        self._call(user, records, "write", vals)
                    with self._refused():
                        self._call(user, records, "unlink")

    def test_evidence_can_t_be_made_up(self):
        case, line = self.case, self.case.line_ids
        now = fields.Datetime.to_string(fields.Datetime.now())
        made_up = {
            "dispute.stage.history": {
                "case_id": case.id,
                "stage_id": case.stage_id.id,
                "waiting_on": "customer",
                "date_entered": now,
                "date_left": now,
            },
            "dispute.claim.change": {
                "case_id": case.id,
                "line_id": line.id,
                "currency_id": line.currency_id.id,
                "date": now,
            },
            "dispute.sla.status": {
                "case_id": case.id,
                "policy_id": case.sla_status_ids.policy_id[:1].id,
                "target": "closing",
                "date_started": now,
            },
        }
        for name, user in self.people.items():
            for model, vals in made_up.items():
                with self.subTest(user=name, model=model), self._refused(AccessError):
                    self._call(user, self.env[model], "create", vals)

    def test_evidence_can_t_be_reached_through_the_case(self):
        case = self.case
        attempts = {
            "stage_history_ids": [
                Command.delete(case.stage_history_ids[:1].id),
                Command.update(case.stage_history_ids[:1].id, {"waiting_on": "customer"}),
                Command.clear(),
            ],
            "claim_change_ids": [Command.clear(), Command.set([])],
            "sla_status_ids": [
                Command.update(case.sla_status_ids[:1].id, {"is_cancelled": True}),
                Command.clear(),
            ],
            "settlement_ids": [
                Command.delete(self.executed.id),
                Command.unlink(self.executed.id),
                Command.create({"state": "executed"}),
            ],
            "line_ids": [
                Command.delete(case.line_ids.id),
                Command.unlink(case.line_ids.id),
                Command.clear(),
                Command.update(case.line_ids.id, {"claim_change_ids": [Command.clear()]}),
                Command.update(case.line_ids.id, {"settlement_line_ids": [Command.clear()]}),
            ],
        }
        for name, commands in attempts.items():
            for command in commands:
                with self.subTest(field=name, command=command), self._refused():
                    self._call(self.administrator, case, "write", {name: [command]})

    def test_executed_settlements_can_t_be_faked(self):
        vals = {"case_id": self.case.id}
        for name, value in (
            ("state", "executed"),
            ("state", "approved"),
            ("date_executed", "2026-01-01 00:00:00"),
            ("user_id", self.leader.id),
        ):
            with self.subTest(field=name):
                with self._refused():
                    self._call(self.clerk, self.executed, "create", {**vals, name: value})
                draft = self._call(
                    self.clerk,
                    self.executed,
                    "create",
                    vals,
                    context={f"default_{name}": value},
                )
                draft = self.env["dispute.settlement"].browse(draft)
                self.assertEqual(draft.state, "draft")
                self.assertEqual(draft.user_id, self.clerk)
                self.assertFalse(draft.date_executed)
                with self._refused():
                    self._call(self.clerk, draft, "write", {name: value})

    def test_nothing_is_added_to_an_executed_settlement(self):
        line = {"dispute_line_id": self.case.line_ids.id, "kind": "rejection", "amount": 5}
        lines = self.env["dispute.settlement.line"]
        with self._refused():
            self._call(self.clerk, lines, "create", {**line, "settlement_id": self.executed.id})
        draft = self._call(
            self.clerk,
            self.executed,
            "create",
            {"case_id": self.case.id, "line_ids": [Command.create(line)]},
        )
        draft = self.env["dispute.settlement"].sudo().browse(draft)
        with self._refused():
            self._call(self.clerk, draft.line_ids, "write", {"settlement_id": self.executed.id})
        with self._refused():
            # A document of others does not settle a claim.
            self._call(self.clerk, draft.line_ids, "write", {"move_id": self.invoice.id})
        self._call(self.clerk, draft.line_ids, "write", {"amount": 6})

    def test_messages_of_a_case_stay(self):
        # What a new record is given is not tracked until the transaction ends.
        self.env.cr.flush()
        self._call(self.clerk, self.case, "write", {"priority": "2"})
        self.env.cr.flush()
        self.env.invalidate_all()
        tracked = self.case.message_ids.sudo().filtered("tracking_value_ids")
        self.assertTrue(tracked)
        for name, user in self.people.items():
            with self.subTest(user=name):
                with self._refused():
                    self._call(user, tracked, "unlink")
                with self._refused():
                    self._call(user, tracked, "write", {"body": "Nothing happened"})
                with self._refused():
                    self._call(user, tracked.sudo().tracking_value_ids, "unlink")
