"""Starting a return: what the self-service page offers, said in a chat."""

from uuid import uuid4

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.bot import BotReply, get_numbers, one_line

MAX_LINES = 20


class SupportBot(models.AbstractModel):
    _inherit = "support.bot"

    @api.model
    def _act_return_options(self, session, context):
        """Say what can be sent back: with a login on which page, else what."""
        if context.customer:
            return self._offer_return_pages(session, context)
        if not self._get_proven_order(session, context):
            return self._say(self._get_no_order_words(context))
        lines = self._get_return_lines(session, context)
        if not lines:
            return self._say(self._get_no_return_words())
        listed = [
            f"{number}. {one_line(line.product_id.display_name)} ({quantity:g})"
            for number, (line, quantity, _verdict) in enumerate(lines, 1)
        ]
        heading = self.env._("You can send back:")
        return self._say("\n".join([heading, *listed]))

    @api.model
    def _get_no_return_words(self):
        return self.env._(
            "There is nothing that can be sent back without a look at it by a person. "
            "Please ask for a person."
        )

    @api.model
    def _offer_return_pages(self, session, context):
        pages = [
            (order, f"{context.base_url}/my/orders/{order.id}/support")
            for order in self._find_orders(session, context)
            if "return" in order._get_self_service_actions()
        ]
        if not pages:
            return self._say(self._get_no_return_words())
        if session._note_progress("support_return_options"):
            self._log(session, context, "return_page")
        heading = self.env._("Please choose the products on this page:")
        lines = [f"{one_line(order.name)}: {url}" for order, url in pages]
        links = tuple(url for _order, url in pages)
        return [BotReply("\n".join([heading, *lines]), links)]

    @api.model
    def _get_return_lines(self, session, context):
        """What a guest may send back of the order that he has confirmed.

        :return: list of ``(order line, quantity, verdict)``, in a fixed order
        """
        order = self._get_proven_order(session, context)
        if context.customer or not order:
            return []
        if "return" not in order._get_self_service_actions():
            return []
        return order._get_self_service_lines()[:MAX_LINES]

    @api.model
    def _act_start_return(self, session, context):
        """Send back the products that the guest chose, as the page would do it."""
        lines = self._get_return_lines(session, context)
        chosen = self._read_products(session.products, len(lines))
        if not chosen:
            return self._say(
                self.env._("I did not understand which products. Nothing is returned.")
            )
        order = self._get_proven_order(session, context)
        values = [
            {"sale_line_id": line.id, "quantity": quantity}
            for number, (line, quantity, _verdict) in enumerate(lines, 1)
            if number in chosen
        ]
        tickets = self.env["support.ticket"]
        try:
            with self.env.cr.savepoint():
                ticket = tickets._start_self_service(
                    order, "return", uuid4().hex, values, {}, context.identity
                )
        except UserError as error:
            return self._say(one_line(error, 400))
        session.write({"ticket_id": ticket.id, "products": False})
        session._note_progress(f"support_start_return:{order.id}:{sorted(chosen)}")
        self._log(session, context, "return", order, ticket)
        self._post_return_words(session, ticket)
        return self._say(
            self.env._(
                "Your return is noted as number %(number)s. Please send the products "
                "back to us; what to do comes by e-mail to the address of the order.",
                number=ticket.number,
            )
        )

    @api.model
    def _post_return_words(self, session, ticket):
        """Write to the address of the order what to send where.

        A guest has no page for it, and whoever owns that mailbox learns of the return.
        """
        # sudo: stock.picking: the return that this guest has just started
        returns = ticket.sudo().action_ids._get_returns()
        warehouse = returns.picking_type_id.warehouse_id[:1]
        address = warehouse.partner_id or returns.company_id.partner_id
        products = "\n".join(
            f"- {move.product_uom_qty:g} × {one_line(move.product_id.display_name)}"
            for move in returns.move_ids
        )
        bot = self.with_context(lang=ticket.lang or self.env.lang)
        text = bot.env._(
            "We take these products back:\n%(products)s\n\nPlease send them to:\n"
            "%(address)s\n\nPlease put a note with the number %(number)s into the "
            "parcel.",
            products=products,
            address="\n".join(filter(None, address._display_address().splitlines())),
            number=ticket.number,
        )
        bot._post_replies(session.script_id, ticket, [BotReply(text)])

    @api.model
    def _read_products(self, text, count):
        """The numbers that were chosen, all of them for a word such as "all"."""
        words = {word.strip(".,!").casefold() for word in (text or "").split()}
        if words & _ALL_WORDS:
            return set(range(1, count + 1))
        return set(get_numbers(text, count))


# In the languages that the script comes in.
_ALL_WORDS = {"all", "everything", "tudo", "todos", "todas"}
