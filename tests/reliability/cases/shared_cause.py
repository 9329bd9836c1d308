"""C07K and F11: one answer to all children: clicked at once, and cut off half way."""

from collections.abc import Callable

from ..at_once import at_once, find_errors
from ..clients import Client
from ..job import Job
from ..killer import CHILD_ANSWER, DEADLINE
from ..rig import Rig
from .answers import open_ticket
from .base import Case, Result
from .jobs import Deadlines, check_each, make_team, make_tickets

JOB = "customer_support.ir_cron_support_child_answer"
WINDOW = "support.answer.children"
CLICKS = 10
PATIENCE = 240


def make_family(rig: Rig, name: str, count: int) -> tuple[int, list[int]]:
    """Return a parent and its children, each of a customer of its own."""
    team = make_team(rig, name)
    parent = open_ticket(rig, "", name)
    return parent, make_tickets(rig, team, count, parent_id=parent)


def open_window(agent: Client, parent: int, words: str) -> list[int]:
    """Write an answer to all children, and do not send it yet."""
    values = {"ticket_id": parent, "body": f"<p>{words}</p>", "to_customer": False}
    return agent.call(WINDOW, "create", [values])


def clicking(agent: Client, window: list[int]) -> Callable[[], object]:
    """Return what one click on "Send" does, in a tab of its own."""
    twin = agent.twin()
    return lambda: twin.call(WINDOW, "action_send", window)


def check_once(rig: Rig, children: list[int], words: str) -> list[str]:
    """Return what was lost or doubled of an answer with these words."""
    rig.settle()
    addresses = rig.store.query(
        "SELECT email_normalized FROM support_ticket WHERE id = ANY(%s)", (children,)
    )
    mails = [
        sum(words in mail.text for mail in rig.sink.to(address))
        for (address,) in addresses
    ]
    wrong = [count for count in mails if count != 1]
    problems = [f"{len(wrong)} customers got {wrong[0]} mails"] if wrong else []
    posted = (
        "SELECT res_id FROM mail_message WHERE model = 'support.ticket'"
        f" AND message_type = 'comment' AND body LIKE '%%{words}%%'"
        " AND res_id = ANY(%s)"
    )
    return problems + check_each(rig, "answers", posted, children)


def count_answers(rig: Rig, children: list[int], state: str) -> int:
    """Return how many answers to these children are in a state."""
    return rig.store.count(
        "SELECT count(*) FROM support_child_answer"
        " WHERE ticket_id = ANY(%s) AND state = %s",
        children,
        state,
    )


class AnswerClicks(Case):
    """C07K: ten clicks on one answer and one of a colleague, while the job runs."""

    id, title = "C07K", "Answer all children: ten clicks, two agents, four jobs"

    def run(self, rig: Rig) -> Result:
        """Click at once; each child gets each of the two answers once."""
        parent, children = make_family(rig, "Ten clicks", rig.scale(100, 4))
        agents = [rig.client(login) for login in ("rig_rita", "rig_paulo")]
        words = ["C07K of Rita.", "C07K of Paulo."]
        pairs = zip(agents, words, strict=True)
        windows = [open_window(agent, parent, word) for agent, word in pairs]
        clicks = [clicking(agents[0], windows[0]) for _ in range(CLICKS)]
        clicks.append(clicking(agents[1], windows[1]))
        wanted = 2 * len(children)
        with Job(rig, JOB) as job:
            job.run_scheduled()
            problems = find_errors(at_once(clicks))
            job.run_until(lambda: count_answers(rig, children, "done") == wanted)
            problems += job.failures[:3]
        for word in words:
            problems += check_once(rig, children, word)
        done = count_answers(rig, children, "done")
        if done != wanted:
            problems.append(f"{done} answers are sent instead of {wanted}")
        return Result({"children": len(children), "clicks": CLICKS + 1}, problems)


class CutOff(Case):
    """F11: the worker dies at answer 437 of 1,000; the next one goes on."""

    id, title = (
        "F11",
        "A job dies half way: what was done is kept, nothing is done twice",
    )

    def run(self, rig: Rig) -> Result:
        """Arm the death, let the job run twice; count by SQL and in the mailbox."""
        parent, children = make_family(rig, "Cut off", rig.scale(1000, 20))
        death, words = rig.scale(437, 13), "F11 of Rita."
        agent = rig.client("rig_rita")
        clicking(agent, open_window(agent, parent, words))()
        with Job(rig, JOB) as job:
            died = job.run_until_death(CHILD_ANSWER, death)
            done = count_answers(rig, children, "done")
            is_over = job.run_until(
                lambda: not count_answers(rig, children, "pending"), PATIENCE
            )
            problems = job.failures[:3]
        if not died:
            problems.append("nobody died")
        if done != death - 1:
            problems.append(f"{done} answers were kept instead of {death - 1}")
        if not is_over:
            problems.append("the job did not come to an end")
        problems += check_once(rig, children, words)
        return Result({"children": len(children), "kept": done}, problems)


class DeadlinesCutOff(Deadlines):
    """F11S: the same for the job of the deadlines, which commits in portions."""

    id, title = "F11S", "The deadline job dies half way: each ticket once"
    portion = 50

    def prepare(self, rig: Rig, count: int) -> list[int]:
        """Make more tickets than one portion."""
        self.death = rig.scale(437, 53)
        tickets = super().prepare(rig, rig.scale(1000, 56))
        # Only these are due, so that portions can be counted.
        rig.store.query(
            "UPDATE support_ticket SET sla_check_at = NULL WHERE NOT id = ANY(%s)",
            (tickets,),
        )
        return tickets

    def work(self, rig: Rig, job: Job, tickets: list[int]) -> list[str]:
        """Let the job die in the middle of a portion, and run it again."""
        with rig.clock_shifted(hours=self.hours):
            died = job.run_until_death(DEADLINE, self.death)
            kept = rig.store.count(
                "SELECT count(DISTINCT ticket_id) FROM support_sla_alert"
                " WHERE ticket_id = ANY(%s)",
                tickets,
            )
            job.run_until(lambda: not self.find_problems(rig, tickets))
        wanted = self.death // self.portion * self.portion
        problems = [] if died else ["nobody died"]
        if kept != wanted:
            problems.append(f"{kept} tickets were kept instead of {wanted}")
        return problems + self.find_problems(rig, tickets)


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [AnswerClicks(), CutOff(), DeadlinesCutOff()]
