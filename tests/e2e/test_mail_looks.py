"""Every variant of the sample's next issue, as its readers see it; and as its author does before.

Leaves a picture of each in build/pictures/.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.cloud import issue_test_email
from infra.dev.local.local_stack import ALUMNI, Stack
from infra.dev.local.processes import run
from tests.e2e import looks
from tests.e2e.conftest import watched, watching
from tests.e2e.stage import Mailbox

SLUG = "december-2026"
READERS = ("", "-retired", "-malmo", "-retired-malmo")
VARIANTS = [f"{language}{whose}" for language in ("en", "sv", "de") for whose in READERS]
FIELDS = {"{{name_html}}": "Åsa &amp; Bo", "{{unsubscribe_url}}": "https://example.com/leave"}


def read(stack: Stack, key: str) -> Any:
    bucket = stack.outputs["PrivateBucket"]
    return json.load(stack.client("s3").get_object(Bucket=bucket, Key=key)["Body"])


@pytest.fixture(scope="module")
def published(stack: Stack) -> dict[str, Any]:
    """The issue's variants in the catalogue."""
    return dict(read(stack, "catalogue.json")["issues"][SLUG]["variants"])


def test_all_its_variants_are_looked_at(published: dict[str, Any]) -> None:
    assert sorted(published) == sorted(VARIANTS)


@pytest.fixture(scope="module")
def unvisited_tab(browser: Browser) -> Iterator[Page]:
    """A tab that never navigates: on a blank page that Chromium navigated to, it loads no picture
    from this machine (Local Network Access)."""
    with browser.new_context() as context:
        yield context.new_page()


@pytest.fixture
def email_page(unvisited_tab: Page, stack: Stack) -> Iterator[Page]:
    with watching(unvisited_tab, stack.site_url):
        yield unvisited_tab


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_is_sound_as_a_mail(
    name: str, email_page: Page, stack: Stack, published: dict[str, Any]
) -> None:
    html = issue_test_email.filled(read(stack, published[name]["key"])["html"], FIELDS)
    assert looks.of_mail(email_page, html, f"mail-{SLUG}-{name}") == []
    assert email_page.locator("html").get_attribute("lang") == name.partition("-")[0]


@pytest.fixture(scope="module")
def previewed(stack: Stack) -> dict[str, Any]:
    return dict(stack.alumni("issues", "preview", SLUG, "--no-open", "--link"))


@pytest.fixture
def reviewer(tab: Page, stack: Stack) -> Iterator[Page]:
    """Has the link and nothing else."""
    yield from watched(tab, stack.cloud_url)


def test_whoever_must_agree_opens_the_preview_by_its_link(
    reviewer: Page, previewed: dict[str, Any]
) -> None:
    assert previewed["problems"] == []
    answer = reviewer.goto(previewed["link"]["url"])
    assert answer
    assert answer.status == 200
    expect(reviewer.locator("nav li")).to_have_count(len(VARIANTS))
    reviewer.click("a[href='#sv-retired']")
    phone = reviewer.frame_locator(".variant:visible .phone iframe")
    expect(phone.locator("body")).to_contain_text("Den långa lunchen")


def test_the_preview_is_sound(reviewer: Page, previewed: dict[str, Any]) -> None:
    reviewer.goto(previewed["link"]["url"])
    assert looks.problems(reviewer, "issue-preview") == []


def test_its_author_gets_a_variant_before_anybody(stack: Stack, mailbox: Mailbox) -> None:
    address = "karin@example.com"
    command = [*ALUMNI, "issues", "test-send", SLUG, "--to", address, "--variant", "sv-retired"]
    done = run(command, stack.environment, Path(stack.root))
    assert done.returncode == 0, done.stderr
    mail = mailbox.wait(address, "ärtsoppa")
    assert "Hej Kim Sample!" in mail["text"]
    assert "Den långa lunchen" in mail["html"]
