"""Uploads what changed, in an order in which no page is ever online before its parts.

The buckets' present content is read from the buckets, by the MD5 of each object. So the next
publish repairs an interrupted one, and changes made by hand.

See docs/publishing.md.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from functions.core import clock
from functions.core.handover import BEGUN, WAITING
from infra.cloud.aws import Aws
from infra.cloud.deploying import stack
from infra.cloud.errors import BuildError, CloudError
from infra.cloud.progress import Report, silent
from infra.cloud.publishing import published_files, removed_events
from infra.cloud.publishing.lease import Lease, is_lost
from infra.cloud.publishing.published_files import Difference, File

CATALOGUE = "catalogue.json"
STYLESHEETS = "assets/site."  # begins their keys
MUST_BE_THERE = ("index.html", "404.html")
AT_ONCE = 16
DELETE_AT_ONCE = 1000  # DeleteObjects' limit


@dataclass(frozen=True)
class Destination:
    public: str
    private: str
    distribution_id: str


@dataclass(frozen=True)
class Published:
    """Keys uploaded and deleted; the new sequence, or None if the catalogue is unchanged."""

    uploaded: tuple[str, ...]
    deleted: tuple[str, ...]
    private: tuple[str, ...]
    sequence: int | None
    invalidated: tuple[str, ...]


@dataclass(frozen=True)
class _Plan:
    public: Difference
    private: tuple[str, ...]
    catalogue: dict[str, Any] | None
    catalogue_etag: str


def destination(aws: Aws, stack_name: str) -> Destination:
    outputs = stack.outputs(aws, stack_name)
    return Destination(outputs["PublicBucket"], outputs["PrivateBucket"], outputs["DistributionId"])


def publish(  # noqa: PLR0913 - each is an option of the command
    aws: Aws,
    to: Destination,
    site: Path,
    private: Path,
    *,
    begun: frozenset[str] = frozenset(),
    dry_run: bool = False,
    may_remove_events: bool = False,
    report: Report = silent,
) -> Published:
    """Bring the buckets up to date with a build; `dry_run` only returns what would change. The
    build took the issues in `begun` for begun.

    Raises:
        ContentError: an event that hasn't ended would leave the site; nothing was changed.
        BuildError: the build lacks a file that every site has; nothing was changed.
        CloudError: another publish is running or interfered; this one can be repeated.
    """
    publisher = _Publisher(
        aws, to, published_files.files(site), published_files.files(private), report
    )
    if dry_run:
        publisher.lease.read()
        return _published(publisher.plan(begun, may_remove_events=may_remove_events))
    publisher.lease.take()
    headers = publisher.lease.headers
    try:
        plan = publisher.plan(begun, may_remove_events=may_remove_events)
        publisher.carry_out(plan)
        headers = published_files.headers_version()
    finally:
        publisher.lease.release(headers)
    result = _published(plan)
    _invalidate(aws, to, result.invalidated)
    return result


def etags(s3: Any, bucket: str, prefix: str = "") -> dict[str, str]:
    """The keys of a bucket, with the MD5 of each object."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    objects = (item for page in pages for item in page.get("Contents", ()))
    return {item["Key"]: item["ETag"].strip('"') for item in objects}


def begun_issues(private: Iterable[str]) -> frozenset[str]:
    """The slugs of issues that have begun, by their markers among the private bucket's keys."""
    return frozenset(key.removeprefix(BEGUN) for key in private if key.startswith(BEGUN))


def _published(plan: _Plan) -> Published:
    stale = plan.public.replaced + plan.public.delete
    return Published(
        plan.public.upload,
        plan.public.delete,
        plan.private,
        plan.catalogue["sequence"] if plan.catalogue else None,
        published_files.paths_to_invalidate(stale),
    )


class _Publisher:
    """One publish: the two buckets, their wanted content, and the lease on them."""

    def __init__(
        self,
        aws: Aws,
        to: Destination,
        public: dict[str, File],
        private: dict[str, File],
        report: Report,
    ) -> None:
        missing = [name for name in MUST_BE_THERE if name not in public]
        if missing or CATALOGUE not in private:
            raise BuildError(
                f"the build has no {(missing or [CATALOGUE])[0]}: nothing was published"
            )
        self._s3 = aws.client("s3")
        self._to = to
        self._public = public
        self._private = {key: file for key, file in private.items() if key != CATALOGUE}
        self._built = json.loads(private[CATALOGUE].path.read_bytes())
        self._report = report
        self.lease = Lease(self._s3, to.private)

    def plan(self, begun: frozenset[str], *, may_remove_events: bool) -> _Plan:
        self._report("comparing with what is published", 0, 0)
        published, etag = self._published_catalogue()
        if published and not may_remove_events:
            removed_events.require_none(published["events"], self._built["events"], clock.now())
        has_new_headers = self.lease.headers != published_files.headers_version()
        stored = etags(self._s3, self._to.public)
        # Listed after the public bucket: of each page that stands there, the marker then does too.
        stored_private = etags(self._s3, self._to.private)
        if begun_issues(stored_private) != begun:
            stored = self._without_waiting(stored)
        stored = self._without_stylesheets_in_use(stored)
        public = published_files.compare(self._public, stored, upload_all=has_new_headers)
        # Nothing private is deleted: an issue being sent may still need a removed file.
        private = published_files.compare(self._private, stored_private, upload_all=has_new_headers)
        return _Plan(public, private.upload, self._next_catalogue(published), etag)

    def _without_waiting(self, stored: dict[str, str]) -> dict[str, str]:
        """An issue began after the build, so a page that the build holds back may rightly be
        public: it isn't deleted this time."""
        return {key: etag for key, etag in stored.items() if WAITING + key not in self._private}

    def _without_stylesheets_in_use(self, stored: dict[str, str]) -> dict[str, str]:
        """Pages that CloudFront, a browser or a function still has name the stylesheet of before,
        for a minute or so: an older one is deleted by the first publish a day later."""
        old = {key for key in stored if published_files.HASHED.search(key)} - self._public.keys()
        if not old:
            return stored
        listed = self._s3.list_objects_v2(Bucket=self._to.public, Prefix=STYLESHEETS)["Contents"]
        since = clock.now() - clock.DAY
        kept = {item["Key"] for item in listed if item["LastModified"].timestamp() > since}
        return {key: etag for key, etag in stored.items() if key not in old & kept}

    def _published_catalogue(self) -> tuple[dict[str, Any] | None, str]:
        """The published catalogue, or None, and its ETag."""
        try:
            answer = self._s3.get_object(Bucket=self._to.private, Key=CATALOGUE)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchKey":
                raise
            return None, ""
        return json.loads(answer["Body"].read()), answer["ETag"]

    def _next_catalogue(self, published: dict[str, Any] | None) -> dict[str, Any] | None:
        """The catalogue to write, or None if it is unchanged."""
        built: dict[str, Any] = self._built
        if published is None:
            # The clock, so that a table adopted by a stack with a new bucket takes it for newer.
            return built | {"sequence": clock.now()}
        sequence = published["sequence"]
        unchanged = published == built | {"sequence": sequence}
        return None if unchanged else built | {"sequence": sequence + 1}

    def carry_out(self, plan: _Plan) -> None:
        pages = [key for key in plan.public.upload if published_files.is_page(key)]
        parts = [key for key in plan.public.upload if not published_files.is_page(key)]
        total = len(plan.public.upload) + len(plan.private)
        self._upload(parts, self._put_public, 0, total)
        self._upload(pages, self._put_public, len(parts), total)
        self._delete(plan.public.delete)
        self._upload(plan.private, self._put_private, len(plan.public.upload), total)
        self.lease.renew()
        if plan.catalogue:
            self._put_catalogue(plan.catalogue, plan.catalogue_etag)

    def _upload(
        self, keys: Iterable[str], put: Callable[[str], None], done: int, total: int
    ) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            waiting = [pool.submit(put, key) for key in keys]
            try:
                for count, finished in enumerate(as_completed(waiting), done + 1):
                    finished.result()
                    self.lease.renew()
                    self._report("uploading", count, total)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def _put_public(self, key: str) -> None:
        body = self._public[key].path.read_bytes()
        self._s3.put_object(
            Bucket=self._to.public, Key=key, Body=body, **published_files.headers(key)
        )

    def _put_private(self, key: str) -> None:
        """A page that waits has its headers already: the newsletter's tick copies it with them."""
        body = self._private[key].path.read_bytes()
        headers = published_files.headers(key)
        if not key.startswith(WAITING):
            del headers["CacheControl"]
        self._s3.put_object(Bucket=self._to.private, Key=key, Body=body, **headers)

    def _delete(self, keys: tuple[str, ...]) -> None:
        for chunk in _chunks(keys, DELETE_AT_ONCE):
            objects = {"Objects": [{"Key": key} for key in chunk], "Quiet": True}
            answer = self._s3.delete_objects(Bucket=self._to.public, Delete=objects)
            if errors := answer.get("Errors"):
                raise CloudError(f"{errors[0]['Key']} can't be deleted: {errors[0]['Message']}")

    def _put_catalogue(self, catalogue: dict[str, Any], etag: str) -> None:
        body = json.dumps(catalogue, ensure_ascii=False, sort_keys=True, indent=1).encode()
        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        try:
            self._s3.put_object(
                Bucket=self._to.private,
                Key=CATALOGUE,
                Body=body,
                ContentType="application/json",
                **condition,
            )
        except ClientError as error:
            if not is_lost(error):
                raise
            raise CloudError("another publish interfered: run `alumni publish` again") from None


def _chunks(keys: tuple[str, ...], size: int) -> Iterator[tuple[str, ...]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


def _invalidate(aws: Aws, to: Destination, paths: tuple[str, ...]) -> None:
    if not paths:
        return
    batch = {
        "Paths": {"Quantity": len(paths), "Items": list(paths)},
        "CallerReference": uuid.uuid4().hex,
    }
    try:
        aws.client("cloudfront").create_invalidation(
            DistributionId=to.distribution_id, InvalidationBatch=batch
        )
    except ClientError as error:
        message = error.response["Error"].get("Message", "")
        raise CloudError(
            f"published, but old pages may stay visible for five minutes: {message}"
        ) from None
