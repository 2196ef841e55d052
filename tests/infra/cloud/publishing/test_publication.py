"""Publishing: only what changed, in the right order, one at a time, and nothing twice."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from microsite.content.problems import ContentError

from infra.cloud.aws import Aws
from infra.cloud.errors import BuildError, CloudError
from infra.cloud.publishing import publication, published_files
from infra.cloud.publishing.publication import Destination, Published
from tests.infra.conftest import Build, Requests

PUBLISHER = "publisher.json"


@pytest.fixture
def go(aws: Aws, to: Destination, build: Build) -> Any:
    def publish_it(**options: Any) -> Published:
        return publication.publish(aws, to, build.site, build.private, **options)

    return publish_it


def read(aws: Aws, bucket: str, key: str) -> bytes:
    return aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()  # type: ignore[no-any-return]


def catalogue(aws: Aws) -> dict[str, Any]:
    return json.loads(read(aws, "private", "catalogue.json"))  # type: ignore[no-any-return]


def invalidated(aws: Aws, to: Destination) -> int:
    answer = aws.client("cloudfront").list_invalidations(DistributionId=to.distribution_id)
    return int(answer["InvalidationList"]["Quantity"])


BEGUN = 1_796_000_000


@pytest.fixture(autouse=True)
def begun(monkeypatch) -> None:
    monkeypatch.setattr(publication.clock, "now", lambda: BEGUN)


def test_the_first_publish_uploads_everything_and_numbers_the_catalogue_by_the_clock(go, aws):
    done = go()
    assert set(done.uploaded) >= {"index.html", "404.html", "news/one/index.html"}
    assert catalogue(aws) == {"schema": 1, "events": {}, "sequence": BEGUN}
    assert done.sequence == BEGUN


def test_a_second_publish_of_the_same_build_uploads_nothing(go, requests, aws, to):
    go()
    requests.put.clear()
    assert go() == Published((), (), (), None, ())
    assert requests.put == [PUBLISHER, PUBLISHER]
    assert invalidated(aws, to) == 0


def test_one_changed_page_of_a_thousand_takes_few_requests(go, build, requests, aws, to):
    for number in range(1000):
        build.write(f"news/item-{number}/index.html", str(number))
    go()
    requests.clear()
    build.write("news/item-7/index.html", "changed")
    done = go()
    assert done.uploaded == ("news/item-7/index.html",)
    assert sum(requests.values()) <= 10
    assert invalidated(aws, to) == 1


def test_parts_are_uploaded_before_pages_and_the_catalogue_last(go, requests):
    go()
    keys = requests.put
    last_part = keys.index("assets/site.1ca18f8e04.css")
    assert last_part < min(keys.index(key) for key in keys if key.endswith("index.html"))
    assert keys.index("shell/en.html") > keys.index("index.html")
    assert keys[-2:] == ["catalogue.json", PUBLISHER]


WAITS = "newsletters/winter/index.html"


def test_a_page_that_waits_is_private_and_has_the_headers_of_a_public_one(go, build, aws):
    build.write_private(f"waiting/{WAITS}", "winter")
    go()
    s3 = aws.client("s3")
    waits = s3.head_object(Bucket="private", Key=f"waiting/{WAITS}")
    public = s3.head_object(Bucket="public", Key="news/one/index.html")
    assert waits["CacheControl"] == public["CacheControl"]
    assert waits["ContentType"] == public["ContentType"]


def test_a_page_that_waits_again_is_no_longer_public(go, build, aws):
    """Before an earlier version's issues began, their pages were public."""
    build.write(WAITS, "winter")
    go()
    (build.site / WAITS).rename(build.site.parent / "page")
    build.write_private(f"waiting/{WAITS}", "winter")
    assert go().deleted == (WAITS,)


def test_a_page_made_public_since_the_build_is_left_alone(go, build, aws):
    """The newsletter's tick wrote the marker, then the page, while this publish was under way."""
    build.write_private(f"waiting/{WAITS}", "winter")
    go()
    s3 = aws.client("s3")
    s3.put_object(Bucket="private", Key="begun/winter", Body=b"")
    s3.put_object(Bucket="public", Key=WAITS, Body=b"winter")
    assert go().deleted == ()
    assert read(aws, "public", WAITS) == b"winter"
    assert go(begun=frozenset({"winter"})).deleted == (WAITS,)  # of a build that knew


def test_removed_files_are_deleted_except_variants_of_issues(go, build, aws):
    go()
    (build.site / "news/one/index.html").unlink()
    (build.private / "newsletters/october/en.json").unlink()
    assert go().deleted == ("news/one/index.html",)
    assert read(aws, "private", "newsletters/october/en.json") == b"{}"


OLD_SHEET = "assets/site.0123456789.css"


def test_the_stylesheet_of_before_stays_for_a_day_as_pages_may_name_it_still(go, aws, monkeypatch):
    go()
    aws.client("s3").put_object(Bucket="public", Key=OLD_SHEET, Body=b"")
    stored = aws.client("s3").head_object(Bucket="public", Key=OLD_SHEET)["LastModified"]
    at = int(stored.timestamp())
    monkeypatch.setattr(publication.clock, "now", lambda: at + publication.clock.DAY - 1)
    assert go().deleted == ()
    monkeypatch.setattr(publication.clock, "now", lambda: at + publication.clock.DAY)
    assert go().deleted == (OLD_SHEET,)


def test_a_file_changed_by_hand_is_restored(go, aws):
    go()
    aws.client("s3").put_object(Bucket="public", Key="index.html", Body=b"by hand")
    assert go().uploaded == ("index.html",)
    assert read(aws, "public", "index.html") == b"home"


def test_a_file_added_by_hand_is_deleted(go, aws):
    go()
    aws.client("s3").put_object(Bucket="public", Key="secret.txt", Body=b"by hand")
    assert go().deleted == ("secret.txt",)


def test_the_next_publish_finishes_one_that_was_killed(go, monkeypatch):
    put = publication._Publisher._put_public

    def killed(self: Any, key: str) -> None:
        if key == "news/one/index.html":
            raise KeyboardInterrupt
        put(self, key)

    with monkeypatch.context() as patch:
        patch.setattr(publication._Publisher, "_put_public", killed)
        with pytest.raises(KeyboardInterrupt):
            go()
    assert "news/one/index.html" in go().uploaded
    assert go().uploaded == ()


def test_the_catalogue_is_replaced_only_after_its_pages_are_uploaded(go, build, aws, monkeypatch):
    go()
    build.catalogue({"talk": {}})
    build.write("events/talk/index.html", "talk")
    with monkeypatch.context() as patch:
        patch.setattr(publication._Publisher, "_put_public", _refuse)
        with pytest.raises(RuntimeError):
            go()
    assert catalogue(aws)["sequence"] == BEGUN
    assert go().sequence == BEGUN + 1


def _refuse(_self: Any, _key: str) -> None:
    raise RuntimeError("no network")


def test_the_sequence_rises_only_with_the_facts(go, build, aws):
    go()
    build.write("index.html", "other words")
    assert go().sequence is None
    build.catalogue({"talk": {"seats": 40}})
    assert go().sequence == BEGUN + 1
    assert catalogue(aws)["events"] == {"talk": {"seats": 40}}


def test_a_dry_run_reports_the_same_changes_and_makes_none(go, build, requests):
    go()
    build.write("index.html", "new")
    build.catalogue({"talk": {}})
    requests.clear()
    dry = go(dry_run=True)
    assert requests["PutObject"] == requests["DeleteObjects"] == 0
    assert dry == go()


def test_a_build_without_its_home_page_is_not_published(go, build, requests):
    (build.site / "index.html").unlink()
    with pytest.raises(BuildError, match=r"index\.html"):
        go()
    assert not requests


def test_changed_headers_upload_everything_again(go, monkeypatch):
    whole = go().uploaded
    monkeypatch.setattr(published_files, "headers_version", lambda: "another")
    assert go().uploaded == whole
    assert go().uploaded == ()


def test_a_concurrent_publish_is_detected_at_the_catalogue(go, build, aws, monkeypatch):
    go()
    build.catalogue({"talk": {}})
    carry_out = publication._Publisher.carry_out

    def late(self: Any, plan: Any) -> None:
        aws.client("s3").put_object(Bucket="private", Key="catalogue.json", Body=b"theirs")
        carry_out(self, plan)

    monkeypatch.setattr(publication._Publisher, "carry_out", late)
    with pytest.raises(CloudError, match="interfered"):
        go()
    assert read(aws, "private", "catalogue.json") == b"theirs"


def test_a_failed_invalidation_is_reported_as_published_without_it(go, build, aws, monkeypatch):
    go()
    build.write("index.html", "new")
    busy = ClientError({"Error": {"Code": "TooMany", "Message": "too many"}}, "CreateInvalidation")

    def refuse(**_: Any) -> None:
        raise busy

    monkeypatch.setattr(aws.client("cloudfront"), "create_invalidation", refuse)
    with pytest.raises(CloudError, match="published, but"):
        go()
    assert read(aws, "public", "index.html") == b"new"


def test_more_than_a_thousand_files_are_deleted_too(go, build, aws):
    for number in range(1100):
        build.write(f"x/{number}.html", "x")
    go()
    for number in range(1100):
        (build.site / f"x/{number}.html").unlink()
    assert len(go().deleted) == 1100
    assert aws.client("s3").list_objects_v2(Bucket="public")["KeyCount"] == 4


def test_pages_and_parts_have_their_types_and_lifetimes(go, aws):
    go()
    page = aws.client("s3").head_object(Bucket="public", Key="index.html")
    part = aws.client("s3").head_object(Bucket="public", Key="assets/site.1ca18f8e04.css")
    assert page["ContentType"] == "text/html; charset=utf-8"
    assert page["CacheControl"] == "public, max-age=60"
    assert part["ContentType"] == "text/css; charset=utf-8"
    assert "immutable" in part["CacheControl"]


def test_requests_are_counted(requests: Requests, go):
    go()
    assert requests["ListObjectsV2"] == 2


# ---- Events that would leave the site

TALK = {"ends_at": "2026-12-03T19:00:00Z", "file": "events/2026-12-03-talk.md"}
HELD = {"ends_at": "2026-11-27T19:00:00Z", "file": "events/2026-11-27-walk.md"}


def test_a_published_event_that_has_not_ended_cannot_be_removed(go, build, requests):
    build.catalogue({"talk": TALK})
    go()
    requests.put.clear()
    build.write("index.html", "changed")
    build.catalogue({"other": TALK})
    for dry_run in (False, True):
        with pytest.raises(ContentError) as refused:
            go(dry_run=dry_run)
    (problem,) = refused.value.problems
    assert problem.file == "site/content/events/2026-12-03-talk.md"
    for remedy in ("'talk'", "without draft: true", "cancelled: true and reason: ..."):
        assert remedy in problem.text
    assert set(requests.put) == {PUBLISHER}


def test_publishing_again_works_after_a_refusal(go, build):
    build.catalogue({"talk": TALK})
    go()
    build.catalogue({})
    with pytest.raises(ContentError):
        go()
    build.catalogue({"talk": TALK | {"cancelled": "Storm"}})
    assert go().sequence == BEGUN + 1


def test_a_cancelled_event_stays_until_its_end_too(go, build):
    build.catalogue({"talk": TALK | {"cancelled": "Storm"}})
    go()
    build.catalogue({})
    with pytest.raises(ContentError, match=r"until its end \(2026-12-03\) that it is cancelled"):
        go()


def test_an_event_that_is_over_may_be_removed(go, build):
    build.catalogue({"walk": HELD})
    go()
    build.catalogue({})
    assert go().sequence == BEGUN + 1


def test_an_event_published_by_an_earlier_version_is_named_by_its_slug(go, build):
    build.catalogue({"talk": {"ends_at": TALK["ends_at"]}})
    go()
    build.catalogue({})
    with pytest.raises(ContentError, match=r"site/content/events/talk\.md:1: 'talk'"):
        go()


def test_the_demo_may_start_without_events_that_it_had(go, build):
    build.catalogue({"talk": TALK})
    go()
    build.catalogue({})
    assert go(may_remove_events=True).sequence == BEGUN + 1
