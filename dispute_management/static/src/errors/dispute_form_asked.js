import { UncaughtPromiseError } from "@web/core/errors/error_service";
import { registry } from "@web/core/registry";

/**
 * A refusal that comes with a form for what is missing opens the form, wherever it happened: in
 * the systray, a list or the chatter.
 */
function formAskedHandler(env, error, originalError) {
    const action = originalError?.data?.context?.dispute_action;
    if (!action || !(error instanceof UncaughtPromiseError)) {
        return false;
    }
    error.unhandledRejectionEvent.preventDefault();
    env.services.action.doAction(action);
    return true;
}

// Before Odoo's handler of refusals, which would show a dialog.
registry
    .category("error_handlers")
    .add("dispute_form_asked", formAskedHandler, { sequence: 90 });
