import { registry } from "@web/core/registry";

// A clerk types a dispute into the board: too much is refused, and stays to be corrected.
registry.category("web_tour.tours").add("dispute_quick_create", {
    steps: () => [
        {
            trigger: ".o_kanban_view .o-kanban-button-new",
            run: "click",
        },
        {
            trigger: ".o_kanban_quick_create .o_field_widget[name=quick_move_id] input",
            run: "edit INV",
        },
        {
            trigger: ".o-autocomplete--dropdown-item a:contains(INV)",
            run: "click",
        },
        {
            content: "What is owed is proposed",
            trigger: ".o_kanban_quick_create .o_field_widget[name=quick_amount] input:value(100.00)",
            run: "edit 140",
        },
        {
            trigger: ".o_kanban_quick_create .o_field_widget[name=reason_id] input",
            run: "edit Quantity",
        },
        {
            trigger: ".o-autocomplete--dropdown-item a:contains(Quantity)",
            run: "click",
        },
        {
            trigger: ".o_kanban_quick_create .o_kanban_add",
            run: "click",
        },
        {
            content: "The reason is told",
            trigger: ".o_notification:has(.bg-danger)",
        },
        {
            content: "What was typed is there to be corrected",
            trigger: ".o_kanban_quick_create .o_field_widget[name=quick_amount] input:value(140.00)",
            run: "edit 40",
        },
        {
            trigger: ".o_kanban_quick_create .o_kanban_add",
            run: "click",
        },
        {
            trigger: ".o_kanban_record:contains(40.00)",
        },
    ],
});
