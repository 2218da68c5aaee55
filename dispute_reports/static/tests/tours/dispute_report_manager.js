import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/** Answer the cells of the pivot's row that bears this title. */
function getPivotRow(title) {
    const header = [...document.querySelectorAll(".o_pivot tbody th")].find(
        (cell) => cell.textContent.trim() === title
    );
    return [...header.closest("tr").querySelectorAll("td")].map((cell) => cell.textContent.trim());
}

registry.category("web_tour.tours").add("dispute_report_manager", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "open the Disputes app",
            trigger: ".o_app[data-menu-xmlid='dispute_management.menu_dispute_root']",
            run: "click",
        },
        {
            content: "open Reporting",
            trigger: "[data-menu-xmlid='dispute_management.menu_dispute_reporting']",
            run: "click",
        },
        {
            content: "open the analysis",
            trigger: "[data-menu-xmlid='dispute_reports.menu_dispute_report']",
            run: "click",
        },
        {
            content: "the pivot counts four cases, by reason; the merged one is left out",
            trigger: ".o_pivot table",
            run() {
                const [count, disputed, credited, days, valid] = getPivotRow("Total");
                for (const [found, expected] of [
                    [count, /^4$/],
                    [disputed, /490\.00/],
                    [credited, /100\.00/],
                    [days, /^20\.00$/],
                    [valid, /^50\.0%$/],
                ]) {
                    if (!expected.test(found)) {
                        throw new Error(`the total shows ${found}, not ${expected}`);
                    }
                }
                // No case about quantity is closed: there is nothing to average.
                const [, , , noDays, noRate] = getPivotRow("[QTY] Quantity");
                if (noDays || noRate) {
                    throw new Error(`figures of no case are shown: ${noDays}, ${noRate}`);
                }
            },
        },
        {
            content: "switch to the graph",
            trigger: ".o_switch_view.o_graph",
            run: "click",
        },
        {
            content: "the graph is drawn",
            trigger: ".o_graph_canvas_container canvas",
        },
        {
            content: "switch to the list",
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            content: "there is a row a case",
            trigger: ".o_list_view:has(.o_data_row:nth-child(4)) .o_data_row:first-child .o_data_cell",
            run: "click",
        },
        {
            content: "a row leads to its case",
            trigger: ".o_form_view .o_field_widget[name=reason_id]",
        },
    ],
});
