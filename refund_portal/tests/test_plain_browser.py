from odoo.tests import tagged

from .browser_common import BrowserCommon

#: What the browser shows, and can be filled in or pressed.
_SHOWN = "[...document.querySelectorAll('{}')].filter((item) => item.checkVisibility() && !item.disabled)"


@tagged("post_install", "-at_install")
class TestPlainBrowser(BrowserCommon):
    """Disputes are read and filed without scripts, and without a mouse."""

    browser_size = "360x740"

    def _wait_until_ready(self):
        if self.has_scripts:
            return super()._wait_until_ready()
        self._wait_for("document.readyState === 'complete' && document.querySelector('#wrapwrap')", "a page")
        return self._wait_remaining_requests()

    def setUp(self):
        super().setUp()
        self.has_scripts = True

    def _stop_scripts(self):
        self.has_scripts = False
        self._ask_browser("Emulation.setScriptExecutionDisabled", value=True)

    def _click(self, selector):
        """Press what is shown, and wait for the page it leads to."""
        found = _SHOWN.format(selector)
        self.assertTrue(self._evaluate(f"{found}.length"), f"{selector} is not shown")
        self._leave(f"{found}[0].click()")

    def _leave(self, expression):
        before = self._evaluate("performance.timeOrigin")
        self._evaluate(expression)
        self._wait_for(f"performance.timeOrigin !== {before}", "another page")
        self._wait_until_ready()
        self.env.invalidate_all()

    # ------------------------------------------------------------
    # Without scripts
    # ------------------------------------------------------------

    def test_every_reason_without_scripts(self):
        reasons = self.env["dispute.portal.form"].sudo()._get_reasons(self._make_documents(self.invoice))
        self.assertGreater(len(reasons), 10)
        invoices = [(reason.id, self._create_customer_invoice(self.customer).id) for reason in reasons]
        self._enter(self.anna)
        self._stop_scripts()
        for reason_id, invoice_id in invoices:
            with self.subTest(reason=reason_id):
                self._open(f"/my/invoices/{invoice_id}")
                self._click(f'a[href="/my/invoices/{invoice_id}/dispute"]')
                self._click(f'a[data-reason="{reason_id}"]')
                self._evaluate(
                    f"""(() => {{
                        for (const item of {_SHOWN.format(".o_dispute_form [name$=_later]")}) {{
                            item.checked = true;
                        }}
                        document.querySelector(".o_dispute_form [name=description]").value = "It is wrong.";
                        document.querySelector(".o_dispute_form [name=amount]").value = "12.50";
                    }})()"""
                )
                if reason_id == invoices[0][0]:
                    self._shoot("plain_form")
                self._click(".o_dispute_form .o_dispute_submit")
                self.assertIn("we have received your dispute", self._get_text("#dispute_filed"))
        self._shoot("plain_filed")
        cases = self.env["dispute.case"].sudo().search([("source", "=", "portal")])
        self.assertEqual(sorted((case.reason_id.id, case.move_ids.id) for case in cases), sorted(invoices))
        self.assertEqual(set(cases.mapped("amount_disputed")), {12.5})

    def test_reading_and_answering_without_scripts(self):
        self.case._move_to_stage(self._stage("waiting_customer"))
        self._enter(self.anna)
        self._stop_scripts()
        self._open("/my/disputes")
        self._click(f'a[href="{self._get_case_url()}"]')
        self._shoot("plain_case")
        self.assertIn("It is your turn", self._get_text("#dispute_turn"))
        self._submit("dispute_supply_form", text="Two of ten were broken.")
        self.assertIn("our turn again", self._get_text("#dispute_done"))
        self.assertIn("Two of ten were broken.", self._get_text(".o_dispute_timeline"))

    def test_signing_without_scripts(self):
        """The page tells plainly that signing needs them, and what can be done without."""
        self.company.dispute_signature_from = 1
        url = self._offer().sudo()._get_statement_url().replace(self.case.get_base_url(), "")
        self._enter(self.anna)
        self._stop_scripts()
        for address in (self._get_case_url(), url):
            self._open(address)
            self.assertIn("your browser must run scripts", self._get_text("#statement_no_scripts"))
            self._shoot("plain_sign")
        self._evaluate("document.querySelector('details:has(#statement_decline)').open = true")
        self._submit("statement_decline", text="Too little.")
        self.assertIn("Thank you", self._get_text("#statement_done"))

    # ------------------------------------------------------------
    # Without a mouse
    # ------------------------------------------------------------

    def _press(self, key, code, text=None):
        for kind in ("keyDown", "keyUp"):
            typed = {"text": text} if text and kind == "keyDown" else {}
            self._ask_browser(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **typed
            )

    def _tab_to(self, selector):
        """Go from field to field as far as what is looked for, which then shows that it has the focus."""
        for _turn in range(80):
            self._press("Tab", 9)
            if self._evaluate(f"document.activeElement.matches('{selector}')"):
                style = self._evaluate(
                    "(({outlineStyle, boxShadow}) => outlineStyle + boxShadow)"
                    "(getComputedStyle(document.activeElement))"
                )
                self.assertNotEqual(style, "nonenone", f"{selector} does not show that it has the focus")
                return
        self.fail(f"{selector} can't be reached by the keyboard")

    def _enter_key(self):
        before = self._evaluate("performance.timeOrigin")
        self._press("Enter", 13, "\r")
        self._wait_for(f"performance.timeOrigin !== {before}", "another page")
        self._wait_until_ready()
        self.env.invalidate_all()

    def test_filing_by_keyboard(self):
        invoice_id = self._create_customer_invoice(self.customer).id
        reason_id = self.reason.id
        later = [item.id for item in self.reason.evidence_type_ids.filtered("is_required")]
        self._enter(self.anna)
        self._open(f"/my/invoices/{invoice_id}")
        self._tab_to(f'a[href="/my/invoices/{invoice_id}/dispute"]')
        self._enter_key()
        self._tab_to(f'a[data-reason="{reason_id}"]')
        self._enter_key()
        self._tab_to("#amount")
        self._evaluate("document.activeElement.select()")
        self._ask_browser("Input.insertText", text="12.50")
        self._tab_to("#description")
        self._ask_browser("Input.insertText", text="It is wrong.")
        for type_id in later:
            if self._evaluate(f"Boolean(document.querySelector('[name=evidence_{type_id}_later]'))"):
                self._tab_to(f"[name=evidence_{type_id}_later]")
                self._press(" ", 32, " ")
        self._tab_to("#customer_reference")
        self._ask_browser("Input.insertText", text="CLAIM 9")
        self._tab_to(".o_dispute_submit")
        self._shoot("keyboard_form")
        self._enter_key()
        self.assertIn("we have received your dispute", self._get_text("#dispute_filed"))
        self._close_page()
        case = self.env["dispute.case"].sudo().search([("customer_reference", "=", "CLAIM 9")])
        self.assertRecordValues(case, [{"amount_disputed": 12.5, "reason_id": reason_id}])
