from odoo.exceptions import AccessError, MissingError
from odoo.fields import Command
from odoo.tests import tagged

from .access_common import AccessCommon


@tagged("post_install", "-at_install")
class TestAccessCustomer(AccessCommon):
    """Customers read their own cases, and of them what is theirs to know."""

    def test_customers_read_their_own_cases_only(self):
        theirs = self._create_case({self._create_invoice_of(70, partner=self.partner_b): 70})
        for records, others in (
            (self.case, theirs),
            (self.case.line_ids, theirs.line_ids),
        ):
            with self.subTest(records._name):
                found = self._call(self.customer, records, "search", [])
                self.assertEqual(found, records.ids)
                found = self._call(self.stranger, records, "search", [])
                self.assertEqual(found, others.ids)
                with self._refused(AccessError):
                    self._call(self.stranger, records, "read", ["display_name"])
        # Every contact of the customer sees it; one who left does not.
        colleague = self._create_customer("dispute_second_customer", self.partner_a)
        self.assertIn(self.case.id, self._call(colleague, self.case, "search", []))
        colleague.partner_id.parent_id = False
        self.env.registry.clear_cache()
        self.assertFalse(self._call(colleague, self.case, "search", []))

    def test_customers_read_what_is_theirs_to_know(self):
        public = {
            "name",
            "description",
            "amount_disputed",
            "amount_open",
            "date_opened",
            "waiting_on",
            "is_closed",
            "customer_reference",
            "line_ids",
            "move_ids",
        }
        [row] = self._call(self.customer, self.case, "read", list(public))
        self.assertEqual(row["description"], "Broken")
        [row] = self._call(self.customer, self.case.line_ids, "read", ["amount", "move_id"])
        self.assertEqual(row["amount"], 60)
        # Reading without naming fields gives these and no more.
        for records in (self.case, self.case.line_ids):
            with self.subTest(records._name):
                [row] = self._call(self.customer, records, "read")
                allowed = set(records._get_portal_readable_fields())
                self.assertLessEqual(set(row), allowed)

    def test_customers_read_nothing_that_is_ours(self):
        ours = {
            "dispute.case": {
                "user_id",
                "coordinator_id",
                "team_id",
                "cause_id",
                "resolution_id",
                "is_valid",
                "risk",
                "priority",
                "tag_ids",
                "stage_id",
                "stage_kind",
                "reason_id",
                "pipeline_id",
                "source",
                "date_deadline",
                "deadline_state",
                "sla_status_ids",
                "stage_history_ids",
                "settlement_ids",
                "claim_change_ids",
                "activity_ids",
                "message_ids",
                "reopen_count",
                "color",
            },
            "dispute.line": {
                "amount_owed_at_opening",
                "amount_credited_at_refusal",
                "amount_credited_before",
                "settlement_line_ids",
                "claim_change_ids",
            },
        }
        for records in (self.case, self.case.line_ids):
            for name in ours[records._name]:
                with self.subTest(model=records._name, field=name):
                    with self._refused(AccessError):
                        self._call(self.customer, records, "read", [name])
                    with self._refused(AccessError):
                        # Asking whether it has a value tells the value.
                        self._call(self.customer, records, "search", [self._guess(name)])
        with self._refused(AccessError):
            self._call(self.customer, self.case, "search", [], order="risk")
        with self._refused(AccessError):
            self._call(self.customer, self.case, "search", [("cause_id.name", "ilike", "a")])
        with self._refused(AccessError):
            self._call(self.customer, self.case, "formatted_read_group", [], ["user_id"], ["__count"])
        with self._refused():
            self._call(self.customer, self.case, "export_data", ["name", "user_id/name"])

    def _guess(self, name):
        """A condition that tells something of a field's value."""
        field = self.case._fields.get(name) or self.case.line_ids._fields[name]
        if field.type == "selection":
            return (name, "=", field.get_values(self.env)[-1])
        values = {"char": "x", "datetime": "2026-01-01 00:00:00", "boolean": True}
        return (name, "=", values.get(field.type, 1))

    def test_customers_read_no_configuration(self):
        for model in ("dispute.stage", "dispute.reason", "dispute.team", "dispute.cause"):
            with self.subTest(model), self._refused(AccessError):
                self._call(self.customer, self.env[model], "search_read", [], ["name"])

    def test_customers_change_nothing(self):
        invoice = self.invoice
        vals = {
            "reason_id": self.reason.id,
            "line_ids": [Command.create({"move_id": invoice.id, "amount": 1})],
        }
        people = {"customer": self.customer, "public": self.public}
        for name, user in people.items():
            with self.subTest(user=name):
                with self._refused(AccessError):
                    self._call(user, self.case, "create", vals)
                for name in ("description", "customer_reference", "name", "access_token"):
                    with self._refused():
                        self._call(user, self.case, "write", {name: "x"})
                with self._refused(AccessError):
                    self._call(user, self.case.line_ids, "write", {"amount": 99})
        self._settle(self.case, "rejection")
        for name, user in people.items():
            with self.subTest(user=name), self._refused(AccessError):
                self._call(user, self.case, "action_reopen")

    def test_the_public_reads_nothing(self):
        for records in (self.case, self.case.line_ids):
            with self.subTest(records._name), self._refused(AccessError, MissingError):
                self._call(self.public, records, "read", ["display_name"])
