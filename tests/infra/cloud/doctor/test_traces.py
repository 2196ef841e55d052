"""What a doctor leaves while it works: nobody else sees it, and it goes without anybody else's."""

from collections.abc import Iterator
from itertools import chain
from typing import Any
from unittest.mock import Mock

import boto3
import pytest

from functions.core import clock
from functions.core.addresses import address_hash
from functions.core.mail import suppression
from functions.newsletter.rules.ledger import Issue, IssueState
from functions.newsletter.store import issues, readers
from functions.people.member import SHARDS
from functions.people.store import members as people
from functions.people.store import subscriptions
from infra.cloud.doctor import newsletter_round, traces
from infra.cloud.doctor.newsletter_round import OPERATOR, SIMULATED, Means, Round
from tests.functions.conftest import cloud, compiled_layouts, moment  # noqa: F401 - fixtures
from tests.functions.membership import actions
from tests.functions.support import but_limits

ADDRESS = "op@example.com"


@pytest.fixture(autouse=True)
def others(cloud: Any) -> list[dict[str, Any]]:  # noqa: F811 - the fixture itself
    """The table before the doctor: the operator is a member, and somebody's sign-up waits."""
    actions.become_member(email=ADDRESS)
    actions.join(email="bo@example.org", name="Bo Ek")
    return but_limits()


def s3() -> Any:
    return boto3.client("s3")


@pytest.fixture
def a_round(others: Any) -> Iterator[Round]:
    """A test newsletter that is ready to be sent."""
    prepared = Round("0a1b2c3d", ADDRESS)
    newsletter_round.prepare(s3(), "alumni-private", prepared)
    traces.add_batch(prepared.batch(0, SIMULATED))
    return prepared


def keys() -> list[str]:
    listed = s3().list_objects_v2(Bucket="alumni-private")["Contents"]
    return [item["Key"] for item in listed]


def test_no_newsletter_list_or_tick_sees_the_test(a_round: Round) -> None:
    shards = (people.members(shard) for shard in SHARDS)
    assert [member.email for member in chain.from_iterable(shards)] == [ADDRESS]
    everyone = Issue("real", IssueState.PLANNING, "News", 0, None, ())
    subscribers, cursor = readers.next_page(everyone, 1000)
    assert (len(subscribers), cursor) == (1, readers.END)
    assert issues.newest_first() == []
    assert issues.due(clock.now()) == []


def test_a_bounce_of_the_test_never_stops_the_operator(a_round: Round) -> None:
    operator = a_round.recipients[OPERATOR]
    assert operator.address == ADDRESS
    assert operator.address_hash != address_hash(ADDRESS)
    suppression.stop(operator.address_hash, "bounce", clock.now())
    assert not suppression.is_stopped(address_hash(ADDRESS))


def test_in_the_sandbox_nothing_is_tried_that_pauses_the_newsletter(a_round: Round) -> None:
    ses = Mock()
    ses.get_email_identity.return_value = {"VerifiedForSendingStatus": False}
    means = Means(s3(), ses, "alumni-private", Mock(), patience=0, in_sandbox=True)
    finding = newsletter_round._to_operator(means, a_round)
    assert finding.remedy == f"Verify {ADDRESS} in SES (Identities)."
    assert "BATCH#000002" not in {item["sk"] for item in but_limits()}


def test_all_of_it_is_deleted_and_nothing_else(a_round: Round, others: Any) -> None:
    assert a_round.variant.key in keys()
    for recipient in a_round.recipients.values():
        suppression.stop(recipient.address_hash, "bounce", clock.now())
        subscriptions.stop_newsletter(recipient.id, "one click in the mail", clock.now())
    traces.forget_run(s3(), a_round.run)
    assert but_limits() == others
    assert a_round.variant.key not in keys()


def test_a_late_event_does_not_keep_the_next_run_from_sending(a_round: Round) -> None:
    traces.forget_run(s3(), a_round.run)
    late = address_hash(newsletter_round.simulated_address("bounce"))
    suppression.stop(late, "bounce", clock.now())
    newsletter_round.prepare(s3(), "alumni-private", Round("4e5f6a7b", ""))
    assert not suppression.is_stopped(late)


def test_the_next_run_finds_what_killed_runs_left_without_knowing_them(
    a_round: Round, others: Any
) -> None:
    newsletter_round.prepare(s3(), "alumni-private", Round("4e5f6a7b", ""))
    actions.join(email="other@example.net", name=traces.NAME)
    assert traces.sweep(s3()) == 3
    assert but_limits() == others
    assert traces.sweep(s3()) == 0


def test_a_persons_own_sign_up_stays(others: Any) -> None:
    assert not traces.forget_sign_up(address_hash("bo@example.org"))
    assert but_limits() == others


def test_what_nobody_deletes_expires_by_itself(a_round: Round) -> None:
    tomorrow = clock.now() + clock.DAY
    items = [item for item in but_limits() if "simulator-" in item["sk"] or item["sk"] == "ISSUE"]
    assert len(items) == len(a_round.recipients) + 1
    assert {item["expires_at"] for item in items} == {tomorrow}
