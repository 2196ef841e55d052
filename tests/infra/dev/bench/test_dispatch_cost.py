"""What a newsletter costs beyond SES's price: nothing is forgotten, and the sums are right."""

import io
import json
from collections import Counter
from dataclasses import replace

import botocore.session
import pytest

from functions.feedback.rules import read
from functions.newsletter.rules.batches import BATCH_SIZE
from functions.newsletter.rules.ses_results import Event
from infra import costs
from infra.cloud.template import load
from infra.dev.bench import dispatch, dispatch_cost
from infra.dev.bench.support import bill, endpoint, newsletter_scene

MEMBERS = 400
TEMPLATE = load(costs.ROOT / "template.yaml")
RESOURCES = TEMPLATE["Resources"]


@pytest.fixture(scope="module")
def rows():
    return dispatch_cost.run(MEMBERS)


@pytest.fixture(scope="module")
def row(rows):
    return rows[0]


@pytest.fixture(scope="module")
def numbers(row) -> dict[str, float]:
    return {part["part"]: part["number"] for part in row["details"]}


def test_the_parts_add_up_to_the_cost(row) -> None:
    assert row["peer"] == pytest.approx(MEMBERS * costs.MAIL * 100)
    assert sum(part["cents"] for part in row["details"]) == pytest.approx(row["ours"], abs=0.001)
    assert row["ratio"] == pytest.approx(row["ours"] / row["peer"], abs=0.001)
    assert row["goal"] == 0.04


def test_on_a_new_account_no_worker_is_paid_for_waiting(rows) -> None:
    quick, new = ({part["part"]: part["number"] for part in row["details"]} for row in rows)
    gigabytes = dispatch_cost.Measure("", io.StringIO()).used["NewsletterSend"].memory_mb / 1024
    in_all = MEMBERS / dispatch_cost.NEW_ACCOUNT * gigabytes  # seconds from first to last
    assert new["NewsletterSend: time"] < in_all
    assert new["EventBridge"] == quick["EventBridge"]


def test_on_a_new_account_a_message_comes_in_its_turn_and_ticks_go_on_meanwhile(rows) -> None:
    new = {part["part"]: part["number"] for part in rows[1]["details"]}
    batches = MEMBERS / dispatch_cost.NEW_ACCOUNT
    assert new["NewsletterSend: calls"] > 0.9 * batches
    assert rows[1]["goal"] == 0.026


def test_every_email_has_an_event_that_is_queued_and_settled(numbers) -> None:
    assert numbers["EventBridge"] == MEMBERS
    assert numbers["EventBridge to the feedback queue"] == MEMBERS
    assert numbers["Feedback: calls"] == MEMBERS / 100
    assert numbers["Feedback: queue"] == 2 * MEMBERS / 10


def test_the_worker_reads_every_reader_and_their_suppression(numbers) -> None:
    assert 2 * MEMBERS < numbers["NewsletterSend: table reads"] < 2.1 * MEMBERS


def test_a_batch_and_its_index_are_written_when_planned_claimed_and_recorded(numbers) -> None:
    batches = MEMBERS / BATCH_SIZE  # of two kilobytes each
    assert numbers["NewsletterTick: table writes"] >= batches * (2 * 2 + 1)
    assert numbers["NewsletterSend: table writes"] >= batches * ((2 + 2) + (2 + 1))


def test_the_calculated_monthly_cost_matches_the_measured_one(row) -> None:
    month = costs.month(costs.Network(MEMBERS), costs.stack())
    assert row["ours"] / 100 == pytest.approx(month["Newsletter's ledger"], rel=0.1)


USED = bill.Used("Feedback", 512, 10, 1000, 2.0, 1.0, 0, Counter({"GetItem": 100}))


def test_little_memory_and_aws_latency_make_a_function_slower() -> None:
    started = bill.COLD_START_SECONDS * bill.CONTAINERS["Feedback"]
    seconds = 2.0 + 1.0 * (1769 / 512 - 1) + 100 * 0.005 + started + 10 * 0.0005
    assert USED.gb_seconds == pytest.approx(seconds / 2)
    assert replace(USED, memory_mb=2048).gb_seconds == pytest.approx((2.505 + started) * 2)


@pytest.mark.parametrize(("messages", "requests"), [(1000, 200), (50, 20), (10, 20)])
def test_lambda_receives_and_deletes_ten_at_a_time(messages: int, requests: int) -> None:
    assert replace(USED, messages=messages).queue_requests == requests


def test_every_event_of_the_rule_arrives_exactly_once() -> None:
    tags = [{"issue": "autumn", "batch": str(n // 50), "position": str(n % 50)} for n in range(730)]
    batches = [event["Records"] for event in dispatch_cost.events(tags, 100)]
    notices = [read(json.loads(record["body"])) for records in batches for record in records]
    assert max(map(len, batches)) == 100
    assert {notice.event for notice in notices} == {Event.SEND}
    assert sorted((n.batch, n.position) for n in notices) == [(n // 50, n % 50) for n in range(730)]
    assert len({notice.batch for notice in notices[:100]}) > 2  # not in the order of sending


def test_events_have_the_fields_of_the_rules_template() -> None:
    target = RESOURCES["MailEvents"]["Properties"]["Targets"][0]["InputTransformer"]
    template = json.loads(target["InputTemplate"])
    tags = dict.fromkeys(template["tags"], "1")
    (event,) = dispatch_cost.events([tags], 10)
    body = json.loads(event["Records"][0]["body"])
    assert (body.keys(), body["tags"].keys()) == (template.keys(), template["tags"].keys())


def test_workers_get_as_many_messages_at_once_as_in_the_template() -> None:
    source = RESOURCES["NewsletterSend"]["Properties"]["Events"]["FromQueue"]["Properties"]
    assert source["BatchSize"] == newsletter_scene.MESSAGES_AT_ONCE
    workers = {"Fn::If": ["ExactPermissions", {"Ref": "SendWorkers"}, 2]}
    assert source["ScalingConfig"]["MaximumConcurrency"] == workers
    assert TEMPLATE["Parameters"]["SendWorkers"]["Default"] == bill.CONTAINERS["NewsletterSend"]


def test_the_fake_sending_rate_delays_nothing(monkeypatch) -> None:
    with endpoint.running() as address:
        for name, value in newsletter_scene.environment(address).items():
            monkeypatch.setenv(name, value)
        ses = botocore.session.get_session().create_client("sesv2")
        answer = ses.get_account()
    assert answer["SendQuota"]["MaxSendRate"] == 1e6
    assert answer["SendingEnabled"]


def test_growth_is_measured_between_small_runs_before_and_after(monkeypatch) -> None:
    seen: list[int] = []
    small = iter([2.0, 9.0, 2.2, 2.1, 1.9, 2.1])

    def measure(who: str, members: int) -> dict[str, float]:
        seen.append(members)
        seconds = next(small) if members == dispatch.MEMBERS else 21.0
        return {"cpu_seconds": seconds, "wall_seconds": 40.2, "peak_bytes": 66e6}

    monkeypatch.setattr(dispatch, "_measure", measure)
    (row,) = dispatch.run_large()
    assert seen == [10_000] * 3 + [100_000] + [10_000] * 3
    assert (row["ours"], row["peer"], row["ratio"]) == (210.0, 210.0, 1.0)
    assert row["note"] == "40 s, 66 MB at the peak"
