import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("dispute_answer_link", {
    steps: () => [
        {
            content: "the question is there, with what was chosen to be shown",
            trigger: ".o_dispute_question h1:contains(Proof of delivery)",
        },
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
        {
            content: "send it",
            trigger: "#question_answer button[value=answer]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "it has arrived",
            trigger: ".o_dispute_question_done:contains(Thank you)",
        },
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
            content: "name them",
            trigger: "#question_forward input[name=email]",
            run: "edit driver@carrier.example.com",
        },
        {
            content: "pass it on",
            trigger: "#question_forward button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "they were asked",
            trigger: ".o_dispute_question_done:contains(We asked them instead)",
        },
    ],
});

registry.category("web_tour.tours").add("dispute_answer_todo", {
    steps: () => [
        {
            content: "open the to-dos",
            trigger: ".o-mail-ActivityMenu-counter, .o_menu_systray i[aria-label=Activities]",
            run: "click",
        },
        {
            content: "those on disputes that are not due yet",
            trigger: ".o-mail-ActivityGroup:contains(Dispute) .btn-link:contains(Future)",
            run: "click",
        },
        {
            content: "the dispute that the question is about",
            trigger: ".o_data_row .o_data_cell[name=name]",
            run: "click",
        },
        {
            content: "answer from the to-do",
            trigger: ".o-mail-Activity a[href*='/dispute/question/']",
            run() {
                // Odoo opens links of notes in a tab of their own, which a tour can't follow.
                window.location = document.querySelector(".o-mail-Activity a[href*='/dispute/question/']").href;
            },
            expectUnloadPage: true,
        },
        {
            content: "choose",
            trigger: "#question_answer label:contains(Nothing)",
            run: "click",
        },
        {
            content: "send it",
            trigger: "#question_answer button[value=answer]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "it has arrived",
            trigger: ".o_dispute_question_done:contains(Thank you)",
        },
    ],
});
