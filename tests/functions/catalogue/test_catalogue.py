"""Taking over what was published, through the real handler."""

import pytest

from functions.catalogue import handler
from functions.core import site
from functions.core.aws import table
from functions.events.store import events
from functions.newsletter.store import issues
from functions.newsletter.store.issues import issue_key
from tests.functions.catalogue.publishing import (
    ISSUE,
    applied,
    between,
    event,
    seat,
    take_over,
    upload,
)
from tests.functions.support import EVENT, dump


@pytest.fixture(autouse=True)
def unpublished(cloud):
    table.write(table.delete(site.KEY))
    return cloud


def test_the_first_publish_creates_events_issues_and_site_settings():
    upload()
    take_over()
    assert (event()["capacity"], event()["free"], event()["waiting"]) == (40, 40, 0)
    issue = issues.get("december")
    assert issue
    assert (issue.state, issue.subject) == ("scheduled", "News from the harbour")
    assert site.site()["company"] == "Fjärdholm"
    assert applied() == 1


def test_a_tick_with_an_unchanged_catalogue_writes_nothing():
    upload()
    take_over()
    before = dump()
    take_over()
    assert dump() == before


def test_the_content_of_the_triggering_event_is_ignored():
    upload(3)
    handler.apply({"detail": {"object": {"key": "catalogue.json", "sequencer": "0"}}}, None)
    assert applied() == 3


def test_a_missing_catalogue_file_changes_nothing():
    before = dump()
    take_over()
    assert dump() == before


def test_adding_seats_raises_the_free_seats_by_the_difference():
    upload()
    take_over()
    seat(3)
    upload(2, events={"autumn-talk": EVENT | {"seats": 50}})
    take_over()
    assert (event()["capacity"], event()["free"]) == (50, 47)


def test_lowering_capacity_below_the_taken_seats_cancels_no_sign_up():
    upload()
    take_over()
    seat(3)
    upload(2, events={"autumn-talk": EVENT | {"seats": 2}})
    take_over()
    assert (event()["capacity"], event()["free"]) == (2, -1)


def test_a_sign_up_during_the_publishing_counts(monkeypatch):
    upload()
    take_over()
    upload(2, events={"autumn-talk": EVENT | {"seats": 50}})
    between(monkeypatch, table, "get", lambda: seat(2), when=events.event_key("autumn-talk"))
    take_over()
    assert event()["free"] == 48


@pytest.mark.parametrize(
    ("change", "raised"), [({"place": "Library"}, True), ({"seats": 9}, False)]
)
def test_a_change_shown_in_calendars_raises_the_sequence(change, raised):
    upload()
    take_over()
    before = event()["sequence"]
    upload(2, events={"autumn-talk": EVENT | change})
    take_over()
    assert (event()["sequence"] > before) == raised
    assert event()["facts"] == EVENT | change


@pytest.mark.parametrize("sequence", [1, 2])
def test_an_older_or_equal_sequence_changes_nothing(sequence):
    upload(2)
    take_over()
    before = dump()
    upload(sequence, events={})
    take_over()
    assert dump() == before


def test_an_event_that_is_taken_off_the_site_and_put_back():
    upload()
    take_over()
    upload(2, events={})
    take_over()
    assert event()["withdrawn"] is True
    upload(3)
    take_over()
    assert "withdrawn" not in event()


def test_an_issue_that_is_still_scheduled_is_changed_or_taken_back():
    upload()
    take_over()
    upload(2, issues={"december": ISSUE | {"subject": "Better news"}})
    take_over()
    changed = issues.get("december")
    assert changed
    assert changed.subject == "Better news"
    upload(3, issues={})
    take_over()
    assert issues.due(2**40) == []


@pytest.mark.parametrize("published", [{"december": ISSUE | {"subject": "Too late"}}, {}])
def test_an_issue_that_is_under_way_stays_as_it_was(published):
    upload()
    take_over()
    scheduled = issues.get("december")
    assert scheduled
    assert issues.begin(scheduled)
    before = table.get(issue_key("december"))
    upload(2, issues=published)
    take_over()
    assert table.get(issue_key("december")) == before
    assert applied() == 2
