"""People and programs send anything: each mail is kept, listed and shown, none harms another."""

import json
import smtplib
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.dev.mailbox.message import read, summarise
from infra.dev.mailbox.smtp import LARGEST_MAIL
from tests.infra.dev.mailbox.running_mailbox import RunningMailbox, mail, run_mailbox

NESTED = b"".join(
    b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(1100)
)
BROKEN = {
    "nothing": b"",
    "no headers": b"\r\nhello",
    "no body": b"Subject: x",
    "bytes": bytes(range(256)),
    "no boundary": b"Content-Type: multipart/mixed\r\n\r\nhello",
    "boundary never ends": b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nhello',
    "unknown charset": b"Content-Type: text/plain; charset=klingon\r\n\r\n\xe5\xe4\xf6",
    "wrong charset": b"Content-Type: text/plain; charset=us-ascii\r\n\r\n\xe5\xe4\xf6",
    "charset of nulls": b'Content-Type: text/html; charset="a\x00b"\r\n\r\n<p>',
    "broken base64": b"Content-Transfer-Encoding: base64\r\n\r\n!!!=",
    "unknown encoding": b"Content-Transfer-Encoding: zip\r\n\r\nx",
    "broken words": b"Subject: =?utf-8?B?//?= =?x-no?Q?=zz?=\r\nTo: <<>, ;:@\r\nFrom: =?\r\n\r\n",
    "raw bytes in headers": b"Subject: \xff\xfe\r\nTo: \xe5@example.com\r\n\r\n",
    "surrogates in the html": b"Content-Type: text/html; charset=utf-7\r\n\r\n+2AA-",
    "file without a name": b"Content-Type: ;;;\r\nContent-Disposition: attachment\r\n\r\nx",
    "broken file name": b"Content-Disposition: attachment; filename*=x''%ff%zz\r\n\r\nx",
    "broken date": b"Date: yesterday\r\nMessage-ID: <[]>\r\nContent-ID: <\r\n\r\n",
    "html that is none": b"Content-Type: text/html\r\n\r\n<![x<a href=<!--<a href='",
    "long header": b"Subject: " + b"x" * 200_000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN)
def test_a_broken_email_is_listed_shown_and_downloaded_unchanged(
    tmp_path: Path, raw: bytes
) -> None:
    async def act(mailbox: RunningMailbox) -> None:
        mailbox.store.add("x@example.com", ["astrid@example.com"], raw)
        assert (await mailbox.newest())["id"] == "00000001"
        for path in ("/", "/messages/00000001/html", "/messages/00000001/raw"):
            await mailbox.text(path, "latin-1")
        for view in ("html", "text", "headers", "source"):
            await mailbox.text(f"/messages/00000001?view={view}")

    run_mailbox(tmp_path, act)


def test_an_email_nested_a_thousand_levels_deep_is_read_as_text() -> None:
    assert read(NESTED).text.startswith("Content-Type: multipart/mixed")


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_can_be_read(raw: bytes) -> None:
    content = read(raw)
    document = json.dumps([content.html, content.text, content.headers, content.links()])
    assert document.encode()
    assert summarise(raw).size == len(raw)


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("iso-8859-1", "8bit"), ("utf-8", "base64"), ("windows-1252", "quoted-printable")],
)
def test_text_is_read_in_its_own_charset(charset: str, encoding: str) -> None:
    message = mail()
    message.set_content("Räksmörgås é", charset=charset, cte=encoding)
    assert read(message.as_bytes(policy=SMTP)).text.strip() == "Räksmörgås é"


def test_names_in_other_alphabets_are_read() -> None:
    summary = summarise(mail(to="王小明 <wang@example.com>", subject="同学会 🎉").as_bytes())
    assert summary.subject == "同学会 🎉"
    assert summary.to == "王小明 <wang@example.com>"


def test_an_email_keeps_its_lines_and_dots(tmp_path: Path) -> None:
    async def act(mailbox: RunningMailbox) -> None:
        await mailbox.send(mail(text=".dot\n..two\n.\nend"))
        assert (await mailbox.newest())["text"] == ".dot\n..two\n.\nend\n"

    run_mailbox(tmp_path, act)


def test_a_large_email_is_accepted_and_its_source_is_cut_on_the_page(tmp_path: Path) -> None:
    async def act(mailbox: RunningMailbox) -> None:
        await mailbox.send(mail(text="word " * 400_000))
        page = await mailbox.text("/messages/00000001?view=source")
        assert len(page) < 800_000
        assert "Truncated" in page
        assert len(await (await mailbox.web.get("/messages/00000001/raw")).read()) > 2_000_000

    run_mailbox(tmp_path, act)


def test_an_email_that_is_too_large_is_refused_and_the_next_one_accepted(tmp_path: Path) -> None:
    async def act(mailbox: RunningMailbox) -> None:
        line = b"x" * 998 + b"\r\n"
        with pytest.raises(smtplib.SMTPException):
            await mailbox.send(line * (LARGEST_MAIL // len(line) + 10))
        await mailbox.send(mail(subject="next"))
        assert [row["subject"] for row in await mailbox.rows()] == ["next"]

    run_mailbox(tmp_path, act)


def test_a_line_longer_than_smtp_allows_is_refused_not_cut(tmp_path: Path) -> None:
    async def act(mailbox: RunningMailbox) -> None:
        with pytest.raises(smtplib.SMTPDataError, match="Line too long"):
            await mailbox.send(b"Subject: long\r\n\r\n" + b"x" * 1200 + b"\r\n")
        assert await mailbox.rows() == []

    run_mailbox(tmp_path, act)


def test_a_full_disk_is_reported_to_the_sender(tmp_path: Path) -> None:
    async def act(mailbox: RunningMailbox) -> None:
        (tmp_path / "draft").mkdir()  # nothing can be written there now
        with pytest.raises(smtplib.SMTPDataError, match="452"):
            await mailbox.send(mail())
        (tmp_path / "draft").rmdir()
        await mailbox.send(mail())
        assert len(await mailbox.rows()) == 1

    run_mailbox(tmp_path, act)
