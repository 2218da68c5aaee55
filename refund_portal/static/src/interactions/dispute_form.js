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
        "input[type=radio]": { "t-on-change": () => {} },
        "input[type=checkbox]": { "t-on-change": () => {} },
        ".o_dispute_way": {
            "t-att-class": (el) => ({ "d-none": el.dataset.way !== this.way }),
        },
        ".o_dispute_line_amount": {
            "t-att-class": (el) => ({ "d-none": !this.isChosen(el) }),
        },
        ".o_dispute_phone": {
            "t-att-class": () => ({ "d-none": this.checked("contact_method") !== "phone" }),
        },
        "input[type=file]": { "t-on-change": this.onFilesChange },
        ".o_dispute_files_hint": {
            "t-out": () => this.filesHint,
            "t-att-class": () => ({ "d-none": !this.filesHint }),
        },
    };

    checked(name) {
        return this.el.querySelector(`input[name=${name}]:checked`)?.value;
    }

    /** How the claim is told: a hidden input where there is no choice. */
    get way() {
        return this.checked("claim_by") || this.el.querySelector("input[name=claim_by]").value;
    }

    isChosen(amountEl) {
        return amountEl.closest(".o_dispute_line").querySelector("input[type=checkbox]").checked;
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
        if (ev.submitter?.name === "do") {
            return;
        }
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
        const { input, amount } = ev.currentTarget.dataset;
        const inputEl = this.el.querySelector(`input[name=${input}]`);
        inputEl.value = amount;
        inputEl.focus();
    }

    onFilesChange() {
        const { maxFiles, maxFileMb } = this.el.dataset;
        const inputs = [...this.el.querySelectorAll("input[type=file]")];
        const files = inputs.flatMap((input) => [...input.files]);
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
