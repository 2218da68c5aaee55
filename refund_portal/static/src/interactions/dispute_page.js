import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/** A form on the case page is sent once; without JavaScript the server takes the second one for the first. */
export class DisputeActForm extends Interaction {
    static selector = ".o_dispute_page form";
    dynamicContent = {
        _root: { "t-on-submit": this.onSubmit },
        _window: { "t-on-pageshow": this.onPageShow },
    };

    setup() {
        this.isSending = false;
    }

    onSubmit(ev) {
        if (this.isSending) {
            ev.preventDefault();
        }
        this.isSending = true;
    }

    /** Coming back by the browser's back button, the page may be as it was left: let it be sent again. */
    onPageShow(ev) {
        if (ev.persisted) {
            this.isSending = false;
        }
    }
}

/** What is wrong comes first; and the page can be printed. */
export class DisputePage extends Interaction {
    static selector = ".o_dispute_page";
    dynamicContent = {
        ".o_dispute_print": {
            "t-on-click": () => window.print(),
            "t-att-class": () => ({ "d-none": false }),
        },
    };

    start() {
        document.getElementById("dispute_errors")?.focus();
    }
}

registry.category("public.interactions").add("refund_portal.dispute_act_form", DisputeActForm);
registry.category("public.interactions").add("refund_portal.dispute_page", DisputePage);
