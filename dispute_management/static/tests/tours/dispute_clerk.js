import { registry } from "@web/core/registry";

// What an AR clerk does: dispute an invoice, see what follows, credit it, find it closed.
registry.category("web_tour.tours").add("dispute_clerk", {
    steps: () => [
        {
            content: "Dispute the posted invoice",
            trigger: ".o_statusbar_buttons button[name=action_dispute_open]",
            run: "click",
        },
        {
            content: "All that is open is proposed",
            trigger: ".modal .o_field_widget[name=line_ids] tfoot:contains(575.00)",
        },
        {
            content: "Choose the reason",
            trigger: ".modal .o_field_widget[name=reason_id] input",
            run: "edit Quantity",
        },
        {
            trigger: ".modal .o-autocomplete--dropdown-item a:contains(Quantity)",
            run: "click",
        },
        {
            content: "Note the customer's own number",
            trigger: ".modal .o_field_widget[name=customer_reference] input",
            run: "edit DN-4711",
        },
        {
            content: "Note what the customer says",
            trigger: ".modal .o_field_widget[name=description] textarea",
            run: "edit Two chairs were missing",
        },
        {
            content: "Open the case",
            trigger: ".modal button[name=action_open]",
            run: "click",
        },
        {
            content: "The case has a number",
            trigger: ".o_form_view .o_field_widget[name=name]:contains(/DSP.[0-9]{4}.[0-9]{5}/)",
        },
        {
            content: "The case has an owner",
            trigger: ".o_form_view .o_field_widget[name=user_id] input:value(Clara Clerk)",
        },
        {
            content: "The case has a team",
            trigger: ".o_form_view .o_field_widget[name=team_id] input:value(Receivables)",
        },
        {
            content: "The case has a deadline, not yet at risk",
            trigger: ".o_form_view .o_field_widget[name=deadline_state]:contains(On track)",
        },
        {
            content: "Go to the invoice",
            trigger: ".o_form_view button[name=action_view_documents]",
            run: "click",
        },
        {
            content: "The invoice says that it is disputed, and how much of it",
            trigger: ".o_form_view [name=dispute_badge] .badge:contains(/Disputed.*575.00/)",
        },
        {
            content: "A notice says that follow-up leaves it out",
            trigger: "#alerts:contains(in dispute)",
        },
        {
            content: "Go back to the case",
            trigger: ".o_form_view button[name=action_view_disputes]",
            run: "click",
        },
        {
            content: "Settle the case",
            trigger: ".o_statusbar_buttons button:contains(Settle)",
            run: "click",
        },
        {
            content: "A credit note for all that is open is proposed",
            trigger: ".modal .o_field_widget[name=line_ids] tfoot:contains(575.00)",
        },
        {
            trigger: ".modal .o_field_widget[name=kind] input[data-value=credit_note]:checked",
        },
        {
            trigger: ".modal .o_field_widget[name=resolution_id] input:value(Credited in full)",
        },
        {
            content: "Say what it came from",
            trigger: ".modal .o_field_widget[name=cause_id] input",
            run: "edit Picking",
        },
        {
            trigger: ".modal .o-autocomplete--dropdown-item a:contains(Picking)",
            run: "click",
        },
        {
            content: "Tell the customer why",
            trigger: ".modal .o_field_widget[name=reason_text] textarea",
            run: "edit The chairs were left in the warehouse",
        },
        {
            content: "Credit and close",
            trigger: ".modal-footer button[name=action_settle]:contains(Settle)",
            run: "click",
        },
        {
            content: "The case is closed",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Resolved)",
        },
        {
            content: "All of the claim is credited",
            trigger: ".o_form_view .o_inner_group .o_field_widget[name=amount_credited]:contains(575.00)",
        },
        {
            content: "The case leads to the credit note",
            trigger: ".o_form_view button[name=action_view_credit_notes]:contains(1)",
        },
    ],
});
