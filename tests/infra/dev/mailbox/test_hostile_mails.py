"""A mail is a stranger's page: in a real browser it runs nothing, asks nobody, moves nothing."""

import json
import smtplib
import sys
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from infra.dev.local.ports import Ports, is_open
from infra.dev.local.processes import Process
from tests.infra.dev.mailbox.running_mailbox import HOST, SITE, SMTP, with_html

pytestmark = pytest.mark.browser
CHROMIUM = "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
EVIL = """<!doctype html><html><head>
<base href="http://{stranger}/" target="_self">
<meta http-equiv="refresh" content="0;url=http://{stranger}/refreshed">
<link rel="stylesheet" href="http://{stranger}/style.css">
<style>@import "http://{stranger}/import.css";
p { background: url(http://{stranger}/p.png) }</style>
<script>fetch("/clear", {method: "POST"}); top.location = "http://{stranger}/moved";
alert(1)</script>
</head><body onload="alert(2)">
<img src="http://{stranger}/pixel.png" alt="" onerror="alert(3)">
<iframe src="http://{stranger}/frame"></iframe><object data="http://{stranger}/object"></object>
<form action="/clear" method="post"><button id="press">Press</button></form>
<a id="script" href="javascript:alert(4)">script</a>
<p><a id="link" href="{mailbox}/api/messages?limit=0">a real link</a></p>
<svg onload="alert(5)"></svg></body></html>"""


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ports]:
    ports, folder = Ports.free(), tmp_path_factory.mktemp("mailbox")
    command = [sys.executable, "-m", "infra.dev.mailbox", "--folder", str(folder / "mails")]
    command += ["--smtp", str(ports.smtp), "--web", str(ports.mailbox), "--pictures-from", SITE]
    process = Process("mailbox", command, {"PATH": "/usr/bin:/bin"}, folder / "log")
    try:
        process.wait_for(lambda: is_open(ports.smtp) and is_open(ports.mailbox))
        yield ports
    finally:
        process.stop()


def url(mailbox: Ports) -> str:
    return f"http://localhost:{mailbox.mailbox}"


def send(mailbox: Ports, html: str) -> None:
    with smtplib.SMTP(HOST, mailbox.smtp) as client:
        raw = with_html(html).as_bytes(policy=SMTP)
        client.sendmail("a@example.com", ["b@example.com"], raw)


def mails(mailbox: Ports) -> list[dict[str, str]]:
    with urllib.request.urlopen(f"{url(mailbox)}/api/messages") as answer:
        return json.load(answer)


class Stranger:
    """A server elsewhere that keeps the paths of its requests."""

    def __init__(self) -> None:
        self.requested_paths: list[str] = []
        self.server = ThreadingHTTPServer((HOST, 0), self._handler())
        self.address = f"{HOST}:{self.server.server_port}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        requested_paths = self.requested_paths

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                requested_paths.append(self.path)
                self.send_error(404)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    stranger = Stranger()
    thread = Thread(target=stranger.server.serve_forever)
    thread.start()
    yield stranger
    stranger.server.shutdown()
    thread.join()
    stranger.server.server_close()


def test_the_other_server_records_requests_of_the_browser(page: Page, stranger: Stranger) -> None:
    page.goto(f"http://{stranger.address}/here")
    assert "/here" in stranger.requested_paths


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture
def shown(page: Page, mailbox: Ports, stranger: Stranger) -> list[str]:
    """Opens an evil mail; the dialogs that its scripts showed."""
    seen: list[str] = []
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    evil = EVIL.replace("{mailbox}", url(mailbox)).replace("{stranger}", stranger.address)
    send(mailbox, evil)
    page.goto(f"{url(mailbox)}/messages/{mails(mailbox)[0]['id']}")
    return seen


def test_an_evil_email_runs_no_script_and_makes_no_request(
    page: Page, mailbox: Ports, stranger: Stranger, shown: list[str]
) -> None:
    here, before = page.url, len(mails(mailbox))
    mail = page.frame_locator("iframe")
    mail.locator("#press").click(no_wait_after=True)
    mail.locator("#script").click(no_wait_after=True)
    page.wait_for_timeout(700)
    assert (shown, stranger.requested_paths) == ([], [])
    assert (page.url, len(mails(mailbox))) == (here, before)


def test_a_link_opens_a_new_tab_without_opener_or_referrer(
    page: Page, mailbox: Ports, shown: list[str]
) -> None:
    with page.expect_popup() as opened:
        page.frame_locator("iframe").locator("#link").click()
    tab = opened.value
    tab.wait_for_load_state()
    assert tab.url == f"{url(mailbox)}/api/messages?limit=0"
    assert tab.evaluate("[window.opener, document.referrer]") == [None, ""]


def test_the_list_shows_a_new_email_without_reloading(page: Page, mailbox: Ports) -> None:
    page.goto(url(mailbox))
    before = page.locator("li").count()
    send(mailbox, "<p>new")
    page.wait_for_function("n => document.querySelectorAll('li').length > n", arg=before)
