"""The whole stack, once for all journeys, and a browser that allows only the site's requests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    sync_playwright,
)

from infra.dev.local.local_stack import Stack
from infra.dev.local.ports import Ports
from tests.e2e.form_client import FormClient, Person, person
from tests.e2e.mailbox import PATIENCE_SECONDS, Mailbox
from tests.e2e.newsletter_issues import write_issues
from tests.e2e.project_copy import copy_project
from tests.e2e.stack_access import OIDC_HOST, OIDC_SUBJECT, publish

CHROMIUM = "/usr/bin/chromium"
# Without these flags Chromium calls Google's hosts at every start.
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
TABLET: ViewportSize = {"width": 820, "height": 1180}
# A stranger's name that leads to this machine.
REBOUND = "rebound.example"
RULES = f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1"
PARAMETERS = {
    "PostsPerNetworkPerHour": "100000",
    "MailsPerHour": "100000",
    "OidcProviderArn": f"arn:aws:iam::000000000000:oidc-provider/{OIDC_HOST}",
    "OidcSubject": OIDC_SUBJECT,
}


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """HR's clone of the project."""
    return copy_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="package")
def stack(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    state = tmp_path_factory.mktemp("state")
    os.environ["CLOUDTRAIL_MAX_EVENTS"] = "500000"  # keeps the whole run's events
    with Stack(Ports.free(), state, PARAMETERS, root=folder) as running:
        yield running


@pytest.fixture(scope="package")
def mailbox(stack: Stack) -> Mailbox:
    return Mailbox(stack.mailbox_url)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, RULES])
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def form_client(browser: Browser, stack: Stack, mailbox: Mailbox) -> Iterator[FormClient]:
    with browser.new_context(base_url=stack.site_url) as context:
        yield FormClient(context.request, mailbox, stack.site_url)


@pytest.fixture(scope="package")
def first_member(form_client: FormClient, stack: Stack, folder: Path) -> Person:
    """Joined before the issues of all newsletter tests were published."""
    hedda = person("Hedda Berg", "hedda@example.com")
    form_client.join(hedda)
    write_issues(folder)
    publish(stack)
    return hedda


@pytest.fixture(scope="package")
def shared_tab(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A new tab would start a process and compile every script anew: a third of a page's CPU."""
    with browser.new_context(base_url=stack.site_url) as context:
        yield context.new_page()


@pytest.fixture
def tab(shared_tab: Page, stack: Stack) -> Page:
    """The shared tab as if it were new, except that files may come from the browser's cache."""
    context = shared_tab.context
    context.clear_cookies()
    session = context.new_cdp_session(shared_tab)
    everything = {"origin": stack.site_url, "storageTypes": "all"}
    session.send("Storage.clearDataForOrigin", everything)
    session.detach()
    shared_tab.emulate_media(media="null", color_scheme="light", reduced_motion="no-preference")
    shared_tab.set_viewport_size({"width": 1280, "height": 720})
    return shared_tab


@pytest.fixture
def page(tab: Page, stack: Stack) -> Iterator[Page]:
    yield from watched(tab, stack.site_url)


@pytest.fixture
def scriptless(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A page of a browser that runs no JavaScript."""
    context = browser.new_context(base_url=stack.site_url, java_script_enabled=False)
    yield from watched_page_of(context, stack.site_url)


@pytest.fixture
def tablet(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A page of a Swedish reader's tablet."""
    context = browser.new_context(
        base_url=stack.site_url, viewport=TABLET, has_touch=True, locale="sv-SE"
    )
    yield from watched_page_of(context, stack.site_url)


def watched_page_of(context: BrowserContext, *origins: str) -> Iterator[Page]:
    """A watched page of its own context, where the shared tab's won't do."""
    with context:
        yield from watched(context.new_page(), *origins)


def watched(page: Page, *origins: str) -> Iterator[Page]:
    """Leaves the page blank after the test, so that its last requests are still this test's."""
    with watching(page, *origins):
        yield page
        page.goto("about:blank")


@contextmanager
def watching(page: Page, *origins: str) -> Iterator[None]:
    """Fails the test if a page breaks its Content-Security-Policy or calls another origin."""
    breaches: list[str] = []

    def record_message(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            breaches.append(message.text)

    def record_request(request: Request) -> None:
        if not request.url.startswith((*origins, "data:")):
            breaches.append(request.url)

    page.set_default_timeout(PATIENCE_SECONDS * 1000)
    page.on("console", record_message)
    page.on("request", record_request)
    yield
    page.remove_listener("console", record_message)
    page.remove_listener("request", record_request)
    assert breaches == []
