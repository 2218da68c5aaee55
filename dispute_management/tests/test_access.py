from odoo.exceptions import AccessError, MissingError
from odoo.fields import Command
from odoo.tests import tagged

from .access_common import AccessCommon

OPERATIONS = {"c": "create", "r": "read", "w": "write", "u": "unlink"}

#: What each kind of user may do with a model, whatever the record: c(reate), r(ead),
#: w(rite), u(nlink). Whom a row does not name may do nothing. A customer is a portal user,
#: an outsider an internal user without any dispute group.
_READERS = {"viewer": "r", "approver": "r", "clerk": "r", "leader": "r", "administrator": "r"}
_CONFIGURATION = {**_READERS, "administrator": "crw"}
_WORK = {**_READERS, "clerk": "crw", "leader": "crw", "administrator": "crw"}
_WIZARD = {"clerk": "crwu", "leader": "crwu", "administrator": "crwu"}

ACCESS = {
    "dispute.case": {**_WORK, "outsider": "r", "customer": "r"},
    "dispute.cause": _CONFIGURATION,
    "dispute.claim.change": _READERS,
    "dispute.close": _WIZARD,
    "dispute.department": _CONFIGURATION,
    "dispute.evidence": {**_WORK, "outsider": "r"},
    "dispute.evidence.type": {**_READERS, "administrator": "crwu", "outsider": "r"},
    "dispute.line": {**_WORK, "outsider": "r", "customer": "r"},
    "dispute.merge": _WIZARD,
    "dispute.open": _WIZARD,
    "dispute.open.line": _WIZARD,
    "dispute.pipeline": {**_CONFIGURATION, "outsider": "r"},
    "dispute.reason": {**_CONFIGURATION, "outsider": "r"},
    "dispute.resolution": _CONFIGURATION,
    "dispute.routing.rule": {**_READERS, "administrator": "crwu"},
    "dispute.settlement": {
        **_READERS,
        "clerk": "crw",
        "leader": "crw",
        "administrator": "crw",
    },
    "dispute.settlement.line": {
        **_READERS,
        "clerk": "crw",
        "leader": "crw",
        "administrator": "crw",
    },
    "dispute.sla.policy": _CONFIGURATION,
    "dispute.sla.status": _READERS,
    "dispute.split": _WIZARD,
    "dispute.stage": {**_CONFIGURATION, "outsider": "r"},
    "dispute.stage.history": {**_READERS, "outsider": "r"},
    "dispute.stage.requirement": {**_READERS, "administrator": "crwu", "outsider": "r"},
    "dispute.tag": {
        **_READERS,
        "clerk": "crw",
        "leader": "crw",
        "administrator": "crwu",
        "outsider": "r",
    },
    "dispute.team": _CONFIGURATION,
    "settlement.propose": _WIZARD,
    "settlement.propose.line": _WIZARD,
}

#: Accounting that dispute groups may look at, and no more.
ACCOUNTING = [
    "account.account",
    "account.journal",
    "account.move",
    "account.move.line",
    "account.partial.reconcile",
    "account.payment",
    "account.payment.term",
    "account.tax",
]

CAST = {
    "viewer",
    "approver",
    "clerk",
    "leader",
    "administrator",
    "outsider",
    "customer",
    "public",
}


@tagged("post_install", "-at_install")
class TestAccess(AccessCommon):
    """Who may do what: the table of models, then the rules about single records."""

    def _granted(self, user, model):
        records = self.env[model].with_user(user)
        return "".join(
            letter
            for letter, operation in OPERATIONS.items()
            if records.has_access(operation)
        )

    # Models and groups

    def test_access_to_every_model_is_decided(self):
        models = {
            model._name
            for model in self.env.registry.values()
            if model._original_module == "dispute_management" and not model._abstract
        }
        self.assertEqual(models, set(ACCESS), "Decide who may do what with the model.")

    def test_every_model_and_group(self):
        for model, granted in ACCESS.items():
            self.assertLessEqual(set(granted), CAST)
            for name in sorted(CAST):
                with self.subTest(model=model, user=name):
                    self.assertEqual(
                        self._granted(getattr(self, name), model), granted.get(name, "")
                    )

    def test_accounting_is_only_read(self):
        users = (
            self.viewer | self.clerk | self.leader | self.administrator | self.approver
        )
        for model in ACCOUNTING:
            for user in users:
                with self.subTest(model=model, user=user.login):
                    self.assertEqual(self._granted(user, model), "r")
        for name in ("group_account_invoice", "group_account_readonly"):
            self.assertFalse(any(user.has_group(f"account.{name}") for user in users))

    def test_groups_imply_the_lower_ones(self):
        ladder = ["viewer", "user", "leader", "administrator"]
        people = [self.viewer, self.clerk, self.leader, self.administrator]
        for rank, user in enumerate(people):
            for level, group in enumerate(ladder):
                with self.subTest(user=user.login, group=group):
                    self.assertEqual(
                        user.has_group(f"dispute_management.group_dispute_{group}"),
                        level <= rank,
                    )

    def test_approver_is_implied_by_nobody(self):
        group = self.env.ref("dispute_management.group_dispute_approver")
        self.assertFalse(group.implied_by_ids)
        self.assertFalse(self.administrator.has_group(group._get_external_ids()[group.id][0]))
        self.assertTrue(self.approver.has_group("dispute_management.group_dispute_viewer"))
        self.assertFalse(self.approver.has_group("dispute_management.group_dispute_user"))

    # Cases: own, of the team, of others

    def test_all_dispute_groups_read_all_cases_of_the_company(self):
        for name in ("viewer", "colleague", "clerk", "leader", "administrator", "approver"):
            with self.subTest(name):
                found = self.env["dispute.case"].with_user(getattr(self, name)).search([])
                self.assertIn(self.case, found)
                found.with_user(getattr(self, name)).read()

    def test_who_changes_a_case(self):
        self.case.user_id = self.clerk
        allowed = {
            "owner": (self.clerk, True),
            "member of its team": (self.teammate, True),
            "leader": (self.leader, True),
            "administrator": (self.administrator, True),
            "user of another team": (self.colleague, False),
            "viewer": (self.viewer, False),
            "approver": (self.approver, False),
            "outsider": (self.outsider, False),
            "customer": (self.customer, False),
        }
        line, settlement = self.case.line_ids, self._draft_settlement()
        for who, (user, may) in allowed.items():
            stage = self._stage("checking" if may else "waiting_customer")
            for records, vals in (
                (self.case, {"priority": "1"}),
                (self.case, {"stage_id": stage.id}),
                (self.case, {"line_ids": [Command.update(line.id, {"amount": 50})]}),
                (line, {"amount": 51}),
                (settlement, {"reason_text": who}),
                (settlement.line_ids, {"amount": 5}),
            ):
                with self.subTest(who=who, model=records._name, vals=vals):
                    if may:
                        self._call(user, records, "write", vals)
                    else:
                        with self._refused(AccessError):
                            self._call(user, records, "write", vals)

    def test_coordinator_and_anyone_on_an_ownerless_case_may_work(self):
        self.case.team_id = False
        self.case.write({"user_id": self.clerk.id, "coordinator_id": self.colleague.id})
        self._call(self.colleague, self.case, "write", {"priority": "1"})
        with self._refused(AccessError):
            self._call(self.teammate, self.case, "write", {"priority": "2"})
        self.case.user_id = False
        self._call(self.teammate, self.case, "write", {"priority": "2"})

    def test_a_claim_can_t_be_smuggled_into_the_case_of_others(self):
        self.case.user_id = self.clerk
        claim = {"case_id": self.case.id, "move_id": self.invoice.id, "amount": 1}
        with self._refused(AccessError):
            self._call(self.colleague, self.env["dispute.line"], "create", claim)
        self._call(self.teammate, self.env["dispute.line"], "create", claim)
        self.assertEqual(self.case.amount_disputed, 61)

    def test_nobody_deletes_cases_and_claims(self):
        for user in (self.clerk, self.leader, self.administrator, self.env.user):
            for records in (self.case, self.case.line_ids):
                with self.subTest(user=user.login, model=records._name), self._refused():
                    self._call(user, records, "unlink")
        for records in (self.case, self.case.line_ids):
            with self._refused():
                records.sudo().unlink()

    def _draft_settlement(self):
        return (
            self.env["dispute.settlement"]
            .with_user(self.clerk)
            .create(
                {
                    "case_id": self.case.id,
                    "line_ids": [
                        Command.create(
                            {
                                "dispute_line_id": self.case.line_ids.id,
                                "kind": "credit_note",
                                "amount": 10,
                            }
                        )
                    ],
                }
            )
        )

    # Companies

    def test_cases_of_another_company_are_not_there(self):
        data = self.setup_other_company()
        other = data["company"]
        self.env.user.company_ids |= other
        invoice = self._create_invoice_one_line(
            price_unit=50,
            partner_id=self.partner_a.id,
            journal_id=data["default_journal_sale"].id,
            company_id=other.id,
            post=True,
        )
        foreign = self._create_case({invoice: 50}, user=self.env.ref("base.user_root"))
        self.assertEqual(foreign.company_id, other)
        evidence = (
            foreign.line_ids,
            foreign.stage_history_ids,
            foreign.claim_change_ids,
            foreign.sla_status_ids,
        )
        for user in (self.viewer, self.clerk, self.leader, self.administrator, self.customer):
            for records in (foreign, *evidence):
                with self.subTest(user=user.login, model=records._name):
                    model = self.env[records._name].with_user(user)
                    if model.has_access("read"):
                        self.assertFalse(model.search([("id", "in", records.ids)]))
                    with self._refused(AccessError):
                        self._call(user, records, "read", ["id", "display_name"])
            with self.subTest(user=user.login), self._refused(AccessError):
                # A client chooses its companies, but only among its own.
                self._call(
                    user,
                    foreign,
                    "read",
                    ["name"],
                    context={"allowed_company_ids": [other.id]},
                )
        self.leader.company_ids |= other
        context = {"allowed_company_ids": [other.id]}
        rows = self._call(self.leader, foreign, "read", ["name"], context=context)
        self.assertEqual(rows[0]["name"], foreign.name)

    # Whoever has an open activity

    def test_resolver_reads_the_one_case(self):
        other = self._create_case({self.invoice: 10})
        outsider = self.outsider
        with self._refused(AccessError):
            self._call(outsider, self.case, "read", ["name"])
        self.assertFalse(self._call(outsider, other, "search", []))
        activity = self.case.with_user(self.clerk).activity_schedule(
            "mail.mail_activity_data_todo", user_id=outsider.id, summary="Was it broken?"
        )
        # Everything that the form shows, computed figures included.
        for records in (self.case, self.case.line_ids, self.case.stage_history_ids):
            with self.subTest(records._name):
                self._call(outsider, records, "read")
                found = self._call(outsider, records, "search", [])
                self.assertEqual(found, records.ids)
        for records in (other, other.line_ids, other.stage_history_ids):
            with self.subTest(records._name), self._refused(AccessError):
                self._call(outsider, records, "read", ["display_name"])
        with self._refused(AccessError):
            self._call(outsider, self.case, "write", {"priority": "1"})
        with self._refused(AccessError):
            self._call(outsider, self.case.settlement_ids, "search", [])
        self._call(
            outsider, activity, "action_feedback", feedback="Yes, here is the photo"
        )
        self.assertFalse(activity.active)
        self.assertIn("here is the photo", "".join(self.case.message_ids.mapped("body")))
        # Done, and with it the right to look.
        for records in (self.case, self.case.line_ids, self.case.stage_history_ids):
            with self.subTest(records._name):
                with self._refused(AccessError):
                    self._call(outsider, records, "read", ["display_name"])
                self.assertFalse(self._call(outsider, records, "search", []))

    def test_nobody_lets_themselves_in(self):
        """An activity opens a case, so it takes someone inside to give it out."""
        vals = {
            "res_model_id": self.env["ir.model"]._get_id("dispute.case"),
            "res_id": self.case.id,
            "user_id": self.outsider.id,
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
        }
        own = self.env["mail.activity"].with_user(self.outsider)
        with self._refused(AccessError):
            self._call(self.outsider, own, "create", vals)
        activity = self.partner_a.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.outsider.id
        )
        with self._refused(AccessError):
            self._call(
                self.outsider,
                activity,
                "write",
                {"res_model_id": vals["res_model_id"], "res_id": self.case.id},
            )
            self._call(self.outsider, self.case, "read", ["name"])
        # Odoo answers no instead of raising.
        self.assertFalse(
            self._call(
                self.outsider,
                self.case,
                "message_subscribe",
                partner_ids=self.outsider.partner_id.ids,
            )
        )
        self.assertNotIn(self.outsider.partner_id, self.case.message_partner_ids)

    # Customers

    def test_customers_read_their_own_cases_only(self):
        theirs = self._create_case(
            {self._create_invoice_of(70, partner=self.partner_b): 70}
        )
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
            self._call(
                self.customer, self.case, "formatted_read_group", [], ["user_id"], ["__count"]
            )
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
