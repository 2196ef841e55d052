"""Publishing one changed item of a thousand, against `aws s3 sync --delete`."""

import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from infra.dev.bench import site_build
from infra.dev.bench.support import generated_items, timing
from infra.dev.bench.support.counting_proxy import counting
from infra.dev.bench.support.rows import Row, row
from infra.dev.bench.support.timing import Took
from infra.dev.local.local_stack import CLOUD_PROGRAM, CLOUD_PYTHON
from infra.dev.local.ports import HOST, Ports
from infra.dev.local.processes import Process
from infra.paths import ROOT

ITEMS = 1000
REQUESTS_GOAL = 0.03
SECONDS_GOAL = 0.5
REGION = "eu-north-1"
AWS = ROOT / ".venv-awscli" / "bin" / "aws"
KEYS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": secrets.token_urlsafe()}
PUBLIC, PRIVATE, PEER = "bench-public", "bench-private", "bench-peer"


class Both:
    """The same build, published by us and by `aws` to the same S3, a bucket for each."""

    def __init__(self, project: Path, cloud: str) -> None:
        self.build = project / "build"
        self._project = project
        self._cloud = cloud
        self._distribution = _create(cloud)
        self._changes = 0

    def ours(self, address: str = "") -> Took:
        arguments = (str(self.build), PUBLIC, PRIVATE, self._distribution)
        command = [sys.executable, "-m", "infra.dev.bench.support.publish_once", *arguments]
        return timing.run(command, _environment(address or self._cloud))

    def aws(self, address: str = "") -> Took:
        command = [str(AWS), "s3", "sync", "--delete", "--only-show-errors"]
        command += [str(self.build / "site"), f"s3://{PEER}"]
        return timing.run(command, _environment(address or self._cloud))

    def change(self) -> None:
        """Change the title and the text of the newest news item, and build again."""
        newest = max((self._project / "site" / "content" / "news").glob("*.md"))
        self._changes += 1
        text = newest.read_text(encoding="utf-8")
        text = text.replace("\ntitle: ", f"\ntitle: Changed {self._changes} ", 1)
        newest.write_text(f"{text}\nA sentence more, number {self._changes}.\n", encoding="utf-8")
        site_build.build(self._project)


def run() -> list[Row]:
    """The rows `publish_one_change_requests` and `publish_one_change_seconds`."""
    if not AWS.exists():
        raise RuntimeError(f"no {AWS}: run `make bench`, which installs it")
    with tempfile.TemporaryDirectory(prefix="alumni-bench-") as folder, _cloud(folder) as cloud:
        project = generated_items.project(Path(folder) / "project", ITEMS)
        site_build.build(project)
        both = Both(project, cloud)
        both.ours()
        both.aws()
        seconds = _seconds(both)
        requests = _requests(both, cloud)
    return [requests, seconds]


def _seconds(both: Both) -> Row:
    def ours() -> Took:
        both.change()
        return both.ours()

    ours_took, aws_took = timing.medians(ours, both.aws)
    note = timing.cpu_note(ours_took, aws_took)
    return row("publish_one_change_seconds", ours_took.wall, aws_took.wall, SECONDS_GOAL, note)


def _requests(both: Both, cloud: str) -> Row:
    both.change()
    counts = []
    for program in (both.ours, both.aws):
        with counting(cloud) as counter:
            program(counter.address)
            counts.append(counter.requests)
    files = sum(path.is_file() for path in (both.build / "site").rglob("*"))
    note = f"{files} files; ours with those to CloudFront"
    return row("publish_one_change_requests", counts[0], counts[1], REQUESTS_GOAL, note)


@contextmanager
def _cloud(folder: str) -> Iterator[str]:
    port = Ports.free().cloud
    settings = KEYS | {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": HOST,
        "MINISTACK_REGION": REGION,
        "TMPDIR": folder,
        # These would listen on every interface.
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
    }
    command = (str(CLOUD_PYTHON), "-P", str(CLOUD_PROGRAM), folder)
    process = Process("local cloud", command, os.environ | settings, Path(folder) / "cloud.log")
    try:
        process.wait_for_port(port)
        yield f"http://{HOST}:{port}"
    finally:
        process.stop()


def _environment(address: str) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return others | {
        "AWS_ENDPOINT_URL": address,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        **KEYS,
    }


def _create(address: str) -> str:
    """The buckets, and the id of a distribution to invalidate."""
    keys = (KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"])
    session = boto3.Session(*keys, region_name=REGION)
    s3 = session.client("s3", endpoint_url=address)
    here: Any = {"LocationConstraint": REGION}
    for bucket in (PUBLIC, PRIVATE, PEER):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=here)
    cloudfront = session.client("cloudfront", endpoint_url=address)
    created = cloudfront.create_distribution(DistributionConfig=_distribution())
    return created["Distribution"]["Id"]


def _distribution() -> Any:
    origin = {
        "Id": "site",
        "DomainName": f"{PUBLIC}.s3.{REGION}.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    behaviour = {
        "TargetOriginId": "site",
        "ViewerProtocolPolicy": "allow-all",
        "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",  # AWS's CachingOptimized
    }
    return {
        "CallerReference": "bench",
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": behaviour,
    }
