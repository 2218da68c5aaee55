import { registry } from "@web/core/registry";

const openMenu = (name) => [
    {
        trigger: ".o_menu_sections [data-menu-xmlid='dispute_management.menu_dispute_configuration']",
        run: "click",
    },
    {
        trigger: `.dropdown-menu [data-menu-xmlid='dispute_management.menu_dispute_${name}']`,
        run: "click",
    },
];
const create = (title) => [
    {
        trigger: `.o_last_breadcrumb_item:contains(${title})`,
    },
    {
        trigger: ".o_list_view .o_list_button_add",
        run: "click",
    },
    {
        trigger: ".o_form_view .o_form_editable",
    },
];
const save = (content) => [
    {
        content,
        trigger: ".o_form_view .o_form_button_save:enabled",
        run: "click",
    },
    {
        trigger: ".o_form_view .o_form_saved, .o_form_view .o_form_status_indicator_buttons.invisible:not(:visible)",
    },
];
const type = (name, value, scope = ".o_form_view") => ({
    trigger: `${scope} .o_field_widget[name=${name}] :is(input, textarea)`,
    run: `edit ${value}`,
});
const select = (name, label, scope = ".o_form_view") => [
    {
        trigger: `${scope} .o_field_widget[name=${name}] input`,
        run: "click",
    },
    {
        trigger: `.o_select_menu_item:contains(${label})`,
        run: "click",
    },
    {
        content: "It is chosen before the next thing is typed",
        trigger: `${scope} .o_field_widget[name=${name}] input:value(${label})`,
    },
];
const choose = (name, label, scope = ".o_form_view") => [
    {
        trigger: `${scope} .o_field_widget[name=${name}] input`,
        run: `edit ${label}`,
    },
    {
        trigger: `.o-autocomplete--dropdown-item a:contains(${label})`,
        run: "click",
    },
];
const addLine = (name) => [
    {
        trigger: `.o_field_widget[name=${name}] .o_field_x2many_list_row_add a`,
        run: "click",
    },
    {
        trigger: `.o_field_widget[name=${name}] .o_selected_row`,
    },
];
const addStage = (name, kind) => [
    ...addLine("stage_ids"),
    type("name", name, ".o_selected_row"),
    ...select("kind", kind, ".o_selected_row"),
];
const openStage = (name) => [
    {
        content: `Open the rules of ${name}`,
        trigger: `.o_data_row:has(td[name=name]:contains(${name})) .o_list_record_open_form_view button`,
        run: "click",
    },
    {
        trigger: `.o_last_breadcrumb_item:contains(${name})`,
    },
];
const backTo = (title) => [
    {
        trigger: `.o_back_button:contains(${title}), .breadcrumb-item a:contains(${title})`,
        run: "click",
    },
    {
        trigger: `.o_last_breadcrumb_item:contains(${title})`,
    },
];

// What an administrator of disputes builds without code, developer mode or Settings rights.
registry.category("web_tour.tours").add("dispute_admin", {
    timeout: 30000,
    steps: () => [
        // A mail
        ...openMenu("mail_template"),
        ...create("Mail Templates"),
        type("name", "Chargeback noted"),
        type("subject", "Your bank told us of a chargeback"),
        ...save("Save the mail"),
        // A plan
        ...openMenu("activity_plan"),
        ...create("Activity Plans"),
        type("name", "Chargeback file"),
        ...addLine("template_ids"),
        ...choose("activity_type_id", "To-Do", ".o_selected_row"),
        type("summary", "Collect the signed order", ".o_selected_row"),
        ...select("responsible_type", "Owner of the dispute", ".o_selected_row"),
        type("dispute_working_days", "2", ".o_selected_row"),
        ...save("Save the plan"),
        // A pipeline with its stages
        ...openMenu("pipeline"),
        ...create("Pipelines"),
        type("name", "Bank claims"),
        ...addStage("Received", "New"),
        ...addStage("At the bank", "Waiting for third party"),
        ...addStage("Settled", "Resolved"),
        ...addStage("Given up", "Withdrawn"),
        ...save("Save the pipeline"),
        // What entering and leaving a stage means
        ...openStage("Received"),
        ...choose("next_stage_ids", "At the bank"),
        ...choose("mail_template_id", "Chargeback noted"),
        ...choose("activity_plan_id", "Chargeback file"),
        ...addLine("requirement_ids"),
        ...select("field_name", "Customer Reference", ".o_selected_row"),
        type("message", "Note the number of the chargeback first.", ".o_selected_row"),
        ...save("Save the stage"),
        ...backTo("Bank claims"),
        // A timed move
        ...openStage("At the bank"),
        {
            trigger: ".o_notebook .nav-link[name=waiting]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=wait_unit] label:contains(Calendar days)",
            run: "click",
        },
        type("timeout_days", "10 && press Tab"),
        ...choose("timeout_stage_id", "Given up"),
        ...choose("timeout_resolution_id", "No answer"),
        ...choose("timeout_cause_id", "Not established"),
        ...save("Save the timed move"),
        // Its reason
        ...openMenu("reason"),
        ...create("Reasons"),
        type("name", "Chargeback"),
        type("code", "CHB"),
        type("public_name", "My bank took the payment back"),
        ...choose("pipeline_id", "Bank claims"),
        ...addLine("evidence_type_ids"),
        type("name", "Signed order", ".o_selected_row"),
        ...save("Save the reason"),
        // Who gets it
        ...openMenu("team"),
        {
            trigger: ".o_list_view td[name=name]:contains(Test receivables)",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=assignment_method] label:contains(In turn)",
            run: "click",
        },
        ...save("Save the team"),
        ...openMenu("routing_rule"),
        ...create("Routing Rules"),
        type("name", "Chargebacks of the bank"),
        ...choose("reason_ids", "Chargeback"),
        ...choose("team_id", "Test receivables"),
        ...save("Save the rule"),
        // An activity that moves its case on
        ...openMenu("activity_type"),
        ...create("Activity Types"),
        type("name", "Send the file to the bank"),
        ...choose("dispute_stage_id", "At the bank"),
        ...save("Save the activity type"),
    ],
});

// A field of its own for the cases of one reason, added where it is needed.
registry.category("web_tour.tours").add("dispute_admin_field", {
    timeout: 30000,
    steps: () => [
        {
            trigger: ".o_form_view .o_statusbar_status",
        },
        {
            trigger: ".o_control_panel .o_cp_action_menus button",
            run: "click",
        },
        {
            trigger: ".o-dropdown--menu .o-dropdown-item:contains(Edit Properties)",
            run: "click",
        },
        {
            trigger: "input.o_field_property_definition_header",
            run: "edit Card scheme && press Tab",
        },
        {
            content: "Close the definition",
            trigger: ".o_form_view h1",
            run: "click",
        },
        {
            content: "Fill it in",
            trigger:
                ".o_field_widget[name=reason_properties] .o_property_field:contains(Card scheme) .o_property_field_value input",
            run: "edit Blue card",
        },
        ...save("Save the case"),
    ],
});

// A case in the new pipeline, on the screen of its owner.
registry.category("web_tour.tours").add("dispute_admin_case", {
    timeout: 30000,
    steps: () => [
        {
            content: "The case starts in its own pipeline",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Received)",
        },
        {
            content: "It says why it has this owner",
            trigger: ".o_field_widget[name=assignment_note]:contains(Chargebacks of the bank)",
        },
        {
            content: "The plan of the stage was started",
            trigger: ".o-mail-Activity:contains(Collect the signed order)",
        },
        {
            content: "Its evidence list is that of the reason",
            trigger: ".o_notebook .nav-link[name=evidence]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=evidence_ids] .o_data_row:contains(Signed order)",
        },
        {
            content: "Moving on without the number",
            trigger: ".o_statusbar_status button:contains(At the bank)",
            run: "click",
        },
        {
            content: "is refused with the message the administrator wrote",
            trigger: ".modal:contains(Note the number of the chargeback first.)",
        },
        {
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "and the case stays where it was",
            trigger: "body:not(:has(.modal)) .o_statusbar_status .o_arrow_button_current:contains(Received)",
        },
        type("customer_reference", "CB-2026-17"),
        ...save("Save the number"),
        {
            trigger: ".o_statusbar_status button:contains(At the bank)",
            run: "click",
        },
        {
            content: "Now it moves on",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(At the bank)",
        },
        {
            content: "and says when it moves on by itself",
            trigger: ".o_field_widget[name=date_timeout]",
        },
    ],
});
