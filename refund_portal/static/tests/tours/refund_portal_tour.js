import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("refund_portal_file_dispute", {
    steps: () => [
        {
            content: "dispute the invoice",
            trigger: ".o_dispute_invoice_btn",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "choose the problem",
            trigger: ".list-group a[data-reason]:contains(price)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "what to expect is told",
            trigger: "#dispute_verdict",
        },
        {
            content: "the whole invoice is proposed, and more is refused",
            trigger: ".o_dispute_form input[name=amount]:value(1000.00)",
            run: "edit 1000.01",
        },
        {
            content: "say what happened",
            trigger: ".o_dispute_form textarea",
            run: "edit Two of ten pieces arrived broken.",
        },
        {
            content: "add an own reference",
            trigger: ".o_dispute_form input[name=customer_reference]",
            run: "edit CLAIM 7",
        },
        {
            content: "send it",
            trigger: ".o_dispute_submit",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the amount is marked, the text is kept",
            trigger: ".o_dispute_form:has(#amount_error) textarea:value(Two of ten pieces)",
        },
        {
            content: "take the whole amount by button",
            trigger: ".o_dispute_whole:visible",
            run: "click",
        },
        {
            trigger: ".o_dispute_form input[name=amount]:value(1000.00)",
            run: "edit 250",
        },
        {
            content: "send it again",
            trigger: ".o_dispute_submit",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the case is confirmed",
            trigger: "#dispute_filed:contains(received your dispute)",
        },
        {
            content: "it is our turn",
            trigger: "#dispute_turn:contains(our turn)",
        },
        {
            content: "ask for news",
            trigger: "#chatterRoot:shadow .o-mail-Composer-input",
            run: "edit Is there any news?",
        },
        {
            trigger: "#chatterRoot:shadow .o-mail-Composer-send:enabled",
            run: "click",
        },
        {
            content: "the message is there",
            trigger: "#chatterRoot:shadow .o-mail-Message:contains(Is there any news?)",
        },
        {
            content: "go to the list",
            trigger: ".breadcrumb a:contains(Disputes)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "it is in the list",
            trigger: ".o_portal_my_doc_table td a:contains(DSP/)",
        },
    ],
});
