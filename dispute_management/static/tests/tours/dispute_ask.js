import { picture } from "@dispute_management/../tests/tours/picture";
import { registry } from "@web/core/registry";

// What a clerk does who needs an answer from somebody outside: ask, and see whose turn it is.
registry.category("web_tour.tours").add("dispute_ask", {
    steps: () => [
        {
            content: "Ask about the dispute",
            trigger: ".o_statusbar_buttons button:contains(Ask)",
            run: "click",
        },
        {
            content: "Choose a template",
            trigger: ".modal .o_field_widget[name=question_id] input",
            run: "edit Proof of delivery",
        },
        {
            trigger: ".modal .o-autocomplete--dropdown-item a:contains(Proof of delivery)",
            run: "click",
        },
        {
            content: "The template says what a good answer holds",
            trigger: ".modal .o_field_widget[name=item_ids] .o_data_row",
        },
        {
            content: "Ask somebody with an address",
            trigger: ".modal .o_field_widget[name=recipient_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=recipient_ids] .o_field_widget[name=email] input",
            run: "edit depot@carrier.example.com",
        },
        {
            trigger: ".modal button[name=action_ask]",
            run: "click",
        },
        {
            content: "Now somebody else has to answer",
            trigger: "body:not(:has(.modal)) .o_form_view .o_field_widget[name=waiting_on]:contains(Third party)",
        },
    ],
});

const askButton = "button:contains(Ask):not(:contains(for))";

const openAsk = [
    {
        content: "on a phone the buttons are a menu",
        isActive: ["mobile"],
        trigger: ".o_statusbar_buttons .dropdown-toggle",
        run: "click",
    },
    {
        isActive: ["mobile"],
        trigger: `.o-dropdown--menu ${askButton}`,
        run: "click",
    },
    {
        isActive: ["desktop"],
        trigger: `.o_statusbar_buttons ${askButton}`,
        run: "click",
    },
];

const chooseTemplate = (name) => [
    {
        isActive: ["desktop"],
        trigger: ".modal .o_field_widget[name=question_id] input",
        run: `edit ${name}`,
    },
    {
        isActive: ["desktop"],
        trigger: `.modal .o-autocomplete--dropdown-item a:contains(${name})`,
        run: "click",
    },
    {
        isActive: ["mobile"],
        trigger: ".modal .o_field_widget[name=question_id] input",
        run: "click",
    },
    {
        isActive: ["mobile"],
        trigger: `.modal:contains(Search) .o_data_cell:contains(${name}), .modal:contains(Search) .o_kanban_record:contains(${name})`,
        run: "click",
    },
];

const askWhom = (address) => [
    {
        trigger: ".modal .o_field_widget[name=recipient_ids] .o_field_x2many_list_row_add a",
        run: "click",
    },
    {
        trigger: ".modal .o_field_widget[name=recipient_ids] .o_selected_row .o_field_widget[name=email] input",
        run: `edit ${address}`,
    },
];

const ask = { trigger: ".modal button[name=action_ask]", run: "click" };

const openQuestions = {
    trigger: ".o_form_view:not(:has(.modal)) .o_notebook .nav-link[name=requests]",
    run: "click",
};

// Two people with one template: shown what was chosen, one after the other.
registry.category("web_tour.tours").add("dispute_ask_in_a_row", {
    steps: () => [
        ...openAsk,
        ...chooseTemplate("liability"),
        { trigger: ".modal .o_field_widget[name=item_ids] .o_data_row" },
        ...askWhom("claims@carrier.example.com"),
        ...askWhom("insurance@example.com"),
        {
            content: "the insurance is asked when the carrier has answered",
            trigger: ".modal .o_field_widget[name=order] label:contains(One after another)",
            run: "click",
        },
        picture("ask_whom", ".modal .o_field_widget[name=recipient_ids]"),
        { trigger: ".modal .nav-link[name=shown]", run: "click" },
        {
            content: "one document of two",
            trigger: ".modal .o_field_widget[name=document_ids] label:contains(Delivery note)",
            run: "click",
        },
        picture("ask_shown", ".modal .o_field_widget[name=document_ids]:has(input:checked)"),
        ask,
        { trigger: "body:not(:has(.modal)) .o_field_widget[name=waiting_on]:contains(Third party)" },
        openQuestions,
        picture("ask_asked", ".o_field_widget[name=request_ids]:contains(Waits for another)"),
    ],
});

registry.category("web_tour.tours").add("dispute_ask_at_once", {
    steps: () => [
        ...openAsk,
        ...chooseTemplate("Proof of delivery"),
        { trigger: ".modal .o_field_widget[name=item_ids] .o_data_row" },
        ...askWhom("depot@carrier.example.com"),
        ...askWhom("driver@carrier.example.com"),
        ask,
        { trigger: "body:not(:has(.modal)) .o_field_widget[name=waiting_on]:contains(Third party)" },
        openQuestions,
        picture(
            "ask_at_once",
            ".o_field_widget[name=request_ids]:contains(depot@):contains(driver@):not(:contains(Waits))"
        ),
    ],
});

// In the list of questions, not in the form of the case before it.
const theirQuestion = ["o_data_row", "o_kanban_record"]
    .map((row) => `.o_action:not(:has(.o_form_view)) .${row}:contains(insurance@)`)
    .join(", ");

// What was answered is there as values; what isn't needed any more is withdrawn.
registry.category("web_tour.tours").add("dispute_ask_follow", {
    steps: () => [
        openQuestions,
        picture("ask_answered", ".o_field_widget[name=answer_ids]:contains(80.50)"),
        {
            content: "on a phone what a case has is a menu too",
            isActive: ["mobile"],
            trigger: ".o_control_panel button:has(.fa-bolt)",
            run: "click",
        },
        {
            content: "all questions of the case",
            trigger: "button[name=action_view_requests]",
            run: "click",
        },
        picture("ask_questions", theirQuestion),
        {
            trigger: theirQuestion,
            run() {
                (this.anchor.querySelector(".o_data_cell[name=name]") || this.anchor).click();
            },
        },
        picture("ask_question", ".o_form_view .o_field_widget[name=email]:contains(insurance@)"),
        {
            isActive: ["mobile"],
            trigger: ".o_statusbar_buttons .dropdown-toggle",
            run: "click",
        },
        { trigger: "button[name=action_cancel]", run: "click" },
        picture("ask_withdrawn", ".o_field_statusbar:has(.o_arrow_button_current:contains(Cancelled))"),
    ],
});
