"""One batch on its way: who gets it, what comes back, and that nobody gets it twice."""

import hashlib
import json

import boto3
import pytest
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from functions.core.aws import table
from functions.core.aws.clients import client
from functions.core.clock import MINUTE
from functions.core.mail import suppression
from functions.newsletter import bulk_email, handler, sender, sending_rate
from functions.newsletter.rules.batches import CLAIM_SECONDS, REQUEUE_SECONDS
from functions.newsletter.rules.ledger import IssueState, Outcome, State
from functions.newsletter.store import claims, issues
from functions.people.store import members as people
from functions.people.store import subscriptions
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.fake_ses import FakeSes, tags, to

CLOSED = ConnectionClosedError(endpoint_url="https://ses")
TIMEOUT = ReadTimeoutError(endpoint_url="https://ses")
UNREACHED = EndpointConnectionError(endpoint_url="https://ses")


def planned(count: int) -> list[str]:
    """Ids in the order of the only batch's positions."""
    issue_runs.join(count)
    issue_runs.publish()
    issue_runs.tick()
    return list(issue_runs.stored_batch().recipients)


def test_every_reader_gets_one_mail_and_the_issue_ends(fake_ses: FakeSes) -> None:
    issue_runs.join(120)
    issue_runs.publish()
    issue_runs.tick()
    assert issue_runs.deliver() == []
    issue_runs.tick()
    assert sorted(fake_ses.mails().values()) == [1] * 120
    assert issue_runs.stored_issue().state is IssueState.SENT
    assert issue_runs.stored_issue().counts == {"sent": 120}


def test_an_email_carries_its_position_in_the_ledger(fake_ses: FakeSes) -> None:
    ids = planned(3)
    issue_runs.deliver()
    assert len(fake_ses.accepted) == len(ids)
    for position, entry in enumerate(fake_ses.accepted):
        assert to(entry) == issue_runs.address_of(ids[position])
        own = {"issue": "autumn", "batch": "0", "position": str(position)}
        assert own.items() <= tags(entry).items()


def test_a_member_who_unsubscribed_since_planning_is_withdrawn(fake_ses: FakeSes, cloud) -> None:
    ids = planned(3)
    subscriptions.stop_newsletter(ids[1], "one click", cloud.now)
    issue_runs.deliver()
    assert issue_runs.address_of(ids[1]) not in fake_ses.mails()
    assert issue_runs.stored_batch().outcome(1) == Outcome(State.WITHDRAWN, "unsubscribed")
    assert issue_runs.counts() == {"sent": 2, "withdrawn": 1}


def test_a_member_erased_since_planning_is_withdrawn(fake_ses: FakeSes) -> None:
    ids = planned(2)
    table.write(table.delete(people.member_key(ids[0])))
    issue_runs.deliver()
    assert issue_runs.stored_batch().outcome(0) == Outcome(State.WITHDRAWN, "erased")
    assert len(fake_ses.accepted) == 1


def test_a_stopped_address_is_suppressed(fake_ses: FakeSes, cloud) -> None:
    ids = planned(2)
    suppression.stop(people.member(ids[0]).address_hash, "bounce", cloud.now)
    issue_runs.deliver()
    assert issue_runs.address_of(ids[0]) not in fake_ses.mails()
    assert issue_runs.counts() == {"sent": 1, "suppressed": 1}


def test_a_batch_with_nobody_left_is_closed_without_a_call(fake_ses: FakeSes, cloud) -> None:
    for member_id in planned(2):
        subscriptions.stop_newsletter(member_id, "one click", cloud.now)
    issue_runs.deliver()
    assert fake_ses.calls == []
    assert issue_runs.counts() == {"withdrawn": 2}
    assert issue_runs.stored_batch().state is State.SENT


def test_emails_go_to_the_current_address_not_to_that_of_planning(fake_ses: FakeSes) -> None:
    (member_id,) = planned(1)
    key = people.member_key(member_id)
    table.write(table.update(key, "SET #email = :new", {":new": "new@example.org"}))
    issue_runs.deliver()
    assert fake_ses.mails() == {"new@example.org": 1}


def test_a_redelivered_batch_is_left_alone(fake_ses: FakeSes) -> None:
    planned(2)
    for _ in range(3):
        assert handler.send(issue_runs.message(), issue_runs.Context()) == {"batchItemFailures": []}
    assert sorted(fake_ses.mails().values()) == [1, 1]


def test_a_batch_that_another_worker_claimed_is_left_alone(fake_ses: FakeSes, cloud) -> None:
    planned(2)
    assert claims.claim(issue_runs.stored_batch(), "theirs", {}, cloud.now)
    issue_runs.deliver()
    assert fake_ses.calls == []


def test_two_workers_that_read_the_same_batch_send_it_once(fake_ses, monkeypatch) -> None:
    planned(2)
    request = bulk_email.request

    def overtaken(*given):
        monkeypatch.setattr(bulk_email, "request", request)
        handler.send(issue_runs.message(), issue_runs.Context())
        return request(*given)

    monkeypatch.setattr(bulk_email, "request", overtaken)
    issue_runs.deliver()
    assert sorted(fake_ses.mails().values()) == [1, 1]


def test_without_the_claim_two_workers_would_send_it_twice(fake_ses, monkeypatch) -> None:
    monkeypatch.setattr(claims, "claim", lambda *_: True)
    planned(1)
    handler.send(issue_runs.message(), issue_runs.Context())
    handler.send(issue_runs.message(), issue_runs.Context())
    assert sorted(fake_ses.mails().values()) == [2]


@pytest.mark.parametrize("lost", [CLOSED, TIMEOUT])
def test_a_lost_response_is_uncertain_and_never_sent_again(fake_ses, cloud, lost) -> None:
    planned(2)
    fake_ses.plans = [fake_ses.lose(lost, accepted=True)]
    issue_runs.deliver()
    assert issue_runs.counts() == {"uncertain": 2}
    cloud.pass_(CLAIM_SECONDS + REQUEUE_SECONDS + MINUTE)
    issue_runs.tick()
    issue_runs.deliver()
    assert sorted(fake_ses.mails().values()) == [1, 1]
    assert issue_runs.stored_issue().counts == {"uncertain": 2}


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_is_uncertain(fake_ses: FakeSes, status: int) -> None:
    planned(1)
    fake_ses.plans = [fake_ses.error(status, "InternalFailure")]
    issue_runs.deliver()
    assert issue_runs.counts() == {"uncertain": 1}
    assert len(fake_ses.calls) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (429, "TooManyRequestsException"),
        (400, "LimitExceededException"),
        (400, "SendingPausedException"),
        (400, "MessageRejected"),
        (403, "AccessDeniedException"),
    ],
)
def test_a_refused_call_leaves_the_batch_planned_for_later(fake_ses, cloud, status, code):
    planned(2)
    fake_ses.plans = [fake_ses.error(status, code)]
    assert issue_runs.deliver() == []
    assert issue_runs.counts() == {"planned": 2}
    issues.resume(issue_runs.SLUG)  # where it was paused for a person to look
    cloud.pass_(2 * MINUTE)
    issue_runs.tick()
    issue_runs.deliver()
    assert sorted(fake_ses.mails().values()) == [1, 1]


def test_a_call_that_never_left_leaves_the_batch_planned(fake_ses: FakeSes) -> None:
    planned(2)
    fake_ses.plans = [fake_ses.lose(UNREACHED, accepted=False)]
    issue_runs.deliver()
    assert issue_runs.counts() == {"planned": 2}
    assert issue_runs.stored_batch().attempt == ""


def test_every_result_is_stored_at_its_own_position(fake_ses: FakeSes) -> None:
    ids = planned(3)
    fake_ses.plans = [fake_ses.results("SUCCESS", "MESSAGE_REJECTED", "SUCCESS")]
    issue_runs.deliver()
    assert issue_runs.stored_batch().outcome(1) == Outcome(State.FAILED, "message-rejected")
    assert issue_runs.counts() == {"sent": 2, "failed": 1}
    assert issue_runs.address_of(ids[1]) not in fake_ses.mails()


def test_only_transient_failures_are_tried_again(fake_ses: FakeSes, cloud) -> None:
    planned(3)
    fake_ses.plans = [fake_ses.results("SUCCESS", "TRANSIENT_FAILURE", "FAILED")]
    issue_runs.deliver()
    assert issue_runs.counts() == {"sent": 1, "planned": 1, "failed": 1}
    cloud.pass_(2 * MINUTE)
    issue_runs.tick()
    issue_runs.deliver()
    assert issue_runs.counts() == {"sent": 2, "failed": 1}
    assert sorted(fake_ses.mails().values()) == [1, 1]


def test_a_missing_result_is_uncertain(fake_ses: FakeSes) -> None:
    planned(3)
    fake_ses.plans = [fake_ses.results("SUCCESS", "SUCCESS")]
    issue_runs.deliver()
    assert issue_runs.counts() == {"sent": 2, "uncertain": 1}


def test_one_bad_address_does_not_affect_other_recipients(fake_ses: FakeSes) -> None:
    ids = planned(7)
    fake_ses.refuse_calls_with(issue_runs.address_of(ids[4]))
    while issue_runs.stored_issue().state is not IssueState.SENT:
        issue_runs.deliver()
        issue_runs.tick()
    assert issue_runs.counts() == {"sent": 6, "failed": 1}
    assert sorted(fake_ses.mails().values()) == [1] * 6


def test_keys_that_could_not_be_read_leave_the_batch_planned(fake_ses, monkeypatch) -> None:
    planned(2)
    dynamodb = client("dynamodb")
    real = dynamodb.batch_get_item

    def only_the_batch(RequestItems):  # noqa: N803
        is_batch = any(
            key["pk"]["S"].startswith("ISSUE#") for key in RequestItems["alumni"]["Keys"]
        )
        unread = {"Responses": {}, "UnprocessedKeys": RequestItems}
        return real(RequestItems=RequestItems) if is_batch else unread

    monkeypatch.setattr(dynamodb, "batch_get_item", only_the_batch)
    assert issue_runs.deliver() == []
    assert (fake_ses.calls, issue_runs.counts()) == ([], {"planned": 2})


def test_a_worker_recognises_its_own_claim_after_a_lost_response(fake_ses: FakeSes) -> None:
    planned(1)
    lost = []

    def lose_first(request, **_):
        if b"#claimed_at" in request.body and not lost:
            lost.append(True)
            raise ConnectionClosedError(endpoint_url="https://dynamodb")

    # Behind moto's own, which has written by then.
    client("dynamodb").meta.events.register_last("before-send", lose_first)
    issue_runs.deliver()
    assert (lost, issue_runs.counts()) == ([True], {"sent": 1})
    assert sorted(fake_ses.mails().values()) == [1]


class KilledError(BaseException):
    """As if the process were gone: nothing catches it."""


def test_a_worker_killed_after_the_call_leaves_it_uncertain(fake_ses: FakeSes, cloud) -> None:
    planned(2)
    fake_ses.plans = [fake_ses.lose(KilledError(), accepted=True)]
    with pytest.raises(KilledError):
        issue_runs.deliver()
    assert issue_runs.counts() == {"claimed": 2}
    cloud.pass_(CLAIM_SECONDS + 1)
    issue_runs.tick()
    handler.send(issue_runs.message(), issue_runs.Context())
    assert issue_runs.counts() == {"uncertain": 2}
    assert sorted(fake_ses.mails().values()) == [1, 1]


def test_a_late_record_of_the_same_attempt_still_wins(fake_ses: FakeSes, cloud) -> None:
    planned(1)
    fake_ses.plans = [
        lambda call: (cloud.pass_(CLAIM_SECONDS + 1), issue_runs.tick(), fake_ses.accept(call))[2]
    ]
    issue_runs.deliver()
    assert issue_runs.counts() == {"sent": 1}


def test_nothing_is_sent_after_the_deadline(fake_ses: FakeSes, cloud) -> None:
    issue_runs.join(2)
    issue_runs.publish(deadline=MINUTE)
    issue_runs.tick()
    cloud.pass_(2 * MINUTE)
    issue_runs.deliver()
    issue_runs.tick()
    assert (fake_ses.calls, issue_runs.stored_issue().counts) == ([], {"expired": 2})


def test_a_recipient_settled_between_reading_and_claim_is_not_mailed_again(fake_ses, cloud) -> None:
    planned(2)
    read = issue_runs.stored_batch()
    assert claims.settle(read, 0, Outcome(State.SENT))
    assert not claims.claim(read, "late", {}, cloud.now)
    issue_runs.deliver()
    assert (issue_runs.counts(), len(fake_ses.accepted)) == ({"sent": 2}, 1)


def test_an_event_overrides_a_later_record(fake_ses: FakeSes) -> None:
    planned(2)
    early = lambda: claims.settle(issue_runs.stored_batch(), 1, Outcome(State.SENT))  # noqa: E731
    fake_ses.plans = [lambda call: (early(), fake_ses.results("SUCCESS")(call))[1]]
    issue_runs.deliver()
    assert issue_runs.counts() == {"sent": 2}


def test_halving_does_not_overwrite_a_position_settled_by_an_event(cloud) -> None:
    planned(2)
    read = issue_runs.stored_batch()
    claims.claim(read, "mine", {}, cloud.now)
    claims.settle(issue_runs.stored_batch(), 0, Outcome(State.SENT))
    assert not claims.halve(read, "mine", cloud.now)
    assert issue_runs.counts() == {"sent": 1, "claimed": 1}


def test_content_changed_since_planning_is_not_sent(fake_ses: FakeSes) -> None:
    planned(1)
    s3, at = boto3.client("s3"), {"Bucket": "alumni-private", "Key": "newsletters/autumn/en.json"}
    raw = s3.get_object(**at)["Body"].read()
    s3.put_object(**at, Body=raw.replace(b"News", b"Old news"))
    bulk_email._contents.clear()  # as of a new container
    assert len(issue_runs.deliver()) == 1
    assert (fake_ses.calls, issue_runs.counts()) == ([], {"planned": 1})


def test_a_worker_short_of_time_claims_nothing(fake_ses: FakeSes) -> None:
    planned(1)
    assert len(issue_runs.deliver(milliseconds=5_000)) == 1
    assert issue_runs.counts() == {"planned": 1}


def test_one_bad_message_fails_alone(fake_ses: FakeSes) -> None:
    planned(1)
    bad = {"messageId": "bad", "body": "{"}
    unknown = {"messageId": "unknown", "body": json.dumps({"issue": "none", "number": 1})}
    answer = handler.send({"Records": [bad, unknown, *issue_runs.take()]}, issue_runs.Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert len(fake_ses.accepted) == 1


def test_the_variant_is_read_once_and_checked(fake_ses: FakeSes) -> None:
    issue_runs.publish()
    variant = issue_runs.stored_issue().variants[0]
    raw = boto3.client("s3").get_object(Bucket="alumni-private", Key=variant.key)["Body"].read()
    assert hashlib.sha256(raw).hexdigest() == variant.hash
    assert bulk_email.content(variant) is bulk_email.content(variant)


def test_no_personal_data_in_queue_or_log(fake_ses: FakeSes, lines: list[str]) -> None:
    issue_runs.join(3, name="Åsa Ek")
    issue_runs.publish()
    issue_runs.tick()
    messages = issue_runs.take()
    fake_ses.plans = [fake_ses.error(400, "MessageRejected")]
    handler.send({"Records": [*messages, {"messageId": "x", "body": "[]"}]}, issue_runs.Context())
    assert all(set(json.loads(message["body"])) == {"issue", "number"} for message in messages)
    visible = " ".join([*lines, json.dumps(messages)])
    assert lines
    assert messages
    assert not [word for word in ("@example.com", "Åsa", "token=") if word in visible]


def test_a_batch_that_waits_past_the_deadline_is_not_sent(fake_ses, cloud, monkeypatch) -> None:
    issue_runs.join(3)
    issue_runs.publish(deadline=MINUTE)
    issue_runs.tick()
    waits = lambda _count, *, late: cloud.pass_(MINUTE + 1) or True  # noqa: ARG005, E731
    monkeypatch.setattr(sending_rate, "wait_for", waits)
    issue_runs.deliver()
    assert (fake_ses.calls, issue_runs.counts()) == ([], {"planned": 3})


def test_a_batch_is_started_only_with_time_to_wait_send_and_record(fake_ses) -> None:
    planned(1)
    longest = sending_rate.LONGEST_WAIT_SECONDS + sender.READ_SECONDS
    assert len(issue_runs.deliver(milliseconds=longest * 1000)) == 1
    assert fake_ses.calls == []
