"""A mail as bytes: whatever people are called and HR writes, it arrives as it was meant."""

import email
import re
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.core.mail.message import Attachment, Mail
from functions.post import mime
from functions.post.render import Rendered, one_line, render
from tests.functions.support import NOW, SITE, SITE_URL

LOCKED = "=?utf-8?q?a=40b=2Eio=0D=0ASubject:_Locked?="
SENDER = "Fjärdholm Alumni <alumni@example.com>"


def built(name="Åsa Ek", subject="Hello", text="Hello\n", html="<p>Hello</p>", attachments=()):
    mail = Mail("welcome", "en", name, "asa@example.com", attachments=attachments)
    return mime.build(mail, Rendered(subject, text, html), SENDER, NOW)


def read(raw):
    return email.message_from_bytes(raw, policy=default)


@pytest.mark.parametrize(
    "name",
    [
        'Åsa "Ö" <x>',
        "Ek, Åsa; Dr. (PhD)",
        "Eve <eve@example.org>, Bo",
        "دانا علی‌رضا",
        "\u202eevE",
        "Åsa \N{PARTY POPPER}",
        "陳大文",
        LOCKED,
        "von und zu Beispiel, Anna-Maria, Dipl.-Ing., MBA, " * 4,
        "Åsa\r\nBcc: eve@example.org",
        "x" * 300,
        "\\",
        "",
    ],
)
def test_no_name_reaches_a_header(name):
    assert headers(built(name=name)) == headers(built())
    assert b"\r\nTo: asa@example.com\r\n" in built(name=name)


def headers(raw):
    """All headers but the one with the boundary between the parts, which is random."""
    return [pair for pair in email.message_from_bytes(raw).items() if pair[0] != "Content-Type"]


def test_a_subject_that_looks_encoded_is_shown_as_it_was_written():
    message = read(built(subject=f"Your place: {LOCKED}"))
    assert message["Subject"] == f"Your place: {LOCKED.replace('=?', '= ?')}"
    assert message.get_all("Subject") == [message["Subject"]]


def test_a_newline_in_a_subject_makes_no_header():
    subject = one_line("Hello\nBcc: eve@example.org")
    message = read(built(subject=subject))
    assert message["Bcc"] is None
    assert message["Subject"] == "Hello Bcc: eve@example.org"
    assert [address.addr_spec for address in message["To"].addresses] == ["asa@example.com"]


@pytest.mark.parametrize(
    "subject", ["x" * 300, "Öppet hus " * 30, "\N{PARTY POPPER}" * 80, "שלום עולם", 'a: b, "c" <d>']
)
def test_a_subject_of_any_length_and_script_arrives_whole(subject):
    assert read(built(subject=subject.strip()))["Subject"] == subject.strip()


def test_lines_are_short_ascii_and_end_as_mail_wants():
    text = "Ö" * 5000 + "\n" + "x" * 5000 + "\n"
    raw = built(name="Å" * 300, subject="Ö" * 300, text=text, html=f"<p>{text}</p>")
    assert raw.isascii()
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert b"\n" not in b"".join(lines)
    assert read(raw).get_body(("plain",)).get_content().replace("\r\n", "\n") == text


def test_the_text_part_comes_first_and_the_headers_are_those_of_an_automatic_email():
    message = read(built())
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["Content-Language"] == "en"
    assert message["From"] == SENDER
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.timestamp() == NOW


def test_a_calendar_file_is_attached_beside_both_parts():
    file = Attachment("event.ics", b"BEGIN:VCALENDAR\r\n", "text/calendar; method=PUBLISH")
    message = read(built(attachments=(file,)))
    (part,) = message.iter_attachments()
    assert (part.get_filename(), part.get_param("method")) == ("event.ics", "PUBLISH")
    assert message.get_body(("html",)).get_content().strip() == "<p>Hello</p>"


def rendered(name="Åsa", **context):
    known = {"newsletter": True, "page_url": f"{SITE_URL}/me/"} | context
    mail = Mail("already_member", "en", name, "asa@example.com", known)
    return render(mail, SITE)


def test_a_name_is_text_in_html_and_itself_in_plain_text():
    content = rendered('<b>"Å" & {{ 7*7 }} %(name)s</b>', unsubscribe_url=f"{SITE_URL}/x")
    assert '<b>"Å" & {{ 7*7 }} %(name)s</b>' in content.text
    assert "&lt;b&gt;&#34;Å&#34; &amp; {{ 7*7 }} %(name)s&lt;/b&gt;" in content.html
    assert "<b>" not in content.html


def test_no_control_character_reaches_an_email():
    content = rendered("Å\x00\x07\x1b\x7f\x9bsa", unsubscribe_url=f"{SITE_URL}/\x08x")
    for part in (content.text, content.html):
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", part)
        assert "Hello Åsa," in part
    assert one_line("A\x07\x1b talk") == "A talk"


def test_a_link_is_escaped_in_html():
    content = rendered(unsubscribe_url=f'{SITE_URL}/?a=1&b="')
    assert f'href="{SITE_URL}/?a=1&amp;b=&#34;"' in content.html
    assert f'{SITE_URL}/?a=1&b="' in content.text


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(max_size=400))
def test_any_name_and_subject_give_exactly_one_recipient(name, subject):
    subject = one_line(subject.encode(errors="ignore").decode())
    message = read(built(name=name, subject=subject))
    assert [address.addr_spec for address in message["To"].addresses] == ["asa@example.com"]
    assert message["Bcc"] is None
