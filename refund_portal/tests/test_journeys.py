from odoo.tests import tagged

from .browser_common import BrowserCommon

#: Signs in the signature form as somebody who types their name and lets it be drawn.
_SIGN = """(async () => {
    const wait = async (find) => {
        for (let turn = 0; turn < 100; turn++) {
            if (find()) { return find(); }
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        throw new Error("waited in vain for " + find);
    };
    const name = await wait(() => document.querySelector("#statement_sign input"));
    name.value = "Anna of Acme";
    name.dispatchEvent(new Event("input", { bubbles: true }));
    (await wait(() => document.querySelector("#statement_sign .o_web_sign_auto_button")))?.click();
    const button = await wait(() => document.querySelector("#statement_sign .o_portal_sign_submit:not([disabled])"));
    button.click();
})()"""


@tagged("post_install", "-at_install")
class TestJourneys(BrowserCommon):
    """Customers follow and answer their dispute in a real browser, at a desk."""

    def test_follow(self):
        self._enter(self.anna)
        self._open("/my/disputes")
        self._shoot("journey_list")
        self._leave(f"document.querySelector('a[href=\"{self._get_case_url()}\"]').click()")
        self._shoot("journey_case")
        self.assertIn("It is our turn", self._get_text("#dispute_turn"))
        self.assertIn("Received", self._get_text(".o_dispute_step_current"))
        self._wait_for("document.querySelector('#chatterRoot').shadowRoot.querySelector('td')", "our mail")
        narrowest = self._evaluate(
            "Math.min(...[...document.querySelector('#chatterRoot').shadowRoot.querySelectorAll('td')]"
            ".map((cell) => cell.clientWidth))"
        )
        self.assertGreater(narrowest, 60, "no word of our mails is broken into letters")

    def test_print(self):
        self.case.customer_reference = "CLAIM 7"
        company_name = self.company.name
        self._enter(self.anna)
        self._open(self._get_case_url())
        height = "document.querySelector('.o_dispute_printed').offsetHeight"
        self.assertFalse(self._evaluate(height))
        self._ask_browser("Emulation.setEmulatedMedia", media="print")
        self._shoot("journey_printed")
        self.assertTrue(self._evaluate(height))
        printed = self._get_text(".o_dispute_printed")
        self.assertIn("CLAIM 7", printed)
        self.assertIn(company_name, printed)
        tops = (
            "new Set([...document.querySelectorAll('.o_dispute_step_dot')].map((dot) => dot.offsetTop)).size"
        )
        self.assertEqual(self._evaluate(tops), 1, "the way of the case is one line on paper")
        line = "getComputedStyle(document.querySelector('.o_dispute_step'), '::after').height"
        self.assertEqual(self._evaluate(line), "2px", "from dot to dot")
        rest = self._evaluate(
            "document.querySelector('#wrapwrap').getBoundingClientRect().bottom"
            " - document.querySelector('.o_dispute_timeline').getBoundingClientRect().bottom"
        )
        self.assertLess(rest, 1, "nothing that could make a page of its own follows the text")
        for selector in ("#wrapwrap > footer", ".breadcrumb", "#dispute_messages", ".o_dispute_print"):
            hidden = f"[...document.querySelectorAll('{selector}')].every((item) => !item.offsetHeight)"
            self.assertTrue(self._evaluate(hidden), selector)

    def test_supply(self):
        self.case._move_to_stage(self._stage("waiting_customer"))
        self._enter(self.anna)
        self._open(self._get_case_url())
        self.assertIn("It is your turn", self._get_text("#dispute_turn"))
        self._submit("dispute_supply_form", text="Two of ten were broken.")
        self._shoot("journey_supplied")
        self.assertIn("our turn again", self._get_text("#dispute_done"))
        self.assertIn("Two of ten were broken.", self._get_text(".o_dispute_timeline"))
        self.assertEqual(self.case.waiting_on, "us")

    def test_accept(self):
        offer = self._offer()
        self._enter(self.bert)
        self._open(self._get_case_url())
        self._submit("statement_accept")
        self._shoot("journey_accepted")
        self.assertIn("You accepted our offer", self._get_text("#dispute_done"))
        self.assertRecordValues(offer, [{"state": "executed", "answered_by": "Bert of Acme"}])

    def test_counter(self):
        offer = self._offer()
        self._enter(self.anna)
        self._open(self._get_case_url())
        self._evaluate("document.querySelector('details:has(#statement_counter)').open = true")
        self._submit("statement_counter", amount="999", text="All of it.")
        self._shoot("journey_counter_refused")
        self.assertIn("more than", self._get_text("#dispute_errors"))
        self.assertEqual(self._evaluate("document.querySelector('#counter_text').value"), "All of it.")
        self._submit("statement_counter", amount="250", text="All but one.")
        self._shoot("journey_countered")
        self.assertRecordValues(offer, [{"answer": "countered", "counter_amount": 250}])

    def test_reopen_and_withdraw(self):
        self._refuse()
        self._enter(self.anna)
        self._open(self._get_case_url())
        rows = "new Set([...document.querySelectorAll('[name=rate]')].map((mark) => mark.offsetTop)).size"
        self.assertEqual(self._evaluate(rows), 1, "the marks are on one scale")
        self._submit("dispute_rate_form", rate="2", text="You overlooked the delivery note.")
        self._shoot("journey_rated")
        self._evaluate("document.querySelector('details:has(#statement_reopen)').open = true")
        self._submit("statement_reopen", text="Here is the delivery note.")
        self._shoot("journey_reopened")
        self.assertFalse(self.case.is_closed)
        self._evaluate("document.querySelector('.o_dispute_withdraw').open = true")
        self._submit("dispute_withdraw_form", sure="1")
        self._shoot("journey_withdrawn")
        self.assertIn("You withdrew", self._get_text("#dispute_done"))
        self.assertTrue(self.case.is_closed)

    def test_sign(self):
        self.company.dispute_signature_from = 1
        offer = self._offer()
        self._enter(self.anna)
        self._open(self._get_case_url())
        self._leave(_SIGN)
        self._shoot("journey_signed")
        self.assertIn("You accepted our offer", self._get_text("#dispute_done"))
        self.assertTrue(offer.signature)


@tagged("post_install", "-at_install")
class TestJourneysOnPhone(TestJourneys):
    """On the smallest phone."""

    browser_size = "360x740"
    touch_enabled = True
