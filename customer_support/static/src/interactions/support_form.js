import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/**
 * Shows only what the chosen reason needs, and tells about files that will be
 * refused before they travel. Without it the same form works, a page load more.
 */
export class SupportForm extends Interaction {
    static selector = ".o_support_form";
    dynamicContent = {
        "select[name='reason_id']": { "t-on-change": this.onReasonChange },
        "select[name='order_id']": { "t-on-change": this.onOrderChange },
        "input[name='files']": { "t-on-change": this.checkFiles },
        _root: { "t-on-submit": this.onSubmit },
    };

    setup() {
        this.limits = JSON.parse(this.el.dataset.limits || "{}");
        this.isSent = false;
    }

    start() {
        this.onReasonChange();
        this.onOrderChange();
        document.getElementById("support_errors")?.focus();
    }

    onReasonChange() {
        const select = this.el.querySelector("select[name='reason_id']");
        if (!select) {
            return;
        }
        const { needsOrder, asksPhotos, hasAnswer } =
            select.selectedOptions[0]?.dataset || {};
        this.toggle(".o_support_needs_order", needsOrder || this.hasOrder());
        this.toggle(".o_support_asks_photos", asksPhotos);
        for (const answer of this.el.querySelectorAll("[data-answer-of]")) {
            answer.hidden = answer.dataset.answerOf !== select.value;
        }
        const seen = this.el.querySelector("input[name='answer_seen']");
        seen.value = hasAnswer ? select.value : "";
    }

    hasOrder() {
        return this.el.querySelector("select[name='order_id']")?.value;
    }

    onOrderChange() {
        const chosen = this.hasOrder();
        for (const lines of this.el.querySelectorAll("[data-lines-of]")) {
            const isChosen = lines.dataset.linesOf === chosen;
            lines.hidden = !isChosen;
            lines.disabled = !isChosen;
        }
    }

    toggle(selector, isShown) {
        for (const element of this.el.querySelectorAll(selector)) {
            element.hidden = !isShown;
        }
    }

    /** @returns {boolean} whether the chosen files may be sent */
    checkFiles() {
        const input = this.el.querySelector("input[name='files']");
        const error = input ? this.findFileError([...input.files]) : "";
        if (input) {
            input.classList.toggle("is-invalid", Boolean(error));
            input.setCustomValidity(error);
            this.el.querySelector("#support_files_error").textContent = error;
        }
        return !error;
    }

    findFileError(files) {
        const { count, file_bytes, total_bytes, endings } = this.limits;
        if (files.length > count) {
            return _t("Please choose up to %s files.", count);
        }
        for (const file of files) {
            const ending = file.name.split(".").pop().toLowerCase();
            if (!endings.includes(ending)) {
                return _t("%s: we cannot take this kind of file.", file.name);
            }
            if (file.size > file_bytes) {
                return _t(
                    "%(file)s is too large. A file may have up to %(size)s MB.",
                    { file: file.name, size: file_bytes / 2 ** 20 }
                );
            }
        }
        const total = files.reduce((sum, file) => sum + file.size, 0);
        if (total > total_bytes) {
            return _t(
                "All files together may have up to %s MB.",
                total_bytes / 2 ** 20
            );
        }
        return "";
    }

    onSubmit(ev) {
        if (this.isSent || !this.checkFiles()) {
            ev.preventDefault();
            return;
        }
        this.isSent = true;
        this.el.setAttribute("aria-busy", "true");
    }
}

registry
    .category("public.interactions")
    .add("customer_support.support_form", SupportForm);
