import { picture } from "@dispute_management/../tests/tours/picture";
import { registry } from "@web/core/registry";

const send = {
    content: "send it",
    trigger: "#question_answer button[value=answer]",
    run: "click",
    expectUnloadPage: true,
};

const hasArrived = picture("answer_done", ".o_dispute_question_done:contains(Your answer has arrived)");

registry.category("web_tour.tours").add("dispute_answer_link", {
    steps: () => [
        picture("answer_page", ".o_dispute_question h1:contains(Proof of delivery)"),
        {
            content: "choose",
            trigger: "#question_answer label:contains(A part)",
            run: "click",
        },
        {
            content: "say more",
            trigger: "#question_answer textarea[name=comment]",
            run: "edit Two pallets are missing",
        },
        send,
        hasArrived,
    ],
});

const chooseFile = (name) => ({
    content: `choose ${name}`,
    trigger: "#question_answer input[type=file]",
    run() {
        const chosen = new DataTransfer();
        chosen.items.add(new File(["%PDF-1.4"], name, { type: "application/pdf" }));
        this.anchor.files = chosen.files;
    },
});

// All that a template can ask for; what is wrong is told and nothing typed is lost.
registry.category("web_tour.tours").add("dispute_answer_form", {
    steps: () => [
        picture("answer_form", ".o_dispute_question h1:contains(Damage in transit)"),
        {
            content: "a document that was chosen to be shown",
            trigger: ".o_dispute_question a[href*='/files/']:contains(delivery note)",
        },
        { trigger: "#question_answer label:contains(In part)", run: "click" },
        {
            content: "an amount that is none",
            trigger: "#question_answer input[inputmode=decimal]",
            run: "edit about 80",
        },
        {
            content: "the day it was delivered",
            trigger: "#question_answer input[type=date]",
            run() {
                this.anchor.value = "2026-03-02";
            },
        },
        { trigger: "#question_answer textarea[name^=item_]", run: "edit Wet when it was unloaded" },
        chooseFile("Protocol.pdf"),
        send,
        picture("answer_form_refused", ".invalid-feedback:contains(Please write an amount)"),
        { trigger: "#question_answer input[type=date]:value(2026-03-02)" },
        { trigger: "#question_answer label:contains(In part) input:checked" },
        {
            content: "the amount, as their language writes it",
            trigger: "#question_answer input[inputmode=decimal]",
            run: "edit 1.080,50",
        },
        chooseFile("Protocol.pdf"),
        picture("answer_form_filled", "#question_answer button[value=answer]"),
        send,
        hasArrived,
    ],
});

// Whoever got it passed on.
registry.category("web_tour.tours").add("dispute_answer_passed_on", {
    steps: () => [
        picture("answer_by_next", ".o_dispute_question:contains(passed this question on to you)"),
        { trigger: "#question_answer label:contains(Everything)", run: "click" },
        send,
        hasArrived,
    ],
});

// The owner finds who passed it on to whom.
registry.category("web_tour.tours").add("dispute_answer_trace", {
    steps: () => [
        picture("answer_trace", ".o-mail-Message:contains(passed the question on to driver@carrier.example.com)"),
        {
            content: "what was asked",
            trigger: ".o_notebook .nav-link[name=requests]",
            run: "click",
        },
        picture("answer_trace_values", ".o_field_widget[name=answer_ids]:contains(Everything)"),
    ],
});

registry.category("web_tour.tours").add("dispute_answer_pass_on", {
    steps: () => [
        {
            content: "it is for somebody else",
            trigger: ".o_dispute_question summary:contains(Not you)",
            run: "click",
        },
        {
            content: "name themselves, by mistake",
            trigger: "#question_forward input[name=email]",
            run: "edit claims@carrier.example.com",
        },
        {
            content: "pass it on",
            trigger: "#question_forward button",
            run: "click",
            expectUnloadPage: true,
        },
        picture("answer_pass_on_refused", "#forward_error:contains(your own address)"),
        {
            content: "name who knows",
            trigger: "#question_forward input[name=email]",
            run: "edit driver@carrier.example.com",
        },
        {
            content: "pass it on",
            trigger: "#question_forward button",
            run: "click",
            expectUnloadPage: true,
        },
        picture("answer_passed_on", ".o_dispute_question_done:contains(We asked them instead)"),
    ],
});

registry.category("web_tour.tours").add("dispute_answer_more_time", {
    steps: () => [
        {
            content: "it can't be answered in time",
            trigger: ".o_dispute_question summary:contains(more time)",
            run: "click",
        },
        {
            content: "choose the last day there is",
            trigger: "#question_extend input[name=date]",
            run() {
                // Browsers show a day in the words of their language, but take it in these.
                this.anchor.value = this.anchor.max;
            },
        },
        picture("answer_more_time", "#question_extend input[name=date]"),
        {
            content: "ask for it",
            trigger: "#question_extend button",
            run: "click",
            expectUnloadPage: true,
        },
        picture("answer_has_more_time", ".o_dispute_question_done:contains(you answer by)"),
    ],
});

// Longer than may be: the browser says so, and so do we.
registry.category("web_tour.tours").add("dispute_answer_too_long", {
    steps: () => [
        { trigger: ".o_dispute_question summary:contains(more time)", run: "click" },
        {
            content: "a day after the last one there is",
            trigger: "#question_extend input[name=date]",
            run() {
                const day = new Date(this.anchor.max);
                day.setDate(day.getDate() + 1);
                this.anchor.removeAttribute("max");
                this.anchor.value = day.toISOString().slice(0, 10);
            },
        },
        { trigger: "#question_extend button", run: "click", expectUnloadPage: true },
        picture("answer_too_long", "#extend_error:contains(The last day you can choose is)"),
    ],
});

// Who has taken all the time there is, is offered none.
registry.category("web_tour.tours").add("dispute_answer_no_more_time", {
    steps: () => [
        picture(
            "answer_no_more_time",
            ".o_dispute_question:has(summary:contains(Not you)):not(:has(summary:contains(more time)))"
        ),
    ],
});

registry.category("web_tour.tours").add("dispute_answer_todo", {
    steps: () => [
        {
            content: "open the to-dos",
            trigger: ".o-mail-ActivityMenu-counter, .o_menu_systray i[aria-label=Activities]",
            run: "click",
        },
        picture("answer_todos", ".o-mail-ActivityGroup:contains(Dispute)"),
        {
            content: "those on disputes that are not due yet",
            trigger: ".o-mail-ActivityGroup:contains(Dispute) .btn-link:contains(Future)",
            run: "click",
        },
        {
            content: "the dispute that the question is about",
            trigger: ".o_data_row .o_data_cell[name=name], .o_kanban_record:not(.o_kanban_ghost)",
            run: "click",
        },
        picture("answer_todo", ".o-mail-Activity a[href*='/dispute/question/']"),
        {
            content: "answer from the to-do",
            trigger: ".o-mail-Activity a[href*='/dispute/question/']",
            run() {
                // Odoo opens links of notes in a tab of their own, which a tour can't follow.
                window.location = this.anchor.href;
            },
            expectUnloadPage: true,
        },
        picture("answer_own_page", "#question_answer"),
        {
            content: "choose",
            trigger: "#question_answer label:contains(Nothing)",
            run: "click",
        },
        send,
        hasArrived,
    ],
});

// What the owner finds when somebody has answered, whichever way.
registry.category("web_tour.tours").add("dispute_answer_read", {
    steps: () => [
        {
            content: "it is our turn again",
            trigger: ".o_form_view .o_field_widget[name=waiting_on]:contains(Us)",
        },
        {
            content: "what was asked",
            trigger: ".o_notebook .nav-link[name=requests]",
            run: "click",
        },
        picture("answer_read", ".o_field_widget[name=answer_ids]:contains(Everything)"),
    ],
});
