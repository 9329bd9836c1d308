"""With Odoo's eLearning beside our addons, the ready courses are there to be taken."""

import os

import pytest

from store_setup import addons, database, paths

TAKE = """
env["res.lang"]._activate_lang("pt_BR")
courses = env["support.course"]
courses._cron_prepare()
courses._cron_prepare()  # nothing twice
ready = courses.search([("ready_key", "!=", False)])
print("COURSES", len(ready), len(ready.filtered("url")))
channels = env["slide.channel"].browse(ready.mapped("elearning_number"))
print("CONTENT", len(channels.slide_content_ids), all(channels.mapped("is_published")))
writing = ready.filtered(lambda course: course.ready_key == "writing")
print("NAMES", writing.name, "|", writing.with_context(lang="pt_BR").name)
print("BODY", "frase" in writing._get_channel().with_context(lang="pt_BR")
      .slide_content_ids[0].html_content)
users = env["res.users"].with_context(no_reset_password=True)
group = env.ref("customer_support.group_support_agent")
agents = users.create([
    {"name": name, "login": f"course_{name}", "group_ids": [(6, 0, group.ids)]}
    for name in ("ana", "bia")
])
team = env["support.team"].create({
    "name": "Trained", "member_ids": [(6, 0, agents.ids)],
    "resource_calendar_id": False, "assignment_mode": "turn",
    "required_course_ids": [(6, 0, writing.ids)],
})
print("UNTRAINED", len(team.untrained_ids))
channel = writing._get_channel()
member = channel.channel_partner_ids.filtered(
    lambda one: one.partner_id == agents[0].partner_id
)
print("ENROLLED", len(member))
for slide in channel.slide_content_ids:
    slide.with_user(agents[0])._action_mark_completed()
print("LEFT", team.untrained_ids == agents, writing.invalidate_recordset(),
      team.invalidate_recordset(), team.untrained_ids == agents[1])
ticket = env["support.ticket"].create({"name": "Where is it?", "team_id": team.id})
print("AGENT", ticket.user_id == agents[0])
channel.unlink()
team.invalidate_recordset()
print("GONE", len(team.untrained_ids), bool(writing.url))
courses._cron_prepare()
print("NOT AGAIN", bool(writing.exists()), bool(writing.url))
courses.action_make_ready_courses()
again = courses.search([("ready_key", "=", "writing")])
print("AGAIN", len(again), bool(again.url))
"""


@pytest.fixture
def store(environment):
    """A copy of the store with our addons, and with eLearning."""
    name = f"support_test_{paths.checkout_key()}_{os.getpid()}_courses"
    source = database.ensure_template(environment, database.addons_template(tests=True))
    try:
        database.copy(source, name)
        database.install(
            environment,
            name,
            ["website_slides"],
            action="-i",
            addons_paths=addons.own_addons_paths(),
        )
        yield name
    finally:
        database.drop(name)


def test_agents_take_the_ready_courses(environment, store):
    output = environment.run_odoo(
        *("shell", "-d", store, "--no-http"),
        what="The courses cannot be taken",
        stdin=TAKE,
    )
    said = dict(
        line.split(" ", 1)
        for line in output.splitlines()
        if line.split(" ", 1)[0].isupper() and " " in line
    )
    assert said["COURSES"] == "5 5"
    assert said["CONTENT"] == "15 True"
    assert said["NAMES"] == "Writing well | Escrever bem"
    assert said["BODY"] == "True"
    assert said["UNTRAINED"] == "2"
    assert said["ENROLLED"] == "1"
    assert said["LEFT"].endswith("True")
    assert said["AGENT"] == "True"
    assert said["GONE"] == "0 False"
    assert said["NOT"] == "AGAIN True False"
    assert said["AGAIN"] == "1 True"
