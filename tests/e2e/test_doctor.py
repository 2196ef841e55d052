"""`alumni doctor` on the whole stack: nothing wrong, then parts of it broken, then killed."""

import hashlib
import hmac
import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from infra.dev.local.local_stack import ALUMNI, Stack
from tests.e2e import simulator
from tests.e2e.mailbox import Mailbox, wait_until
from tests.e2e.newsletter_steps import batch_items
from tests.e2e.stack_access import Item, publish, table_without_upkeep

OPERATOR = "operator@example.com"
STOPPED = "stopped@example.com"
NEWSLETTER = "Test of the newsletter by alumni doctor"
PATIENT, IMPATIENT = "40", "2"


def command(*arguments: str, patience: str = PATIENT) -> list[str]:
    return [*ALUMNI, "doctor", "--json", "--patience", patience, *arguments]


def doctor(stack: Stack, *arguments: str, patience: str = PATIENT) -> dict[str, Any]:
    """Its report, with the exit code as `code`."""
    done = subprocess.run(
        command(*arguments, patience=patience),
        env=stack.environment,
        cwd=stack.root,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.stdout, done.stderr
    return json.loads(done.stdout) | {"code": done.returncode}


def problems(report: dict[str, Any]) -> dict[str, str]:
    """Check → what to do about it."""
    wrong = [check for check in report["checks"] if check["status"] == "problem"]
    assert report["code"] == (1 if wrong else 0)
    return {check["check"]: check["remedy"] for check in wrong}


def stored(stack: Stack) -> tuple[list[Item], list[str]]:
    """The table, but for the counters that expire by themselves; and the private bucket's keys."""
    rows = [row for row in table_without_upkeep(stack) if row["sk"]["S"] != "LIMIT"]
    pages = stack.client("s3").get_paginator("list_objects_v2")
    listing = pages.paginate(Bucket=stack.outputs["PrivateBucket"])
    return rows, [entry["Key"] for page in listing for entry in page["Contents"]]


@pytest.fixture(scope="module")
def before(stack: Stack) -> tuple[list[Item], list[str]]:
    """What is stored before any doctor came."""
    publish(stack)
    return stored(stack)


@pytest.fixture(scope="module")
def healthy(stack: Stack, before: Any) -> dict[str, Any]:
    """The report on a stack where nothing is wrong."""
    sns, topic = stack.client("sns"), stack.outputs["AlarmTopicArn"]
    heard = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ops@example.com")
    with simulator.answering(stack):
        report = doctor(stack, "--address", OPERATOR)
    sns.unsubscribe(SubscriptionArn=heard["SubscriptionArn"])
    return report


def test_nothing_is_wrong_with_a_sound_stack(healthy: dict[str, Any]) -> None:
    assert problems(healthy) == {}
    skipped = {check["check"] for check in healthy["checks"] if check["status"] == "skipped"}
    assert skipped == {"Records", "Certificate", "Sender's domain"}  # there are none here
    assert healthy["counts"]["ok"] >= 18


def test_it_leaves_nothing_behind(healthy: dict[str, Any], stack: Stack, before: Any) -> None:
    assert stored(stack) == before


def test_it_writes_to_its_operator_and_the_simulator_only(
    healthy: dict[str, Any], mailbox: Mailbox
) -> None:
    subjects = [mail["subject"] for mail in mailbox.to(OPERATOR)]
    assert len(subjects) == 2
    assert NEWSLETTER in subjects
    got = [
        to for mail in mailbox.every_mail() for to in mail["recipients"] if NEWSLETTER in str(mail)
    ]
    assert len(got) == 6
    others = {to for to in got if not to.endswith("@simulator.amazonses.com")}
    assert others == {OPERATOR}


# ---- The emails that the operator received


@pytest.fixture(scope="module")
def emails(healthy: dict[str, Any], mailbox: Mailbox, tmp_path_factory: Any) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("emails")
    files = {}
    for kind, subject in (("newsletter", NEWSLETTER), ("confirmation", "Please confirm")):
        files[kind] = folder / f"{kind}.eml"
        mail = mailbox.wait(OPERATOR, subject)
        files[kind].write_bytes(bytes(mailbox.source(mail)))
    return files


def test_received_emails_that_nobody_signed_are_found(
    emails: dict[str, Path], stack: Stack, mailbox: Mailbox
) -> None:
    """The local cloud signs nothing, and its bulk emails lack the headers."""
    count = len(mailbox.every_row())
    report = doctor(stack, *(f"--eml={file}" for file in emails.values()))
    remedies = problems(report)
    assert "Add the DKIM records" in remedies["Signature"]
    assert "Unsubscribe headers" in remedies
    links = [check["status"] for check in report["checks"] if check["check"] == "Link"]
    assert links == ["ok", "ok"]
    assert len(mailbox.every_row()) == count, "it sends nothing"


def test_received_emails_as_ses_sends_them_are_fine(emails: dict[str, Path], stack: Stack) -> None:
    signed = "From:To:Subject:List-Unsubscribe:List-Unsubscribe-Post"
    leave = f"<{stack.site_url}/api/unsubscribe?token=abc>"
    headers = (
        f"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=k1; h={signed}; bh=a; b=b\r\n"
        f"List-Unsubscribe: {leave}\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    )
    newsletter = emails["newsletter"].with_name("signed.eml")
    newsletter.write_bytes(headers.encode() + emails["newsletter"].read_bytes())
    assert problems(doctor(stack, f"--eml={newsletter}")) == {}


# ---- Broken


@contextmanager
def no_reports(stack: Stack) -> Iterator[None]:
    """SES doesn't report what becomes of emails to one person."""
    ses, name = stack.client("sesv2"), "alumni-transactional"
    (destination,) = ses.get_configuration_set_event_destinations(ConfigurationSetName=name)[
        "EventDestinations"
    ]
    ses.delete_configuration_set_event_destination(
        ConfigurationSetName=name, EventDestinationName=destination["Name"]
    )
    try:
        yield
    finally:
        ses.create_configuration_set_event_destination(
            ConfigurationSetName=name,
            EventDestinationName=destination.pop("Name"),
            EventDestination=destination,
        )


@contextmanager
def no_rule(stack: Stack) -> Iterator[None]:
    """EventBridge passes no event on."""
    events = stack.client("events")
    (name,) = [rule["Name"] for rule in events.list_rules()["Rules"] if "MailEv" in rule["Name"]]
    events.disable_rule(Name=name)
    try:
        yield
    finally:
        events.enable_rule(Name=name)


BOX = b'name="consent_membership" type="checkbox" value="'


@contextmanager
def old_form(stack: Stack) -> Iterator[None]:
    """The site's form has a consent text that the functions no longer know."""
    with _changed(stack, "join/index.html") as (put, body):
        put(body.replace(BOX, BOX + b"old-"))
        yield


@contextmanager
def other_etags(stack: Stack) -> Iterator[None]:
    """An object whose ETag is no MD5 sum, as with another encryption."""
    s3, bucket, key = stack.client("s3"), stack.outputs["PublicBucket"], "index.html"
    with _changed(stack, key) as (_put, body):
        upload = s3.create_multipart_upload(Bucket=bucket, Key=key, ContentType="text/html")
        about = {"Bucket": bucket, "Key": key, "UploadId": upload["UploadId"]}
        part = s3.upload_part(**about, PartNumber=1, Body=body)
        parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
        s3.complete_multipart_upload(**about, MultipartUpload=parts)
        yield


@contextmanager
def _changed(stack: Stack, key: str) -> Iterator[Any]:
    s3, bucket = stack.client("s3"), stack.outputs["PublicBucket"]
    stored_page = s3.get_object(Bucket=bucket, Key=key)
    body = stored_page["Body"].read()
    about = {name: stored_page[name] for name in ("ContentType", "CacheControl")}

    def put(changed: bytes) -> None:
        s3.put_object(Bucket=bucket, Key=key, Body=changed, **about)

    try:
        yield put, body
    finally:
        put(body)


@contextmanager
def stopped(stack: Stack, function: str) -> Iterator[None]:
    """The function takes nothing from its queue."""
    client = stack.client("lambda")
    name = stack.outputs[f"{function}Name"]
    (mapping,) = client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


@pytest.fixture(scope="module")
def late(stack: Stack, healthy: dict[str, Any]) -> dict[str, str]:
    """The problems of a broken stack, whose events only arrive after the doctor has gone."""
    with ExitStack() as broken:
        for breakage in (no_reports, old_form, other_etags):
            broken.enter_context(breakage(stack))
        broken.enter_context(stopped(stack, "Feedback"))
        broken.enter_context(simulator.answering(stack))
        remedies = problems(doctor(stack, "--address", OPERATOR, patience="8"))
    wait_until(lambda: suppressions(stack), "late events", 60)
    return remedies


def suppressions(stack: Stack) -> list[Item]:
    return [item for item in stored(stack)[0] if item["sk"]["S"] == "SUPPRESSED"]


def test_what_is_switched_off_or_old_is_found_and_what_to_do(late: dict[str, str]) -> None:
    advice = {
        "Emails to one person": "reverts drift",
        "Recipients": "AlarmAddress",
        "Form": "older than what the functions know",
        "Delivery events": "events wait in FeedbackQueue",
        "File comparison": "AES256",
    }
    assert late.keys() == advice.keys()
    assert {check for check in advice if advice[check] not in late[check]} == set()


# ---- Killed


@pytest.fixture(scope="module")
def killed(stack: Stack, late: dict[str, str]) -> list[str]:
    """A doctor dies while it waits; the kinds of items that it leaves."""
    running = subprocess.Popen(
        command("--address", OPERATOR),
        env=stack.environment,
        cwd=stack.root,
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: waiting_batches(stack), "a batch of the test newsletter", 120)
    finally:
        running.kill()
        running.wait()
    return [item["sk"]["S"] for item in stored(stack)[0]]


def waiting_batches(stack: Stack) -> list[int]:
    runs = {member_id.split("-")[1] for member_id in simulator.doctors_recipients(stack)}
    return [number for run in runs for number in batch_items(stack, f"alumni-doctor-{run}")]


def test_no_list_shows_what_a_killed_run_leaves(killed: list[str], stack: Stack) -> None:
    assert {"SIGNUP", "BATCH#000000"} <= set(killed)
    assert "alumni-doctor" not in json.dumps(stack.alumni("issues", "list"))
    assert "simulator" not in json.dumps(stack.alumni("members", "list"))


@pytest.fixture(scope="module")
def idle(killed: list[str], stack: Stack) -> dict[str, str]:
    """The problems of a stack that sends no newsletter and passes no event on, for an operator
    whose address bounced."""
    key = {"pk": {"S": f"ADDRESS#{_hash(stack, STOPPED)}"}, "sk": {"S": "SUPPRESSED"}}
    table, name = stack.client("dynamodb"), stack.outputs["TableName"]
    table.put_item(TableName=name, Item=key | {"reason": {"S": "bounce"}, "at": {"N": "1"}})
    with no_rule(stack), stopped(stack, "NewsletterSend"):
        remedies = problems(doctor(stack, "--address", STOPPED, patience=IMPATIENT))
    table.delete_item(TableName=name, Key=key)
    return remedies


def test_what_is_not_sent_or_not_passed_on_is_found(idle: dict[str, str]) -> None:
    assert "Enable the rule" in idle["Events"]
    assert "Use another address" in idle["Form"]
    assert "log of NewsletterSend" in idle["Sending"]


def test_the_next_run_deletes_what_killed_runs_and_late_events_left(
    idle: dict[str, str], stack: Stack, before: Any
) -> None:
    assert stored(stack) == before


def _hash(stack: Stack, address: str) -> str:
    name = "/alumni/alumni/address-key"
    key = stack.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    return hmac.new(bytes.fromhex(key), address.encode(), hashlib.sha256).hexdigest()[:32]
