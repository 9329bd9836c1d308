"""A visitor ends a live chat and chooses a face: it counts for who answered."""

import re

import pytest

from journeys.conftest import PASSWORD
from journeys.test_case_from_form_to_answer import WIDE
from journeys.test_live_chat import (
    ENGLISH,
    PORTUGUESE,
    WINDOW,
    agent,
    chat_channel,
    hear,
    leave_chat,
    open_chat,
    say,
    speak_as,
)

# Fixtures of the other journey.
__all__ = ["agent", "chat_channel"]


def read_answer(sql, login):
    """The last question about a chat of this agent."""
    with sql.cursor() as cursor:
        cursor.execute(
            "SELECT asked.state, asked.score, asked.comment, channel.kind"
            "  FROM support_survey_invitation asked"
            "  JOIN res_users answerer ON answerer.id = asked.agent_id"
            "  JOIN support_channel channel ON channel.id = asked.channel_id"
            " WHERE answerer.login = %s AND asked.chat_id IS NOT NULL"
            " ORDER BY asked.id DESC LIMIT 1",
            (login,),
        )
        return cursor.fetchone()


@pytest.mark.parametrize("text", [ENGLISH, PORTUGUESE], ids=["english", "portuguese"])
def test_the_face_at_the_end_of_a_chat_is_a_score(
    text, new_page, sign_in, agent, chat_channel, admin, sql, screenshots
):
    speak_as(admin, agent, text["lang"])
    staff = new_page(viewport=WIDE, locale=text["locale"])
    sign_in(staff, agent, PASSWORD, redirect="/odoo/discuss")
    staff.locator(".o-mail-Discuss").wait_for()
    visitor = new_page(locale=text["locale"], viewport=WIDE)
    open_chat(visitor)
    say(visitor, WINDOW, text["question"])
    chats = staff.locator(
        ".o-mail-DiscussSidebarChannel", has_text=re.compile(r"(#|nº )\d")
    )
    chats.filter(has=staff.locator(".o-discuss-badge")).first.click()
    hear(staff, ".o-mail-Discuss", text["question"])
    say(staff, ".o-mail-Discuss", text["hello"])
    hear(visitor, WINDOW, text["hello"])

    with visitor.expect_response("**/im_livechat/visitor_leave_session"):
        leave_chat(visitor)
    visitor.locator(f"{WINDOW} img[src*='rating_5']").click()
    assert read_answer(sql, agent)[0] == "sent"
    visitor.locator(f"{WINDOW} textarea").fill(text["answer"])
    visitor.screenshot(path=screenshots / f"chat_rated_{text['lang']}.png")
    with visitor.expect_response("**/im_livechat/feedback"):
        visitor.locator(f"{WINDOW} .btn-primary", has_text=re.compile(".")).click()
    assert read_answer(sql, agent) == ("answered", 5, text["answer"], "livechat")
