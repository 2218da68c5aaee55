import {
    RottingStatusBarDurationField,
    rottingStatusBarDurationField,
} from "@mail/js/rotting_mixin/rotting_statusbar";
import { registry } from "@web/core/registry";

/**
 * A stage bar with the time spent in each stage, which goes back when the move was refused, as a card in the kanban does.
 */
export class DisputeStatusBarField extends RottingStatusBarDurationField {
    async selectItem(item) {
        const { name, record } = this.props;
        const before = record.data[name];
        const wasDirty = await record.isDirty();
        try {
            await super.selectItem(item);
        } catch (error) {
            if (wasDirty) {
                await record.update({ [name]: before });
            } else {
                await record.discard();
            }
            throw error;
        }
    }
}

registry.category("fields").add("dispute_statusbar", {
    ...rottingStatusBarDurationField,
    component: DisputeStatusBarField,
    additionalClasses: ["o_field_statusbar"],
});
