from odoo.fields import Command

from odoo.addons.mail.tests.common import MailCommon

from .common import DisputeCommon


class OfferCommon(DisputeCommon, MailCommon):
    """A case whose customer is offered less than they claim."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._free_from_approval()
        cls.partner_a.write({"email": "customer@example.com", "lang": "en_US"})
        cls.invoice = cls._create_invoice_of(1000)
        cls.case = cls._create_case({cls.invoice: 100}, contact_id=cls.partner_a.id)
        cls.case.cause_id = cls.cause
        cls.case._move_to_stage(cls._stage("checking"))

    @classmethod
    def _draft(cls, *shares, case=None, **values):
        """:param shares: ``(kind, amount)`` on the first line of the case"""
        case = case or cls.case
        values = {
            "reason_text": "Two of ten chairs were missing",
            "resolution_id": cls._resolution("CRP").id,
            **values,
        }
        return (
            cls.env["dispute.settlement"]
            .with_user(cls.clerk)
            .create(
                {
                    "case_id": case.id,
                    "line_ids": [
                        Command.create(
                            {"dispute_line_id": case.line_ids[:1].id, "kind": kind, "amount": amount}
                        )
                        for kind, amount in shares
                    ],
                    **values,
                }
            )
        )

    @classmethod
    def _offer(cls, *shares, case=None, **values):
        settlement = cls._draft(*(shares or [("credit_note", 40), ("rejection", 60)]), case=case, **values)
        settlement.action_propose()
        return settlement

    def _send_statements(self):
        """Run the job that prints and mails; pages where wkhtmltopdf would take its time."""
        with self.mock_mail_gateway(mail_unlink_sent=False), self.enter_registry_test_mode():
            self.env.ref("dispute_management.ir_cron_send_statements").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def _get_letters(self):
        """:return: mails to the customer; colleagues get some about their to-dos"""
        return self._new_mails.filtered(
            lambda mail: (
                "/dispute/statement/" in (mail.body_html or "") or self.partner_a in mail.recipient_ids
            )
        )

    @classmethod
    def _ask_leaders(cls):
        """Let credits take a leader's approval."""
        tiers = cls.env["dispute.approval.tier"].sudo().with_context(active_test=False)
        domain = [("company_id", "=", cls.company.id), ("kind", "=", "credit")]
        tiers.search(domain, order="amount", limit=1).active = True
        cls.company.dispute_no_approval_credit = 0
        tiers.search(domain, order="amount", limit=1).amount = 1

    @classmethod
    def _get_token(cls, mail):
        """:return: the token of the link in a mail"""
        return mail.body_html.split("/dispute/statement/")[1].split('"')[0]

    def _get_todos(self, case=None):
        """:return: what the owner is asked to do"""
        return (
            (case or self.case)
            .sudo()
            .activity_ids.filtered(
                lambda todo: todo.user_id == self.clerk and todo.activity_category != "upload_file"
            )
            .mapped("summary")
        )
