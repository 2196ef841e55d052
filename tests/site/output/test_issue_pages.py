"""An issue's page shows all blocks, each with whom it is for, and has its languages beside it."""

import pytest
from microsite.content.items import Newsletter
from microsite.content.rendered_body import converter
from microsite.output import feeds, issue_pages, page_context
from microsite.output.issue_pages import Block
from microsite.output.site import Site

from tests.site.project import Project

ISSUE = "newsletters/november.md"
SV = "newsletters/november.sv.md"


def sound(site: Project) -> Site:
    assert site.problems() == []
    return site.read()


def blocks(site: Project, path: str = ISSUE) -> list[Block]:
    """As MkDocs would render the body."""
    rendered_site = sound(site)
    issue = rendered_site.edition.pages[path]
    assert isinstance(issue, Newsletter)
    settings = rendered_site.edition.settings
    rendered = converter(settings, "en").convert(page_context.markdown(rendered_site, path))
    page_blocks = page_context.context(rendered_site, path, {}, rendered)["blocks"]
    assert page_blocks == issue_pages.blocks(issue, rendered_site.edition, rendered)
    return page_blocks


def shown(site: Project) -> list[tuple[str, str]]:
    return [(b.label, "".join(piece.html.strip() for piece in b.pieces)) for b in blocks(site)]


def test_every_block_is_shown_with_its_readers(site: Project):
    body = "All.\n\n::: for: retired; office: malmo, hong-kong\nLunch.\n:::\nBye."
    site.write(ISSUE, body)
    label = "Retired \N{MIDDLE DOT} Malmö \N{MIDDLE DOT} Hong Kong"
    expected = [("", "<p>All.</p>"), (label, "<p>Lunch.</p>"), ("", "<p>Bye.</p>")]
    assert shown(site) == expected


@pytest.mark.parametrize("body", ["Words.", "<!--passage 7--> Words.", "```\n:::\n```", "", "\n"])
def test_an_issue_without_blocks_is_one_unlabelled_text(site: Project, body):
    site.write(ISSUE, body)
    assert {label for label, _ in shown(site)} <= {""}
    assert "passage" not in "".join(text for _, text in shown(site))


def test_an_include_lists_the_next_items_of_all_offices(site: Project):
    site.write("events/talk.md")
    site.write("events/walk.md", title="Walk", office="hong-kong", start="2026-12-02 18:00")
    site.write(ISSUE, "A.\n\n::: events: next 2 of the reader's offices\n\nB.", jobs="open")
    (block,) = blocks(site)
    assert [p.heading or p.html.strip() for p in block.pieces] == [
        "<p>A.</p>",
        "Events",
        "<p>B.</p>",
    ]
    cards = block.pieces[1].items
    assert [(card.title, card.url) for card in cards] == [
        ("Walk", "/events/walk/"),
        ("Talk", "/events/talk/"),
    ]


def test_each_language_has_a_page_that_links_to_the_others(site: Project):
    site.write(ISSUE)
    site.write(SV, "Hej.", send_at=None, subject="Nu")
    rendered_site = sound(site)
    assert [issue.path for issue in rendered_site.edition.issues] == [ISSUE]
    choices = issue_pages.languages(rendered_site.edition.pages[SV], rendered_site.edition)
    assert [(one.name, one.url, one.is_current) for one in choices] == [
        ("English", "/newsletters/november/", False),
        ("svenska", "/newsletters/november/sv/", True),
    ]
    assert "/newsletters/november/sv/" in rendered_site.urls


def test_an_issue_in_one_language_offers_no_choice(site: Project):
    site.write(ISSUE)
    site.write(SV, "Hej.", send_at=None, draft="true")
    rendered_site = sound(site)
    assert issue_pages.languages(rendered_site.edition.pages[ISSUE], rendered_site.edition) == []
    assert "/newsletters/november/sv/" not in rendered_site.urls


def test_a_page_may_not_take_a_translations_address(site: Project):
    site.write(ISSUE)
    site.write(SV, "Hej.", send_at=None)
    site.write("pages/newsletters/november/sv.md")
    assert "the address /newsletters/november/sv/ is already taken" in "".join(site.problems())


def test_feeds_hold_no_marks_and_one_entry_for_all_languages(site: Project):
    site.write(ISSUE, "::: for: retired\nx\n:::\n", summary="S.")
    site.write(SV, "Hej.", send_at=None)
    rendered_site = sound(site)
    feed = feeds.feed_files(rendered_site.shelves, rendered_site.edition.settings)[
        "newsletters/feed.xml"
    ].decode()
    assert feed.count("<item>") == 1
    assert ":::" not in feed


def test_a_link_in_one_language_may_lead_to_another(site: Project):
    site.write(ISSUE, "## Here\n\nSee [the Swedish](november.sv.md) and [above](#here).")
    site.write(SV, "## Här\n\n[Engelska](november.md#here), [ovan](#har).", send_at=None)
    assert site.problems() == []
    site.write(SV, "[ovan](#nowhere)", send_at=None)
    assert f"site/content/{SV}:4: link '#nowhere'" in "".join(site.problems())
