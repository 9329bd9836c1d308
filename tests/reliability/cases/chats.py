"""C11 and F16: people chat while agents collide and the websocket's process dies."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from ..at_once import at_once, find_errors
from ..chats import Agent, LiveChat, Visitor, wait_until
from ..rig import Rig
from .base import Case, Result

PATIENCE = 120
# How many lines are on their way to the store at once.
AT_ONCE = 8


class TwoAccept(Case):
    """C11: two agents accept one chat; two tabs of the visitor; the agent goes away."""

    id, title = "C11", "Two agents accept one chat, the visitor has two tabs"

    def run(self, rig: Rig) -> Result:
        """Ask for help in each chat; both accept at once; talk; the agent goes away."""
        rounds = rig.scale(30, 4)
        chat = LiveChat(rig, ("rig_one", "rig_two", "rig_three"))
        chat.go_online()
        visitors = chat.visitors(rounds)
        tabs = [self._open_tab(visitor) for visitor in visitors]
        problems, joined = [], 0
        for number, visitor in enumerate(visitors):
            wins, errors = self._accept(rig, chat, visitor, f"c11-{number}-0.")
            joined += wins == 1
            problems += errors
        for agent in chat.agents:
            agent.socket.subscribe()
        for number, visitor in enumerate(visitors):
            visitor.speak(f"c11-{number}-1.")
        seen = [f"c11-{number}-{line}" for number in range(rounds) for line in (0, 1)]
        sockets = [*tabs, *(visitor.socket for visitor in visitors)]
        once = self._count_once(sockets, seen)
        # Nobody is there any more: what is said now waits, and is not lost.
        for agent in chat.agents:
            agent.socket.close()
        for number, visitor in enumerate(visitors):
            visitor.speak(f"c11-{number}-2.")
        kept = _count_lines(rig, "c11", visitors)
        chat.close(*visitors)
        for tab in tabs:
            tab.close()
        figures = {
            "chats": rounds,
            "accepted_by_one": joined,
            "lines": rounds * 3,
            "kept": kept,
            "seen_once_in_two_tabs": once,
        }
        if (joined, kept, once) != (rounds, rounds * 3, rounds * 4):
            problems.append(str(figures))
        return Result(figures, problems)

    def _open_tab(self, visitor: Visitor):
        first = visitor.socket
        second = visitor.listen()
        visitor.socket = first
        second.is_open.wait(PATIENCE)
        return second

    def _accept(
        self, rig: Rig, chat: LiveChat, visitor: Visitor, line: str
    ) -> tuple[int, list[str]]:
        """Ask for help; return how many of two agents got the chat, and errors."""
        visitor.speak(line)
        asker = _find_agent(rig, chat, visitor)
        asker.call(
            "/im_livechat/session/update_status",
            channel_id=visitor.chat,
            livechat_status="need_help",
        )
        helpers = [agent for agent in chat.agents if agent is not asker]
        answers = at_once([partial(_join, agent, visitor.chat) for agent in helpers])
        [[members]] = rig.store.query(
            "SELECT count(*) FROM discuss_channel_member AS member"
            "  JOIN res_users AS person ON person.partner_id = member.partner_id"
            " WHERE member.channel_id = %s AND person.id = ANY(%s)",
            (visitor.chat, chat.users),
        )
        errors = find_errors(answers)
        if members != 2:
            errors.append(f"{members} agents are in a chat instead of 2")
        return sum(answer is True for answer in answers), errors

    def _count_once(self, sockets: Sequence, marks: Sequence[str]) -> int:
        """Return in how many sockets each mark was heard as just one message."""

        def count() -> int:
            return sum(
                len(socket.messages.get(mark, ())) == 1
                for socket in sockets
                for mark in marks
            )

        # Each visitor's two lines in each of the two tabs.
        wait_until(lambda: count() >= len(marks) * 2, PATIENCE)
        return count()


class WebsocketKilled(Case):
    """F16: the evented process dies again and again; everybody connects anew."""

    id, title = "F16", "The websocket's process is killed while people chat"

    def run(self, rig: Rig) -> Result:
        """Talk in many chats while it dies; count who heard what."""
        count, rounds, kills = (
            rig.scale(50, 6),
            rig.scale(8, 3),
            rig.scale(6, 2),
        )
        chat = LiveChat(rig, ("rig_uma", "rig_ulf"))
        chat.go_online()
        visitors = chat.visitors(count)
        agents = [_find_agent(rig, chat, visitor) for visitor in visitors]
        errors: list[str] = []
        killed, people = 0, (*visitors, *chat.agents)

        def are_connected() -> bool:
            return all(one.socket.is_open.is_set() for one in people)

        for turn in range(rounds):
            # Everybody has heard something before it dies for the first time: who has
            # not is given by Odoo what was said in the last 50 seconds, no more.
            if 0 < turn <= kills:
                # Everybody is connected again before it dies once more.
                wait_until(are_connected, PATIENCE)
                killed += rig.killer.kill_websocket()
            errors += self._talk(visitors, agents, turn)
        wanted = self._list_wanted(visitors, agents, rounds)
        wait_until(
            lambda: all(socket.messages.get(mark) for socket, mark in wanted), PATIENCE
        )
        lost = sum(not socket.messages.get(mark) for socket, mark in wanted)
        twice = sum(len(socket.messages.get(mark, ())) > 1 for socket, mark in wanted)
        kept = _count_lines(rig, "f16", visitors)
        connections = sum(one.socket.connections for one in visitors)
        chat.close(*visitors)
        figures = {
            "chats": count,
            "lines": len(wanted),
            "kills": killed,
            "reconnections": connections - count,
            "lost": lost,
            "shown_twice": twice,
        }
        fine = (lost, twice, kept) == (0, 0, len(wanted)) and killed == kills
        problems = errors if fine else [*errors, f"{figures}, {kept} kept"]
        return Result(figures, problems)

    def _talk(
        self, visitors: Sequence[Visitor], agents: Sequence[Agent], turn: int
    ) -> list[str]:
        """Let every visitor say a line, and the agent of each answer."""
        lines = [
            partial(visitor.say, visitor.chat, f"f16-{number}-{2 * turn}.")
            for number, visitor in enumerate(visitors)
        ]
        lines += [
            partial(agent.say, visitor.chat, f"f16-{number}-{2 * turn + 1}.")
            for number, (visitor, agent) in enumerate(
                zip(visitors, agents, strict=True)
            )
        ]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            futures = [pool.submit(line) for line in lines]
            return find_errors([future.exception() for future in futures])

    def _list_wanted(
        self, visitors: Sequence[Visitor], agents: Sequence[Agent], rounds: int
    ) -> list[tuple]:
        """Return who has to hear which line: each the other's, and the own one."""
        wanted = []
        for number, (visitor, agent) in enumerate(zip(visitors, agents, strict=True)):
            for turn in range(rounds):
                wanted.append((agent.socket, f"f16-{number}-{2 * turn}"))
                wanted.append((visitor.socket, f"f16-{number}-{2 * turn + 1}"))
        return wanted


def _join(agent: Agent, chat: int) -> object:
    return agent.client.twin().call(
        "discuss.channel", "livechat_join_channel_needing_help", [chat]
    )


def _find_agent(rig: Rig, chat: LiveChat, visitor: Visitor) -> Agent:
    """Return the agent who has a visitor's chat."""
    [[user]] = rig.store.query(
        "SELECT person.id FROM discuss_channel AS channel"
        "  JOIN res_users AS person ON person.partner_id = livechat_operator_id"
        " WHERE channel.id = %s",
        (visitor.chat,),
    )
    return chat.agents[chat.users.index(user)]


def _count_lines(rig: Rig, mark: str, visitors: Sequence[Visitor]) -> int:
    """Return how many lines with a mark stand in the chats, each counted once."""
    return rig.store.count(
        "SELECT count(DISTINCT substring(body FROM %s)) FROM mail_message"
        " WHERE model = 'discuss.channel' AND res_id = ANY(%s)",
        f"{mark}-[0-9]+-[0-9]+",
        [visitor.chat for visitor in visitors],
    )


def cases() -> list[Case]:
    """Return the cases of this file."""
    return [TwoAccept(), WebsocketKilled()]
