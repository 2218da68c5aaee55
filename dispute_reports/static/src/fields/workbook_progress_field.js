import { onMounted, onWillUnmount } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { ProgressBarField, progressBarField } from "@web/views/fields/progress_bar/progress_bar_field";

const EVERY_MS = 1500;

/** A progress bar that looks again while a workbook is being made. */
export class WorkbookProgressField extends ProgressBarField {
    setup() {
        super.setup();
        let timer = null;
        onMounted(() => {
            timer = setInterval(() => this.props.record.load(), EVERY_MS);
        });
        onWillUnmount(() => clearInterval(timer));
    }
}

registry.category("fields").add("dispute_workbook_progress", {
    ...progressBarField,
    component: WorkbookProgressField,
});
