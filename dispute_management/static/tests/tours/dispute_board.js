import { registry } from "@web/core/registry";

const column = (name) =>
    `.o_kanban_group:has(.o_kanban_header:contains(${name})):not(.o_column_folded)`;
const card = (name) => `${column(name)} .o_kanban_record:contains(Azure)`;

// A clerk drags a card where a rule bars it: it goes back, with the reason.
registry.category("web_tour.tours").add("dispute_board_refused", {
    timeout: 30000,
    steps: () => [
        {
            content: "Columns are an administrator's: not to be dragged, nor added",
            trigger: `.o_kanban_renderer:has(${card("New")}):not(:has(.o_group_draggable, .o_column_quick_create))`,
        },
        {
            content: "Drag the card over a stage",
            trigger: card("New"),
            run: `drag_and_drop (${column("Offer")})`,
        },
        {
            content: "The reason is told",
            trigger: ".modal:contains(From New a case may go to: Checking)",
        },
        {
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "The card went back",
            trigger: `body:not(:has(.modal)) ${card("New")}`,
        },
        {
            content: "Drag it where it may go",
            trigger: card("New"),
            run: `drag_and_drop (${column("Checking")})`,
        },
        {
            content: "It stays there",
            trigger: card("Checking"),
        },
    ],
});

// An administrator shapes the board itself: adds a column, and archives one that cases stand in.
registry.category("web_tour.tours").add("dispute_board_shaped", {
    timeout: 30000,
    steps: () => [
        {
            content: "Add a column",
            trigger: ".o_column_quick_create .o_quick_create_button",
            run: "click",
        },
        {
            trigger: ".o_column_quick_create input",
            run: "edit Second look",
        },
        {
            trigger: ".o_column_quick_create .o_kanban_add",
            run: "click",
        },
        {
            content: "It is there",
            trigger: column("Second look"),
        },
        {
            content: "Drag a column to another place",
            trigger: `${column("Checking")} .o_column_title`,
            run: `drag_and_drop (${column("Approval")} .o_column_title)`,
        },
        {
            content: "It stays there",
            trigger: `${column("Approval")} + ${column("Checking")}`,
        },
        {
            content: "Fold one for everybody",
            trigger: `${column("Offer")} .o_kanban_header`,
            run: "hover && click .o_kanban_group:has(.o_kanban_header:contains(Offer)) .o_group_config button",
        },
        {
            trigger: ".o-dropdown--menu .o_group_edit",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=fold] input",
            run: "click",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "Fold another for now",
            trigger: `body:not(:has(.modal)) ${column("Approval")} .o_kanban_header`,
            run: "hover && click .o_kanban_group:has(.o_kanban_header:contains(Approval)) .o_group_config button",
        },
        {
            trigger: ".o-dropdown--menu .o_kanban_toggle_fold",
            run: "click",
        },
        {
            trigger: ".o_kanban_group.o_column_folded:contains(Approval)",
        },
        {
            content: "Archive the one in use",
            trigger: `${column("New")} .o_kanban_header`,
            run: "hover && click .o_kanban_group:has(.o_kanban_header:contains(New)) .o_group_config button",
        },
        {
            trigger: ".o_group_archive_stage",
            run: "click",
        },
        {
            content: "It asks where its case goes",
            trigger: ".modal .o_field_widget[name=target_stage_id] input",
            run: "edit Second look",
        },
        {
            trigger: ".o-autocomplete--dropdown-item a:contains(Second look)",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "The case is there, and the column is gone",
            trigger: `body:not(:has(.o_kanban_group .o_column_title:contains(New))) ${card("Second look")}`,
        },
    ],
});

// A colleague without rights marks a to-do done from the systray, which asks for a field.
registry.category("web_tour.tours").add("dispute_todo_field", {
    timeout: 30000,
    steps: () => [
        {
            trigger: ".o_menu_systray i[aria-label=Activities]",
            run: "click",
        },
        {
            content: "What is due on disputes",
            trigger: ".o-mail-ActivityGroup:contains(Dispute) .btn-link:contains(Today)",
            run: "click",
        },
        {
            content: "The case",
            trigger: ".o_data_row .o_data_cell[name=name]",
            run: "click",
        },
        {
            trigger: ".o-mail-Activity:contains(Find the cause) .o-mail-Activity-markDone",
            run: "click",
        },
        {
            trigger: ".o-mail-ActivityMarkAsDone textarea",
            run: "edit The picker took the wrong pallet",
        },
        {
            trigger: ".o-mail-ActivityMarkAsDone button[aria-label='Done']",
            run: "click",
        },
        {
            content: "It asks for the cause, and kept what was written",
            trigger: ".modal .o_field_widget[name=feedback] textarea:value(wrong pallet)",
        },
        {
            trigger: ".modal .o_field_widget[name=cause_id] input",
            run: "edit Picking",
        },
        {
            trigger: ".o-autocomplete--dropdown-item a:contains(Picking)",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_done]",
            run: "click",
        },
        {
            content: "Done: the case is not theirs to read any more",
            trigger: "body:not(:has(.modal)) .o_last_breadcrumb_item:contains(My Activities)",
        },
    ],
});
