"""An issue's page becomes public when it begins: never before, and before anybody gets its link."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from functions.core.clock import DAY
from functions.newsletter import issue_pages, preflight
from functions.newsletter.rules.ledger import Cause, IssueState, Pause
from functions.newsletter.store import issues
from tests.functions.newsletter import issue_runs

PAGE, SWEDISH = "newsletters/autumn/index.html", "newsletters/autumn/sv/index.html"
HTML, MINUTE = "text/html; charset=utf-8", "public, max-age=60"


def put(bucket: str, key: str, body: bytes) -> None:
    headers = {"ContentType": HTML, "CacheControl": MINUTE}
    boto3.client("s3").put_object(Bucket=f"alumni-{bucket}", Key=key, Body=body, **headers)


def keys(bucket: str) -> set[str]:
    listed = boto3.client("s3").list_objects_v2(Bucket=f"alumni-{bucket}")
    return {entry["Key"] for entry in listed.get("Contents", ())}


def public(key: str) -> Any:
    return boto3.client("s3").get_object(Bucket="alumni-public", Key=key)


@pytest.fixture(autouse=True)
def waiting(cloud) -> None:
    """Two pages that publishing has put into the private bucket, and somebody who gets the mail."""
    issue_runs.join()
    for key in (PAGE, SWEDISH):
        put("private", f"waiting/{key}", key.encode())


def publish(**more: Any) -> None:
    issue_runs.publish(**{"pages": [PAGE, SWEDISH]} | more)


def test_before_its_time_an_issue_has_no_public_page(cloud):
    publish(at=DAY)
    issue_runs.tick()
    assert keys("public") == set()
    assert "begun/autumn" not in keys("private")


def test_the_page_in_every_language_is_public_before_anybody_is_planned(cloud, monkeypatch):
    planned = []
    monkeypatch.setattr(
        "functions.newsletter.planner._plan", lambda *_: planned.append(keys("public"))
    )
    publish()
    issue_runs.tick()
    assert planned == [{PAGE, SWEDISH}]
    assert "begun/autumn" in keys("private")


def test_the_page_has_the_headers_that_publishing_gave_it(cloud):
    publish()
    issue_runs.tick()
    page = public(PAGE)
    assert page["Body"].read() == PAGE.encode()
    assert (page["ContentType"], page["CacheControl"]) == (HTML, MINUTE)


def test_an_issue_that_is_kept_off_the_site_has_no_page(cloud):
    publish(pages=[])
    issue_runs.tick()
    assert keys("public") == set()


def test_a_paused_issue_stays_public_and_its_page_is_copied_once(cloud):
    publish()
    issue_runs.tick()
    issues.pause("autumn", Pause(Cause.PERSON), cloud.now)
    boto3.client("s3").delete_object(Bucket="alumni-public", Key=SWEDISH)
    issues.resume("autumn", cloud.now)
    issue_runs.tick()
    assert keys("public") == {PAGE}


def test_an_issue_cancelled_before_it_began_stays_private(cloud):
    publish(at=60)
    issues.cancel(issue_runs.stored_issue())
    cloud.pass_(120)
    issue_runs.tick()
    assert keys("public") == set()


@pytest.mark.parametrize("facts", [{"nothing": ["text"]}, {"archived": True, "at": -3 * DAY}])
def test_an_issue_that_nobody_gets_stays_where_publishing_put_it(cloud, facts):
    publish(**facts)
    issue_runs.tick()
    assert keys("public") == set()


def test_a_fault_found_before_sending_keeps_the_page_back(cloud, monkeypatch):
    monkeypatch.setattr(preflight, "problem", lambda _issue: Pause(Cause.CHECK, "missing"))
    publish()
    issue_runs.tick()
    assert issue_runs.stored_issue().state is IssueState.PAUSED
    assert keys("public") == set()
    monkeypatch.undo()


@pytest.mark.parametrize("survivors", [0, 1, 2])
def test_a_tick_that_died_half_way_is_taken_over_before_anybody_gets_a_mail(
    cloud, fake_ses, monkeypatch, survivors
):
    put_page, left = issue_pages._put, iter(range(survivors))

    def dies(key: str, page: dict[str, Any]) -> None:
        if next(left, None) is None:
            raise RuntimeError("killed")
        put_page(key, page)

    monkeypatch.setattr(issue_pages, "_put", dies)
    publish()
    if survivors < 2:
        with pytest.raises(RuntimeError):
            issue_runs.tick()
        assert issue_runs.stored_issue().planned == 0
        monkeypatch.setattr(issue_pages, "_put", put_page)
    issue_runs.tick()
    issue_runs.deliver()
    assert keys("public") == {PAGE, SWEDISH}
    assert len(fake_ses.calls) == 1


def test_a_newer_page_that_a_publish_has_put_there_is_kept(cloud):
    publish()
    put("public", PAGE, b"newer")
    issue_runs.tick()
    assert public(PAGE)["Body"].read() == b"newer"


def test_a_page_that_no_longer_waits_holds_nobody_up(cloud, fake_ses):
    publish(pages=["newsletters/autumn/de/index.html"])
    issue_runs.tick()
    issue_runs.deliver()
    assert len(fake_ses.calls) == 1


def test_a_refused_page_holds_the_issue_up(cloud, fake_ses, monkeypatch):
    def refused(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "PutObject")

    monkeypatch.setattr(issue_pages.client("s3"), "put_object", refused)
    publish()
    with pytest.raises(RuntimeError):
        issue_runs.tick()
    issue_runs.deliver()
    assert fake_ses.calls == []
