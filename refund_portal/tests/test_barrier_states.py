import json

from odoo.tests import tagged

from .test_barriers import Barriers


@tagged("post_install", "-at_install")
class TestBarrierStates(Barriers):
    """What a page becomes when something was done, refused or went wrong."""

    def _set_limit(self, kind, limit):
        self.env["ir.config_parameter"].sudo().set_param(f"refund_portal.{kind}_per_user", str(limit))

    def _get_filing_url(self, invoice=None):
        return f"/my/invoices/{(invoice or self.invoice).id}/dispute?reason_id={self.reason.id}"

    def _file(self, **values):
        values = {"description": "The price differs.", **values}
        self._evaluate(
            f"""(() => {{
                const form = document.querySelector(".o_dispute_form");
                form.noValidate = true;
                for (const [name, value] of Object.entries({json.dumps(values)})) {{
                    form.elements[name].value = value;
                }}
                form.querySelectorAll("[name$=_later]").forEach((item) => {{ item.checked = true; }});
            }})()"""
        )
        self._leave("document.querySelector('.o_dispute_submit').click()")

    def test_filing(self):
        self._enter(self.anna)
        self._open(self._get_filing_url())
        self._file(amount="99999", description=" ", contact_method="phone")
        self.assertTrue(self._get_text("#amount_error"))
        self._check_page("file_errors")
        self._open(self._get_filing_url())
        self._file(amount="100")
        self._check_page("file_done")
        self._check_page("file_again", self._get_case_url("?filed=again", self._get_cases(self.invoice)[:1]))
        self._check_page("file_more", self._get_filing_url())
        self._set_limit("filing", 1)
        self._open(self._get_filing_url())
        self._file(amount="50")
        self.assertIn("short time", self._get_text("#dispute_errors"))
        self._check_page("file_limit")

    def test_filing_after_the_login_ended(self):
        self._enter(self.anna)
        self._open(self._get_filing_url())
        self._leave("document.querySelector('.o_dispute_form [value=reason]').click()")
        self._leave(f"document.querySelector('[data-reason=\"{self.reason.id}\"]').click()")
        self.assertTrue(self._get_text("#dispute_draft"))
        self._check_page("file_draft")

    def test_not_eligible(self):
        full = self._create_customer_invoice(self.customer)
        self._create_case(full, amount=1000)
        second = self._create_customer_invoice(self.customer)
        self._create_case(second, amount=1000)
        self._enter(self.anna)
        self._check_page("file_refused", self._get_filing_url(full))
        self.assertTrue(self._get_text("#dispute_refused"))
        self._check_page("file_refused_several", f"/my/disputes/new?invoice={full.id}&invoice={second.id}")
        self.assertIn("choose other documents", self._get_text("#dispute_refused"))

    def test_choosing(self):
        second = self._create_customer_invoice(self.customer)
        payment = self._create_payment(self.customer, amount=60)
        foreign = self._create_customer_invoice(
            self.customer, currency_id=self.setup_other_currency("EUR").id
        )
        self._enter(self.anna)
        self._check_page("choice_missing", "/my/disputes/new?go=1")
        self._check_page("choice_nothing_found", "/my/disputes/new?search=nothing")
        url = f"/my/disputes/new?invoice={self.invoice.id}"
        self._check_page("choice_currencies", f"{url}&invoice={foreign.id}")
        self._check_page("file_several", f"{url}&invoice={second.id}&reason_id={self.reason.id}")
        reason = self.env.ref("dispute_management.dispute_reason_ovp")
        self._check_page("file_refund", f"/my/disputes/new?payment={payment.id}&reason_id={reason.id}")
        self._enter(self._create_portal_user("newcomer", "Newcomer"))
        self._check_page("choice_empty", "/my/disputes/new")

    def test_filing_by_link(self):
        link = f"/dispute/file/{self.invoice.sudo()._issue_dispute_filing_token()}"
        self._enter(None)
        self._check_page("link_reasons", link)
        self._open(f"{link}?reason_id={self.reason.id}")
        self._file(amount="12")
        self.assertTrue(self._get_text("#dispute_filed"))
        self._check_page("link_done")
        self.env["dispute.link"]._revoke(self.invoice)
        self._check_page("link_revoked", link)

    def test_previews(self):
        self._enter(self.owner)
        self._check_page("file_preview", f"{self._get_filing_url()}&preview=1")
        self._check_page("case_preview", self._get_case_url())

    def test_accepted(self):
        self._offer()
        self._enter(self.anna)
        self._open(self._get_case_url())
        self._submit("statement_accept")
        self._check_page("accepted")
        self._submit("dispute_rate_form", rate="5", text="Quick")
        self._check_page("rated_well")

    def test_declined(self):
        self._offer()
        self._enter(self.anna)
        self._open(self._get_case_url())
        self._evaluate("document.querySelector('details:has(#statement_decline)').open = true")
        self._submit("statement_decline", text="Too little.")
        self.assertIn("You declined", self._get_text("#dispute_done"))
        self._check_page("declined")

    def test_countered(self):
        self._offer()
        self._enter(self.anna)
        self._open(self._get_case_url())
        self._evaluate("document.querySelector('details:has(#statement_counter)').open = true")
        self._submit("statement_counter", amount="999", text="All of it.")
        self._check_page("counter_error")
        self._submit("statement_counter", amount="250", text="All but one.")
        self._check_page("countered")

    def test_reopened_and_withdrawn(self):
        self._refuse()
        self._enter(self.anna)
        self._open(self._get_case_url())
        self._evaluate("document.querySelector('details:has(#statement_reopen)').open = true")
        self._check_page("reopen_form")
        self._submit("statement_reopen", text="Here is the delivery note.")
        self._check_page("reopened")
        self._evaluate("document.querySelector('.o_dispute_withdraw').open = true")
        self._submit("dispute_withdraw_form", sure="1", text="Settled by phone")
        self._check_page("withdrawn")

    def test_too_many_messages(self):
        self._set_limit("message", 1)
        self._enter(self.anna)
        self._open(self._get_case_url())
        for text in ("Hello", "Hello?"):
            self._evaluate("document.querySelector('details:has(#dispute_write_form)').open = true")
            self._submit("dispute_write_form", text=text)
        self.assertIn("short time", self._get_text("#dispute_errors"))
        self.assertEqual(self._get_text("#dispute_errors").count("short time"), 1, "told once")
        self._check_page("message_limit")

    def test_statement_by_link(self):
        url = self._offer().sudo()._get_statement_url().replace(self.case.get_base_url(), "")
        self._enter(None)
        self._open(url)
        self._evaluate("document.querySelector('details:has(#statement_decline)').open = true")
        self._check_page("statement_open")
        self._submit("statement_decline", text="Too little.")
        self.assertNotIn("can accept", self._get_text("#wrapwrap"))
        self._check_page("statement_declined")
        self._check_page("statement_gone", "/dispute/statement/x")


@tagged("post_install", "-at_install")
class TestBarrierStatesOnPhone(TestBarrierStates):
    """The same on the smallest phone."""

    browser_size = "360x740"
    touch_enabled = True
