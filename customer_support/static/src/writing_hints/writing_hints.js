// What an agent may want to look at in a reply before it leaves. Nothing is refused.

import { status, useComponent } from "@odoo/owl";

import { useService } from "@web/core/utils/hooks";

/**
 * Asks for the hints on a reply, and remembers which of them the agent has seen: what
 * was left as it is on purpose is not told again.
 *
 * @returns {{ fetchNew: Function, forget: Function }}
 */
export function useWritingHints() {
    const component = useComponent();
    const orm = useService("orm");
    const told = new Set();

    return {
        forget() {
            told.clear();
        },
        /**
         * @param {number} ticketId
         * @param {string|ReturnType<markup>} body
         * @returns {Promise<string[]>} the hints that were not told before
         */
        async fetchNew(ticketId, body) {
            let hints;
            try {
                hints = await orm.silent.call("support.ticket", "get_writing_hints", [
                    [ticketId],
                    body.toString(),
                ]);
            } catch {
                // Nobody is kept from answering because this could not be asked.
                return [];
            }
            if (status(component) === "destroyed") {
                return [];
            }
            const texts = hints.map((hint) => hint.text).filter((text) => !told.has(text));
            texts.forEach((text) => told.add(text));
            return texts;
        },
    };
}
