"""The stage for the maintainer's side: moto's cloud, a small build, the requests to S3."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.cloud import aws as aws_clients
from infra.cloud.aws import Aws
from infra.cloud.publishing.publication import Destination
from tests import cheap_aws

REGION = "eu-north-1"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    cheap_aws.put_on(monkeypatch)
    with mock_aws():
        aws_clients._client.cache_clear()
        yield Aws(REGION)
    aws_clients._client.cache_clear()


class Requests(Counter[str]):
    """Counts the requests to S3 by operation, and keeps the keys that were put, in order."""

    def __init__(self, s3: Any) -> None:
        super().__init__()
        self.put: list[str] = []
        s3.meta.events.register("before-call.s3", self._count)
        s3.meta.events.register("provide-client-params.s3.PutObject", self._remember)

    def _count(self, model: Any, **_: Any) -> None:
        self[model.name] += 1

    def _remember(self, params: dict[str, Any], **_: Any) -> None:
        self.put.append(params["Key"])


@pytest.fixture
def to(aws: Aws) -> Destination:
    s3 = aws.client("s3")
    for name in ("public", "private"):
        where: Any = {"LocationConstraint": REGION}
        s3.create_bucket(Bucket=name, CreateBucketConfiguration=where)
    return Destination("public", "private", _distribution(aws))


def _distribution(aws: Aws) -> str:
    cloudfront = boto3.client("cloudfront", region_name=aws.region)
    origin = {"Id": "o", "DomainName": "public.s3.amazonaws.com", "S3OriginConfig": {}}
    origin["S3OriginConfig"] = {"OriginAccessIdentity": ""}
    config: Any = {
        "CallerReference": "once",
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "allow-all"},
        "Comment": "",
        "Enabled": True,
    }
    return str(cloudfront.create_distribution(DistributionConfig=config)["Distribution"]["Id"])


@pytest.fixture
def requests(aws: Aws, to: Destination) -> Requests:
    return Requests(aws.client("s3"))


class Build:
    """A build's folders; `site` and `private` as `microsite.build` leaves them."""

    def __init__(self, folder: Path) -> None:
        self.site = folder / "site"
        self.private = folder / "private"
        self.write("index.html", "home")
        self.write("404.html", "not here")
        self.write("assets/site.1ca18f8e04.css", "a{}")
        self.write("news/one/index.html", "one")
        self.write_private("shell/en.html", "<!--content-->")
        self.write_private("newsletters/october/en.json", "{}")
        self.catalogue({})

    def write(self, key: str, text: str) -> None:
        _write(self.site / key, text)

    def write_private(self, key: str, text: str) -> None:
        _write(self.private / key, text)

    def catalogue(self, events: dict[str, Any]) -> None:
        self.write_private("catalogue.json", json.dumps({"schema": 1, "events": events}))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def build(tmp_path: Path) -> Build:
    return Build(tmp_path / "build")
