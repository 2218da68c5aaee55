import { RottingKanbanHeader } from "@mail/js/rotting_mixin/rotting_kanban_header";
import { RottingKanbanRenderer } from "@mail/js/rotting_mixin/rotting_kanban_renderer";
import { rottingKanbanView } from "@mail/js/rotting_mixin/rotting_kanban_view";
import { onWillStart } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { GroupConfigMenu } from "@web/views/view_components/group_config_menu";
import { DisputeRecordQuickCreate } from "./dispute_quick_create";

/**
 * The menu of a column: who sets up the pipeline archives its stage from here.
 */
class DisputeGroupConfigMenu extends GroupConfigMenu {
    setup() {
        super.setup();
        this.action = useService("action");
        this.orm = useService("orm");
        this.isAdministrator = false;
        onWillStart(async () => {
            this.isAdministrator = await user.hasGroup(
                "dispute_management.group_dispute_administrator"
            );
        });
    }

    get configItems() {
        const { groupByField, value } = this.group;
        return [
            ...super.configItems,
            {
                key: "archive_stage",
                label: _t("Archive stage"),
                class: "o_group_archive_stage",
                icon: "fa-archive",
                isVisible: this.isAdministrator && groupByField.name === "stage_id" && Boolean(value),
                method: () => this.archiveStage(),
            },
        ];
    }

    async archiveStage() {
        const { groupByField, value } = this.group;
        // A reload of the list alone would keep the column.
        const reload = () => this.action.doAction("soft_reload");
        const action = await this.orm.call(groupByField.relation, "action_archive", [[value]]);
        if (action && Object.keys(action).length) {
            await this.action.doAction(action, { onClose: reload });
        } else {
            await reload();
        }
    }
}

class DisputeKanbanHeader extends RottingKanbanHeader {
    static components = {
        ...RottingKanbanHeader.components,
        GroupConfigMenu: DisputeGroupConfigMenu,
    };
}

class DisputeKanbanRenderer extends RottingKanbanRenderer {
    static components = {
        ...RottingKanbanRenderer.components,
        KanbanHeader: DisputeKanbanHeader,
        KanbanRecordQuickCreate: DisputeRecordQuickCreate,
    };

    /** Columns are dragged by who may also edit them; Odoo would let anybody try, and refuse. */
    get canResequenceGroups() {
        return super.canResequenceGroups && this.props.archInfo.activeActions.editGroup;
    }
}

registry.category("views").add("dispute_kanban", {
    ...rottingKanbanView,
    Renderer: DisputeKanbanRenderer,
});
