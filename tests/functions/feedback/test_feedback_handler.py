"""SES's events: what stops an address, what settles the ledger, what is let go."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from functions.core.aws import table
from functions.core.aws.clients import client
from functions.core.clock import MINUTE
from functions.core.errors import TooManyError
from functions.core.mail import suppression
from functions.feedback import handler
from functions.newsletter import bulk_email
from functions.newsletter.rules.ledger import Outcome, State
from functions.newsletter.rules.ses_results import Record
from functions.newsletter.store import batches, claims
from functions.people.store import members as people
from tests.functions import support
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.fake_ses import FakeSes

HASH = "ab" * 16


def event(
    kind: str, *, tags: dict[str, Any], bounce_type: str = "", complaint_type: str = ""
) -> dict[str, Any]:
    """As the rule in template.yaml makes it: what is missing is an empty string."""
    return {
        "event": kind,
        "message_id": "0102",
        "at": "2026-11-18T11:06:40Z",
        "bounce_type": bounce_type,
        "complaint_type": complaint_type,
        "tags": {"issue": "", "batch": "", "position": "", "address": ""} | tags,
    }


def of_place(position: int) -> dict[str, str]:
    return {"issue": issue_runs.SLUG, "batch": "0", "position": str(position)}


def settle(*bodies: Any) -> list[str]:
    """Hand the messages over; gives the positions of those that failed."""
    records = [
        {"messageId": str(n), "body": body if isinstance(body, str) else json.dumps(body)}
        for n, body in enumerate(bodies)
    ]
    failures = handler.settle({"Records": records}, None)["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in failures]


@pytest.fixture
def ids(cloud: object) -> list[str]:
    """The recipients of a batch whose answer was lost."""
    issue_runs.join(3)
    issue_runs.publish()
    issue_runs.tick()
    claims.claim(issue_runs.stored_batch(), "lost", {}, issue_runs.clock.now())
    claims.record(
        issue_runs.stored_batch(), "lost", Record(State.UNCERTAIN, {}), issue_runs.clock.now()
    )
    return list(issue_runs.stored_batch().recipients)


@pytest.fixture
def office(cloud: object) -> FakeSes:
    bulk_email._contents.clear()
    return FakeSes()


def hash_of(member_id: str) -> str:
    return str(people.member(member_id).address_hash)


@pytest.mark.parametrize(
    ("kind", "bounce_type", "reason"),
    [("Bounce", "Permanent", "bounce"), ("Complaint", "", "complaint")],
)
@pytest.mark.parametrize("wrapped", [HASH, [HASH]])
def test_the_first_permanent_bounce_or_complaint_stops_the_address(
    cloud, kind, bounce_type, reason, wrapped
) -> None:
    assert settle(event(kind, bounce_type=bounce_type, tags={"address": wrapped})) == []
    assert table.get(suppression.key(HASH)) == {
        "pk": f"ADDRESS#{HASH}",
        "sk": "SUPPRESSED",
        "reason": reason,
        "at": cloud.now,
        "due_kind": "STOPPED",
        "due_at": cloud.now,
    }


def test_a_second_permanent_bounce_writes_nothing(cloud, monkeypatch) -> None:
    bounce = event("Bounce", bounce_type="Permanent", tags={"address": HASH})
    settle(bounce)
    monkeypatch.setattr(table, "write", lambda *_: pytest.fail("wrote"))
    assert settle(bounce) == []


def test_a_complaint_outweighs_a_bounce_and_nothing_outweighs_a_complaint(cloud) -> None:
    bounce = event("Bounce", bounce_type="Permanent", tags={"address": HASH})
    settle(bounce)
    cloud.pass_(MINUTE)
    settle(event("Complaint", tags={"address": HASH}), bounce)
    assert suppression.get(HASH) == {"reason": "complaint", "at": cloud.now}


@pytest.mark.parametrize("bounce_type", ["Transient", "Undetermined", ""])
def test_a_transient_bounce_stops_no_address(cloud, bounce_type: str) -> None:
    assert settle(event("Bounce", bounce_type=bounce_type, tags={"address": HASH})) == []
    assert not suppression.is_stopped(HASH)


@pytest.mark.parametrize("complaint_type", ["abuse", "other", ""])
def test_every_other_kind_of_complaint_stops_the_address(cloud, complaint_type: str) -> None:
    settle(event("Complaint", complaint_type=complaint_type, tags={"address": HASH}))
    assert suppression.is_stopped(HASH)


@pytest.mark.parametrize("complaint_type", ["not-spam", "Not-Spam"])
def test_a_reader_who_says_it_is_not_spam_stops_and_counts_nothing(
    ids: list[str], complaint_type: str
) -> None:
    report = event("Complaint", complaint_type=complaint_type, tags=of_place(1))
    assert settle(report) == []
    assert not suppression.is_stopped(hash_of(ids[1]))
    assert issue_runs.stored_issue().complaints == 0
    assert issue_runs.stored_batch().outcome(1) == Outcome(State.SENT)


def test_a_newsletters_bounce_stops_its_reader(ids: list[str]) -> None:
    settle(event("Bounce", bounce_type="Permanent", tags=of_place(1)))
    assert suppression.is_stopped(hash_of(ids[1]))
    assert not suppression.is_stopped(hash_of(ids[0]))
    assert issue_runs.stored_batch().outcome(1) == Outcome(State.FAILED, "bounce")


def test_the_address_that_bounced_is_stopped_not_the_one_moved_to(ids: list[str]) -> None:
    settle(event("Bounce", bounce_type="Permanent", tags=of_place(1) | {"address": HASH}))
    assert suppression.is_stopped(HASH)
    assert not suppression.is_stopped(hash_of(ids[1]))


@pytest.mark.parametrize(
    ("kind", "bounce_type", "outcome"),
    [
        ("Send", "", Outcome(State.SENT)),
        ("Bounce", "Transient", Outcome(State.SENT)),
        ("Complaint", "", Outcome(State.SENT)),
        ("Reject", "", Outcome(State.FAILED, "reject")),
        ("Rendering Failure", "", Outcome(State.FAILED, "rendering-failure")),
    ],
)
def test_an_event_settles_an_uncertain_recipient(ids, kind, bounce_type, outcome) -> None:
    settle(event(kind, bounce_type=bounce_type, tags=of_place(2)))
    assert issue_runs.stored_batch().outcome(2) == outcome
    assert issue_runs.counts() == {State.UNCERTAIN: 2, outcome.state: 1}


def test_an_event_that_arrives_before_the_record_is_kept(ids: list[str]) -> None:
    settle(event("Bounce", bounce_type="Permanent", tags=of_place(0)))
    claims.record(issue_runs.stored_batch(), "lost", Record(State.SENT, {}), issue_runs.clock.now())
    assert issue_runs.counts() == {"sent": 2, "failed": 1}


def test_events_in_any_order_or_repeated_give_the_same_result(ids: list[str]) -> None:
    send = event("Send", tags=of_place(0))
    bounce = event("Bounce", bounce_type="Permanent", tags=of_place(0))
    settle(bounce, send, bounce, send)
    assert issue_runs.stored_batch().outcome(0) == Outcome(State.FAILED, "bounce")


def test_an_event_without_new_information_writes_nothing(ids: list[str], monkeypatch) -> None:
    claims.record(issue_runs.stored_batch(), "lost", Record(State.SENT, {}), issue_runs.clock.now())
    monkeypatch.setattr(table, "write", lambda *_: pytest.fail("wrote"))
    assert settle(event("Send", tags=of_place(0))) == []


@pytest.mark.parametrize(
    "tags",
    [
        {"issue": "unknown", "batch": "0", "position": "0"},
        {"issue": issue_runs.SLUG, "batch": "77", "position": "0"},
        {"issue": issue_runs.SLUG, "batch": "0", "position": "77"},
        {"issue": issue_runs.SLUG},
        {},
    ],
)
def test_an_event_about_an_unknown_recipient_is_ignored(
    ids: list[str], tags: dict[str, str]
) -> None:
    before = support.dump()
    assert settle(event("Bounce", bounce_type="Permanent", tags=tags)) == []
    assert support.dump() == before


def test_a_bounce_of_someone_erased_still_settles_the_ledger(ids: list[str]) -> None:
    table.write(table.delete(people.member_key(ids[0])))
    assert settle(event("Bounce", bounce_type="Permanent", tags=of_place(0))) == []
    assert issue_runs.stored_batch().outcome(0).state is State.FAILED
    assert not [item for item in support.dump() if item["sk"] == "SUPPRESSED"]


@pytest.fixture
def operations(ids: list[str]) -> Iterator[list[str]]:
    """The operations of DynamoDB that are called from now on."""
    names: list[str] = []
    events = client("dynamodb").meta.events
    events.register("before-call.dynamodb", note := lambda model, **_: names.append(model.name))
    yield names
    events.unregister("before-call.dynamodb", note)


def test_a_batch_is_read_once_for_all_of_its_events(operations: list[str]) -> None:
    assert settle(*(event("Send", tags=of_place(at)) for at in range(3))) == []
    assert operations == ["BatchGetItem", "UpdateItem", "UpdateItem", "UpdateItem"]
    assert issue_runs.counts() == {"sent": 3}


def test_two_concurrent_copies_of_an_event_are_written_once(operations: list[str]) -> None:
    send = event("Send", tags=of_place(0))
    assert settle(send, send) == []
    assert operations.count("UpdateItem") == 1


def test_a_batch_that_cannot_be_read_with_the_others_is_read_alone(ids, monkeypatch) -> None:
    monkeypatch.setattr(table, "get_many", lambda keys: ({}, set(keys)))
    assert settle(event("Send", tags=of_place(0)), event("Send", tags=of_place(1))) == []
    assert issue_runs.counts() == {State.UNCERTAIN: 1, "sent": 2}


def test_only_events_that_cannot_be_settled_are_returned_to_the_queue(ids, monkeypatch) -> None:
    write = claims.settle
    held = [False, True, False]

    def now_and_then(*what):
        if held.pop(0):
            raise TooManyError("conflicts")
        return write(*what)

    monkeypatch.setattr(claims, "settle", now_and_then)
    assert settle(*(event("Send", tags=of_place(at)) for at in range(3))) == ["1"]
    assert issue_runs.counts() == {State.UNCERTAIN: 1, "sent": 2}


NO_NUMBER = event("Send", tags={"issue": "autumn", "batch": "x", "position": "0"})
BAD = ["{", "[]", "{}", '{"event": 1}', '{"event": "Send", "tags": "x"}', json.dumps(NO_NUMBER)]


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_message_fails_alone(cloud, bad: str) -> None:
    good = event("Complaint", tags={"address": HASH})
    assert settle(bad, good) == ["0"]
    assert suppression.is_stopped(HASH)


@pytest.mark.parametrize("kind", ["Delivery", "Open", "Something New"])
def test_unexpected_events_are_ignored(ids: list[str], kind: str) -> None:
    before = support.dump()
    assert settle(event(kind, tags=of_place(0))) == []
    assert support.dump() == before


def test_a_change_between_reading_and_writing_is_read_again(ids, monkeypatch) -> None:
    write = claims.settle

    def overtaken(batch, position, outcome):
        monkeypatch.setattr(claims, "settle", write)
        settle(event("Bounce", bounce_type="Permanent", tags=of_place(0)))
        return write(batch, position, outcome)

    monkeypatch.setattr(claims, "settle", overtaken)
    assert settle(event("Send", tags=of_place(0))) == []
    assert issue_runs.stored_batch().outcome(0) == Outcome(State.FAILED, "bounce")


# ---- A batch that was halved after SES had accepted some of it


@pytest.fixture
def halved(office: FakeSes, cloud: Any) -> list[str]:
    """Eight, of whom SES took all but the first four; a bad address among those then refuses the
    calls until it is alone."""
    issue_runs.join(8)
    issue_runs.publish()
    issue_runs.tick()
    ids = list(issue_runs.stored_batch().recipients)
    again = ["TRANSIENT_FAILURE"] * 4
    office.plans = [office.results(*again, "SUCCESS", "SUCCESS", "WHO_KNOWS", "WHO_KNOWS")]
    issue_runs.deliver()
    office.refuse_calls_with(issue_runs.address_of(ids[1]))
    for _ in range(4):
        cloud.pass_(10 * MINUTE)
        issue_runs.tick()
        issue_runs.deliver()
    return ids


def outcome_of(member_id: str) -> str:
    (outcome,) = (
        str(batch.outcome(at))
        for batch in batches.of_issue(issue_runs.SLUG)
        for at in batch.positions
        if batch.recipients[at] == member_id
    )
    return outcome


def test_events_sent_before_a_batch_was_halved_reach_their_recipients(halved: list[str]) -> None:
    assert len(issue_runs.stored_batch().recipients) == 1
    assert outcome_of(halved[6]) == "uncertain who-knows"
    bounces = [event("Bounce", bounce_type="Permanent", tags=of_place(at)) for at in (4, 6)]
    assert settle(*bounces, event("Send", tags=of_place(7))) == []
    assert [outcome_of(member_id) for member_id in halved[4:]] == [
        "failed bounce", "sent", "failed bounce", "sent",
    ]  # fmt: skip
    assert issue_runs.counts() == {"sent": 5, "failed": 3}


def test_an_event_for_an_unknown_position_settles_nobody(halved: list[str]) -> None:
    before = issue_runs.outcomes()
    assert settle(event("Bounce", bounce_type="Permanent", tags=of_place(8))) == []
    assert issue_runs.outcomes() == before
