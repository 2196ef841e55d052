"""Pages of other origins try to use the demo that runs behind them: the cloud, the site, the inbox.

The same page gets through to the local cloud when the guard is not there.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import boto3
import pytest
from botocore.exceptions import ClientError
from playwright.sync_api import Browser, Page, Response

from infra.dev.local.local_stack import CLOUD_PYTHON, REGION, Stack
from infra.dev.local.ports import HOST, Ports
from infra.dev.local.processes import Process
from tests.e2e.conftest import REBOUND
from tests.e2e.mailbox import Mailbox
from tests.e2e.stack_access import table_without_upkeep

Answer = tuple[str, int]  # path and status
SCRIPT = Path(__file__).with_name("other_pages.js").read_text(encoding="utf-8")
FORGED_EMAIL = """async server => {
  const lines = ['EHLO a', 'MAIL FROM:<a@example.com>', 'RCPT TO:<b@example.com>', 'DATA']
  const body = [...lines, 'Subject: Forged', '', 'Hello', '.', 'QUIT', ''].join('\\r\\n')
  await fetch(server, { method: 'POST', mode: 'no-cors', body }).catch(() => {})
}"""
CLOUD_PATHS = ("/_ministack/reset", "/_ministack/health", "/alumni-private-000000000000-eu-north-1")
INBOX_PATHS = ("/", "/clear", "/api/messages")
SITE_PATHS = ("/api/join", "/api/unsubscribe")


class Elsewhere(BaseHTTPRequestHandler):
    """A page without content, at every path."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Elsewhere</title>")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[int]:
    """The port of a page that isn't ours."""
    server = ThreadingHTTPServer((HOST, 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


# Another port of localhost is "same-site", another name is "cross-site".
@pytest.fixture(params=["localhost", HOST])
def other_page(browser: Browser, elsewhere: int, request: pytest.FixtureRequest) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"http://{request.param}:{elsewhere}/")
        yield page


def attack(page: Page, server: str, paths: tuple[str, ...]) -> tuple[set[Answer], list[str]]:
    """Each path with the statuses that the page got, and what its script could read."""
    seen: set[Answer] = set()

    def record(response: Response) -> None:
        if response.url.startswith(server):
            seen.add((urlsplit(response.url).path, response.status))

    page.on("response", record)
    read = page.evaluate(SCRIPT, [server, paths])
    page.remove_listener("response", record)
    return seen, read


def test_another_page_gets_nothing_of_the_cloud_and_changes_nothing(
    other_page: Page, stack: Stack
) -> None:
    before = table_without_upkeep(stack)
    seen, read = attack(other_page, stack.cloud_url, CLOUD_PATHS)
    assert seen == {(path, 403) for path in CLOUD_PATHS}
    assert read == []
    assert table_without_upkeep(stack) == before


def test_another_page_gets_nothing_of_the_inbox_and_deletes_nothing(
    other_page: Page, stack: Stack, mailbox: Mailbox
) -> None:
    before = mailbox.every_row()
    seen, read = attack(other_page, stack.mailbox_url, INBOX_PATHS)
    assert seen >= {(path, 403) for path in INBOX_PATHS}
    assert {status for _, status in seen} <= {403, 405}
    assert read == []
    assert mailbox.every_row() == before


def test_another_page_can_put_no_email_into_the_inbox(
    other_page: Page, stack: Stack, mailbox: Mailbox
) -> None:
    """A form may post any lines to any port, SMTP's too."""
    before = mailbox.every_row()
    other_page.evaluate(FORGED_EMAIL, f"http://localhost:{stack.ports.smtp}/")
    other_page.wait_for_timeout(1000)
    assert mailbox.every_row() == before


def test_another_page_reads_nothing_of_the_site_and_signs_nobody_up(
    other_page: Page, stack: Stack
) -> None:
    before = table_without_upkeep(stack)
    seen, read = attack(other_page, stack.site_url, SITE_PATHS)
    assert read == []
    assert all(400 <= status < 500 for _, status in seen)
    assert table_without_upkeep(stack) == before


def test_a_name_that_was_pointed_at_this_machine_gets_no_answer(
    browser: Browser, stack: Stack
) -> None:
    ports = (stack.ports.cloud, stack.ports.site, stack.ports.mailbox)
    with browser.new_context() as context:
        page = context.new_page()
        answers = [page.goto(f"http://{REBOUND}:{port}/") for port in ports]
    assert [answer.status if answer else 0 for answer in answers] == [421, 421, 421]


@pytest.mark.parametrize("key", ["test", "123456789012", "own"])
def test_only_this_stacks_keys_are_the_root_users(stack: Stack, key: str) -> None:
    """As other programs of this machine may guess them, and with the right one's wrong secret."""
    own = stack.environment["AWS_ACCESS_KEY_ID"]
    client = boto3.Session(own if key == "own" else key, "test", region_name=REGION).client
    for service, operation in (("s3", "list_buckets"), ("dynamodb", "list_tables")):
        with pytest.raises(ClientError) as refused:
            getattr(client(service, endpoint_url=stack.cloud_url), operation)()  # type: ignore[call-overload]
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] in {400, 403}


def test_without_keys_nothing_is_read(stack: Stack) -> None:
    with pytest.raises(HTTPError) as refused:
        urlopen(f"{stack.cloud_url}/{stack.outputs['PrivateBucket']}/catalogue.json")
    refused.value.close()
    assert refused.value.code == 403


@contextmanager
def unguarded(folder: Path) -> Iterator[str]:
    """The local cloud as its package starts it."""
    port = Ports.free().cloud
    settings = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": HOST,
        "AUTH": "true",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "TMPDIR": str(folder),
    }
    command = (str(CLOUD_PYTHON), "-m", "ministack")
    process = Process("local cloud", command, os.environ | settings, folder / "cloud.log")
    try:
        process.wait_for_port(port)
        yield f"http://localhost:{port}"
    finally:
        process.stop()


def test_without_the_guard_another_page_deletes_everything_and_reads_the_answers(
    other_page: Page, tmp_path: Path
) -> None:
    with unguarded(tmp_path) as cloud:
        seen, read = attack(other_page, cloud, CLOUD_PATHS)
    assert ("/_ministack/reset", 200) in seen
    assert read == ['signed: {"TableNames": []}']
