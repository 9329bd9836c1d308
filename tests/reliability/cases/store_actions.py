"""C07A and C08: goods and money of one ticket, by several people at once."""

from collections.abc import Callable

from ..clients import Client, Refused
from ..rig import Rig
from .base import Case, Result
from .concurrency import at_once

CLICKS = 10


class Shop:
    """Orders that were delivered and invoiced, made by RPC as an administrator."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.product = rig.rpc(
            "product.product",
            "create",
            {
                "name": "Rig cup",
                "type": "consu",
                "list_price": 40.0,
                "taxes_id": [(5, 0, 0)],
                "invoice_policy": "order",
            },
        )

    def sell(self) -> tuple[int, int]:
        """Return the ids of an order of one cup and of a ticket about it."""
        rpc = self.rig.rpc
        customer = self.rig.ids["portal"]
        line = {"product_id": self.product, "product_uom_qty": 1}
        order = rpc(
            "sale.order",
            "create",
            {"partner_id": customer, "order_line": [(0, 0, line)]},
        )
        rpc("sale.order", "action_confirm", [order])
        [picking] = rpc("stock.picking", "search", [("sale_id", "=", order)])
        rpc("stock.picking", "button_validate", [picking])
        wizard = rpc(
            "sale.advance.payment.inv",
            "create",
            {
                "advance_payment_method": "delivered",
                "sale_order_ids": [(6, 0, [order])],
            },
        )
        rpc("sale.advance.payment.inv", "create_invoices", [wizard])
        [read] = rpc("sale.order", "read", [order], ["invoice_ids"])
        rpc("account.move", "action_post", read["invoice_ids"])
        ticket = rpc(
            "support.ticket",
            "create",
            {
                "name": "The cup is broken",
                "team_id": self.rig.ids["team"],
                "partner_id": customer,
                "sale_order_id": order,
            },
        )
        return order, ticket


def open_window(agent: Client, ticket: int, kind: str) -> int:
    """Open the window of a store action as an agent, all of the order chosen."""
    context = {"support_action_kind": kind}
    action = agent.call(
        "support.ticket", "action_open_store_action", [ticket], context=context
    )
    window = action["res_id"]
    [read] = agent.call("support.store.action", "read", [window], ["line_ids"])
    agent.call(
        "support.store.action.line", "write", read["line_ids"], {"is_chosen": True}
    )
    return window


def clicking(agent: Client, window: int) -> Callable[[], object]:
    """Return what one click on "Do it" does."""
    twin = agent.twin()
    return lambda: twin.call("support.store.action", "action_do", [window])


class ActionClicks(Case):
    """C07A: ten clicks on one window, and two agents with a window each."""

    id, title = "C07A", "Refund and return, clicked ten times and by two agents at once"

    def run(self, rig: Rig) -> Result:
        """Click; count credit notes and returns by SQL."""
        rounds = rig.scale(20, 2)
        shop, agents = Shop(rig), [rig.client("rig_rita"), rig.client("rig_paulo")]
        problems: list[str] = []
        for _ in range(rounds):
            problems += self._round(rig, shop, agents)
        return Result({"rounds": rounds, "clicks": rounds * (CLICKS + 2)}, problems)

    def _round(self, rig: Rig, shop: Shop, agents: list[Client]) -> list[str]:
        order, ticket = shop.sell()
        window = open_window(agents[0], ticket, "refund")
        answers = at_once([clicking(agents[0], window) for _ in range(CLICKS)])
        windows = [open_window(agent, ticket, "return") for agent in agents]
        answers += at_once(
            [clicking(*pair) for pair in zip(agents, windows, strict=True)]
        )
        problems = [repr(one) for one in answers if _is_unexpected(one)]
        told = sum(isinstance(one, Refused) for one in answers)
        if told != 1:
            problems.append(f"{told} were told that it is not possible instead of 1")
        counts = rig.store.query(
            "SELECT (SELECT count(*) FROM account_move AS credit"
            "          JOIN support_ticket_action AS action"
            "            ON action.id = credit.support_action_id"
            "         WHERE action.order_id = %s AND credit.move_type = 'out_refund'),"
            " (SELECT count(*) FROM stock_picking"
            "   WHERE sale_id = %s AND return_id IS NOT NULL)",
            (order, order),
        )[0]
        names = ("credit notes", "returns")
        problems += [
            f"{count} {name} instead of 1"
            for count, name in zip(counts, names, strict=True)
            if count != 1
        ]
        return problems


def _is_unexpected(answer: object) -> bool:
    return isinstance(answer, Exception) and not isinstance(answer, Refused)


class ApproveOrWithdraw(Case):
    """C08: a manager approves a refund while the agent takes it back."""

    id, title = "C08", "A refund approved and withdrawn at the same moment"

    def run(self, rig: Rig) -> Result:
        """Decide twice at once; exactly one decision counts."""
        rounds = rig.scale(20, 3)
        agent, shop = rig.client("rig_rita"), Shop(rig)
        companies = rig.rpc("res.company", "search", [])
        rig.rpc("res.company", "write", companies, {"support_limit_agent": 1})
        wins = {"done": 0, "cancelled": 0}
        problems: list[str] = []
        try:
            for _ in range(rounds):
                state, credits = self._round(rig, shop, agent)
                wins[state] = wins.get(state, 0) + 1
                if credits != (state == "done"):
                    problems.append(f"{credits} credit notes of a refund {state}")
        finally:
            rig.rpc("res.company", "write", companies, {"support_limit_agent": 0})
        if set(wins) != {"done", "cancelled"}:
            problems.append("a refund is neither approved nor withdrawn")
        return Result({"rounds": rounds, **wins}, problems)

    def _round(self, rig: Rig, shop: Shop, agent: Client) -> tuple[str, int]:
        _order, ticket = shop.sell()
        agent.call(
            "support.store.action", "action_do", [open_window(agent, ticket, "refund")]
        )
        [found] = rig.rpc(
            "support.ticket.action", "search", [("ticket_id", "=", ticket)]
        )
        at_once(
            [
                lambda: rig.rpc("support.ticket.action", "action_approve", [found]),
                lambda: agent.call("support.ticket.action", "action_withdraw", [found]),
            ]
        )
        return rig.store.query(
            "SELECT state, (SELECT count(*) FROM account_move"
            "   WHERE support_action_id = action.id)"
            " FROM support_ticket_action AS action WHERE id = %s",
            (found,),
        )[0]


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [ActionClicks(), ApproveOrWithdraw()]
