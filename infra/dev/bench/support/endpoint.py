"""The fake AWS in a process of its own, and the environment of functions that use it."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SITE_URL = "https://alumni.example.com"
ORIGIN_SECRET = "bench"  # noqa: S105 - of a cloud that ends with the benchmark
UNLIMITED = "1000000"


@contextmanager
def running() -> Iterator[str]:
    """The address of a fresh, empty cloud on loopback; it ends with the block, or with us."""
    command = [sys.executable, "-m", "infra.dev.fake_aws.server"]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as process:  # noqa: S603
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("no pipes")
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()


def fill(address: str, items: list[dict[str, Any]]) -> None:
    """Put `items` (DynamoDB's JSON) into the table."""
    body = json.dumps(items).encode()
    with urllib.request.urlopen(f"{address}/control/fill", body):  # noqa: S310 - our own process
        pass


def store(address: str, path: str, content: bytes) -> None:
    """Put an object; `path` is its bucket and key."""
    request = urllib.request.Request(f"{address}/{path}", content, method="PUT")  # noqa: S310 - our own process
    with urllib.request.urlopen(request):  # noqa: S310 - our own process
        pass


def environment(address: str) -> dict[str, str]:
    """A function's environment, with the cloud at `address`."""
    return os.environ | {
        "AWS_ENDPOINT_URL": address,
        "AWS_DEFAULT_REGION": "eu-north-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "TABLE_NAME": "alumni",
        "PRIVATE_BUCKET": "private",
        "SITE_URL": SITE_URL,
        "PARAMETER_PREFIX": "/bench",
        "ORIGIN_SECRETS": ORIGIN_SECRET,
        "POSTS_PER_NETWORK_PER_HOUR": UNLIMITED,
        "MAILS_PER_HOUR": UNLIMITED,
        "POWERTOOLS_LOG_LEVEL": "ERROR",
    }
