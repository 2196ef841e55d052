"""A whole site, built by MkDocs as it really is."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from microsite.build import Built, build
from microsite.content.edition import PublishedIssues
from microsite.content.mkdocs_yml import readers
from microsite.content.problems import ContentError

from infra.paths import ROOT
from tests.catalogue_schema import problems
from tests.site import project
from tests.site.pictures import SECRET, with_everything
from tests.site.project import NOW, Project

URL = "http://localhost:8000"


def fill(site: Project) -> None:
    site.write("news/2026-11-02-office.md", title='"Tom & <b>Jerry</b>"', topics="water")
    site.write("events/2026-12-03-talk.md", "[n](../news/2026-11-02-office.md)\n")
    site.write("events/2026-10-01-old.md", start="2026-10-01 18:00", end="2026-10-01 19:00")
    site.write("jobs/engineer.md", closes="2026-12-01")
    site.write("newsletters/2026-11-10-november.md", "[t](../events/2026-12-03-talk.md)\n")
    site.write("newsletters/december.md", send_at="2026-12-10 09:00", subject="December")
    text = (
        '"Så!"\n\n::: for: retired\n[Prat](../events/2026-12-03-talk.md)\n:::\n\n::: jobs: open\n'
    )
    site.write("newsletters/december.sv.md", text, send_at=None, subject="Jul")
    site.write("news/secret.md", title="Not yet", draft="true")
    site.put("news/2026-11-02-office.sv.md", "---\ntitle: Kontor\nsummary: S.\n---\nOrd.\n")
    site.put("assets/a.png", with_everything("PNG"))


def build_at(site: Project, now: datetime = NOW) -> Built:
    return build(site.root, site.root / "build", URL, now)


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Built:
    """One build that tests only look at."""
    site = project.make(tmp_path_factory.mktemp("built"))
    fill(site)
    return build_at(site)


def page(built: Built, url: str) -> str:
    return (built.site / url.strip("/") / "index.html").read_text()


def waiting_page(built: Built, url: str) -> str:
    return (built.private / "waiting" / url.strip("/") / "index.html").read_text()


LISTS = ["/news/2026/", "/news/office/malmo/", "/news/topic/water/", "/events/past/", "/jobs/"]
ISSUE = "/newsletters/december/"
ITEMS = ["/news/office/", "/events/talk/", "/jobs/engineer/", "/newsletters/november/"]
FILES = ["events/calendar.ics", "events/talk/event.ics", "news/feed.xml", "assets/a.png"]


@pytest.mark.parametrize("url", ["/", "/about/", "/join/", "/newsletters/", *LISTS, *ITEMS])
def test_every_promised_page_is_built(built: Built, url):
    assert (built.site / url.strip("/") / "index.html").is_file()


@pytest.mark.parametrize("name", [*FILES, "404.html", "sitemap.xml", "newsletters/feed.xml"])
def test_every_promised_file_is_built(built: Built, name):
    assert (built.site / name).is_file()


def test_nothing_private_or_unpublished_is_public(built: Built):
    public = {p.relative_to(built.site).as_posix() for p in built.site.rglob("*") if p.is_file()}
    assert not [name for name in public if name.endswith((".md", ".py", ".json", ".po"))]
    assert not [n for n in public if "shell" in n or "secret" in n or n.endswith(".sv.html")]
    html = "".join(p.read_text() for p in built.site.rglob("*.html"))
    assert "Not yet" not in html
    assert "Kontor" not in html


def test_no_picture_says_who_took_it(built: Built):
    public = [path.read_bytes() for path in built.site.rglob("*") if path.is_file()]
    assert not [content for content in public if SECRET in content]


def test_items_change_lists_by_date_alone(site: Project):
    fill(site)
    before = build_at(site)
    assert "/events/talk/" in page(before, "/events/")
    assert "/jobs/engineer/" in page(before, "/jobs/")
    assert "/newsletters/december/" not in page(before, "/newsletters/")
    after = build_at(site, NOW + timedelta(days=30))
    assert "/events/talk/" not in page(after, "/events/")
    assert "/events/talk/" in page(after, "/events/past/")
    assert "/jobs/engineer/" not in page(after, "/jobs/")
    assert "/newsletters/december/" in page(after, "/newsletters/")


def waiting(built: Built) -> set[str]:
    folder = built.private / "waiting"
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_an_issue_that_has_not_begun_waits_outside_the_public_site(built: Built):
    assert waiting(built) == {
        "newsletters/december/index.html",
        "newsletters/december/sv/index.html",
    }
    texts = (p.read_text() for p in built.site.rglob("*.*ml"))
    assert not [text for text in texts if ISSUE in text]


def test_the_catalogue_names_the_pages_that_wait(built: Built):
    issues = json.loads((built.private / "catalogue.json").read_text())["issues"]
    assert set(issues["december"]["pages"]) == waiting(built)


def test_an_issue_that_has_begun_is_public_whatever_its_time(site: Project):
    fill(site)
    begun = PublishedIssues(frozenset({"december"}), {"december": False})
    after = build(site.root, site.root / "build", URL, NOW, begun)
    assert waiting(after) == set()
    assert ISSUE in page(after, "/newsletters/")
    assert ISSUE in (after.site / "newsletters/feed.xml").read_text()


def test_an_issue_that_did_not_begin_in_time_is_not_public(site: Project):
    """It was cancelled, or skipped, or its corrected issue is still going out."""
    fill(site)
    cancelled = PublishedIssues(archived={"december": False})
    after = build(site.root, site.root / "build", URL, NOW + timedelta(days=300), cancelled)
    assert "newsletters/december/index.html" in waiting(after)
    assert ISSUE not in page(after, "/newsletters/")


def with_pictures(site: Project) -> None:
    fill(site)
    for name in ("own", "shared", "of-both", "of-none"):
        site.put(f"newsletters/{name}.png", with_everything("PNG"))
    body = "![o](own.png) ![s](/newsletters/shared.png) ![b](of-both.png) ![a](/assets/a.png)\n"
    site.write("newsletters/december.md", body, send_at="2026-12-10 09:00", web="false")
    site.write("newsletters/january.md", "![b](of-both.png)\n", send_at="2027-01-10 09:00")
    site.write("news/bridge.md", "![s](../newsletters/shared.png)\n")


def test_a_picture_beside_an_issue_waits_with_it_unless_something_public_shows_it(site: Project):
    with_pictures(site)
    before = build_at(site)
    pictures = {name for name in waiting(before) if name.endswith(".png")}
    assert pictures == {"newsletters/own.png", "newsletters/of-both.png"}
    assert not any((before.site / name).exists() for name in pictures)
    issues = json.loads((before.private / "catalogue.json").read_text())["issues"]
    assert {name for name in issues["december"]["pages"] if name.endswith(".png")} == {
        *pictures,
        "newsletters/shared.png",
    }


def test_a_picture_of_an_issue_without_a_page_is_public_for_its_email(site: Project):
    with_pictures(site)
    begun = PublishedIssues(frozenset({"december"}), {})
    after = build(site.root, site.root / "build", URL, NOW, begun)
    assert (after.site / "newsletters/own.png").is_file()
    assert (after.site / "newsletters/of-both.png").is_file()
    assert not [name for name in waiting(after) if name.endswith(".png")]


def test_an_issue_kept_off_the_site_has_no_page_ever(site: Project):
    fill(site)
    site.write("newsletters/december.md", send_at="2026-12-10 09:00", web="false")
    published = PublishedIssues(frozenset({"december"}), {})
    for after in (build_at(site), build(site.root, site.root / "build", URL, NOW, published)):
        assert waiting(after) == set()
        assert not (after.site / "newsletters/december").exists()
        assert ISSUE not in page(after, "/newsletters/")


def test_the_home_page_shows_what_is_next(built: Built):
    home = page(built, "/")
    for url in ("/events/talk/", "/news/office/", "/jobs/engineer/"):
        assert f'href="{url}"' in home
    assert "/events/old/" not in home


def test_links_between_files_become_links_between_pages(built: Built):
    assert 'href="../../news/office/"' in page(built, "/events/talk/")


def test_an_item_shows_its_office_contact_and_time(built: Built):
    talk = page(built, "/events/talk/")
    assert "<i>Malmö</i>" in talk
    assert "3\N{NO-BREAK SPACE}December 2026, 18:00\N{EN DASH}20:00" in talk
    assert "Maja Holmberg" in talk


def test_the_translation_of_an_issue_is_a_page_without_marks(built: Built):
    html = waiting_page(built, f"{ISSUE}sv/")
    assert 'href="../../../events/talk/"' in html
    assert ":::" not in html


def test_the_team_address_is_on_no_page(site: Project):
    settings = site.root / "mkdocs.yml"
    team = "email: team.of.three@example.com"
    settings.write_text(settings.read_text().replace("email: alumni@example.com", team))
    done = build_at(site)
    assert "team.of.three" in (done.private / "catalogue.json").read_text()
    public = [p.read_bytes() for p in done.site.rglob("*") if p.is_file()]
    assert not [text for text in public if b"team.of.three" in text]
    shells = list(done.private.glob("shell/*.html"))
    assert not [shell for shell in shells if "team.of.three" in shell.read_text()]


def test_quotation_marks_are_those_of_the_pages_language(built: Built):
    assert "&rdquo;Så!&rdquo;" in waiting_page(built, f"{ISSUE}sv/")


def test_titles_are_escaped_everywhere(built: Built):
    assert all("<b>Jerry" not in p.read_text() for p in built.site.rglob("*.html"))
    assert "<title>Tom &amp; &lt;b&gt;Jerry" in page(built, "/news/office/")


@pytest.mark.parametrize("language", ["en", "sv", "de"])
def test_a_shell_is_private_and_its_links_are_absolute(built: Built, language: str):
    shell = (built.private / f"shell/{language}.html").read_text()
    assert shell.count("<!--content-->") == shell.count("<!--title-->") == 1
    links = re.findall(r'(?:href|src)="([^"]+)"', shell)
    assert links
    assert all(link.startswith("/") for link in links), links


def test_a_language_that_the_theme_lacks_has_no_shell(site: Project, monkeypatch):
    monkeypatch.setattr(readers, "_translated", lambda: {"en", "sv", "de", "ga"})
    settings = site.root / "mkdocs.yml"
    text = settings.read_text().replace("languages: [en, sv, de]", "languages: [en, sv, de, ga]")
    text = re.sub(r"^( +)(?=en: )", r"\1ga: Focail\n\1", text, flags=re.MULTILINE)
    settings.write_text(text.replace("{ en: ", "{ ga: Focail, en: "))
    _translate_consents(site.root / "site/content/consents", "ga")
    (site.root / "site/theme/shell.html").write_text('{% extends "main.html" %}')
    shells = (build_at(site).private / "shell").iterdir()
    assert sorted(shell.name for shell in shells) == ["de.html", "en.html", "sv.html"]


def _translate_consents(folder: Path, language: str) -> None:
    """Let each English text be one in this language, too."""
    for english in folder.glob("*.en.md"):
        shutil.copy(english, english.with_name(english.name.replace(".en.", f".{language}.")))
    hashes = (folder / "hashes.txt").read_text()
    english_ones = [line for line in hashes.splitlines() if ".en." in line]
    more = "\n".join(english_ones).replace(".en.", f".{language}.")
    (folder / "hashes.txt").write_text(f"{hashes}{more}\n")


def test_the_catalogue_holds_all_facts_that_the_functions_need(built: Built):
    catalogue = json.loads((built.private / "catalogue.json").read_text())
    assert catalogue["schema"] == 1
    assert catalogue["site"]["url"] == URL
    assert set(catalogue["events"]) == {"talk", "old"}
    talk = catalogue["events"]["talk"]
    assert (talk["starts_at"], talk["closes_at"]) == ("2026-12-03T17:00:00Z",) * 2
    assert (talk["seats"], talk["max_guests"], talk["office"]) == (40, 1, "malmo")
    assert talk["contact"] == "maja-holmberg"
    assert "cancelled" not in talk
    assert talk["file"].startswith("events/")


def test_the_catalogue_matches_the_schema_of_the_functions(built: Built):
    """`alumni publish` adds the sequence."""
    catalogue = json.loads((built.private / "catalogue.json").read_text())
    assert problems(catalogue | {"sequence": 1}) == []


def test_the_catalogue_points_to_the_emails_of_every_issue(built: Built):
    catalogue = json.loads((built.private / "catalogue.json").read_text())
    assert set(catalogue["issues"]) == {"november", "december"}
    variants = catalogue["issues"]["december"]["variants"]
    assert set(variants) == {"en", "sv", "sv-retired"}
    mail = json.loads((built.private / variants["en"]["key"]).read_text())
    assert mail["subject"] == "December"
    assert len(variants["en"]["hash"]) == 64
    assert variants["sv-retired"]["language"] == "sv"
    assert variants["sv-retired"]["readers"] == [{"kind": ["retired"]}]


def test_feeds_hold_published_items_and_the_sitemap_listed_pages(built: Built):
    feed = ET.parse(built.site / "newsletters/feed.xml")
    assert [e.text for e in feed.iter("link")][1:] == [f"{URL}/newsletters/november/"]
    news = ET.parse(built.site / "news/feed.xml")
    assert [e.text for e in news.iter("title")][1:] == ["Tom & <b>Jerry</b>"]
    sitemap = (built.site / "sitemap.xml").read_text()
    assert f"<loc>{URL}/events/past/</loc>" in sitemap
    assert "december" not in sitemap


def files(built: Built) -> dict[str, bytes]:
    paths = [p for folder in (built.site, built.private) for p in folder.rglob("*")]
    root = built.site.parent
    return {str(p.relative_to(root)): p.read_bytes() for p in paths if p.is_file()}


def test_the_same_content_builds_the_same_bytes(site: Project):
    fill(site)
    first = files(build_at(site))
    assert files(build_at(site, NOW + timedelta(minutes=5))) == first


def test_a_failed_build_changes_nothing(site: Project):
    fill(site)
    before = files(build_at(site))
    site.write("events/bad.md", seats="-1")
    with pytest.raises(ContentError, match=r"events/bad\.md:8: seats is -1"):
        build_at(site)
    assert files(Built(site.root / "build/site", site.root / "build/private", 0, 0, ())) == before


def test_a_build_waits_for_the_one_before_it(site: Project):
    (site.root / "build").mkdir()
    with ThreadPoolExecutor() as pool, (site.root / "build/.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = pool.submit(build_at, site)
        with pytest.raises(TimeoutError):
            second.result(timeout=3)
        fcntl.flock(lock, fcntl.LOCK_UN)
        assert second.result(timeout=30).site.is_dir()


def mkdocs(site: Project, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "SITE_URL": URL}
    command = [sys.executable, "-W", "ignore", "-m", "mkdocs", *words]
    return subprocess.run(
        command, cwd=site.root, env=env, capture_output=True, text=True, check=False
    )


def test_mkdocs_alone_builds_the_same_site(site: Project):
    fill(site)
    now = datetime.now(UTC)
    ours = files(build_at(site, now))
    (site.root / "build").rename(site.root / "ours")
    done = mkdocs(site, "build")
    assert done.returncode == 0, done.stderr
    alone = Built(site.root / "build/site", site.root / "build/private", 0, 0, ())
    assert files(alone) == ours


def test_mkdocs_alone_refuses_invalid_content(site: Project):
    site.write("events/bad.md", seats="-1")
    done = mkdocs(site, "build")
    assert done.returncode == 1
    assert "site/content/events/bad.md:8: seats is -1" in done.stderr
    assert not (site.root / "build" / "site").exists()


def test_a_packages_form_is_escaped_on_the_page(site: Project):
    pages = site.root / "functions/membership/pages"
    pages.mkdir(parents=True)
    (pages / "join_form.html").write_text(
        "<b>{{ word }}|{{ _('News') }}|{{ catalogue.schema }}</b>"
    )
    theme = Path(site.root / "site/theme/form.html")
    theme.write_text("{% set word = '<i>' %}{% include 'membership/join_form.html' %}")
    site.write("pages/join.md", template="form.html")
    assert "<b>&lt;i&gt;|News|1</b>" in page(build_at(site), "/join/")


def test_the_packages_forms_are_on_their_pages(site: Project):
    shutil.copytree(ROOT / "functions", site.root / "functions")
    for template, form in (("event_item", "events/rsvp_form"), ("join", "membership/join_form")):
        (site.root / f"site/theme/{template}.html").write_text(f"{{% include '{form}.html' %}}")
    site.write("pages/join.md", template="join.html")
    site.write("events/talk.md")
    done = build_at(site)
    assert 'action="/api/events/talk/rsvp"' in page(done, "/events/talk/")
    assert 'action="/api/join"' in page(done, "/join/")


def test_a_note_of_the_writer_is_on_no_page(site: Project):
    site.write("news/office.md", "One.\n\n<!-- a note:\nasked Bo -->\n\nTwo <!-- a note --> and\n")
    built = build_at(site)
    texts = [path.read_text() for path in built.site.rglob("*.html")]
    assert not [text for text in texts if "a note" in text]
    assert "Two  and" in page(built, "/news/office/")


def test_a_date_keeps_its_number_whatever_extensions_are_listed(site: Project):
    settings = site.root / "mkdocs.yml"
    listed = re.compile(r"^markdown_extensions:\n(?:  .*\n)+", re.MULTILINE)
    settings.write_text(listed.sub("", settings.read_text()))
    site.write("news/office.md", "18. September: Herbstfest\n")
    site.write("newsletters/november.md", "18. September: Herbstfest\n")
    read = site.read()
    (variant,) = read.variants(read.edition.issues[0])
    assert "\n18. September: Herbstfest\n" in variant.text
    assert '<ol start="18">' in page(build_at(site), "/news/office/")
