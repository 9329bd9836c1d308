"""C07A and C08: goods and money of one ticket, by several people at once."""

from collections import Counter
from collections.abc import Callable

from ..at_once import at_once, count_refused, find_errors
from ..clients import Client
from ..rig import Rig
from .base import Case, Result

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
        rounds = rig.scale(20, 1)
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
        problems, told = find_errors(answers), count_refused(answers)
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


class Decisions(Case):
    """Two people decide about one refund that is above the agent's limit."""

    def run(self, rig: Rig) -> Result:
        """Decide twice at once; exactly one decision counts."""
        rounds = rig.scale(20, 2)
        agent, shop = rig.client("rig_rita"), Shop(rig)
        self.managers = [rig.client(login) for login in ("rig_mara", "rig_otto")]
        companies = rig.rpc("res.company", "search", [])
        rig.rpc("res.company", "write", companies, {"support_limit_agent": 1})
        try:
            rows = [self._round(rig, shop, agent) for _ in range(rounds)]
        finally:
            rig.rpc("res.company", "write", companies, {"support_limit_agent": 0})
        wins = Counter(state for state, *_counts in rows)
        problems = [problem for *_row, found in rows for problem in found]
        for state, credits, steps, _found in rows:
            if state not in ("done", "cancelled"):
                problems.append(f"a refund is {state} when both have decided")
            if credits != (state == "done"):
                problems.append(f"{credits} credit notes of a refund {state}")
            if steps != 1:
                problems.append(f"{steps} decisions in the history")
        return Result({"rounds": rounds, **wins}, problems)

    def _round(
        self, rig: Rig, shop: Shop, agent: Client
    ) -> tuple[str, int, int, list[str]]:
        """Return state, credit notes, decisions in the history, and problems."""
        _order, ticket = shop.sell()
        window = open_window(agent, ticket, "refund")
        agent.call("support.store.action", "action_do", [window])
        [[found]] = rig.store.query(
            "SELECT id FROM support_ticket_action WHERE ticket_id = %s", (ticket,)
        )
        answers = at_once(self.decide(agent, found))
        problems, told = find_errors(answers), count_refused(answers)
        if told != len(answers) - 1:
            problems.append(f"{told} of {len(answers)} were told that they came late")
        [row] = rig.store.query(
            "SELECT state, (SELECT count(*) FROM account_move"
            "   WHERE support_action_id = action.id),"
            " (SELECT count(*) FROM support_ticket_event"
            "   WHERE kind = 'action' AND (payload->>'action')::int = action.id"
            "     AND payload->>'step' IN ('approved', 'cancelled', 'refused'))"
            " FROM support_ticket_action AS action WHERE id = %s",
            (found,),
        )
        return *row, problems

    def decide(self, agent: Client, action: int) -> list[Callable[[], object]]:
        """Return what each of them does at the same moment."""
        raise NotImplementedError


def _deciding(client: Client, method: str, action: int) -> Callable[[], object]:
    twin = client.twin()
    return lambda: twin.call("support.ticket.action", method, [action])


class ApproveOrWithdraw(Decisions):
    """C08: a manager approves a refund while the agent takes it back."""

    id, title = "C08", "A refund approved and withdrawn at the same moment"

    def decide(self, agent: Client, action: int) -> list[Callable[[], object]]:
        """Approve and withdraw."""
        return [
            _deciding(self.managers[0], "action_approve", action),
            _deciding(agent, "action_withdraw", action),
        ]


class TwoManagers(Decisions):
    """C08M: two managers approve one refund, each with two clicks."""

    id, title = "C08M", "A refund approved by two managers at the same moment"

    def decide(self, agent: Client, action: int) -> list[Callable[[], object]]:
        """Approve four times."""
        clicks = self.managers * 2
        return [_deciding(one, "action_approve", action) for one in clicks]


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [ActionClicks(), ApproveOrWithdraw(), TwoManagers()]
