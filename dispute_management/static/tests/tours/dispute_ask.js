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
