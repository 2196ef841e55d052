"""The event's page names those who can't come this time, and counts who hasn't answered."""

import pytest

from functions.desk import event_invited
from functions.events.store import declines
from functions.team.rules import Role
from tests.functions.events import actions
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.conftest import fake_ses  # noqa: F401 - a fixture

SLUG = actions.SLUG
EVENT = f"/desk/events/{SLUG}/"
LINKS = "{{name_html}} {{unsubscribe_url}} {{answer_token}}"
CONTENT = {"subject": "Invitation: a talk", "html": LINKS, "text": LINKS}


@pytest.fixture
def invited(fake_ses, cloud):  # noqa: F811 - the fixture
    """Five are invited: one comes, one of another office can't, nor can Ida; two are silent."""
    *_, coming, declined = issue_runs.join(4)
    (elsewhere,) = issue_runs.join(1, office="stockholm", name="Sten Å")
    issue_runs.change_member(declined, name="Ida Ek")
    actions.publish(invite={"office": ["malmo", "stockholm"]})
    contents = {"en": CONTENT}
    issue_runs.publish(slug=SLUG, kind="event_invitation", contents=contents)
    issue_runs.tick()
    issue_runs.deliver()
    actions.accepted(email=issue_runs.address_of(coming), guests="0")
    for member in (declined, elsewhere):
        declines.decline(SLUG, member, cloud.now)
    return declined


def test_who_cannot_come_is_named_and_who_is_silent_is_counted(invited, desk):
    shown = desk().get(EVENT)["body"].partition('id="others"')[2]
    assert f'<a href="/desk/people/{invited}/">Ida Ek</a>' in shown
    assert "Sten Å" in shown
    assert "2 invited members haven't answered." in shown.replace("&#39;", "'")
    assert f'<a href="{EVENT}write/">Write to guests</a>' in shown


def test_members_of_other_offices_and_editors_are_left_out(invited, desk):
    shown = desk(Role.COORDINATOR, ("malmo",)).get(EVENT)["body"]
    assert "Ida Ek" in shown
    assert "Sten Å" not in shown
    assert "Ida Ek" not in desk(Role.EDITOR).get(EVENT)["body"]


def test_counting_ends_where_the_page_would_become_slow(invited, desk, monkeypatch):
    monkeypatch.setattr(event_invited, "MOST_COUNTED", 1)
    shown = desk().get(EVENT)["body"].replace("&#39;", "'")
    assert "More than 1 invited members haven't answered." in shown


def test_an_event_without_an_invitation_says_nothing_of_one(cloud, desk):
    actions.publish()
    issue_runs.join(1)
    shown = desk().get(EVENT)["body"]
    assert "invited member" not in shown
    assert 'id="others"' not in shown


def test_nobody_writes_to_the_invited_while_the_invitation_goes_out(invited, desk):
    words = {"to": "unanswered", "subject": "Still places", "text": "Come!"}
    refused = desk().post(f"{EVENT}write/", action="preview", **words)["body"]
    assert "The invitation is still going out." in refused
    issue_runs.tick()
    assert "2 emails" in desk().post(f"{EVENT}write/", action="preview", **words)["body"]
