import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Suggested steps as a row of buttons; each does on the server what it promises.
 */
export class DisputeNextStepsField extends Component {
    static template = "dispute_management.NextStepsField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get steps() {
        return this.props.record.data[this.props.name].records.map((step) => ({
            id: step.resId,
            name: step.data.display_name,
        }));
    }

    async take(step) {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        const reload = () => record.model.load();
        const action = await this.orm.call(record.resModel, "action_take_step", [
            [record.resId],
            step.id,
        ]);
        if (action && Object.keys(action).length) {
            await this.action.doAction(action, { onClose: reload });
        } else {
            await reload();
        }
    }
}

registry.category("fields").add("dispute_next_steps", {
    component: DisputeNextStepsField,
    displayName: _t("Next steps of a dispute"),
    supportedTypes: ["many2many"],
    relatedFields: [{ name: "display_name", type: "char" }],
});
