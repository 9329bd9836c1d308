"""A customer rates from the mail, the dashboard moves; the live board is told."""

import re
import time
import uuid
from dataclasses import dataclass

import pytest

from journeys.conftest import PASSWORD, get_id, new_user
from journeys.test_case_from_form_to_answer import PHONE, WIDE, speak

GROUP = "customer_support.group_support_"
SHOWN_SECONDS = 20
ENGLISH = {
    "locale": "en-US",
    "lang": "en_US",
    "customer": ("journey-rate-ana", "Ana Souza"),
    "viewer": ("journey-vera", "Vera Prado", "manager"),
    "question": "How did we do?",
    "face": "Good",
    "send": "Send my answer",
    "thanks": "Thank you for your answer",
    "card": "Satisfaction (CSAT)",
    "hits": "1 of 1",
    "tickets": "Tickets",
    "waiting": "Waiting for us",
}
PORTUGUESE = {
    "locale": "pt-BR",
    "lang": "pt_BR",
    "customer": ("journey-rate-joao", "João Lima"),
    "viewer": ("journey-nina", "Nina Alves", "agent_team"),
    "question": "Como nos saímos?",
    "face": "Bom",
    "send": "Enviar minha resposta",
    "thanks": "Obrigado pela sua resposta",
    "card": "Satisfação (CSAT)",
    "hits": "1 de 1",
    "tickets": "Chamados",
    "waiting": "Aguardando nossa resposta",
}
LANGUAGES = pytest.mark.parametrize(
    "text", [ENGLISH, PORTUGUESE], ids=["english", "portuguese"]
)


@dataclass
class Desk:
    """A team of its own, its agent, and who looks at its figures."""

    admin: object
    agent: object
    viewer: str
    customer_id: int
    team_id: int
    name: str

    def new_ticket(self, subject):
        """A case by e-mail that waits for an answer."""
        values = {
            "name": subject,
            "partner_id": self.customer_id,
            "team_id": self.team_id,
            "channel_id": get_id(self.admin, "customer_support.channel_email"),
        }
        [ticket] = self.admin("support.ticket", "create", [values])
        self.admin(
            "support.ticket",
            "message_post",
            [ticket],
            body="My lamp arrived broken.",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.customer_id,
        )
        return ticket

    def solve(self, ticket):
        self.agent(
            "support.ticket",
            "message_post",
            [ticket],
            body="We are sorry. A new one leaves today.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.agent("support.ticket", "action_close", [ticket])

    def run_jobs(self):
        """Plan and ask; what is due is due when a second has passed."""
        for name in ("plan", "ask"):
            time.sleep(1.5)
            xmlid = f"customer_support_metrics.ir_cron_support_survey_{name}"
            self.admin("ir.cron", "method_direct_trigger", [get_id(self.admin, xmlid)])
        self.admin("mail.mail", "process_email_queue")


@pytest.fixture
def desk(request, admin, live_server, new_customer):
    text = request.getfixturevalue("text")
    login, name, group = text["viewer"]
    viewer = new_user(
        admin, login, name, ["base.group_user", GROUP + group], lang=text["lang"]
    )
    agent = new_user(
        admin, "journey-otto", "Otto Reis", ["base.group_user", f"{GROUP}agent_team"]
    )
    [team] = admin(
        "support.team",
        "create",
        [
            {
                "name": f"Opinions {request.node.name}",
                "alias_name": f"opinions-{uuid.uuid4().hex[:8]}",
                "member_ids": [(6, 0, [agent, viewer])],
                "visibility": "members",
                "resource_calendar_id": False,
                "send_acknowledgement": False,
            }
        ],
    )
    rule = {
        "name": "At once",
        "delay_hours": 0,
        "quiet_days": 0,
        "team_ids": [(6, 0, [team])],
    }
    [rule] = admin("support.survey.rule", "create", [rule])
    customer = new_customer(*text["customer"], text["lang"])
    agent = live_server.rpc("journey-otto", PASSWORD)
    yield Desk(admin, agent, login, customer, team, f"Opinions {request.node.name}")
    admin("support.survey.rule", "write", [rule], {"active": False})


def read_answer(sql, ticket):
    with sql.cursor() as cursor:
        cursor.execute(
            "SELECT asked.state, asked.score, agent.login"
            "  FROM support_survey_invitation asked"
            "  JOIN res_users agent ON agent.id = asked.agent_id"
            " WHERE asked.ticket_id = %s",
            (ticket,),
        )
        [row] = cursor.fetchall()
        return row


def find_link(mail, score):
    """The path of a face in the mail."""
    html = mail.message.get_body(preferencelist=("html",)).get_content()
    return re.search(rf"/support/rate/[0-9a-f]+\?score={score}", html).group()


def rate(customer, text, path, sql, ticket):
    """On the phone: the link only chooses, the button stores."""
    customer.goto(path)
    assert text["question"] in customer.inner_text("#wrap")
    chosen = customer.locator("input[name=score]:checked")
    assert chosen.get_attribute("value") == "4"
    label = customer.locator(f"label[for={chosen.get_attribute('id')}]")
    assert text["face"] in label.inner_text()
    assert read_answer(sql, ticket) == ("sent", None, "journey-otto")
    customer.get_by_role("button", name=text["send"]).click()
    customer.wait_for_url("**/thanks")
    assert text["thanks"] in customer.inner_text("#wrap")
    assert read_answer(sql, ticket) == ("answered", 4, "journey-otto")


def open_dashboard(page, desk):
    """The figures of the desk's team alone."""
    page.goto("/odoo/support-metrics")
    page.locator("select[name=team]").select_option(label=desk.name)
    page.locator("[data-key=created] .o_support_card_value", has_text="1").wait_for()
    return page.locator("[data-key=csat]")


@LANGUAGES
def test_a_score_from_the_mail_moves_the_dashboard(
    text, desk, new_page, sign_in, admin, smtp_sink, sql, screenshots
):
    speak(admin, text["lang"])
    subject = f"Broken lamp {desk.team_id}"
    ticket = desk.new_ticket(subject)
    desk.solve(ticket)
    desk.run_jobs()
    viewer = new_page(viewport=WIDE, locale=text["locale"])
    sign_in(viewer, desk.viewer, PASSWORD)
    card = open_dashboard(viewer, desk)
    assert text["card"] in card.inner_text()
    assert text["hits"] not in card.inner_text()

    address = f"{text['customer'][0]}@example.com"
    mail = smtp_sink.wait_for(address)
    while "/support/rate/" not in mail.raw.decode(errors="replace"):
        mail = smtp_sink.wait_for(address, smtp_sink.to(address).index(mail) + 2)
    customer = new_page(locale=text["locale"], viewport=PHONE)
    rate(customer, text, find_link(mail, 4), sql, ticket)

    card = open_dashboard(viewer, desk)
    card.get_by_text(text["hits"]).wait_for()
    viewer.screenshot(path=screenshots / f"dashboard_{text['lang']}.png")
    card.get_by_role("button", name=text["tickets"]).click()
    viewer.locator(".o_list_view .o_data_row", has_text=subject).wait_for()
    assert viewer.locator(".o_list_view .o_data_row").count() == 1


@LANGUAGES
def test_the_live_board_moves_without_being_touched(
    text, desk, new_page, sign_in, admin, screenshots
):
    speak(admin, text["lang"])
    # The manager's board has the cases of all teams: the own team's card is looked at.
    board = new_page(viewport=WIDE, locale=text["locale"])
    sign_in(board, desk.viewer, PASSWORD, redirect="/odoo/support-live")
    team = board.locator(f'.o_support_live_team[aria-label="{desk.name}"]')
    waiting = team.locator("button b").first
    waiting.wait_for()
    assert waiting.inner_text() == "0"
    assert text["waiting"] in board.inner_text("[data-key=waiting]")
    board.evaluate("() => { window.isTheSamePage = true; }")
    # The browser listens as soon as its socket is there.
    board.wait_for_timeout(3000)
    ticket = desk.new_ticket("The shade is torn")
    wait_for_text(board, waiting, "1")
    board.screenshot(path=screenshots / f"live_board_{text['lang']}.png")
    desk.solve(ticket)
    wait_for_text(board, waiting, "0")
    assert board.evaluate("() => window.isTheSamePage")
    board.set_viewport_size(PHONE)
    board.screenshot(path=screenshots / f"live_board_{text['lang']}_phone.png")


def wait_for_text(page, locator, text):
    """Wait until an element that is there says something else."""
    deadline = time.monotonic() + SHOWN_SECONDS
    while locator.inner_text() != text and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    assert locator.inner_text() == text
