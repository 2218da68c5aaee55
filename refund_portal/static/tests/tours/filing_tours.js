import { picture } from "@dispute_management/../tests/tours/picture";
import { registry } from "@web/core/registry";

const send = { trigger: ".o_dispute_submit", run: "click", expectUnloadPage: true };

const chooseReason = (words) => ({
    trigger: `.list-group a[data-reason]:contains(${words})`,
    run: "click",
    expectUnloadPage: true,
});

const sayWhat = (text) => ({ trigger: ".o_dispute_form textarea#description", run: `edit ${text}` });

registry.category("web_tour.tours").add("refund_portal_file_lines", {
    steps: () => [
        picture("invoice_page", ".o_dispute_invoice_btn"),
        { trigger: ".o_dispute_invoice_btn", run: "click", expectUnloadPage: true },
        picture("filing_reasons", ".list-group a[data-reason]"),
        chooseReason("faulty"),
        { trigger: "#claim_by_lines", run: "click" },
        {
            content: "amounts are asked for chosen lines only",
            trigger: ".o_dispute_line:contains(Freight) input[type=checkbox]",
            run: "click",
        },
        { trigger: ".o_dispute_line:contains(Freight) input[type=text]:visible:value(40.00)" },
        sayWhat("The freight was agreed to be free."),
        { trigger: "#contact_method_phone", run: "click" },
        { trigger: "#contact_phone:visible", run: "edit +1 555 0100" },
        picture("filing_form_lines", ".o_dispute_form"),
        send,
        {
            content: "photos are asked for, and what was typed is kept",
            trigger: ".invalid-feedback:contains(send it later)",
        },
        { trigger: "#contact_phone:value(+1 555 0100)" },
        picture("filing_refused", "#dispute_errors"),
        { trigger: "input[name$=_later]", run: "click" },
        send,
        picture("filing_done", "#dispute_filed:contains(received your dispute)"),
    ],
});

registry.category("web_tour.tours").add("refund_portal_file_several", {
    steps: () => [
        picture("portal_home", "a[href='/my/disputes/new']"),
        { trigger: "a[href='/my/disputes/new']", run: "click", expectUnloadPage: true },
        { trigger: "label:contains(INV):first input[name=invoice]", run: "click" },
        { trigger: "label:contains(INV):eq(1) input[name=invoice]", run: "click" },
        picture("filing_choice", ".o_dispute_choice"),
        {
            trigger: ".o_dispute_choice button:contains(Continue)",
            run: "click",
            expectUnloadPage: true,
        },
        chooseReason("invoiced twice"),
        sayWhat("Both are for the same delivery."),
        picture("filing_several", ".o_dispute_form"),
        {
            content: "another problem, without typing it again",
            trigger: "#dispute_reason button[value=reason]",
            run: "click",
            expectUnloadPage: true,
        },
        chooseReason("Something else"),
        { trigger: "#dispute_draft" },
        { trigger: "textarea#description:value(Both are for the same delivery.)" },
        send,
        { trigger: "#dispute_filed:contains(received your dispute)" },
    ],
});

registry.category("web_tour.tours").add("refund_portal_ask_refund", {
    steps: () => [
        {
            trigger: ".o_dispute_invoice_btn:contains(Request a refund)",
            run: "click",
            expectUnloadPage: true,
        },
        chooseReason("paid too much"),
        { trigger: "#amount", run: "edit 30" },
        sayWhat("We paid 30 too much."),
        { trigger: "#customer_wish", run: "select refund" },
        picture("filing_refund", "#dispute_verdict"),
        send,
        { trigger: "#dispute_filed:contains(received your dispute)" },
    ],
});

registry.category("web_tour.tours").add("refund_portal_file_by_link", {
    steps: () => [
        { trigger: ".o_dispute_link_btn", run: "click", expectUnloadPage: true },
        picture("link_reasons", ".list-group a[data-reason]"),
        chooseReason("price"),
        { trigger: "#amount", run: "edit 12.50" },
        sayWhat("The price is 12.50 too high."),
        picture("link_form", ".o_dispute_form"),
        send,
        picture("link_done", "#dispute_filed:contains(DSP/)"),
    ],
});
