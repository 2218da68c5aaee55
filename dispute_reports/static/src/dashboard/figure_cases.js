import * as spreadsheet from "@odoo/o-spreadsheet";
import { patch } from "@web/core/utils/patch";
import { SEE_RECORDS_PIVOT } from "@spreadsheet/pivot/pivot_actions";

/**
 * Odoo links a card, or a chart over cells, to a menu only: without the card's own conditions and
 * without the filters of the dashboard. Cards and charts of disputes open instead what a click on
 * the cell that they show opens: the very rows that are counted in it.
 *
 * @param {Object} env of the spreadsheet's component
 * @param {string} chartId
 * @param {string} xc the cells, as "Data!B1"
 * @param {number} [index] how many rows further down the cell is
 * @returns {Object|undefined} position of the cell, where it is a figure of disputes
 */
function getDisputeCell(env, chartId, xc, index = 0) {
    const { getters } = env.model;
    if (!xc || !getters.isDashboard()) {
        return;
    }
    const range = getters.getRangeFromSheetXC(getters.getFigureSheetId(getters.getFigureIdFromChartId(chartId)), xc);
    const position = { sheetId: range.sheetId, col: range.zone.left, row: range.zone.top + index };
    const pivotId = getters.getPivotIdFromPosition(position);
    const isOfDisputes = pivotId && getters.getPivotCoreDefinition(pivotId).model?.startsWith("dispute.");
    return isOfDisputes ? position : undefined;
}

patch(spreadsheet.components.ScorecardChart.prototype, {
    async onClick() {
        const { chartId } = this.props;
        const { keyValue } = this.env.model.getters.getChartDefinition(chartId);
        const cell = getDisputeCell(this.env, chartId, keyValue);
        await (cell ? SEE_RECORDS_PIVOT(cell, this.env, false) : super.onClick());
    },
});

patch(spreadsheet.components.ChartJsComponent.prototype, {
    createChart(runtime) {
        this.leadToDisputes(runtime.chartJsConfig);
        super.createChart(runtime);
    },
    updateChartJs(runtime) {
        this.leadToDisputes(runtime.chartJsConfig);
        super.updateChartJs(runtime);
    },
    leadToDisputes(config) {
        const { chartId } = this.props;
        // Of several series over the same cells, the first one has the figures, the others are of them.
        const definition = this.env.model.getters.getChartDefinition(chartId);
        const xc = definition.dataSets?.[0]?.dataRange;
        const title = definition.dataSetsHaveTitle ? 1 : 0;
        if (!getDisputeCell(this.env, chartId, xc, title)) {
            return;
        }
        config.options.onClick = (event, items) => {
            const cell = items.length && getDisputeCell(this.env, chartId, xc, title + items[0].index);
            if (cell) {
                event.native.preventDefault(); // As a click on a chart of Odoo: no other click action.
                SEE_RECORDS_PIVOT(cell, this.env, false);
            }
        };
        config.options.onHover = (event, items) => {
            event.native.target.style.cursor = items.length ? "pointer" : "";
        };
    },
});
