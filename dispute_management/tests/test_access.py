from odoo.exceptions import AccessError
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
    # Whoever holds an activity answers it; what is written is checked by the wizard.
    "dispute.activity.done": dict.fromkeys(
        ("viewer", "approver", "clerk", "leader", "administrator", "outsider"), "crwu"
    ),
    "dispute.approval.delegation": {
        **_READERS,
        "leader": "crw",
        "administrator": "crw",
        "approver": "crw",
    },
    "dispute.approval.tier": _CONFIGURATION,
    "dispute.case": {**_WORK, "outsider": "r", "customer": "r"},
    "dispute.call": _WIZARD,
    "dispute.cause": {**_CONFIGURATION, "outsider": "r"},
    "dispute.claim.change": _READERS,
    "dispute.close": _WIZARD,
    "dispute.department": _CONFIGURATION,
    "dispute.escalate": _WIZARD,
    "dispute.escalation.alert": _READERS,
    "dispute.escalation.log": _READERS,
    "dispute.escalation.rule": _CONFIGURATION,
    "dispute.escalation.tier": {**_CONFIGURATION, "outsider": "r"},
    "dispute.escalation.trial": {"administrator": "crwu"},
    "dispute.escalation.trial.line": {"administrator": "crwu"},
    "dispute.evidence": {**_WORK, "outsider": "r"},
    "dispute.evidence.pack": _READERS,
    "dispute.evidence.type": {**_READERS, "administrator": "crwu", "outsider": "r"},
    "dispute.information.item": {**_READERS, "outsider": "r"},
    "dispute.information.request": {**_READERS, "outsider": "r"},
    "dispute.line": {**_WORK, "outsider": "r", "customer": "r"},
    "dispute.link": {"administrator": "r"},
    "dispute.merge": _WIZARD,
    "dispute.next.step": {**_READERS, "administrator": "crwu"},
    "dispute.open": _WIZARD,
    "dispute.open.line": _WIZARD,
    "dispute.pipeline": {**_CONFIGURATION, "outsider": "r"},
    "dispute.question": _CONFIGURATION,
    "dispute.question.item": {**_READERS, "administrator": "crwu"},
    "dispute.question.rule": {**_READERS, "administrator": "crwu"},
    "dispute.reassign": _WIZARD,
    # One that nothing uses yet may go.
    "dispute.reason": {**_READERS, "administrator": "crwu", "outsider": "r"},
    "dispute.reason.mail": {**_READERS, "administrator": "crwu"},
    "dispute.refund.policy": _CONFIGURATION,
    "dispute.refer": _WIZARD,
    "dispute.refer.document": _WIZARD,
    "dispute.referral": _WORK,
    "dispute.referral.channel": _CONFIGURATION,
    "dispute.resolution": {**_CONFIGURATION, "outsider": "r"},
    "dispute.routing.rule": {**_READERS, "administrator": "crwu"},
    "dispute.settings": {"administrator": "crwu"},
    "dispute.settlement": {
        **_READERS,
        "clerk": "crw",
        "leader": "crw",
        "administrator": "crw",
    },
    "dispute.settlement.approval": _READERS,
    "dispute.settlement.item": {
        **_READERS,
        "clerk": "crw",
        "leader": "crw",
        "administrator": "crw",
    },
    "dispute.settlement.batch": _READERS,
    "dispute.settlement.batch.line": _READERS,
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
    "dispute.stage.archive": {"administrator": "crwu"},
    "dispute.stage.history": {**_READERS, "outsider": "r"},
    "dispute.stage.requirement": {**_READERS, "administrator": "crwu", "outsider": "r"},
    # Who reads the disputes and the books may print what they say.
    "dispute.statement.print": {**_WIZARD, "viewer": "crwu", "approver": "crwu"},
    "dispute.tag": {
        **_READERS,
        "clerk": "crw",
        "leader": "crw",
        "administrator": "crwu",
        "outsider": "r",
    },
    "dispute.team": _CONFIGURATION,
    "dispute.webhook": {"administrator": "crw"},
    "dispute.webhook.event": _READERS,
    "information.request.send": _WIZARD,
    "information.request.send.item": _WIZARD,
    "information.request.send.recipient": _WIZARD,
    "settlement.batch": _WIZARD,
    "settlement.batch.line": _WIZARD,
    "settlement.decline": _WIZARD,
    # Approvers decide when what is invoiced again is due.
    "settlement.change.due": {**_WIZARD, "viewer": "crwu", "approver": "crwu"},
    "settlement.preview": _READERS,
    "chargeback.record": _WIZARD,
    "dispute.receivable": _READERS,
    "settlement.propose": _WIZARD,
    "settlement.propose.item": _WIZARD,
    "settlement.propose.line": _WIZARD,
    # Approvers and their delegates change nothing but by deciding.
    "settlement.refuse": {**_WIZARD, "viewer": "crwu", "approver": "crwu"},
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
        return "".join(letter for letter, operation in OPERATIONS.items() if records.has_access(operation))

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
                    self.assertEqual(self._granted(getattr(self, name), model), granted.get(name, ""))

    def test_accounting_is_only_read(self):
        users = self.viewer | self.clerk | self.leader | self.administrator | self.approver
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
        # As only a broken import leaves it: an open case gets an owner back at once.
        self.env.flush_all()
        self.env.cr.execute("UPDATE dispute_case SET user_id = NULL WHERE id = %s", (self.case.id,))
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
        self._call(outsider, activity, "action_feedback", feedback="Yes, here is the photo")
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
        activity = self.partner_a.activity_schedule("mail.mail_activity_data_todo", user_id=self.outsider.id)
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
