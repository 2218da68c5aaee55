from odoo import http
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import RefundPortalCommon


class AnswerCommon(RefundPortalCommon):
    """A case of a customer with an owner, a team leader, and what its pages are asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = new_test_user(
            cls.env,
            login="case_owner",
            name="Olaf Owner",
            email="olaf.private@example.com",
            groups="dispute_management.group_dispute_user,account.group_account_invoice",
        )
        cls.leader = new_test_user(
            cls.env,
            login="case_leader",
            name="Lea Leader",
            email="lea@example.com",
            groups="dispute_management.group_dispute_leader,account.group_account_invoice",
        )
        cls.team = cls.env["dispute.team"].create(
            {
                "name": "Answers",
                "user_id": cls.leader.id,
                "member_ids": [Command.set(cls.owner.ids)],
                "company_id": cls.company.id,
            }
        )
        cls.case = cls._create_case(
            cls.invoice,
            amount=300,
            user_id=cls.owner.id,
            team_id=cls.team.id,
            contact_id=cls.anna.partner_id.id,
        )
        cls.case.cause_id = cls.env.ref("dispute_management.dispute_cause_unk")
        cls.company.dispute_no_approval_credit = 100_000
        cls.env["dispute.approval.tier"].sudo().search([("kind", "=", "credit")]).active = False

    @classmethod
    def _stage(cls, name):
        return cls.env.ref(f"dispute_management.dispute_stage_{name}")

    @classmethod
    def _settle(cls, *shares, case=None, resolution="crp", propose=True):
        """:param shares: (kind, amount) on the first line of the case"""
        case = case or cls.case
        settlement = (
            cls.env["dispute.settlement"]
            .with_user(cls.owner)
            .create(
                {
                    "case_id": case.id,
                    "reason_text": "Two of ten chairs were missing.",
                    "resolution_id": cls.env.ref(f"dispute_management.dispute_resolution_{resolution}").id,
                    "line_ids": [
                        Command.create(
                            {"dispute_line_id": case.line_ids[:1].id, "kind": kind, "amount": amount}
                        )
                        for kind, amount in shares
                    ],
                }
            )
        )
        if propose:
            settlement.action_propose()
        return settlement

    @classmethod
    def _offer(cls, **kwargs):
        return cls._settle(("credit_note", 200), ("rejection", 100), **kwargs)

    @classmethod
    def _refuse(cls, **kwargs):
        return cls._settle(("rejection", 300), resolution="rej", **kwargs)

    # ------------------------------------------------------------
    # A customer's browser
    # ------------------------------------------------------------

    def _get_case_url(self, suffix="", case=None):
        return f"/my/disputes/{(case or self.case).id}{suffix}"

    def _act(self, do, suffix="", files=(), case=None, **data):
        """Press a button of the case page as the browser does.

        :param files: (field, name, content)
        """
        response = self.url_open(
            self._get_case_url(suffix, case),
            data={"csrf_token": http.Request.csrf_token(self), "do": do, **data},
            files=[(field, (name, content)) for field, name, content in files] or None,
            allow_redirects=False,
        )
        self.assertLess(response.status_code, 500)
        self.env.invalidate_all()
        return response

    def _get_done(self):
        """:return: what the page confirms"""
        page = self._get_page(self._get_case_url())
        return " ".join("".join(page.xpath("//*[@id='dispute_done']//text()")).split())

    def _get_timeline(self):
        page = self._get_page(self._get_case_url())
        return [
            " ".join(item.text_content().split())
            for item in page.xpath("//li[contains(@class, 'o_dispute_event')]")
        ]

    def _get_todos(self, user):
        todos = self.case.sudo().activity_ids.filtered(lambda todo: todo.user_id == user)
        return [" ".join(summary.split()) for summary in todos.mapped("summary")]

    def _get_confirmations(self, user):
        """:return: mails that confirm to a customer what they did"""
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("recipient_ids", "in", user.partner_id.ids), ("subject", "like", "Confirmed")])
        )
