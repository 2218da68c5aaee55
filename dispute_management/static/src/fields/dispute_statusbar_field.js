import { registry } from "@web/core/registry";
import { StatusBarField, statusBarField } from "@web/views/fields/statusbar/statusbar_field";

/**
 * A stage bar that goes back when the move was refused, as a card in the kanban does.
 */
export class DisputeStatusBarField extends StatusBarField {
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
    ...statusBarField,
    component: DisputeStatusBarField,
    additionalClasses: ["o_field_statusbar"],
});
