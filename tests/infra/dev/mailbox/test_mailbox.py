"""From SMTP to list, page and JSON; what is kept and what is let go."""

from base64 import b64encode
from pathlib import Path

import pytest

from infra.dev.mailbox.store import Store
from tests.infra.dev.mailbox.running_mailbox import (
    PICTURE,
    RunningMailbox,
    mail,
    run_mailbox,
    with_html,
)

OTHER_SITES = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},  # another port of localhost
    {"Origin": "http://localhost:8000"},
    {"Origin": "null"},
)


def test_an_email_arrives_with_all_parts_headers_and_links(tmp_path: Path) -> None:
    message = with_html(
        '<p>Hej <a href="https://a.example/?x=1&amp;y=2">å</a><a href="#b">', "Hej å"
    )
    message["List-Unsubscribe"] = "<https://a.example/u>"

    async def act(mailbox: RunningMailbox) -> None:
        await mailbox.send(message)
        got = await mailbox.newest()
        assert (got["subject"], got["to"]) == ("Hello", "astrid@example.com")
        assert got["text"] == "Hej å\n"
        assert got["links"] == ["https://a.example/?x=1&y=2", "#b"]
        assert ["List-Unsubscribe", "<https://a.example/u>"] in got["headers"]

    run_mailbox(tmp_path, act)


def test_the_newest_email_is_first_and_a_list_can_be_limited(tmp_path: Path) -> None:
    async def act(mailbox: RunningMailbox) -> None:
        for subject in ("one", "two", "three"):
            await mailbox.send(mail(subject=subject))
        assert [row["subject"] for row in await mailbox.rows()] == ["three", "two", "one"]
        assert [row["subject"] for row in await mailbox.rows("?limit=1")] == ["three"]
        assert len(await mailbox.rows("?limit=many")) == 3

    run_mailbox(tmp_path, act)


def test_the_to_filter_matches_recipients_not_the_header(tmp_path: Path) -> None:
    async def act(mailbox: RunningMailbox) -> None:
        await mailbox.send(mail(to="list@example.com"), "Astrid@example.com", "bo@example.com")
        assert len(await mailbox.rows("?to=astrid@example.com")) == 1
        assert len(await mailbox.rows("?to=bo@example.com")) == 1
        assert await mailbox.rows("?to=list@example.com") == []
        assert await mailbox.rows("?to=o@example.com") == []

    run_mailbox(tmp_path, act)


def test_emails_survive_a_restart_and_numbers_are_not_reused(tmp_path: Path) -> None:
    async def send(mailbox: RunningMailbox) -> None:
        await mailbox.send(mail(subject="before"))

    async def send_and_list(mailbox: RunningMailbox) -> None:
        await mailbox.send(mail(subject="after"))
        rows = await mailbox.rows()
        assert [row["subject"] for row in rows] == ["after", "before"]
        assert len({row["id"] for row in rows}) == 2

    run_mailbox(tmp_path, send)
    run_mailbox(tmp_path, send_and_list)


def test_only_the_newest_are_kept_in_memory_and_on_disk(tmp_path: Path) -> None:
    store = Store(tmp_path, limit=3)
    for number in range(5):
        store.add("", ["a@example.com"], mail(subject=str(number)).as_bytes())
    assert [kept.summary.subject for kept in store.newest_first()] == ["4", "3", "2"]
    assert len(list(tmp_path.glob("*.mail"))) == 3
    assert len(Store(tmp_path, limit=2).newest_first()) == 2


def test_two_thousand_emails_are_kept_by_default(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for _ in range(2001):
        store.add("", [], b"\n")
    assert len(store.newest_first()) == 2000


@pytest.mark.parametrize("content", [b"", b"\xff\n", b"[]\n", b"{}\n", b'{"id": "x"}\n', b'{"id"'])
def test_a_broken_file_is_skipped(tmp_path: Path, content: bytes) -> None:
    Store(tmp_path).add("", ["a@example.com"], b"Subject: whole\n\n")
    (tmp_path / "00000009.mail").write_bytes(content)
    (tmp_path / "draft").write_bytes(b"half")
    assert [m.summary.subject for m in Store(tmp_path).newest_first()] == ["whole"]


def test_the_page_and_the_json_can_clear_all_emails(tmp_path: Path) -> None:
    async def act(mailbox: RunningMailbox) -> None:
        for clear, path in ((mailbox.web.post, "/clear"), (mailbox.web.delete, "/api/messages")):
            await mailbox.send(mail())
            assert (await clear(path)).status in {200, 204}
            assert await mailbox.rows() == []

    run_mailbox(tmp_path, act)
    assert list(tmp_path.glob("*.mail")) == []


def test_another_site_can_neither_clear_nor_read(tmp_path: Path) -> None:
    async def act(mailbox: RunningMailbox) -> None:
        await mailbox.send(mail())
        for host in ("evil.example.com", "[", "localhost.evil.example"):
            assert (await mailbox.web.get("/", headers={"Host": host})).status == 421
        for lie in OTHER_SITES:
            assert (await mailbox.web.post("/clear", headers=lie)).status == 403
            assert (await mailbox.web.get("/api/messages", headers=lie)).status == 403
        assert len(await mailbox.rows()) == 1

    run_mailbox(tmp_path, act)


def test_a_link_elsewhere_opens_the_inbox_but_no_page_frames_it(tmp_path: Path) -> None:
    async def act(mailbox: RunningMailbox) -> None:
        link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
        for target, status in (("document", 200), ("iframe", 403)):
            headers = link | {"Sec-Fetch-Dest": target}
            assert (await mailbox.web.get("/", headers=headers)).status == status

    run_mailbox(tmp_path, act)


def test_a_file_is_downloaded_unchanged_and_never_opened_as_a_page(tmp_path: Path) -> None:
    message = mail()
    script = b"<svg onload=alert(1)>"
    message.add_attachment(script, "image", "svg+xml", filename='å";b/../c.svg')
    message.add_attachment("BEGIN:VCALENDAR", subtype="calendar", filename="talk.ics")

    async def act(mailbox: RunningMailbox) -> None:
        await mailbox.send(message)
        assert [f["type"] for f in (await mailbox.newest())["files"]] == [
            "image/svg+xml",
            "text/calendar",
        ]
        answer = await mailbox.web.get("/messages/00000001/files/0")
        assert await answer.read() == script
        assert answer.headers["Content-Disposition"].startswith("attachment; ")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    run_mailbox(tmp_path, act)


def test_an_inline_picture_is_shown_and_is_no_attachment(tmp_path: Path) -> None:
    message = with_html('<img src="cid:logo@here" alt="">')
    message.get_payload()[1].add_related(PICTURE, "image", "png", cid="<logo@here>")

    async def act(mailbox: RunningMailbox) -> None:
        await mailbox.send(message)
        assert (await mailbox.rows())[0]["attachments"] == 0
        html = await mailbox.text("/messages/00000001/html")
        assert f'src="data:image/png;base64,{b64encode(PICTURE).decode()}"' in html

    run_mailbox(tmp_path, act)


@pytest.mark.parametrize("view", ["html", "text", "headers", "source", "<script>"])
def test_every_view_escapes_the_email(tmp_path: Path, view: str) -> None:
    evil = "<script>alert(1)</script>"

    async def act(mailbox: RunningMailbox) -> None:
        await mailbox.send(with_html(f"<p>{evil}", text=evil))
        page = await mailbox.text(f"/messages/00000001?view={view.strip('<>')}")
        assert "<script>" not in page
        assert ' style="' not in page
        assert page.count("<script ") == page.count('<script src="/static/') == 1

    run_mailbox(tmp_path, act)


@pytest.mark.parametrize(
    "path",
    ["/messages/9", "/messages/00000001/files/7", "/messages/x", "/nothing", "/static/../web.py"],
)
def test_a_missing_email_or_file_is_404(tmp_path: Path, path: str) -> None:
    async def act(mailbox: RunningMailbox) -> None:
        await mailbox.send(mail())
        assert (await mailbox.web.get(path)).status == 404

    run_mailbox(tmp_path, act)
