"""The pages that commands write, in a real browser: on a phone, on a desk, by day and by night."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from functions.events.guest_list import guest_list
from functions.events.rules import Event, Rsvp, Status
from functions.evidence.rules import Leaf, Part, digest_of
from functions.newsletter.rules import report as reporting
from functions.newsletter.rules.ledger import Batch, Issue, IssueState, Outcome, State, Variant
from functions.people import chain
from infra.consent_evidence import page as evidence_page
from infra.consent_evidence.chains import Chain
from infra.consent_evidence.digests import Vouched
from infra.guest_list.page import page as guest_list_page
from infra.issue_report.page import page as report_page
from tests.e2e.page_checks import page_problems
from tests.functions.support import EVENT, NOW, SITE

pytestmark = pytest.mark.browser
CHROMIUM = "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
ENDS = [State.FAILED, State.SUPPRESSED, State.WITHDRAWN, State.UNCERTAIN]
NAMES = ["en", "sv", "de", "sv-retired", "en-retired-gothenburg"]
ISSUE = Issue("autumn", IssueState.SENT, "What we build by the sea this autumn", NOW, None, ())


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser.new_page()
        browser.close()


def batches(rng: random.Random) -> Iterator[Batch]:
    """Some 10,000 in twenty minutes, with a pause between."""
    for number in range(200):
        ids = tuple(f"{rng.getrandbits(128):032x}" for _ in range(50))
        outcomes = {at: Outcome(rng.choice(ENDS)) for at in range(50) if rng.random() < 0.02}
        variant = Variant(rng.choice(NAMES), "", "")
        at = NOW + number * 5 + (number > 120) * 400
        yield Batch("autumn", number, variant, ids, State.SENT, outcomes, claimed_at=at)


def test_the_report_page_is_accessible_on_every_screen(browser_page: Page, tmp_path) -> None:
    report = reporting.report(batches(random.Random(1)), NOW + 200_000, most_doubtful=12)
    issue = replace(ISSUE, planned=report.total, complained=2)
    html = report_page(issue, report, SITE, NOW + 200_000)
    assert problems(browser_page, tmp_path / "report.html", html) == []


def test_the_guest_list_is_accessible_on_every_screen(browser_page: Page, tmp_path) -> None:
    event = Event("autumn-talk", 40, 10, 0, 0, NOW, NOW + 7200, NOW, facts=EVENT)
    html = guest_list_page(guest_list(event, guests(), NOW), SITE, NOW)
    assert problems(browser_page, tmp_path / "guests.html", html) == []


def test_the_evidence_is_accessible_on_every_screen(browser_page: Page, tmp_path) -> None:
    own, vouched = consents_of("a" * 32)
    person = evidence_page.Person(own.member_id, "Åsa Ek", "asa@example.com")
    html = evidence_page.page(person, own, vouched, SITE, NOW)
    assert "Nothing was changed" in html
    assert problems(browser_page, tmp_path / "evidence.html", html) == []


def consents_of(member_id: str) -> tuple[Chain, Vouched]:
    """Two lines of a person, the first of which a digest has."""
    words = "I want to be a member of the network, and to hear from it. " * 6
    facts = {
        "pk": f"MEMBER#{member_id}",
        "what": "membership given",
        "at": NOW,
        "day": "2026-11-17",
    }
    first = chain.linked(facts | {"sk": "CONSENT#1", "words": words}, chain.BEFORE_ALL)
    head = chain.Head(1, first["hash"])
    later = {"sk": "CONSENT#2", "what": "newsletter withdrawn", "day": "2026-11-18"}
    second = chain.linked(facts | later, head)
    vouched = Vouched(until="2026-11-17")
    vouched.add("2026-11-17", [Leaf(member_id, 1, first["hash"])])
    parts = [Part("evidence/lines/2026-11-17/0001.txt", 1, "0" * 64)]
    digest = digest_of("2026-11-17", parts, "1" * 64, "arn:aws:kms:eu-north-1:1:key/2")
    vouched.digests["2026-11-17"] = digest | {"signature": "MEUCIQ" * 16}
    return Chain(member_id, (first, second), chain.Head(2, second["hash"])), vouched


def guests() -> Iterator[Rsvp]:
    long = ("Maximiliane-Friederike Oberndörffer-Weißenbach", "Coeliac: no gluten at all. " * 11)
    for name, dietary in [("Åsa Ek", ""), ("Bo Ek", "No nuts"), long] * 10:
        accepted = Status.ACCEPTED
        yield Rsvp("autumn-talk", name, accepted, name, "a@example.com", 1, dietary, "sv", 1, NOW)


def problems(browser_page: Page, file: Path, html: str) -> list[str]:
    """What is wrong with the page, and what the browser complains about."""
    complaints: list[str] = []
    browser_page.on("console", lambda message: complaints.append(message.text))
    file.write_text(html, encoding="utf-8")
    browser_page.goto(file.as_uri())
    return [*page_problems(browser_page, file.stem), *complaints]
