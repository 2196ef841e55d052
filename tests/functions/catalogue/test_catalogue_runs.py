"""Runs that die, meet or overtake each other."""

import pytest

from functions.catalogue import store
from functions.core import site
from functions.core.aws import table
from functions.core.errors import RefusedError
from functions.events.store import events
from functions.newsletter.store import issues
from functions.newsletter.store.issues import issue_key
from tests.functions.catalogue.publishing import ISSUE, applied, between, event, take_over, upload
from tests.functions.support import EVENT


@pytest.fixture(autouse=True)
def unpublished(cloud):
    table.write(table.delete(site.KEY))
    return cloud


@pytest.mark.parametrize("step", range(8))
def test_the_next_run_finishes_a_run_that_crashed_at_any_step(unpublished, monkeypatch, step):
    """It dies before its write number `step`, and cannot even let go."""
    upload()
    take_over()
    upload(2, events={"b": EVENT, "c": EVENT}, issues={"january": ISSUE})
    with monkeypatch.context() as dying:
        die_at(dying, step)
        with pytest.raises(KeyboardInterrupt):
            take_over()
    unpublished.pass_(store.LEASE_SECONDS)
    take_over()
    assert (applied(), issues.due(2**40)) == (2, ["january"])
    assert event()["withdrawn"] is True
    assert events.get("c") is not None


def die_at(monkeypatch, step: int) -> None:
    left = [step]

    def dying(call):
        def write(*writes):
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            call(*writes)

        return write

    monkeypatch.setattr(table, "write", dying(table.write))
    monkeypatch.setattr(table, "transact", dying(table.transact))


def test_items_changed_by_a_crashed_run_are_checked_again_even_if_the_change_was_reverted(
    monkeypatch,
):
    upload()
    take_over()
    upload(2, events={"autumn-talk": EVENT | {"place": "Library"}})
    with monkeypatch.context() as dying:
        dying.setattr(store, "finish", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            take_over()
    upload(3)
    take_over()
    assert event()["facts"]["place"] == "Harbour hall"


def test_one_of_two_concurrent_runs_does_nothing_and_the_next_tick_applies_the_newest_file(
    monkeypatch,
):
    upload(1)
    seen = []

    def meanwhile():
        upload(2, events={"autumn-talk": EVENT | {"seats": 41}})
        take_over()
        seen.append((event(), applied()))

    between(monkeypatch, store, "published", meanwhile)
    take_over()
    assert seen == [(None, 0)]
    assert applied() == 1
    take_over()
    assert (event()["capacity"], applied()) == (41, 2)


def test_a_run_that_lost_its_claim_changes_and_records_nothing(unpublished, monkeypatch):
    upload(1, events={"slow": EVENT})

    def another() -> None:
        unpublished.pass_(store.LEASE_SECONDS)
        upload(2)
        take_over()

    between(monkeypatch, store, "known", another)
    with pytest.raises(RefusedError):
        take_over()
    assert (events.get("slow"), applied()) == (None, 2)


def test_an_invitation_names_the_facts_of_an_event_that_changed_alone():
    upload(issues={"autumn-talk": ISSUE | {"kind": "event_invitation"}})
    take_over()
    upload(
        2,
        events={"autumn-talk": EVENT | {"attend": "both"}},
        issues={"autumn-talk": ISSUE | {"kind": "event_invitation"}},
    )
    take_over()
    newest = events.get("autumn-talk").sequence
    assert newest > 0
    assert issues.get("autumn-talk").event_number == newest


def test_a_newsletter_is_no_invitation_to_an_event_of_the_same_name():
    upload(issues={"autumn-talk": ISSUE})
    take_over()
    upload(2, events={"autumn-talk": EVENT | {"attend": "both"}}, issues={"autumn-talk": ISSUE})
    take_over()
    assert "event_number" not in table.get(issue_key("autumn-talk"))
