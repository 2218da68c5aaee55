from odoo.tests import HttpCase, tagged

from .settlement_common import SettlementCommon

LOOK = """
(async () => {
    const wait = async (find) => {
        for (let left = 150; left; left--) {
            const found = find();
            if (found) {
                return found;
            }
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        throw new Error(`Nothing there: ${find}`);
    };
    const named = (selector, text) =>
        [...document.querySelectorAll(selector)].find((node) => node.textContent.trim() === text);
    (await wait(() => named(".o_form_statusbar button", "Settle"))).click();
    (await wait(() => named(".modal label", "Several of these"))).click();
    const lines = await wait(() => document.querySelector(".modal .o_field_widget[name=line_ids]"));
    await wait(() => lines.textContent.includes("Credit note"));
    for (const node of lines.querySelectorAll("*")) {
        if (node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflowX !== "visible") {
            throw new Error(`Cut: ${node.className}`);
        }
    }
    (await wait(() => lines.querySelector(".o_kanban_record"))).click();
    await wait(() => document.querySelectorAll(".modal .o_field_widget[name=amount] input").length);
    const discard = () =>
        [...document.querySelectorAll(".modal button")].findLast((node) => node.textContent.trim() === "Discard");
    await wait(() => {
        discard()?.click();
        return !document.querySelector(".modal");
    });
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""


@tagged("post_install", "-at_install")
class TestSettleOnPhone(SettlementCommon, HttpCase):
    """Settling on the way."""

    browser_size = "390x844"
    touch_enabled = True

    def test_several_kinds_fit_the_screen(self):
        if "odoobot_state" in self.env["res.users"]._fields:
            self.clerk.sudo().odoobot_state = "disabled"
        case = self._create_case({self._create_invoice_of(1000): 100})
        self.browser_js(f"/odoo/dispute.case/{case.id}", LOOK, login=self.clerk.login)
