import { browser } from "@web/core/browser/browser";
import { cookie } from "@web/core/browser/cookie";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

const TOLD = "customer_support.zone_told";

/**
 * Tells the server the visitor's time zone, in the cookie that Odoo reads, so that
 * hours are written as his clock shows them. Without it they are the store's, and
 * the page says so.
 */
export class VisitorZone extends Interaction {
    static selector = ".o_support_zone";

    start() {
        const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
        const shown = this.el.dataset.zone;
        if (!zone || !shown || shown === zone) {
            return;
        }
        cookie.set("tz", zone);
        // Once, whatever the server makes of it.
        if (browser.sessionStorage.getItem(TOLD) !== zone) {
            browser.sessionStorage.setItem(TOLD, zone);
            browser.location.reload();
        }
    }
}

registry
    .category("public.interactions")
    .add("customer_support.visitor_zone", VisitorZone);
