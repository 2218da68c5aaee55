import base64
import json
import time
from contextlib import ExitStack, suppress
from importlib.util import find_spec
from pathlib import Path

from odoo.tests.common import ChromeBrowser, save_test_file

from .answer_common import AnswerCommon

#: What WCAG 2.2 asks at levels A and AA.
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
#: Where Odoo's own layout, conversation and signature are; what is wrong there is theirs.
ODOO_PARTS = (
    "header, footer, .o_portal_navbar, .breadcrumb, .o_portal_chatter, owl-component, .o_portal_pager,"
    " .o_portal_sidebar_content > .text-center, .o_skip_to_content, .o_frontend_to_backend_nav,"
    " .o_portal_html_view, .o_portal_invoice_sidebar .o_download_btn"
)
_PATIENCE_SECONDS = 60


def get_axe():
    """:return: source of axe-core
    :raise RuntimeError: where it is not installed: barriers are looked for, never taken as absent
    """
    spec = find_spec("axe_playwright_python")
    if not spec:
        raise RuntimeError("axe-core is missing: install the packages of requirements.txt")
    return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")


class BrowserCommon(AnswerCommon):
    """A real browser that goes through journeys; what it shows is kept by the test run."""

    def setUp(self):
        super().setUp()
        self._stack = ExitStack()
        self.addCleanup(self._stack.close)
        self.browser = ChromeBrowser(self)
        self._stack.callback(self.browser.stop)
        self._stack.enter_context(self.allow_requests(browser=self.browser))
        self._stack.callback(self._wait_remaining_requests)

    def _enter(self, user):
        """Log in; nobody logs out."""
        self.authenticate(user and user.login, user and user.login, browser=self.browser)

    def _ask_browser(self, method, **params):
        return self.browser._websocket_request(method, params=params, timeout=60)

    def _evaluate(self, expression):
        """:return: what JavaScript makes of an expression on the page"""
        answer = self._ask_browser(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise AssertionError(json.dumps(answer["exceptionDetails"])[:1000])
        return answer["result"].get("value")

    def _wait_for(self, expression, what=""):
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            # While a page is being left there is none to ask.
            with suppress(Exception):
                if self._evaluate(f"Boolean({expression})"):
                    return
            time.sleep(0.1)
        self._shoot("waiting")
        raise AssertionError(f"waited in vain for {what or expression}")

    def _open(self, url):
        self._wait_remaining_requests()
        self.env.flush_all()
        self.env.cr.clear()
        self.browser.navigate_to(f"{self.base_url()}{url}", wait_stop=True)
        self._wait_until_ready()

    def _close_page(self):
        """Let the page ask for nothing more, as pictures that come late: the test reads alone."""
        self.browser.navigate_to("about:blank", wait_stop=True)
        self._wait_remaining_requests()
        self.env.invalidate_all()

    def _wait_until_ready(self):
        self._wait_for(
            "document.readyState === 'complete' && document.querySelector('#wrapwrap')", "the page"
        )
        self._wait_for("window.odoo?.loader?.modules?.size > 100", "the scripts")
        # Without a conversation on the page there is none to wait for.
        self._wait_for(
            "!document.querySelector('.o_portal_chatter')"
            " || document.querySelector('#chatterRoot')?.shadowRoot?.querySelector('.o-mail-Thread')",
            "the conversation",
        )
        # Requests and the test share one transaction: one after the other.
        self._wait_remaining_requests()

    def _submit(self, form, **values):
        """Fill in a form as typed, press its button, and wait for the page that follows.

        :param form: its id
        :param values: by name of the field
        """
        for name, value in values.items():
            self._evaluate(
                f"""(() => {{
                    const field = document.querySelector("#{form} [name={name}]");
                    const choices = document.querySelectorAll('#{form} [name={name}][type=radio]');
                    if (choices.length) {{
                        [...choices].find((item) => item.value === {json.dumps(value)}).click();
                    }} else if (field.type === "checkbox") {{
                        field.click();
                    }} else {{
                        field.value = {json.dumps(value)};
                        field.dispatchEvent(new Event("input", {{ bubbles: true }}));
                    }}
                }})()"""
            )
        self._leave(f"document.querySelector('#{form} button[type=submit]').click()")

    def _leave(self, expression):
        """Do what leads to another page, and wait for it."""
        self._evaluate("window.isLeft = true")
        self._evaluate(expression)
        self._wait_for("window.isLeft === undefined", "another page")
        self._wait_until_ready()
        self.env.invalidate_all()

    def _get_text(self, selector):
        text = self._evaluate(f"document.querySelector({json.dumps(selector)})?.innerText || ''")
        return " ".join(text.split())

    def _shoot(self, name):
        """Keep a picture of the whole page with the test run."""
        size = self._evaluate(
            "({width: window.innerWidth, height: Math.min(document.documentElement.scrollHeight, 6000)})"
        )
        picture = self._ask_browser(
            "Page.captureScreenshot",
            captureBeyondViewport=True,
            clip={"x": 0, "y": 0, "scale": 1, **size},
        )
        width = self.browser_size.split("x")[0].split(",")[0]
        save_test_file(f"{width}_{name}", base64.b64decode(picture["data"]), "portal_")

    # ------------------------------------------------------------
    # What is asked of every page
    # ------------------------------------------------------------

    def _find_barriers(self, is_odoo=False):
        """:param is_odoo: whether the page is Odoo's, and what is marked in it ours
        :return: (ours, theirs): lists of "rule: element" that keep people out, in our markup and in Odoo's"""
        self._evaluate(f"{get_axe()}; true")
        options = json.dumps(
            {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"], "iframes": False}
        )
        found = self._evaluate(
            f"""axe.run(document, {options}).then((result) =>
                result.violations.flatMap((rule) => rule.nodes.map((node) => {{
                    const target = [node.target[0]].flat();
                    const element = document.querySelector(target[0]);
                    const isTheirs = target.length > 1 || !element || (
                        {json.dumps(is_odoo)}
                            ? !element.closest("[class*=o_dispute]")
                            : element.closest({json.dumps(ODOO_PARTS)})
                    );
                    return {{
                        text: rule.id + ": " + node.html.slice(0, 200),
                        rule: rule.id,
                        isTheirs: Boolean(isTheirs),
                    }};
                }})))"""
        )
        ours = [item["text"] for item in found if not item["isTheirs"]]
        theirs = [item for item in found if item["isTheirs"]]
        return ours, theirs

    def _check_width(self):
        """Nothing is wider than the screen, in either direction of writing."""
        # As Odoo's stylesheet for right to left has it.
        self._evaluate(
            "document.head.insertAdjacentHTML('beforeend', '<style>dd { margin-inline-start: 0 }</style>')"
        )
        for direction in ("ltr", "rtl"):
            self._evaluate(f"document.documentElement.dir = document.body.style.direction = '{direction}'")
            wide = self._evaluate(
                f"""[...document.querySelectorAll("[class*=o_dispute] *")].filter((item) => {{
                    const box = item.getBoundingClientRect();
                    const isOut = box.left < -1 || box.right > window.innerWidth + 1;
                    return isOut && box.width > 2 && !item.closest({json.dumps(ODOO_PARTS)});
                }}).map((item) => item.outerHTML.slice(0, 100))"""
            )
            self.assertEqual(wide, [], f"{direction}: wider than the screen")
        self._evaluate("document.documentElement.dir = document.body.style.direction = 'ltr'")
        wide = self._evaluate("document.documentElement.scrollWidth - window.innerWidth")
        self.assertLessEqual(wide, 0, "the page scrolls sideways")
