"""Publishing what is published already: it must upload, delete and invalidate nothing."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from infra.cloud.doctor.findings import Finding, ok, problem, skipped
from infra.cloud.publishing.publication import Published

ETAGS, AGAIN = "File comparison", "Publishing twice"
PAGE = "index.html"

Publish = Callable[[bool], Published]  # True: only say what would change


def check(s3: Any, bucket: str, publish: Publish) -> Iterator[Finding]:
    """`publish` builds this checkout and publishes it to the stack."""
    page = s3.get_object(Bucket=bucket, Key=PAGE)
    verdict = etag_verdict(page["ETag"], page["Body"].read())
    yield verdict
    if verdict.remedy:
        return
    changes = publish(True)  # a dry run
    if count := _count(changes):
        why = f"this checkout differs from what is published ({count} files)"
        yield skipped(AGAIN, f"{why}: run `alumni publish`, then `alumni doctor` again")
    else:
        yield again_verdict(publish(False))  # in earnest


def etag_verdict(etag: str, body: bytes) -> Finding:
    """`alumni publish` compares files by ETag, which is the MD5 sum with S3's own keys only."""
    if etag.strip('"') == hashlib.md5(body, usedforsecurity=False).hexdigest():
        return ok(ETAGS, "changed files can be told from unchanged ones")
    seen = "the bucket's encryption hides whether a file has changed, so each publish uploads all"
    remedy = "Set the public bucket's default encryption to SSE-S3 (AES256), then publish."
    return problem(ETAGS, seen, remedy)


def again_verdict(published: Published) -> Finding:
    if not _count(published) and not published.invalidated:
        return ok(AGAIN, "a second publish uploads and invalidates nothing")
    seen = f"a second publish without a change still changes {_count(published)} files"
    return problem(AGAIN, seen, "Is somebody else publishing? If not, please report this.")


def _count(published: Published) -> int:
    changed = (*published.uploaded, *published.deleted, *published.private)
    return len(changed) + (published.sequence is not None)
