"""What is measured on: a clerk, customers, invoices, and the cases and tasks made in the run."""

from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import islice

from odoo import SUPERUSER_ID
from odoo.fields import Command

LOGIN = "bench"
GROUPS = (
    "base.group_user",
    "account.group_account_invoice",
    "dispute_management.group_dispute_user",
    "project.group_project_user",
)
CUSTOMERS = 200
BATCH = 100
INVOICES_A_BATCH = 250
# The cases were opened over this many days before today.
DAYS = 720


def batched(items, size=BATCH):
    """Yield the items as lists of at most ``size``."""
    items = iter(items)
    while batch := list(islice(items, size)):
        yield batch


class Population:
    """Makes what the measures need, once a run."""

    def __init__(self, env, size, progress):
        self.size = size
        self._progress = progress
        self._admin = env
        self.env = env(user=self._get_clerk(env), context=_get_context(env))
        self._partners = []
        self._invoice_ids = []
        self._project = None

    # What exists

    def get_partners(self):
        if not self._partners:
            self._partners = make_partners(self._admin)
            self._admin.cr.commit()
        return self._partners

    def take_invoices(self, count):
        """Posted invoices that nobody has disputed yet."""
        while len(self._invoice_ids) < count:
            self._progress(f"invoices {len(self._invoice_ids)}/{count}")
            missing = min(INVOICES_A_BATCH, count - len(self._invoice_ids))
            moves = make_invoices(self._admin, self.get_partners(), missing)
            moves.action_post()
            self._invoice_ids += moves.ids
            self._admin.cr.commit()
            self._admin.invalidate_all()
        taken, self._invoice_ids = self._invoice_ids[:count], self._invoice_ids[count:]
        return taken

    # What is made while the clock runs

    def create_cases(self, invoice_ids, **values):
        """Open a case on each invoice, as a clerk.

        :param values: values of the cases that differ
        """
        return self.open_cases(dict.fromkeys(invoice_ids, 10.0), **values)

    def open_cases(self, claims, **values):
        """Open a case for each claim, as a clerk.

        :param claims: ``{id of the invoice: amount}``
        :param values: values of the cases that differ
        """
        reasons = self.env["dispute.reason"].search([]).ids
        now = datetime.now().replace(microsecond=0)
        return self.env["dispute.case"].create(
            [
                {
                    "reason_id": reasons[invoice_id % len(reasons)],
                    "user_id": self.env.uid,
                    "description": f"Invoice {invoice_id} is not what we agreed.",
                    "date_opened": now - timedelta(days=invoice_id % DAYS, hours=1),
                    "line_ids": [Command.create({"move_id": invoice_id, "amount": amount})],
                    **values,
                }
                for invoice_id, amount in claims.items()
            ]
        )

    def create_tasks(self, numbers):
        """Make a task for each number, in the hands of the same clerk."""
        project, partners = self._get_project(), self.get_partners()
        now = datetime.now().replace(microsecond=0)
        return self.env["project.task"].create(
            [
                {
                    "name": f"Task {number}",
                    "project_id": project.id,
                    "partner_id": partners[number % len(partners)].id,
                    "user_ids": [Command.set([self.env.uid])],
                    "description": f"Invoice {number} is not what we agreed.",
                    "date_deadline": now + timedelta(days=number % 30),
                }
                for number in numbers
            ]
        )

    def close_some(self, cases):
        """Close cases as withdrawn, so that the report has cycle times to average."""
        if not cases:
            return
        resolution = self.env.ref("dispute_management.dispute_resolution_wdn")
        cause = self.env.ref("dispute_management.dispute_cause_unk")
        for ids in batched(cases.ids):
            cases.browse(ids)._close(resolution, cause=cause)
            self.env.cr.commit()
            self.env.invalidate_all()

    @contextmanager
    def planned(self, stage):
        """Have a stage start an activity plan: one to-do for the owner of the case.

        :param stage: the end of its name in our data
        """
        env = self.env(su=True)
        stage = env.ref(f"dispute_management.dispute_stage_{stage}")
        step = {
            "activity_type_id": env.ref("mail.mail_activity_data_todo").id,
            "summary": "Look into it",
            "responsible_type": "dispute_owner",
            "dispute_working_days": 2,
        }
        stage.activity_plan_id = env["mail.activity.plan"].create(
            {"name": stage.name, "res_model": "dispute.case", "template_ids": [Command.create(step)]}
        )
        env.cr.commit()
        yield
        stage.activity_plan_id = False
        env.cr.commit()

    # Helpers

    def _get_project(self):
        if not self._project:
            self._project = self._admin["project.project"].create(
                {
                    "name": "Bench",
                    "privacy_visibility": "employees",
                    "type_ids": [Command.create({"name": name}) for name in ("New", "Doing", "Done")],
                }
            )
            self._admin.cr.commit()
        return self._project

    @staticmethod
    def _get_clerk(env):
        groups = [group.id for name in GROUPS if (group := env.ref(name, raise_if_not_found=False))]
        clerk = env["res.users"].search([("login", "=", LOGIN)]) or env["res.users"].create(
            {"name": "Bench", "login": LOGIN, "group_ids": [Command.set(groups)]}
        )
        env.cr.commit()
        return clerk.id


def get_admin(env):
    """The superuser's environment, as a web client's calls would have it."""
    return env(user=SUPERUSER_ID, context=_get_context(env))


def make_partners(env):
    return env["res.partner"].create(
        [{"name": f"Customer {number}", "is_company": True} for number in range(CUSTOMERS)]
    )


def make_invoices(env, partners, count):
    """Draft invoices of one line and a day each."""
    journal = env["account.journal"].search(
        [("type", "=", "sale"), ("company_id", "=", env.company.id)], limit=1
    )
    today = date.today()
    return env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "journal_id": journal.id,
                "partner_id": partners[number % len(partners)].id,
                "invoice_date": today,
                "invoice_line_ids": [
                    Command.create({"name": f"Service {number}", "quantity": 2, "price_unit": 50.0})
                ],
            }
            for number in range(count)
        ]
    )


def _get_context(env):
    return {"lang": "en_US", "tz": "UTC", "allowed_company_ids": env.company.ids}
