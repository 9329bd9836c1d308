"""What is measured, in the order of the table, and what each row aims at."""

from dataclasses import dataclass

OURS, PEER, FLOOR = "ours", "oca", "bare"


@dataclass(frozen=True)
class Row:
    """One line of the table.

    :param name: the scenario, as both sides call it
    :param title: the scenario in words
    :param at_least: how many times as fast as OCA's it has to be
    :param growth: how much it may grow while the tickets grow tenfold
    :param bare: the scenario of the bare model that it is compared with
    :param at_most: how many times the bare model's time it may take
    :param most_rounds: enough of what takes long
    """

    name: str
    title: str
    at_least: float
    growth: float | None = None
    bare: str | None = None
    at_most: float | None = None
    most_rounds: int = 100


def _bounded(name: str, title: str) -> Row:
    """A page that shows a few cases, however many there are."""
    return Row(name, title, at_least=10, growth=1.3)


READS = (
    _bounded("list", "list, default order"),
    _bounded("list_open", "list of open ones"),
    _bounded("kanban_open", "kanban of open ones"),
    _bounded("customer", "a customer's tickets"),
    _bounded("number", "one by number"),
    _bounded("title_rare", "title search, rare phrase"),
    _bounded("title_common", "title search, common word"),
    _bounded("portal", "portal list"),
    Row("kanban_all", "kanban of all ever", at_least=1),
    Row("count_stage", "counts by stage, all ever", at_least=1),
    Row("month_user", "month by user, all ever", at_least=1),
)
WRITES = (
    Row("create_one", "create one", 2.5, bare="bare_one", at_most=2.5),
    Row(
        "create_batch",
        "create {batch:,} in one call",
        at_least=8,
        bare="bare_batch",
        at_most=2,
        most_rounds=3,
    ),
    Row("mail", "a mail in, ten at a time", at_least=2, most_rounds=5),
    Row("create_one_sla", "create one, SLA on", 1),
    Row(
        "create_batch_sla",
        "create {batch:,} in one call, SLA on",
        at_least=8,
        most_rounds=3,
    ),
    Row("create_one_rules", "create one, SLA, automation, given out", 1),
    Row(
        "create_batch_rules",
        "create {batch:,} in one call, the same",
        at_least=8,
        most_rounds=3,
    ),
)
# Ours alone has these; a twentieth of the tickets is open meanwhile.
JOBS = {
    "sla_job": "job: watch deadlines, 100 are due",
    "job_assign": "job: give out 200 of the open tickets in turn",
    "job_remind": "job: remind 100 customers who do not answer",
    "job_nothing": "job: look for idle tickets, none is due",
    "hours_saved": "a holiday for a quarter of the open tickets, until one may go on",
    "hours_planned": "job: the same, until every deadline is right",
}
FLOORS = {
    "bare_insert": "bare INSERT",
    "bare_one": "bare mail.thread, create one",
    "bare_batch": "bare mail.thread, create {batch:,}",
}
# The figures, with what each aims at: milliseconds, or times as fast as another one.
FIGURES = {
    "figures_30": "dashboard of 30 days, beside the days before",
    "raw_30": "the same by joining messages and tracking values, a part of it",
    "figures_all": "dashboard of all years, from the roll-up",
    "figures_late": "its cards that are filled in afterwards, counted one by one",
    "chart_all": "first response by month of all years, by team and channel",
    "rollup_job": "job: count what has changed",
    "create_batch": "create {batch:,} in one call, with the indices of the figures",
    "create_batch_plain": "create {batch:,} in one call, without them",
}
# What is asked all day, however many tickets there are: shown with its p95 and with the
# big tables that are read from end to end for it, which should be none.
HOT = {
    **{row.name: row.title for row in READS[:6]},
    "portal": "portal list",
    "figures_30": FIGURES["figures_30"],
    "mail": "a mail in, ten at a time",
    "mail_answer": "a mail that answers, ten at a time, each twice",
    "loop": "Odoo's own search for mails in circles",
    "sla_job": JOBS["sla_job"],
}
HOT_MS = 1000
# Big tables that are rightly read from end to end, such as for a figure over all
# tickets: (row, table) -> why.
READ_WHOLE: dict[tuple[str, str], str] = {}
# What a real server does, with several processes behind nginx; ours alone has these.
SERVED = {
    "webhook_in": "webhooks in",
    "outbox": "answers out",
    "chats": "visitors who chat at once",
}
