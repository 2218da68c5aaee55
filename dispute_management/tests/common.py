import io

from reportlab.pdfgen.canvas import Canvas

from odoo.fields import Command

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


def make_pdf(text):
    """:return: bytes of a PDF of one page that any reader opens"""
    stream = io.BytesIO()
    page = Canvas(stream, invariant=1)
    page.drawString(56, 780, text)
    page.save()
    return stream.getvalue()


class DisputeCommon(AccountTestInvoicingCommon):
    """The cast of the dispute tests, and short ways to make what they need."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        (
            cls.clerk,
            cls.colleague,
            cls.leader,
            cls.viewer,
            cls.administrator,
            cls.approver,
            cls.outsider,
        ) = cls._create_users(
            dispute_clerk="group_dispute_user",
            dispute_colleague="group_dispute_user",
            dispute_leader="group_dispute_leader",
            dispute_viewer="group_dispute_viewer",
            dispute_administrator="group_dispute_administrator",
            dispute_approver="group_dispute_approver",
            dispute_outsider=None,
        )
        cls.reason = cls.env.ref("dispute_management.dispute_reason_oth")
        cls.cause = cls.env.ref("dispute_management.dispute_cause_unk")
        cls.pipeline = cls.env.ref("dispute_management.dispute_pipeline_standard")
        cls.team = (
            cls.env["dispute.team"]
            .sudo()
            .create(
                {
                    "name": "Test receivables",
                    "company_id": cls.company.id,
                    "sequence": -1,
                    "user_id": cls.leader.id,
                    "member_ids": [Command.set(cls.clerk.ids)],
                }
            )
        )
        cls.company.dispute_writeoff_account_id = cls.company_data["default_account_expense"]

    @classmethod
    def _create_user(cls, login, group=None, **values):
        return cls.env["res.users"].create(cls._get_user_values(login, group) | values)

    @classmethod
    def _create_users(cls, **groups):
        """Create many in the time of a few: every test class has a cast of its own.

        :param groups: right of the addon by login, or None
        """
        return cls.env["res.users"].create([cls._get_user_values(*item) for item in groups.items()])

    @classmethod
    def _get_user_values(cls, login, group=None):
        groups = [cls.env.ref("base.group_user")]
        if group:
            groups.append(cls.env.ref(f"dispute_management.{group}"))
        return {
            "name": login,
            "login": login,
            # As `new_test_user` has it.
            "password": login.ljust(8, "x"),
            "email": f"{login}@example.com",
            "group_ids": [Command.set([group.id for group in groups])],
            "company_id": cls.company.id,
            "company_ids": [Command.set(cls.company.ids)],
        }

    @classmethod
    def _create_invoice_of(cls, amount, partner=None, taxes=None, **values):
        return cls._create_invoice_one_line(
            price_unit=amount,
            partner_id=(partner or cls.partner_a).id,
            tax_ids=[Command.set(taxes.ids if taxes else [])],
            post=True,
            **values,
        )

    @classmethod
    def _create_case(cls, claims, user=None, **values):
        """:param claims: ``{invoice: amount}``"""
        return (
            cls.env["dispute.case"]
            .with_user(user or cls.clerk)
            .create(
                {
                    "reason_id": cls.reason.id,
                    "line_ids": [
                        Command.create({"move_id": move.id, "amount": amount})
                        for move, amount in claims.items()
                    ],
                    **values,
                }
            )
        )

    @classmethod
    def _create_bank(cls, number="DE89370400440532013000", partner=None, trusted_by=None):
        """A bank account of a customer that somebody trusts who handles no disputes."""
        bank = cls.env["res.partner.bank"].create(
            {"acc_number": number, "partner_id": (partner or cls.partner_a).id}
        )
        if not trusted_by:
            trusted_by = cls._create_user(f"dispute_trusts_{bank.id}")
            trusted_by.sudo().group_ids += cls.env.ref("account.group_validate_bank_account")
            trusted_by.sudo().group_ids += cls.env.ref("base.group_partner_manager")
        bank.with_user(trusted_by).allow_out_payment = True
        return bank

    @classmethod
    def _settle(cls, case, kind, amount=None, user=None):
        """Settle one line of a case through the wizard, closing it when nothing is left; who has
        to approve it does, and the customer agrees.
        """
        wizard = (
            cls.env["settlement.propose"]
            .with_user(user or cls.clerk)
            .create({"case_id": case.id, "kind": kind, "cause_id": cls.cause.id})
        )
        wizard.reason_text = "As decided"
        if amount is not None:
            wizard.line_ids[0].amount = amount
        wizard.action_settle()
        settlement = case.settlement_ids.sorted("id")[-1]
        cls._approve(settlement)
        if settlement.state == "proposed":
            settlement._accept_offer("Customer")
        return settlement

    @classmethod
    def _approve(cls, settlement):
        """Have everybody approve whose approval a settlement takes."""
        while settlement.state == "to_approve":
            settlement.with_user(settlement.sudo().approver_ids[0]).action_approve()

    @classmethod
    def _free_from_approval(cls, company=None):
        """Let a company settle any amount without approval."""
        company = company or cls.company
        # Settings of disputes, and the books of others: not the right of any of the cast.
        company = company.sudo()
        cls.env["dispute.approval.tier"].sudo().search([("company_id", "=", company.id)]).active = False
        for kind in ("credit", "payout", "write_off"):
            company[f"dispute_no_approval_{kind}"] = 10**9

    @classmethod
    def _resolution(cls, code):
        return cls.env.ref(f"dispute_management.dispute_resolution_{code.lower()}")

    @classmethod
    def _stage(cls, name):
        return cls.env.ref(f"dispute_management.dispute_stage_{name}")

    def assertAmounts(self, record, **parts):
        """The parts given are as given, all others are nothing, and the sum holds."""
        names = ("open credited refunded rebilled applied written_off rejected paid_after").split()
        found = {name: record[f"amount_{name}"] for name in names}
        expected = {name: parts.get(name, 0) for name in names}
        self.assertEqual(found, expected)
        claim = record.amount if "amount" in record._fields else record.amount_disputed
        self.assertAlmostEqual(sum(found.values()), claim, 6)
