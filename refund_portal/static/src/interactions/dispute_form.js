import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/**
 * Help for whoever fills in the dispute form. The form works without it: the server judges everything again, and
 * a form sent twice makes one case.
 */
export class DisputeForm extends Interaction {
    static selector = ".o_dispute_form";
    dynamicContent = {
        _root: { "t-on-submit": this.onSubmit },
        _window: { "t-on-pageshow": this.onPageShow },
        ".o_dispute_whole": {
            "t-on-click": this.onWholeAmount,
            "t-att-class": () => ({ "d-none": false }),
        },
        ".o_dispute_submit": { "t-att-disabled": () => this.isSending || undefined },
        "select[name=reason_id]": { "t-on-change": () => {} },
        ".o_dispute_extra": {
            "t-att-class": (el) => ({ "d-none": el.dataset.reason !== this.reason }),
        },
        "input[name=files]": { "t-on-change": this.onFilesChange },
        ".o_dispute_files_hint": {
            "t-out": () => this.filesHint,
            "t-att-class": () => ({ "d-none": !this.filesHint }),
        },
    };

    get reason() {
        return this.el.querySelector("select[name=reason_id]").value;
    }

    setup() {
        this.isSending = false;
        this.filesHint = "";
    }

    start() {
        // What is wrong comes first: the field in question, else the summary.
        const focusEl =
            this.el.querySelector("[aria-invalid]") || document.getElementById("dispute_errors");
        focusEl?.focus();
    }

    onSubmit(ev) {
        if (this.isSending) {
            ev.preventDefault();
            return;
        }
        this.isSending = true;
    }

    /** Coming back by the browser's back button, the page may be as it was left: let it be sent again. */
    onPageShow(ev) {
        if (ev.persisted) {
            this.isSending = false;
        }
    }

    onWholeAmount(ev) {
        const inputEl = this.el.querySelector("input[name=amount]");
        inputEl.value = ev.currentTarget.dataset.amount;
        inputEl.focus();
    }

    onFilesChange(ev) {
        const { maxFiles, maxFileMb } = this.el.dataset;
        const files = [...ev.currentTarget.files];
        const tooBig = files.filter((file) => file.size > Number(maxFileMb) * 1024 * 1024);
        if (files.length > Number(maxFiles)) {
            this.filesHint = _t("Please attach at most %s files.", maxFiles);
        } else if (tooBig.length) {
            const names = tooBig.map((file) => file.name).join(", ");
            this.filesHint = _t("Larger than %(size)s MB: %(names)s", { size: maxFileMb, names });
        } else {
            this.filesHint = "";
        }
    }
}

registry.category("public.interactions").add("refund_portal.dispute_form", DisputeForm);
