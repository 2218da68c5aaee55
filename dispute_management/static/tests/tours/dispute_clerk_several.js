import { registry } from "@web/core/registry";

// Two invoices of one customer become one case from the list; the claim is refused.
registry.category("web_tour.tours").add("dispute_clerk_several", {
    steps: () => [
        {
            content: "Choose the invoices",
            trigger: ".o_list_view .o_data_row:contains(100.00) .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(200.00) .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Dispute them",
            trigger: ".o_control_panel button[name=action_dispute_open]",
            run: "click",
        },
        {
            content: "Both are proposed in one case",
            trigger: ".modal .o_field_widget[name=line_ids] .o_data_row:eq(1)",
        },
        {
            trigger: ".modal .o_field_widget[name=line_ids] tfoot:contains(300.00)",
        },
        {
            content: "Open the case",
            trigger: ".modal button[name=action_open]",
            run: "click",
        },
        {
            content: "One case holds both",
            trigger: ".o_form_view button[name=action_view_documents]:contains(2)",
        },
        {
            content: "Settle the case",
            trigger: ".o_statusbar_buttons button:contains(Settle)",
            run: "click",
        },
        {
            content: "Refuse the claim",
            trigger: ".modal .o_field_widget[name=kind] input[data-value=rejection]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=resolution_id] input:value(Refused)",
        },
        {
            trigger: ".modal .o_field_widget[name=cause_id] input",
            run: "edit error",
        },
        {
            trigger: ".modal .o-autocomplete--dropdown-item a:contains(error)",
            run: "click",
        },
        {
            content: "Without a reason nobody is refused",
            trigger: ".modal-footer button[name=action_settle]:contains(Refuse)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=reason_text].o_field_invalid textarea",
            run: "edit Both deliveries were signed for",
        },
        {
            content: "Refuse and close",
            trigger: ".modal-footer button[name=action_settle]:contains(Refuse)",
            run: "click",
        },
        {
            content: "The case is closed",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Refused)",
        },
        {
            content: "All of the claim is refused",
            trigger: ".o_form_view .o_inner_group .o_field_widget[name=amount_rejected]:contains(300.00)",
        },
    ],
});
