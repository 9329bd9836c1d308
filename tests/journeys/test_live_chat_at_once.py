"""Two agents and a visitor at the same moment, on a real server with real commits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import requests

from journeys.conftest import COMMANDS_ADD, COMMANDS_SET, PASSWORD, get_id, new_user
from reliability.chats import Person

LINES = [f"Line {number}" for number in range(5)]


def new_chat_agent(admin, login):
    groups = [
        "base.group_user",
        "customer_support.group_support_agent_team",
        "im_livechat.im_livechat_group_user",
    ]
    user = new_user(admin, login, login.title(), groups)
    team = get_id(admin, "customer_support.team_customer_care")
    admin("support.team", "write", [team], {"member_ids": [(COMMANDS_ADD, user)]})
    return user


def new_channel(admin, users):
    """A chat that nobody answers by itself and that takes no messages."""
    [channel] = admin(
        "im_livechat.channel",
        "create",
        [
            {
                "name": "Parallel chat",
                "user_ids": [(COMMANDS_SET, 0, users)],
                "support_answer_seconds": 0,
            }
        ],
    )
    return channel


def read_transcript(sql, chat_id):
    with sql.cursor() as cursor:
        cursor.execute(
            "SELECT t.id, m.body FROM support_ticket t"
            "  JOIN mail_message m ON m.model = 'support.ticket' AND m.res_id = t.id"
            " WHERE t.origin_channel_id = %s AND m.message_type = 'comment'",
            (chat_id,),
        )
        return cursor.fetchall()


def test_two_agents_and_a_visitor_at_once_make_one_complete_ticket(
    live_server, admin, sql
):
    logins = ["parallel-ana", "parallel-rui"]
    users = [new_chat_agent(admin, login) for login in logins]
    # The visitor's chat begins as a message: nobody is online, and a ticket is made
    # while the lines arrive, by the visitor's own first line and by two agents.
    visitor = Person(live_server.url, requests.Session())
    session = visitor.call(
        "/im_livechat/get_session",
        channel_id=new_channel(admin, users),
        persisted=True,
    )
    chat = session["channel_id"]
    start = Barrier(len(LINES) + len(logins))

    def say(text):
        start.wait()
        visitor.say(chat, text)

    def make_ticket(login):
        call = live_server.rpc(login, PASSWORD)
        start.wait()
        call(
            "discuss.channel",
            "execute_command_ticket",
            [chat],
            body="/ticket At once",
        )

    with ThreadPoolExecutor(len(LINES) + len(logins)) as pool:
        said = [pool.submit(say, text) for text in LINES]
        made = [pool.submit(make_ticket, login) for login in logins]
        failures = [future.exception() for future in said + made]

    rows = read_transcript(sql, chat)
    assert len({ticket for ticket, _body in rows}) == 1
    for text, failure in zip(LINES, failures, strict=False):
        count = sum(f">{text}<" in body or body == text for _ticket, body in rows)
        # A call that gave up was told so; one that was accepted stands there once.
        assert count == (0 if failure else 1), (text, failure, rows)
    assert sum(1 for failure in failures if failure) <= len(failures) // 2
