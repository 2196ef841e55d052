"""Every item is found through its lists, however many there are."""

from microsite.lists.every_list import Lists
from microsite.lists.grouping import PAGE_SIZE

from tests.site.project import NOW, Project


def lists(site: Project):
    edition = site.edition()
    return Lists(edition.items, edition.settings, NOW).every()


def test_a_long_list_is_paged_to_its_last_item(site: Project):
    for number in range(PAGE_SIZE + 5):
        site.write(f"news/n{number}.md", office="malmo")
    for base in ("/news/", "/news/2026/", "/news/office/malmo/"):
        pages = [one for one in lists(site) if one.url in (base, f"{base}page-2/")]
        assert [len(one.items) for one in pages] == [PAGE_SIZE, 5]
        assert pages[0].older == pages[1].url


def test_filters_count_the_listed_items_and_mark_the_current_one(site: Project):
    site.write("jobs/open.md", office="malmo")
    site.write("jobs/closed.md", office="malmo", closes="2026-11-02")
    (here,) = (one for one in lists(site) if one.url == "/jobs/office/malmo/")
    assert [tuple(c) for c in here.filters["offices"] if c.active] == [
        ("Malmö", "/jobs/office/malmo/", 1, True)
    ]


def test_an_empty_list_keeps_its_address_and_has_a_text(site: Project):
    (empty,) = (one for one in lists(site) if one.url == "/events/office/brussels/")
    assert (empty.groups, bool(empty.empty_text)) == ([], True)
