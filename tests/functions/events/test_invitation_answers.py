"""The pages behind an invitation: "I'm coming" and "Not this time"."""

from typing import Any

import pytest

from functions.core import tokens
from functions.core.aws import table
from functions.core.tokens import Purpose
from functions.events.rules import Status
from functions.events.store import declines, events, retention, rsvps
from functions.people.store import members as people
from functions.privacy.store import Person, everything_of
from tests.functions.events import actions
from tests.functions.membership import actions as membership
from tests.functions.sent_emails import deliver
from tests.functions.support import SITE_URL

SLUG = actions.SLUG
PATH = f"{SITE_URL}/api/events/invitation"


@pytest.fixture
def asa(cloud):
    membership.become_member(email="asa@example.com", office="malmo", language="sv")
    deliver()
    actions.publish()
    return people.member(membership.member_id("asa@example.com"))


def link(member: Any, answer: str = "yes") -> str:
    token = tokens.make(Purpose.EVENT_INVITATION, SLUG, member.id)
    return f"{PATH}?answer={answer}&token={token}&language=sv"


def rsvp(member: Any) -> Any:
    return rsvps.get(SLUG, member.address_hash)


def come(member: Any, **fields: str) -> dict[str, Any]:
    return actions.press_button(link(member), **fields)


def has_declined(member: Any) -> bool:
    return table.get(declines.declined_key(SLUG, member.id)) is not None


def test_one_button_signs_a_member_up_at_once(cloud, asa) -> None:
    shown = actions.open_link(link(asa))
    assert shown["statusCode"] == 200
    assert "Anmäl mig" in shown["body"]
    assert rsvp(asa) is None
    done = come(asa, guests="1")
    assert done["statusCode"] == 200
    assert (rsvp(asa).status, rsvp(asa).party, rsvp(asa).name) == (Status.ACCEPTED, 2, asa.name)
    assert (rsvp(asa).email, rsvp(asa).language) == (asa.email, "sv")
    assert events.get(SLUG).free == 38
    assert "Autumn talk" in str(deliver()[-1]["subject"])


def test_opening_either_link_changes_nothing(cloud, asa) -> None:
    for answer in ("yes", "no"):
        before = written(cloud)
        assert actions.open_link(link(asa, answer))["statusCode"] == 200
        assert written(cloud) == before


def written(cloud: Any) -> Any:
    return (rsvp_items(), events.get(SLUG))


def rsvp_items() -> list[Any]:
    return list(table.query(f"EVENT#{SLUG}"))


def test_a_second_click_signs_nobody_up_twice(cloud, asa) -> None:
    come(asa)
    first = rsvp(asa)
    again = come(asa, guests="1")
    assert again["statusCode"] == 200
    assert rsvp(asa) == first
    assert events.get(SLUG).free == 39


def test_answers_count_against_no_network(cloud, asa) -> None:
    for _ in range(61):
        actions.sign_up(name="")
    assert actions.sign_up(name="")["statusCode"] == 429
    assert come(asa)["statusCode"] == 200
    assert rsvp(asa).status is Status.ACCEPTED


def test_declining_is_noted_once_and_can_be_taken_back(cloud, asa) -> None:
    page = actions.open_link(link(asa, "no"))
    assert "Inte den här gången" in page["body"]
    assert not has_declined(asa)
    for _ in range(2):
        declined = actions.press_button(link(asa, "no"), action="decline")
        assert declined["statusCode"] == 200
        assert has_declined(asa)
    come(asa)
    assert rsvp(asa).status is Status.ACCEPTED
    assert not has_declined(asa)


def test_whoever_comes_is_not_taken_off_by_the_other_link(cloud, asa) -> None:
    come(asa)
    page = actions.press_button(link(asa, "no"), action="decline")
    assert page["statusCode"] == 200
    assert rsvp(asa).status is Status.ACCEPTED
    assert not has_declined(asa)


def test_a_full_event_says_so_before_anybody_is_queued(cloud, asa) -> None:
    actions.publish(seats=1, max_guests=0)
    actions.accepted(email="bo@example.com", guests="0")
    page = come(asa)
    assert rsvp(asa) is None
    assert "<h2>Det finns en väntelista</h2>\n  <p>Du kan vänta på en plats." in page["body"]
    assert 'name="queue"' in page["body"]
    come(asa, queue="yes")
    assert rsvp(asa).status is Status.WAITING


def test_a_party_that_is_too_large_is_queued_only_if_they_say_so(cloud, asa) -> None:
    actions.publish(seats=2, max_guests=1)
    actions.accepted(email="bo@example.com", guests="0")
    assert 'name="queue"' not in actions.open_link(link(asa))["body"]
    page = come(asa, guests="1")
    assert rsvp(asa) is None
    assert 'name="queue"' in page["body"]


def test_whoever_saw_another_time_is_shown_the_new_one(cloud, asa) -> None:
    shown = str(events.get(SLUG).sequence)
    actions.publish(starts_at="2026-12-04T16:30:00Z", ends_at="2026-12-04T19:00:00Z")
    page = come(asa, shown=shown)
    assert rsvp(asa) is None
    assert "Evenemanget har ändrats" in page["body"]


@pytest.mark.parametrize(
    ("facts", "status"),
    [({"cancelled": "The speaker is ill."}, 409), ({"closes_at": "2026-11-01T09:00:00Z"}, 409)],
)
def test_an_event_that_is_off_or_closed_takes_no_answer(cloud, asa, facts, status) -> None:
    actions.publish(**facts)
    for answer in ("yes", "no"):
        assert actions.open_link(link(asa, answer))["statusCode"] == status
    assert come(asa)["statusCode"] == status
    assert rsvp(asa) is None


def test_a_forged_link_and_one_of_an_erased_member_do_nothing(cloud, asa) -> None:
    forged = f"{PATH}?answer=yes&token=x"
    assert actions.open_link(forged)["statusCode"] == 410
    assert actions.press_button(forged)["statusCode"] == 410


def test_a_declined_invitation_goes_with_whoever_is_erased(cloud, asa) -> None:
    actions.press_button(link(asa, "no"), action="decline")
    person = Person(asa.id, asa.address_hash, asa.email)
    kept = everything_of(person, cloud.now).entries
    assert [entry.record.name for entry in kept].count("declined invitation") == 1
    membership.erase("asa@example.com")
    assert not has_declined(asa)


def test_a_declined_invitation_goes_with_the_events_sign_ups(cloud, asa) -> None:
    actions.press_button(link(asa, "no"), action="decline")
    cloud.now = actions.event()["due_at"] - 1
    retention.erase_past_rsvps(cloud.now)
    assert has_declined(asa)
    cloud.pass_(1)
    retention.erase_past_rsvps(cloud.now)
    assert not has_declined(asa)
