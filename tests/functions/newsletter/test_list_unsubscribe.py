"""List-Unsubscribe: one click for programmes that know RFC 8058, a mail for those of RFC 2369."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.core import settings, tokens
from functions.core.tokens import Purpose
from functions.membership import handler
from functions.people.store import members as people
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.fake_ses import FakeSes, data

LONGEST_LINE = 998  # RFC 5322, 2.1.1
LONGEST_NAME = ".".join(["a" * 63] * 3 + ["a" * 61])  # of a host: 253 characters
HEADER = re.compile(r"<(https://[^<>\s,]+)>, <(mailto:[^<>\s,]+)>")


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch, fake_ses: FakeSes) -> str:
    monkeypatch.setenv("UNSUBSCRIBE_MAILBOX", "leave@in.example.com")
    settings.settings.cache_clear()
    return "leave@in.example.com"


def header(fake_ses: FakeSes) -> str:
    """Of the one reader of an issue that went out."""
    issue_runs.publish()
    issue_runs.tick()
    issue_runs.deliver()
    (entry,) = fake_ses.accepted
    (own,) = entry["ReplacementHeaders"]
    assert own["Name"] == "List-Unsubscribe"
    return str(own["Value"])


def both(fake_ses: FakeSes) -> tuple[str, str]:
    links = HEADER.fullmatch(header(fake_ses))
    assert links
    return links[1], links[2]


def test_without_an_unsubscribe_address_only_the_one_click_link_is_given(fake_ses: FakeSes) -> None:
    issue_runs.join()
    assert re.fullmatch(r"<https://[^<>\s,]+>", header(fake_ses))


def test_with_an_unsubscribe_address_the_one_click_link_comes_first(
    mailbox: str, fake_ses: FakeSes
) -> None:
    (member_id,) = issue_runs.join()
    url, mail = both(fake_ses)
    parts = urlsplit(mail)
    assert (parts.scheme, parts.path) == ("mailto", mailbox)
    assert data(fake_ses.accepted[0])["unsubscribe_url"] == url
    token = parse_qs(urlsplit(url).query)["token"][0]
    assert parts.query == f"subject=unsubscribe%20{token}"
    assert tokens.read(Purpose.UNSUBSCRIBE, token, 1) == [member_id]


def test_the_email_an_email_app_sends_by_the_header_unsubscribes(
    mailbox: str, fake_ses: FakeSes
) -> None:
    (member_id,) = issue_runs.join()
    subject = parse_qs(urlsplit(both(fake_ses)[1]).query)["subject"][0]
    mail = {"commonHeaders": {"subject": subject}}
    handler.mailed({"Records": [{"ses": {"mail": mail}}]}, None)
    assert not people.member(member_id).newsletter  # type: ignore[index]


def test_the_longest_addresses_fit_on_one_header_line(
    monkeypatch: pytest.MonkeyPatch, fake_ses: FakeSes
) -> None:
    monkeypatch.setenv("SITE_URL", f"https://{LONGEST_NAME}:65535")
    monkeypatch.setenv("UNSUBSCRIBE_MAILBOX", f"{'l' * 64}@{LONGEST_NAME}")
    settings.settings.cache_clear()
    issue_runs.join()
    assert len("List-Unsubscribe: " + header(fake_ses)) <= LONGEST_LINE


def test_characters_that_would_end_an_address_are_encoded(
    monkeypatch: pytest.MonkeyPatch, fake_ses: FakeSes
) -> None:
    monkeypatch.setenv("UNSUBSCRIBE_MAILBOX", "a,b>c%d?e@in.example.com")
    settings.settings.cache_clear()
    issue_runs.join()
    assert urlsplit(both(fake_ses)[1]).path == "a%2Cb%3Ec%25d%3Fe@in.example.com"
