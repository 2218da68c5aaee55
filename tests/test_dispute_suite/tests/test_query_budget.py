import re
from functools import wraps
from unittest.mock import patch

from odoo.fields import Command
from odoo.sql_db import Cursor
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.dispute_management.tests.common import DisputeCommon

INVOICES = 10
#: Statements on our own tables; columns of ours on tables of others are no statement.
OWN_TABLE = re.compile(r'\b(?:FROM|JOIN|INTO|UPDATE)\s+"?dispute_', re.IGNORECASE)
SUITE = ("dispute_management", "refund_portal", "dispute_reports")
#: Models of others whose methods the suite extends.
NEIGHBOURS = (
    "account.move",
    "account.move.line",
    "account.partial.reconcile",
    "account.payment",
    "payment.transaction",
    "res.partner",
)
#: Queries for a batch of cases, all included: number, lines, history, promises, hold, messages,
#: followers and tracking. `project.task` takes ten to thirteen for every task.
QUERIES_TO_OPEN = 110
QUERIES_TO_MOVE = 90
#: More cases need no more queries, but for rows that Odoo inserts a hundred at a time.
MORE_INSERTS = 3


@tagged("post_install", "-at_install")
class TestQueryBudget(DisputeCommon):
    """What the suite may cost: nothing without a dispute, little in batches."""

    def _count(self, function):
        """:return: the statements that a function needs, from cold records to the database"""
        self.env.flush_all()
        self.env.invalidate_all()
        queries = []
        odoo_execute = Cursor.execute

        def execute(cursor, query, *args, **kwargs):
            queries.append(query.code if isinstance(query, SQL) else str(query))
            return odoo_execute(cursor, query, *args, **kwargs)

        with patch.object(Cursor, "execute", execute):
            function()
            self.env.flush_all()
            # Tracked changes are written when the transaction ends.
            self.env.cr.flush()
        return queries

    def _without_the_suite(self):
        """Put Odoo's own methods back where the suite extends them."""
        # Neighbours share classes: each is put back once, or what was put aside comes back wrong.
        patches = {}
        for name in NEIGHBOURS:
            model = self.env.registry[name]
            for cls in model.mro():
                if getattr(cls, "_module", None) not in SUITE or "pool" in cls.__dict__:
                    continue
                for attribute, member in list(vars(cls).items()):
                    above = model.mro()[model.mro().index(cls) + 1 :]
                    if callable(member) and any(attribute in vars(it) for it in above):
                        patches[cls, attribute] = patch.object(cls, attribute, self._pass(cls, member))
        return list(patches.values())

    @staticmethod
    def _pass(owner, member):
        @wraps(member)
        def odoo_own(self, *args, **kwargs):
            return getattr(super(owner, self), member.__name__)(*args, **kwargs)

        return odoo_own

    def assertCostsNothing(self, make, use):
        """As many statements with the suite as without it, and none on its tables.

        :param make: prepares what is used, anew for every run
        :param use: what is measured
        """
        self._count_prepared(make, use)  # fills Odoo's caches
        ours = self._count_prepared(make, use)
        touched = [query for query in ours if OWN_TABLE.search(query)]
        self.assertFalse(touched, touched[:3])
        patches = self._without_the_suite()
        self.assertTrue(patches)
        for item in patches:
            item.start()
        try:
            odoo_own = self._count_prepared(make, use)
        finally:
            for item in patches:
                item.stop()
        # Once more: what Odoo happens to look up again in one run is no cost of the suite.
        again = self._count_prepared(make, use)
        self.assertEqual(min(len(ours), len(again)), len(odoo_own))

    def _count_prepared(self, make, use):
        prepared = make()
        return self._count(lambda: use(prepared))

    # Nothing without a dispute

    def _make_drafts(self):
        return self.env["account.move"].create([self._prepare_invoice()] * INVOICES)

    def _prepare_invoice(self):
        return {
            "move_type": "out_invoice",
            "partner_id": self.partner_a.id,
            "invoice_date": "2026-01-01",
            "invoice_line_ids": [Command.create({"name": "x", "price_unit": 100, "tax_ids": False})],
        }

    def _make_posted(self):
        invoices = self._make_drafts()
        invoices.action_post()
        return invoices

    def test_creating_invoices_costs_nothing(self):
        self.assertCostsNothing(lambda: None, lambda _nothing: self._make_drafts())

    def test_posting_invoices_costs_nothing(self):
        self.assertCostsNothing(self._make_drafts, lambda drafts: drafts.action_post())

    def test_paying_invoices_costs_nothing(self):
        self.assertCostsNothing(self._make_posted, self._pay)

    def _pay(self, invoices):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices.ids
        ).create({"group_payment": False})._create_payments()

    def test_crediting_and_unreconciling_costs_nothing(self):
        def use(invoices):
            refunds = invoices._reverse_moves([{"invoice_date": "2026-01-02"} for _invoice in invoices])
            refunds.action_post()
            invoices.line_ids.remove_move_reconcile()

        self.assertCostsNothing(self._make_posted, use)

    def test_resetting_to_draft_costs_nothing(self):
        self.assertCostsNothing(self._make_posted, lambda invoices: invoices.button_draft())

    def test_listing_and_opening_invoices_costs_nothing(self):
        views = self.env["account.move"].get_views([(False, "list"), (False, "form")])

        def use(invoices):
            self.env["account.move"].with_user(self.env.user).web_search_read(
                [("id", "in", invoices.ids)], self._specification(views, "list"), limit=80
            )
            invoices[:1].web_read(self._specification(views, "form"))

        self.assertCostsNothing(self._make_posted, use)

    def _specification(self, views, kind):
        names = views["models"]["account.move"]["fields"]
        arch = views["views"][kind]["arch"]
        return {
            name: {}
            for name in re.findall(r'<field name="(\w+)"', arch)
            if name in names and name in self.env["account.move"]._fields
        }

    # Little in batches

    def assertFlat(self, make, use, budget):
        """As many statements for many cases as for few, and no more than the budget.

        :param make: prepares so many of what is used
        :param use: what is measured
        """
        counts = {}
        for size in (10, 10, 40):
            prepared = make(size)
            counts[size] = len(self._count(lambda prepared=prepared: use(prepared)))
        self.assertLessEqual(counts[40], counts[10] + MORE_INSERTS)
        self.assertLessEqual(counts[10], budget)

    def test_opening_cases_in_batches(self):
        self.assertFlat(self._make_posted_in_number, self._open, QUERIES_TO_OPEN)

    def test_opening_routed_cases_with_a_plan_in_batches(self):
        # A team, a rule and a plan are set up by an administrator.
        env = self.env(su=True)
        team = env["dispute.team"].create(
            {
                "name": "In turn",
                "member_ids": [Command.set(self.clerk.ids)],
                "assignment_method": "round_robin",
            }
        )
        env["dispute.routing.rule"].create({"name": "All", "team_id": team.id, "amount_min": 1})
        step = {
            "activity_type_id": env.ref("mail.mail_activity_data_todo").id,
            "responsible_type": "dispute_salesperson",
            "dispute_working_days": 2,
        }
        self._stage("new").sudo().activity_plan_id = env["mail.activity.plan"].create(
            {"name": "Look", "res_model": "dispute.case", "template_ids": [Command.create(step)]}
        )

        def make(size):
            invoices = self._make_posted_in_number(size)
            invoices.invoice_user_id = self.clerk
            self.env.cr.flush()
            return invoices

        def use(invoices):
            cases = self._open(invoices)
            self.assertEqual(set(cases.mapped("assignment_note")), {"Rule All: in turn in In turn"})
            self.assertEqual(cases.activity_ids.user_id, self.clerk)

        self.assertFlat(make, use, QUERIES_TO_OPEN)

    def _open(self, invoices):
        return (
            self.env["dispute.case"]
            .with_user(self.clerk)
            .create(
                [
                    {
                        "reason_id": self.reason.id,
                        "line_ids": [Command.create({"move_id": move.id, "amount": 50})],
                    }
                    for move in invoices
                ]
            )
        )

    def _make_cases(self, size):
        cases = self._open(self._make_posted_in_number(size))
        self.env.cr.flush()
        return cases

    def test_moving_cases_in_batches(self):
        stage = self._stage("checking")
        self.assertFlat(self._make_cases, lambda cases: cases.write({"stage_id": stage.id}), QUERIES_TO_MOVE)

    def test_moving_and_closing_cases_in_batches(self):
        self.assertFlat(self._make_cases, self._work, 3 * QUERIES_TO_MOVE)

    def test_assigning_cases_in_batches(self):
        team = (
            self.env["dispute.team"]
            .sudo()
            .create(
                {
                    "name": "In turn",
                    "member_ids": [Command.set(self.clerk.ids)],
                    "assignment_method": "least_loaded",
                }
            )
        )

        def make(size):
            cases = self._make_cases(size).sudo()
            cases.with_context(mail_auto_subscribe_no_notify=True).write({"user_id": self.leader.id})
            self.env.cr.flush()
            return cases.with_user(self.clerk)

        self.assertFlat(make, lambda cases: cases._assign(team.with_env(self.env)), QUERIES_TO_MOVE)

    def _make_posted_in_number(self, size):
        invoices = self.env["account.move"].create([self._prepare_invoice()] * size)
        invoices.action_post()
        return invoices

    def _work(self, cases):
        cases.write({"stage_id": self._stage("checking").id})
        cases.write({"stage_id": self._stage("waiting_customer").id})
        cases._close(self._resolution("WDN"), self.cause)

    def test_alerting_owners_in_batches(self):
        # Their owner tells themselves: Odoo mails whoever else is told, to-do by to-do.
        self.assertFlat(self._make_cases, lambda cases: cases._alert_owner(), QUERIES_TO_MOVE)

    def test_approvers_are_asked_at_once(self):
        cases = self._make_cases(INVOICES)
        settlements = cases.env["dispute.settlement"].create(
            [
                {
                    "case_id": case.id,
                    "resolution_id": self._resolution("CRP").id,
                    "reason_text": "As decided",
                    "line_ids": [
                        Command.create(
                            {"dispute_line_id": case.line_ids.id, "kind": "credit_note", "amount": 50}
                        )
                    ],
                }
                for case in cases
            ]
        )
        # Any amount takes an approval here, whatever an administrator would set.
        self.company.sudo().dispute_no_approval_credit = 0
        queries = self._count(settlements._propose)
        asked = settlements.sudo().activity_ids
        self.assertEqual(set(asked.mapped("res_id")), set(settlements.ids))
        made = [query for query in queries if query.startswith('INSERT INTO "mail_activity"')]
        self.assertEqual(len(made), 1)

    def test_listing_cases_does_not_depend_on_their_number(self):
        views = self.env["dispute.case"].with_user(self.clerk).get_views([(False, "list"), (False, "kanban")])
        fields = {
            name
            for view in views["views"].values()
            for name in re.findall(r'<field name="(\w+)"', view["arch"])
        }
        specification = {name: {} for name in fields & set(self.env["dispute.case"]._fields)}
        counts = []
        for size in (10, 10, 40):
            cases = self._open(self._make_posted_in_number(size))
            counts.append(
                len(
                    self._count(
                        lambda ids=cases.ids: (
                            self.env["dispute.case"]
                            .with_user(self.clerk)
                            .web_search_read([("id", "in", ids)], specification, limit=80)
                        )
                    )
                )
            )
        self.assertLessEqual(counts[2], counts[1], specification)
