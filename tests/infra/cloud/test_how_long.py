"""docs/privacy/how-long.md says for how long data is kept as the code and the template do."""

import re

import pytest

from functions.account.rules import SESSION_SECONDS
from functions.core import lifetimes
from functions.core.clock import DAY, HOUR, MINUTE
from functions.core.keep import MOST_PROOF_YEARS, Keep
from functions.events.rules import KEEP_DAYS
from functions.membership.rules import GOODBYE_SECONDS
from functions.newsletter.store.received import FEW
from tests.infra.cloud.template_resources import RESOURCES, ROOT

YEAR_DAYS = 365.25
TEXT = (ROOT / "docs" / "privacy" / "how-long.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| ([^|]+) \| (?:[^|]+ \| )?([^|]+) \| [^|]+ \|$", TEXT, re.MULTILINE))
ENDS = {
    "a sign-up to join that nobody confirmed": f"{lifetimes.SIGNUP_DAYS} days",
    "an event sign-up that nobody confirmed": f"{lifetimes.RSVP_DAYS} days",
    "other event sign-ups": f"{KEEP_DAYS} days after the event",
    "a member without a sign of life": f"{Keep().contact_months} months, after two emails",
    "everything about whoever leaves": f"{GOODBYE_SECONDS // MINUTE} minutes, then minutes",
    "hashes of an erased member's consents": f"{Keep().proof_years} years",
    "a new address that nobody confirmed": f"{lifetimes.NEW_ADDRESS_HOURS} hours",
    "an earlier address, to undo its change": f"{lifetimes.UNDO_DAYS} days",
    "a link to sign in": f"{lifetimes.SIGN_IN_SECONDS // MINUTE} minutes",
    "a session of `/me/`": f"{SESSION_SECONDS // HOUR} hours",
    "a line of a download": f"{lifetimes.DOWNLOAD_DAYS} days",
    "a line of an email that was sent, unless a newsletter": f"{lifetimes.SENT_LINE_DAYS} days",
    "a line of who joined, left or unsubscribed": f"{lifetimes.ACTIVITY_DAYS} days",
    "an email that can't be sent": f"{lifetimes.GIVEN_UP_DAYS} days",
    "a day's list of consents": f"{lifetimes.LINES_DAYS} days",
}


@pytest.mark.parametrize(("data", "end"), ENDS.items())
def test_what_ends_by_the_code_ends_as_documented(data: str, end: str) -> None:
    assert ROWS[data] == end


def properties(kind: str) -> list[dict[str, object]]:
    return [r["Properties"] for r in RESOURCES.values() if r["Type"] == f"AWS::{kind}"]


def test_what_ends_by_the_template_ends_as_documented() -> None:
    logs = {group["RetentionInDays"] for group in properties("Logs::LogGroup")}
    assert [f"{days} days" for days in logs] == [ROWS["CloudWatch logs"]]
    queues = {int(queue["MessageRetentionPeriod"]) // DAY for queue in properties("SQS::Queue")}
    assert ROWS["queues"] == f"{min(queues)} days; dead letters {max(queues)}"
    (table,) = properties("DynamoDB::Table")
    assert "RecoveryPeriodInDays" not in str(table), "35 days are AWS's default"
    assert "35 days" in ROWS["backups of the table"]


def test_the_list_of_erasures_outlives_the_longest_proof_as_the_policy_says() -> None:
    rules = [
        rule
        for bucket in properties("S3::Bucket")
        for rule in bucket.get("LifecycleConfiguration", {}).get("Rules", [])  # type: ignore[attr-defined]
        if rule.get("Prefix") == "erasures/"
    ]
    (days,) = (rule["ExpirationInDays"] for rule in rules)
    assert MOST_PROOF_YEARS * YEAR_DAYS < days < MOST_PROOF_YEARS * YEAR_DAYS + 60
    assert "about\nfour years" in (ROOT / "site" / "pages" / "privacy.md").read_text("utf-8")


def test_the_other_numbers_of_the_page_are_the_codes() -> None:
    assert f"{FEW} batches" in " ".join(TEXT.split())
