from lxml import html

from odoo.tests import new_test_user

from .answer_common import AnswerCommon

SECRET = "SECRET OF ACME"
ACTORS = ("nobody", "olga", "bert", "anna", "clerk", "carl", "expired", "forged")


class HostileCommon(AnswerCommon):
    """Everybody who may come to a page of Acme, and what must not change by it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case.customer_reference = SECRET
        cls.offer = cls._offer()
        comment = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        cls.file = cls.case.message_post(
            body="See here", attachments=[("answer.txt", SECRET.encode())], **comment
        ).attachment_ids
        cls.payment = cls._create_payment(cls.customer, amount=60)
        cls.other_case = cls._create_case(cls.other_invoice, customer_reference="OLGAS")
        cls.other_file = cls.other_case.message_post(
            body="x", attachments=[("other.txt", b"of another customer")], **comment
        ).attachment_ids
        cls.clerk = new_test_user(
            cls.env, login="clerk_without", password="clerk_without", groups="base.group_user"
        )
        cls.carl = cls._create_portal_user(
            "carl_of_branch", "Carl", company=cls.setup_other_company()["company"], parent_id=cls.customer.id
        )
        cls.invoice._portal_ensure_token()
        cls.case._portal_ensure_token()
        cls.link_token = cls.invoice.sudo()._issue_dispute_filing_token()
        cls.expired_token = cls.invoice.sudo()._issue_dispute_filing_token()
        cls.env["dispute.link"].sudo().search([], limit=1).date_expiry = "2020-01-01"

    def _become(self, actor):
        if actor in ("nobody", "expired", "forged"):
            self.authenticate(None, None)
        else:
            self._login(getattr(self, actor))

    def _get_state(self):
        """:return: what must stay as it is, whatever strangers send"""
        self.env.invalidate_all()
        cases = self.env["dispute.case"].sudo().with_context(active_test=False).search([])
        messages = self.env["mail.message"].sudo()
        return {
            "cases": [
                (case.id, case.stage_id.id, case.contact_id.id, case.description, case.amount_disputed)
                for case in cases
            ],
            "settlements": [
                (settlement.id, settlement.state, settlement.answer)
                for settlement in self.env["dispute.settlement"].sudo().search([])
            ],
            "messages": messages.search_count([("model", "=", "dispute.case")]),
            "files": self.env["ir.attachment"].sudo().search_count([("res_model", "=", "dispute.case")]),
            "links": self.env["dispute.link"].sudo().search_count([("is_revoked", "=", False)]),
            "invoices": self.env["account.move"]
            .sudo()
            .search_count([("dispute_amount", ">", 0), ("state", "=", "posted")]),
        }

    def _get_csrf(self):
        page = html.fromstring(self.url_open("/web/login?redirect=/my").content)
        return (page.xpath("//input[@name='csrf_token']/@value") or [""])[0]
