"""Publishing again what is published."""

import hashlib
import io
from dataclasses import replace
from typing import Any

import pytest

from infra.cloud.doctor import republish
from infra.cloud.doctor.findings import Finding, Status
from infra.cloud.publishing.publication import Published

NOTHING = Published((), (), (), None, ())
CHANGED = replace(NOTHING, uploaded=("index.html",), invalidated=("/",))
BODY = b"<h1>Home</h1>"
MD5 = hashlib.md5(BODY, usedforsecurity=False).hexdigest()


class S3:
    def __init__(self, etag: str) -> None:
        self._etag = etag

    def get_object(self, **_: str) -> dict[str, Any]:
        return {"ETag": f'"{self._etag}"', "Body": io.BytesIO(BODY)}


def findings(dry: Published, real: Published, etag: str = MD5) -> list[Finding]:
    published = {True: dry, False: real}
    return list(republish.check(S3(etag), "public", lambda dry_run: published[dry_run]))


def test_a_second_publish_that_changes_nothing_is_fine() -> None:
    assert [finding.status for finding in findings(NOTHING, NOTHING)] == [Status.OK, Status.OK]


def test_a_checkout_that_differs_is_not_published_by_the_doctor() -> None:
    last = findings(CHANGED, CHANGED)[-1]
    assert last.status is Status.SKIPPED
    assert "run `alumni publish`" in last.seen


@pytest.mark.parametrize(
    "real", [CHANGED, replace(NOTHING, invalidated=("/",)), replace(NOTHING, sequence=2)]
)
def test_a_second_publish_that_changes_something_is_a_problem(real: Published) -> None:
    assert findings(NOTHING, real)[-1].status is Status.PROBLEM


def test_a_bucket_whose_etags_are_no_md5_is_a_problem() -> None:
    (finding,) = findings(NOTHING, NOTHING, etag="0" * 32)
    assert finding.status is Status.PROBLEM
    assert "AES256" in finding.remedy
