"""Whoever is signed in downloads everything that is kept about them, and nothing about others."""

import base64
import io
import json
import re
import zipfile
from typing import Any

import pytest

from functions.account import download, visitors
from functions.account.rules import Owner
from functions.core.addresses import address_hash, inbox_hash
from functions.core.aws import table
from functions.core.aws.table import Key
from functions.core.clock import DAY
from functions.core.lifetimes import DOWNLOAD_DAYS
from functions.core.mail import suppression
from functions.core.texts import translated
from functions.events.store import declines, given_opinions
from functions.membership import store as membership_store
from functions.newsletter import bulk_email
from functions.privacy.data_map import RECORDS, record_of
from functions.privacy.store import Person, everything_of
from tests import english
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.account.conftest import ASA, BO
from tests.functions.conftest import Moment
from tests.functions.door import actions as door
from tests.functions.events import actions as events
from tests.functions.membership import actions as membership
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.fake_ses import FakeSes
from tests.functions.support import NOW, SITE, but_limits, dump
from tests.functions.test_no_english import settings_texts

OTHERS = "https://evil.example"
NEW = "asa@example.net"
SIGNUP = {"name": "Åsa Ek", "email": NEW, "revision": NOW, "expires_at": NOW + DAY}
# A member has none of these; all but the first are of somebody who has left.
NOT_OF_A_MEMBER = {"guest's download", "erasure", "tombstone", "mark of an erasure"}
NOT_OF_A_MEMBER |= {"invitation", "wish to be left alone"}  # joining ends both
NOT_OF_A_MEMBER |= {"sign-up that waits for the team"}  # and this one, too


def files(answer: dict[str, Any]) -> dict[str, str]:
    """The ZIP's files, by their name's ending."""
    assert answer["isBase64Encoded"]
    archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(answer["body"])))
    return {name.rpartition(".")[2]: archive.read(name).decode() for name in archive.namelist()}


def document(answer: dict[str, Any]) -> dict[str, Any]:
    return json.loads(files(answer)["json"])


def entries(answer: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [entry["values"] for entry in document(answer)["records"] if entry["kind"] == kind]


@pytest.fixture
def everything(asa: str, browser: Browser, cloud: Moment) -> str:
    """One of everything about Åsa, who is signed in, and something about others; her id."""
    issue_runs.join(3)
    bulk_email._contents.clear()
    FakeSes()
    events.publish()
    events.accepted(email=NEW)
    phone = door.open_door()
    phone.send(phone.tap(door.code_of(NEW)))
    declines.decline(events.SLUG, asa, NOW)
    code = door.code_of(NEW)
    table.write(given_opinions.answering(events.SLUG, code, {"liked": "very"}, NOW))
    table.write(given_opinions.adding_words(events.SLUG, code, "Sill!"))
    events.accepted(name="Bo Ek", email=BO)
    membership.keep_ip_addresses(days=30)
    membership.unsubscribe(asa)
    membership.subscribe_again(asa)
    issue_runs.publish()
    issue_runs.tick()
    issue_runs.tick()
    issue_runs.deliver()
    browser.sign_in(ASA)
    browser.post("/me/address", new_email=NEW)
    browser.press_button(sent_emails.newest_link_to("/me/address/confirm"))
    cloud.pass_(1)
    browser.sign_in(NEW)
    browser.post("/me/address", new_email="asa@example.org")
    browser.post("/me/download")
    table.write(table.put(table.keyed(membership_store.signup_key(address_hash(NEW))) | SIGNUP))
    suppression.stop(address_hash(NEW), suppression.COMPLAINT, NOW)
    return asa


def keys_about(*marks: str) -> set[Key]:
    """Keys of all items in which one of these stands, of kinds that can be reached."""
    return {
        (item["pk"], item["sk"])
        for item in dump()
        if any(mark in json.dumps(item, default=str) for mark in marks)
        and getattr(record_of(item["pk"], item["sk"]), "is_reachable", False)
    }


# ---- What is in it


def test_every_item_of_a_member_is_read(everything: str) -> None:
    person = Person(everything, address_hash(NEW), NEW)
    kept = {entry.key for entry in everything_of(person, NOW).entries}
    assert keys_about(everything, address_hash(NEW), inbox_hash(NEW), NEW) - kept == set()
    kinds = {record_of(*key).name for key in kept}
    personal = {record.name for record in RECORDS if record.use.is_personal and record.is_reachable}
    assert personal - kinds == NOT_OF_A_MEMBER


def test_every_item_of_a_guest_is_read(bo: str, browser: Browser) -> None:
    browser.sign_in(bo)
    browser.post("/me/download")
    person = Person("", address_hash(bo), bo)
    kept = {entry.key for entry in everything_of(person, NOW).entries}
    assert keys_about(address_hash(bo), inbox_hash(bo), bo) - kept == set()
    assert {"event sign-up", "session", "guest's download"} <= {
        record_of(*key).name for key in kept
    }


def test_the_page_shows_what_a_guest_says_of_an_event_in_words(
    everything: str, browser: Browser
) -> None:
    page = files(browser.post("/me/download"))["html"]
    assert "How was it? Very good" in page
    assert "Sill!" in page


def test_the_file_holds_each_of_them_with_all_its_fields(everything: str, browser: Browser) -> None:
    answer = browser.post("/me/download")
    whole = document(answer)
    person = Person(everything, address_hash(NEW), NEW)
    assert len(whole["records"]) == len(everything_of(person, NOW).entries)
    assert all(
        entry["values"].keys() <= whole["fields"][entry["kind"]].keys()
        for entry in whole["records"]
    )
    (member,) = entries(answer, "member")
    assert (member["name"], member["email"], member["joined_at"]) == (
        "Åsa Ek",
        NEW,
        "2026-11-18T11:06:40Z",
    )
    assert whole["schema"] == "alumni-person/1"


def test_a_newsletter_is_there_without_its_other_readers(everything: str, browser: Browser) -> None:
    answer = browser.post("/me/download")
    (batch,) = entries(answer, "batch")
    assert batch["recipients"] == [everything]
    assert (batch["issue"], batch["state"]) == ("autumn", "sent")
    for one in issue_runs.all_members():
        assert one.id == everything or one.id not in "".join(files(answer).values())
    assert BO not in "".join(files(answer).values())


def test_no_secret_is_in_it(everything: str, browser: Browser) -> None:
    (session,) = (item for item in dump() if item["pk"].startswith("SESSIONS#m"))
    text = "".join(files(browser.post("/me/download")).values())
    assert session["sk"] not in text
    assert browser.cookies["__Host-alumni"].partition(".")[2] not in text


def test_the_page_needs_nothing_from_the_network_and_runs_nothing(
    everything: str, browser: Browser
) -> None:
    page = files(browser.post("/me/download"))["html"]
    assert not re.search(r"(src|href)=\"(?!#)|<script|@import|url\(", page)
    assert "Malmö harbour" in page
    assert "Art. 6(1)(a) GDPR" in page
    assert "60 days after the event" in page


def test_the_same_data_are_the_same_bytes(asa: str) -> None:
    visitor = visitors.visitor(Owner(asa, ""))
    assert visitor
    first, second = (download.archive(visitor, translated(SITE, "en"), NOW) for _ in range(2))
    assert first == second is not None


@pytest.mark.parametrize("language", ["sv", "de"])
def test_the_page_is_in_the_language_of_its_reader(
    cloud: object, browser: Browser, language: str
) -> None:
    membership.become_member(language=language, **membership.shown_in(language))
    browser.sign_in(ASA)
    answer = browser.post("/me/download")
    texts = files(answer)
    assert (
        english.leftovers(english.visible(texts["html"]), language, settings_texts(SITE, language))
        == set()
    )
    name = {"sv": "dina-uppgifter", "de": "ihre-daten"}[language]
    assert (
        answer["headers"]["Content-Disposition"] == f'attachment; filename="{name}-2026-11-18.zip"'
    )


# ---- Who gets it


def test_a_download_is_noted_and_stored_nowhere(asa: str, browser: Browser) -> None:
    browser.sign_in(ASA)
    answer = browser.post("/me/download")
    assert answer["headers"]["Cache-Control"] == "no-store"
    (line,) = (item for item in dump() if item["sk"].startswith("DOWNLOAD#"))
    assert line == {
        "pk": f"MEMBER#{asa}",
        "sk": f"DOWNLOAD#{NOW:010d}",
        "expires_at": NOW + DOWNLOAD_DAYS * DAY,
    }


def test_only_a_button_of_our_own_page_starts_it(asa: str, browser: Browser) -> None:
    browser.sign_in(ASA)
    before = but_limits()
    assert browser.post("/me/download", origin=OTHERS)["statusCode"] == 400
    assert browser.open("/me/download")["statusCode"] != 200
    assert but_limits() == before


def test_without_a_session_there_is_the_form_to_sign_in(asa: str, browser: Browser) -> None:
    before = dump()
    answer = browser.post("/me/download", page_language="en")
    assert "Email me a link" in answer["body"]
    assert dump() == before


def test_what_is_too_large_for_an_answer_is_promised_by_hand(
    asa: str, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in(ASA)
    monkeypatch.setattr(download, "MOST_BYTES", 100)
    answer = browser.post("/me/download")
    assert "Please write to us" in answer["body"]
    assert not [item for item in dump() if item["sk"].startswith("DOWNLOAD#")]


def test_an_answer_fits_into_what_a_function_may_return() -> None:
    assert len(base64.b64encode(b"x" * download.MOST_BYTES)) < 6 * 1024 * 1024 - 60_000


def test_who_leaves_takes_the_lines_of_downloads_along(bo: str, browser: Browser) -> None:
    browser.sign_in(bo)
    browser.post("/me/download")
    membership.erase(bo)
    assert not [item for item in dump() if item["sk"].startswith("DOWNLOAD#")]


def test_former_offices_and_their_changes_are_in_words(asa: str, browser: Browser) -> None:
    browser.sign_in(ASA)
    stays = {"office": ["stockholm", "malmo"], "from_year": ["1998", "1990"]}
    stays |= {"to_year": ["2019", "1998"]}
    rest = {"name": "Åsa Ek", "kinds": "engineer", "frequency": "every", "language": "sv"}
    browser.post("/me/details", **stays, **rest)
    page = english.visible(files(browser.post("/me/download"))["html"])
    assert "Tidigare kontor och år Malmö hamn 1990–1998" in page  # noqa: RUF001
    assert "Kontor och år: Stockholm 1998–2019, Malmö hamn 1990–1998" in page  # noqa: RUF001
