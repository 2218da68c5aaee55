import { RPCError } from "@web/core/network/rpc";
import {
    KanbanQuickCreateController,
    KanbanRecordQuickCreate,
} from "@web/views/kanban/kanban_record_quick_create";

/**
 * A refused dispute stays as it was typed, with the reason. Odoo would open an empty form.
 */
class DisputeQuickCreateController extends KanbanQuickCreateController {
    showFormDialogInError(error) {
        if (!(error instanceof RPCError)) {
            throw error;
        }
        this.model.notification.add(error.data?.message || error.message, { type: "danger" });
    }
}

export class DisputeRecordQuickCreate extends KanbanRecordQuickCreate {
    static components = { KanbanQuickCreateController: DisputeQuickCreateController };
}
