"""The raw messages: RFC 5322, 2047, 2369, 2919 and 8058, whatever a name or a subject holds."""

import re
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest

from functions.core import settings
from tests.functions.newsletter import issue_runs
from tests.functions.newsletter.raw_message import letter
from tests.functions.newsletter.test_bulk_email import NAMES

HTTPS = re.compile(r"<https://[!-;=?-~]+>")
URIS = re.compile(r"<[a-z]+:[!-;=?-~]+>(, <[a-z]+:[!-;=?-~]+>)*")  # RFC 2369, section 2
ENCODED_WORD = re.compile(rb"=\?[^?\s]+\?[bqBQ]\?[^?\s]*\?=")
SUBJECTS = [
    "News",
    "Ärtsoppa på torsdag, 70 platser",
    "N" * 300,
    "Åska över Öresund " * 17,
    "שלום וברכה, חדשות מהחברה",
    "Soup \N{POT OF FOOD}, family \N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}",
    'He said: "<b>no</b>" & {{left}}?',
    "=?utf-8?q?not_decoded?=",
]
ONCE_ONLY = ("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-Id")


@pytest.fixture
def sent(fake_ses):
    def send(name: str = "Kim", subject: str = "News") -> tuple[bytes, EmailMessage]:
        values = "{{name_html}} {{unsubscribe_url}}"
        text = values.replace("_html", "_text")
        content = {"subject": subject, "html": f"<p>{values}</p>", "text": text}
        issue_runs.join(1, name=name)
        issue_runs.publish(contents={"en": content})
        issue_runs.tick()
        issue_runs.deliver()
        message = letter(fake_ses.calls[0], fake_ses.accepted[0])
        return message.as_bytes(), message

    return send


@pytest.mark.parametrize("subject", [text for text in SUBJECTS if "{{" not in text])
def test_a_subject_arrives_unchanged(sent, subject: str) -> None:
    raw, message = sent(subject=subject)
    head = raw.partition(b"\r\n\r\n")[0]
    expected = subject.strip() if subject != SUBJECTS[-1] else "not decoded"
    assert message["Subject"].strip() == expected
    assert head.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))  # RFC 5322, section 2.1.1


@pytest.mark.parametrize("name", [name for name, _ in NAMES])
def test_a_name_adds_no_header_and_no_element(sent, name: str) -> None:
    raw, message = sent(name)
    assert not message.defects
    assert {header: len(message.get_all(header, [])) for header in ONCE_ONLY} == dict.fromkeys(
        ONCE_ONLY, 1
    )
    assert message["Bcc"] is None
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert elements(message) == ["p"]


@pytest.mark.parametrize("mailbox", ["", "leave@in.example.com"])
def test_the_list_headers_follow_the_standards(sent, monkeypatch, mailbox: str) -> None:
    monkeypatch.setenv("UNSUBSCRIBE_MAILBOX", mailbox)
    settings.settings.cache_clear()
    _, message = sent()
    assert URIS.fullmatch(message["List-Unsubscribe"].strip())
    assert len(HTTPS.findall(message["List-Unsubscribe"])) == 1  # RFC 8058, section 3.1
    assert ("mailto:" in message["List-Unsubscribe"]) == bool(mailbox)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<[a-z0-9.-]+\.[a-z]+>", message["List-Id"])  # RFC 2919


def test_the_senders_name_is_an_encoded_word(sent) -> None:
    raw, message = sent()
    line = next(header for header in raw.split(b"\r\n") if header.startswith(b"From: "))
    (word,) = ENCODED_WORD.findall(line)
    assert len(word) <= 75  # RFC 2047, section 2
    assert str(message["From"]) == "Fjärdholm Alumni <alumni@example.com>"


def test_the_plain_text_part_comes_before_the_html_part(sent) -> None:
    _, message = sent('Åsa "Ö" <x>')
    plain, html = message.iter_parts()
    assert message.get_content_type() == "multipart/alternative"
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_content().startswith('Åsa "Ö" <x> https://')
    assert html.get_content().startswith("<p>Åsa &quot;Ö&quot; &lt;x&gt; https://")


def elements(message: EmailMessage) -> list[str]:
    tags: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
            tags.append(tag)

    body = message.get_body(("html",))
    assert body is not None
    Reader().feed(body.get_content())
    return tags
