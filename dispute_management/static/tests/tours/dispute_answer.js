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
