import { registry } from "@web/core/registry";

/** Click the card of this title, and see that it leads to so many rows of this report. */
function openCard(title, report, rows) {
    return [
        {
            content: `open the card ${title}`,
            trigger: `.o-scorecard[title='${title}']`,
            run: "click",
        },
        ...seeRows(title, report, rows),
    ];
}

function seeRows(title, report, rows) {
    return [
        {
            content: `${title}: the report has as many rows as are counted`,
            trigger: `.o_last_breadcrumb_item:contains(${report})`,
        },
        {
            trigger: rows ? `.o_list_view .o_data_row:eq(${rows - 1})` : ".o_list_view",
            run() {
                const found = document.querySelectorAll(".o_list_view .o_data_row").length;
                if (found !== rows) {
                    throw new Error(`${title} leads to ${found} rows, not ${rows}`);
                }
            },
        },
        {
            content: "back to the dashboard",
            trigger: ".breadcrumb-item a, .o_back_button",
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("dispute_dashboard_cases", {
    steps: () => [
        ...openCard("Opened", "Dispute Analysis", 2),
        ...openCard("Closed", "Dispute Analysis", 1),
        ...openCard("Open amount now", "Dispute Analysis", 3),
        ...openCard("Customer right", "Dispute Analysis", 1),
        {
            content: "open the first bar of the causes",
            trigger: ".o-figure canvas:not(.o-scorecard)",
            async run() {
                const pause = () => new Promise((resolve) => setTimeout(resolve, 100));
                let bars, chart;
                for (let tries = 0; tries < 100 && !bars?.length; tries++) {
                    await pause();
                    chart = window.Chart?.getChart(this.anchor);
                    bars = chart?.getDatasetMeta(0).data.filter((bar) => bar.height > 1);
                }
                const { x, y, base } = bars[0];
                const box = chart.canvas.getBoundingClientRect();
                const at = { clientX: box.left + x, clientY: box.top + (y + base) / 2, bubbles: true };
                chart.canvas.dispatchEvent(new MouseEvent("mousemove", at));
                chart.canvas.dispatchEvent(new MouseEvent("click", at));
            },
        },
        ...seeRows("the first cause", "Dispute Analysis", 1),
        { trigger: ".o-scorecard" },
    ],
});
