from contextlib import contextmanager

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user
from odoo.tools import SQL

from .common import DisputeCommon


class NotRefusedError(Exception):
    """Something was allowed that should not have been."""


class AccessCommon(DisputeCommon):
    """Everyone who may come near a dispute, and calls as they come from outside."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.teammate = cls._create_user("dispute_teammate", "group_dispute_user")
        cls.team.member_ids = [Command.link(cls.teammate.id)]
        cls.customer = cls._create_customer("dispute_customer", cls.partner_a)
        cls.stranger = cls._create_customer("dispute_stranger", cls.partner_b)
        cls.public = cls.env.ref("base.public_user")
        cls.bookkeeper = cls._create_user("dispute_bookkeeper")
        cls.bookkeeper.group_ids = [Command.link(cls.env.ref("account.group_account_invoice").id)]
        cls.invoice = cls._create_invoice_of(100)
        cls.case = cls._create_case({cls.invoice: 60}, description="Broken")

    @classmethod
    def _create_customer(cls, login, company_partner):
        """A portal user who is a contact of a customer."""
        contact = cls.env["res.partner"].create(
            {"name": login, "email": f"{login}@example.com", "parent_id": company_partner.id}
        )
        return new_test_user(
            cls.env,
            login=login,
            groups="base.group_portal",
            partner_id=contact.id,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _create_system_user(cls):
        """Odoo's own administrator, who is administrator of disputes and accounting too."""
        user = cls._create_user("dispute_system", "group_dispute_administrator")
        user.group_ids = [
            Command.link(cls.env.ref("base.group_system").id),
            Command.link(cls.env.ref("account.group_account_manager").id),
        ]
        return user

    def _call(self, user, records, method, *args, context=None, **kwargs):
        """Call a method as a client does: over RPC, as a user, with a context of theirs."""
        # What was read before with other rights must not answer for the database.
        self.env.flush_all()
        self.env.invalidate_all()
        model = self.env(user=user, su=False, context={})[records._name]
        if not getattr(getattr(type(model), method), "_api_model", False):
            args = (records.ids, *args)
        return call_kw(model, method, args, {**kwargs, "context": context or {}})

    @contextmanager
    def _refused(self, *expected):
        """What is done inside is refused, and changes nothing."""
        expected = expected or (AccessError, UserError)
        facts = self._facts()
        try:
            with self.env.cr.savepoint():
                yield
                raise NotRefusedError  # takes back what should not have happened
        except expected:
            self.env.invalidate_all()
            self.assertEqual(self._facts(), facts)
        except NotRefusedError:
            self.fail("This was not refused.")

    def _facts(self):
        """All columns of the case, its lines and its evidence, as the database has them."""
        self.env.flush_all()
        rows = {}
        for model in (
            "dispute.case",
            "dispute.line",
            "dispute.claim.change",
            "dispute.stage.history",
            "dispute.sla.status",
            "dispute.settlement",
            "dispute.settlement.line",
        ):
            table = SQL.identifier(self.env[model]._table)
            rows[model] = self.env.execute_query(SQL("SELECT * FROM %s ORDER BY id", table))
        return rows
