"""Every variant of the sample's next issue as an email, its preview page and its test email.

With PICTURES=1 it leaves a picture of each in build/pictures/.
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
from tests.e2e.conftest import watched, watching
from tests.e2e.mailbox import Mailbox
from tests.e2e.page_checks import email_problems, page_problems
from tests.e2e.project_copy import write_issue

SLUG = "december-2026"
AUDIENCES = ("", "-retired", "-malmo", "-retired-malmo")
VARIANTS = [f"{language}{audience}" for language in ("en", "sv", "de") for audience in AUDIENCES]
FIELDS = {"{{name_html}}": "Åsa &amp; Bo", "{{unsubscribe_url}}": "https://example.com/leave"}


def read_json(stack: Stack, key: str) -> Any:
    bucket = stack.outputs["PrivateBucket"]
    return json.load(stack.client("s3").get_object(Bucket=bucket, Key=key)["Body"])


@pytest.fixture(scope="module")
def variants(stack: Stack) -> dict[str, Any]:
    """The issue's variants in the catalogue."""
    return dict(read_json(stack, "catalogue.json")["issues"][SLUG]["variants"])


def test_all_its_variants_are_checked(variants: dict[str, Any]) -> None:
    assert sorted(variants) == sorted(VARIANTS)


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
def test_every_variant_is_an_email_without_problems(
    name: str, email_page: Page, stack: Stack, variants: dict[str, Any]
) -> None:
    html = issue_test_email.filled(read_json(stack, variants[name]["key"])["html"], FIELDS)
    assert email_problems(email_page, html, f"mail-{SLUG}-{name}") == []
    assert email_page.locator("html").get_attribute("lang") == name.partition("-")[0]


@pytest.fixture(scope="module")
def preview(stack: Stack) -> dict[str, Any]:
    return dict(stack.alumni("issues", "preview", SLUG, "--no-open", "--link"))


@pytest.fixture
def reviewer(tab: Page, stack: Stack) -> Iterator[Page]:
    """A browser that may reach only the cloud's storage, where the link leads."""
    yield from watched(tab, stack.cloud_url)


def test_a_reviewer_opens_the_preview_by_its_link(reviewer: Page, preview: dict[str, Any]) -> None:
    assert preview["problems"] == []
    response = reviewer.goto(preview["link"]["url"])
    assert response
    assert response.status == 200
    expect(reviewer.locator("nav li")).to_have_count(len(VARIANTS))
    reviewer.click("a[href='#sv-retired']")
    phone = reviewer.frame_locator(".variant:visible .phone iframe")
    expect(phone.locator("body")).to_contain_text("Den långa lunchen")


def test_the_preview_has_no_problems(reviewer: Page, preview: dict[str, Any]) -> None:
    reviewer.goto(preview["link"]["url"])
    assert page_problems(reviewer, "issue-preview") == []


def test_the_author_gets_a_variant_as_a_test_email(stack: Stack, mailbox: Mailbox) -> None:
    address = "karin@example.com"
    arguments = ["issues", "test-send", SLUG, "--to", address, "--variant", "sv-retired"]
    command = run([*ALUMNI, *arguments], stack.environment, Path(stack.root))
    assert command.returncode == 0, command.stderr
    mail = mailbox.wait(address, "ärtsoppa")
    assert "Hej Kim Sample!" in mail["text"]
    assert "Den långa lunchen" in mail["html"]


def test_a_draft_is_sent_as_a_test_and_left_out_by_publish(
    stack: Stack, mailbox: Mailbox, folder: Path
) -> None:
    write_issue(folder, "unready", "Not for everybody yet.", subject="Still a draft", draft="true")
    address = "maja@example.com"
    arguments = ["issues", "test-send", "unready", "--to", address]
    command = run([*ALUMNI, *arguments], stack.environment, folder)
    assert command.returncode == 0, command.stderr
    assert "unready is a draft" in command.stderr
    mail = mailbox.wait(address, "[Test] Still a draft")
    assert "Not for everybody yet." in mail["text"]
    published = run([*ALUMNI, "publish"], stack.environment, folder)
    assert "Left out as a draft: site/content/newsletters/unready.md" in published.stderr
    assert "unready" not in read_json(stack, "catalogue.json")["issues"]
