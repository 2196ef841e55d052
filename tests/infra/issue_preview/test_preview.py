"""Whoever writes an issue, and whoever must agree to it, sees every variant as its readers will."""

import html
import json
import re
import webbrowser
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from typer.testing import CliRunner

from infra.alumni import main
from infra.alumni.issues import preview
from infra.cloud import preview_link as sharing
from infra.cloud import table_access
from infra.issue_preview import views
from tests.company_project import COMPANY
from tests.infra.cloud.template_resources import RESOURCES
from tests.site import project

CHROMIUM = "/usr/bin/chromium"
ISSUE = "newsletters/2026-12-01-december.md"
BODY = """Words about *soup*.

![A fjord](../assets/fjord.png)

::: for: retired
Lunch for you.
:::

::: office: malmo
A new dock.
:::
"""
FRAME = re.compile(r'<iframe title="([^"]*)"[^>]* sandbox="([^"]*)" srcdoc="([^"]*)"')


@pytest.fixture
def site(tmp_path, monkeypatch):
    sample = project.make(tmp_path / "project")
    picture = (COMPANY / "site/content/assets/fjord.png").read_bytes()
    sample.put("assets/fjord.png", picture)
    sample.write(ISSUE, BODY, send_at="2099-12-01 09:00", subject="Soup & song")
    monkeypatch.setattr(preview, "ROOT", sample.root)
    monkeypatch.setattr(preview, "BUILD", tmp_path / "build")
    return sample


def run(*arguments: str):
    return CliRunner().invoke(main.app, ["issues", "preview", "december", *arguments])


@pytest.fixture
def page(site, tmp_path) -> str:
    assert run("--no-open").exit_code == 0
    return (tmp_path / "build/preview/december.html").read_text(encoding="utf-8")


@pytest.fixture
def frames(page) -> dict[str, str]:
    return {title: html.unescape(inner) for title, _, inner in FRAME.findall(page)}


def test_every_variant_is_shown_in_every_view(page, frames):
    names = ("en", "en-retired", "en-malmo", "en-retired-malmo")
    view_names = ("Desktop", "Phone", "Dark", "Images off")
    assert set(frames) == {f"{view}: {name}" for view in view_names for name in names}
    assert "Lunch for you" in frames["Phone: en-retired"]
    assert "Lunch for you" not in frames["Phone: en-malmo"]
    assert all(f'<section class="variant" id="{name}"' in page for name in names)
    assert "English, Swedish, German · Retired in Malmö" in page
    assert page.count("Dear Kim Sample,") == len(names) * 5


def test_the_emails_can_run_no_script_and_make_no_request(page, frames):
    assert {sandbox for _, sandbox, _ in FRAME.findall(page)} == {
        "allow-popups allow-popups-to-escape-sandbox"
    }
    assert "default-src 'none'" in page
    assert "<script" not in page
    sources = {src for frame in frames.values() for src in re.findall(r'src="([^";]{0,15})', frame)}
    assert sources == {"data:image/png"}


def test_dark_and_light_views_ignore_the_setting_of_the_machine(frames):
    dark, light = frames["Dark: en"], frames["Desktop: en"]
    assert "prefers-color-scheme" not in dark + light
    assert "@media all {" in dark
    assert "@media not all {" in light
    assert 'name="color-scheme" content="dark"' in dark


def test_without_images_their_texts_are_shown(frames):
    bare = frames["Images off: en"]
    assert "<img" not in bare
    assert ">A fjord</span>" in bare


def test_no_placeholder_is_left(page):
    assert "{{" not in page
    assert "unsubscribe_url" not in page


def test_problems_are_shown_beside_the_email_and_printed(site, tmp_path):
    site.write(ISSUE, "Ask Anna Lindquist.\n", send_at="2099-12-01 09:00", subject="S" * 71)
    result = run("--no-open")
    assert result.exit_code == 1
    assert f"site/content/{ISSUE}:5: 'Anna Lindquist' looks like" in result.stderr
    page = (tmp_path / "build/preview/december.html").read_text(encoding="utf-8")
    assert "2 problems to fix before sending" in page
    assert "phones cut it off after about 70" in page


def test_a_past_issue_and_a_draft_can_be_previewed(site):
    site.write(ISSUE, send_at="2020-12-01 09:00", subject="S" * 71, draft="true")
    assert "phones cut it off" in run("--no-open").stderr


def test_an_issue_that_cannot_be_rendered_is_reported_with_its_line(site):
    site.write(ISSUE, "[a](/gone/)", send_at="2099-12-01 09:00")
    result = run("--no-open")
    assert result.exit_code == 1
    assert f"site/content/{ISSUE}:5: link '/gone/' leads nowhere" in result.stderr
    site.put(ISSUE, "---\nsend_at: soon\nsubject: S\n---\n")
    assert "send_at 'soon' is not a valid date" in run("--no-open").stderr


def test_an_unknown_issue_lists_the_existing_ones(site):
    result = CliRunner().invoke(main.app, ["issues", "preview", "decembre", "--no-open"])
    assert result.exit_code == 1
    assert "No issue found: decembre: did you mean 'december'?" in result.stderr


def test_the_browser_opens_the_preview_unless_switched_off(site, tmp_path, monkeypatch):
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    run("--no-open")
    assert opened == []
    run()
    assert opened == [(tmp_path / "build/preview/december.html").as_uri()]


def test_only_pictures_of_the_site_are_read_from_the_disk(tmp_path):
    (tmp_path / "a.png").write_bytes(b"secret")
    for url in ("https://s.example/../a.png", "https://other.example/a.png"):
        page = f'<img src="{url}">'
        assert views.with_pictures(page, "https://s.example", tmp_path / "content") == page


@pytest.fixture
def bucket(aws, to, monkeypatch) -> str:
    """The private one, with credentials that last."""
    monkeypatch.setattr(table_access, "connect", lambda *_: {"PrivateBucket": to.private})
    return str(to.private)


def test_anyone_with_the_link_can_see_the_preview(site, bucket, aws):
    document = json.loads(run("--no-open", "--link", "--json").stdout)
    url, until = document["link"]["url"], datetime.fromisoformat(document["link"]["until"])
    answer = requests.get(url, timeout=5)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Soup &amp; song" in answer.text
    assert "X-Amz-Expires=604800" in url
    assert timedelta(days=6, hours=23) < until - datetime.now(UTC) <= timedelta(days=7)
    (uploaded,) = aws.client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    assert re.fullmatch(r"previews/[\w-]{24}/december\.html", uploaded["Key"])


def test_a_link_with_temporary_credentials_has_a_warning(site, bucket, monkeypatch):
    assert "Your credentials" not in run("--no-open", "--link").stdout
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    output = run("--no-open", "--link").stdout
    assert re.search(r"Link, valid until 20\d\d-\d\d-\d\d \d\d:\d\d UTC: https://", output)
    assert "Your credentials are temporary: if they expire earlier, so does the link." in output


def test_previews_are_deleted_after_their_links_have_expired():
    rules = RESOURCES["PrivateBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    (rule,) = (rule for rule in rules if rule.get("Prefix") == f"{sharing.FOLDER}/")
    assert rule["Status"] == "Enabled"
    assert rule["ExpirationInDays"] == sharing.LASTS.days + 1


@pytest.fixture
def shown(page, tmp_path) -> Iterator[Any]:
    """A phone in dark mode; `requests` holds its requests and console messages."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab: Any = chromium.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
        tab.requests = []
        tab.on("request", lambda request: tab.requests.append(request.url))
        tab.on("console", lambda message: tab.requests.append(message.text))
        tab.goto((tmp_path / "build/preview/december.html").as_uri())
        yield tab
        chromium.close()


def inside(shown: Any, view: str, script: str) -> Any:
    """What a script finds in one view of the variant that is shown."""
    frame = shown.locator(f".variant:visible .{view} iframe")
    frame.scroll_into_view_if_needed()  # it is loaded when it is looked at
    inner = shown.frame_locator(f".variant:visible .{view} iframe").locator("div.page")
    inner.wait_for(state="attached")
    return inner.evaluate(script)


@pytest.mark.browser
def test_a_browser_shows_every_view_and_makes_no_further_request(shown):
    colour = "sheet => getComputedStyle(sheet).backgroundColor"
    assert inside(shown, "desktop", colour) == "rgb(255, 255, 255)"
    assert inside(shown, "dark", colour) == "rgb(19, 38, 46)"
    width = "() => [innerWidth, document.documentElement.scrollWidth]"
    assert inside(shown, "phone", width) == [375, 375]
    assert inside(shown, "bare", width) == [375, 375]
    assert len(shown.requests) == 1


@pytest.mark.browser
def test_a_variant_is_chosen_without_any_script(shown):
    assert shown.locator(".variant:visible").evaluate_all("all => all.map(v => v.id)") == ["en"]
    shown.click("a[href='#en-malmo']")
    chosen = shown.locator(".variant:visible").evaluate_all("all => all.map(v => v.id)")
    assert chosen == ["en-malmo"]
    assert shown.evaluate("document.documentElement.scrollWidth") == 390
