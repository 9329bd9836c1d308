import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/** Lets the question carry the variant that is chosen on the page. */
export class ProductQuestion extends Interaction {
    static selector = ".o_support_product_question";
    dynamicContent = {
        _root: { "t-on-click": this.onClick },
    };

    onClick() {
        const page = this.el.closest(".js_main_product");
        const variantId = page?.querySelector("input.product_id")?.value;
        if (parseInt(variantId)) {
            const url = new URL(this.el.href);
            url.searchParams.set("product", variantId);
            this.el.href = url;
        }
    }
}

registry
    .category("public.interactions")
    .add("customer_support.product_question", ProductQuestion);
