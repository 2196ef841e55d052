"""The whole stack, once for all journeys, and a browser that trusts nobody."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from infra.dev.local.local_stack import Stack
from infra.dev.local.ports import Ports
from tests.e2e.readers import Door
from tests.e2e.stage import Mailbox, project

CHROMIUM = "/usr/bin/chromium"
# Without these, Chromium asks its maker's hosts at every start.
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
PARAMETERS = {"PostsPerNetworkPerHour": "100000", "MailsPerHour": "100000"}


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """HR's clone of the project."""
    return project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="package")
def stack(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    state = tmp_path_factory.mktemp("state")
    os.environ["CLOUDTRAIL_MAX_EVENTS"] = "500000"  # so that the whole run can be looked back at
    with Stack(Ports.free(), state, PARAMETERS, root=folder) as running:
        yield running


@pytest.fixture(scope="package")
def mailbox(stack: Stack) -> Mailbox:
    return Mailbox(stack.mailbox_url)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def door(browser: Browser, stack: Stack, mailbox: Mailbox) -> Iterator[Door]:
    """Where many join at once."""
    with browser.new_context(base_url=stack.site_url) as context:
        yield Door(context.request, mailbox, stack.site_url)


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    context = browser.new_context(base_url=stack.site_url)
    yield from watched(context, stack.site_url)


@pytest.fixture
def scriptless(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A page of a browser that runs no JavaScript."""
    context = browser.new_context(base_url=stack.site_url, java_script_enabled=False)
    yield from watched(context, stack.site_url)


def watched(context: BrowserContext, *origins: str) -> Iterator[Page]:
    """Fails the test if a page breaks its Content-Security-Policy or asks another origin."""
    broken: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            broken.append(message.text)

    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("console", listen)
    page.on(
        "request", lambda r: None if r.url.startswith((*origins, "data:")) else broken.append(r.url)
    )
    yield page
    context.close()
    assert broken == []
