import io

from lxml import html

from odoo import http
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingHttpCommon
from odoo.addons.refund_portal.models.filed_documents import FiledDocuments


class RefundPortalCommon(AccountTestInvoicingHttpCommon):
    """The cast: a customer with two contacts who log in, another customer, and their invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("dispute_management.group_dispute_administrator")
        cls.company = cls.company_data["company"]
        cls.customer = cls._create_partner(name="Acme Corporation", is_company=True)
        cls.anna = cls._create_portal_user("anna_of_acme", "Anna of Acme", parent_id=cls.customer.id)
        cls.bert = cls._create_portal_user("bert_of_acme", "Bert of Acme", parent_id=cls.customer.id)
        cls.other_customer = cls._create_partner(name="Other Corporation", is_company=True)
        cls.olga = cls._create_portal_user("olga_of_other", "Olga of Other", parent_id=cls.other_customer.id)
        cls.invoice = cls._create_customer_invoice(cls.customer)
        cls.other_invoice = cls._create_customer_invoice(cls.other_customer)
        cls.reason = cls.env.ref("dispute_management.dispute_reason_pri")
        cls.internal_reason = cls.env.ref("dispute_management.dispute_reason_ded")

    @classmethod
    def _create_portal_user(cls, login, name, company=None, **partner_vals):
        user = new_test_user(
            cls.env,
            login=login,
            password=login,
            groups="base.group_portal",
            name=name,
            email=f"{login}@example.com",
            company_id=(company or cls.company).id,
            company_ids=[Command.set((company or cls.company).ids)],
        )
        user.partner_id.write(partner_vals)
        return user

    @classmethod
    def _create_customer_invoice(cls, partner, price=1000.0, post=True, **kwargs):
        """An invoice without tax, so that its total is its price."""
        return cls._create_invoice_one_line(
            price_unit=price, name="Goods", tax_ids=[], partner_id=partner.id, post=post, **kwargs
        )

    @classmethod
    def _create_case(cls, invoice, amount=100.0, **vals):
        return (
            cls.env["dispute.case"]
            .sudo()
            .create(
                {
                    "reason_id": cls.reason.id,
                    "line_ids": [Command.create({"move_id": invoice.id, "amount": amount})],
                    "description": "The price differs from the order.",
                    **vals,
                }
            )
        )

    @classmethod
    def _create_payment(cls, partner, amount=100.0, invoice=None, **vals):
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": partner.id,
                "amount": amount,
                "journal_id": cls.company_data["default_journal_bank"].id,
                "date": "2019-01-02",
                **vals,
            }
        )
        payment.action_post()
        if invoice:
            lines = (payment.move_id.line_ids | invoice.line_ids).filtered(
                lambda line: line.account_type == "asset_receivable"
            )
            lines.reconcile()
        return payment

    def _make_documents(self, moves=None, payments=None, link=None):
        return FiledDocuments(
            (moves if moves is not None else self.env["account.move"]).sudo(),
            (payments if payments is not None else self.env["account.payment"]).sudo(),
            (link if link is not None else self.env["dispute.link"]).sudo(),
        )

    def _make_key(self, user, invoice):
        """:return: a key that the page of an invoice's form would hold for a user"""
        documents = self._make_documents(invoice)
        return self.env["dispute.portal.filing"].with_user(user).sudo()._new_key(documents)

    # ------------------------------------------------------------
    # A customer's browser
    # ------------------------------------------------------------

    def _login(self, user):
        self.authenticate(user.login, user.login)

    def _get(self, url, **kwargs):
        response = self.url_open(url, **kwargs)
        self.assertLess(response.status_code, 500, f"{url} answers {response.status_code}")
        return response

    def _get_page(self, url):
        response = self._get(url)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.content)

    def _get_form_key(self, invoice):
        page = self._get_page(f"/my/invoices/{invoice.id}/dispute?reason_id={self.reason.id}")
        return page.xpath("//input[@name='form_key']/@value")[0]

    def _prepare_form(self, **data):
        return {
            "reason_id": str(self.reason.id),
            "amount": "100.00",
            "description": "The price differs from the order.",
            "customer_reference": "",
            "customer_wish": "",
            **{f"evidence_{item.id}_later": "1" for item in self.reason.evidence_type_ids},
            **data,
        }

    def _post_form(self, invoice, files=(), form_key=None, allow_redirects=False, **data):
        """Send the form as the browser does; ``files`` are (name, content)."""
        fields = self._prepare_form(**data)
        fields["form_key"] = self._get_form_key(invoice) if form_key is None else form_key
        fields["csrf_token"] = http.Request.csrf_token(self)
        response = self.url_open(
            f"/my/invoices/{invoice.id}/dispute",
            data=fields,
            files=[("files", (name, io.BytesIO(content))) for name, content in files] or None,
            allow_redirects=allow_redirects,
        )
        self.assertLess(response.status_code, 500)
        return response

    def _get_cases(self, invoice):
        return self.env["dispute.case"].sudo().search([("line_ids.move_id", "=", invoice.id)])
