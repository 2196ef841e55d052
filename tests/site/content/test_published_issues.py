"""Which issues are of the archive: what is published already decides, and then the time."""

from datetime import timedelta

import pytest
from microsite.content import edition
from microsite.content.edition import PublishedIssues

from tests.site.project import NOW, Project


def is_archived(site: Project, published: PublishedIssues | None, **front: str) -> bool:
    site.write("newsletters/winter.md", **front)
    read = edition.read(site.root, now=NOW, published=published)
    return read.is_archived(read.issues[0])


def sent(hours: int) -> str:
    """A time of the site that is so many hours ago."""
    return f"{NOW - timedelta(hours=hours - 1):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize("published", [None, PublishedIssues()])
@pytest.mark.parametrize(("hours", "archived"), [(-1, False), (23, False), (25, True)])
def test_an_issue_first_published_more_than_a_day_late_is_of_the_archive(
    site: Project, published, hours, archived
):
    assert is_archived(site, published, send_at=sent(hours)) is archived


def test_an_issue_first_published_after_its_deadline_is_of_the_archive(site: Project):
    assert is_archived(site, None, send_at=sent(5), deadline=sent(1))
    assert not is_archived(site, None, send_at=sent(5), deadline=sent(-1))


def test_an_issue_published_in_time_is_never_of_the_archive(site: Project):
    in_time = PublishedIssues(archived={"winter": False})
    assert not is_archived(site, in_time, send_at=sent(1000))


def test_an_archived_issue_stays_so_until_it_gets_a_new_time(site: Project):
    archived = PublishedIssues(archived={"winter": True})
    assert is_archived(site, archived, send_at=sent(1000))
    assert not is_archived(site, archived, send_at=sent(-1))
