"""What lies below site/content and isn't meant for the public is refused."""

import pytest
from microsite.checks.stray_files import problem

from tests.site.project import Project


@pytest.mark.parametrize(
    "name",
    [
        "news/office.markdown",
        "news/office.MD",
        "news/2026-11-02-office.md.txt",
        "events/talk.docx",
        "newsletters/spring.html",
    ],
)
def test_a_text_that_is_no_item_is_refused(site: Project, name):
    site.put(name, "Words.")
    (reported,) = site.problems()
    stem = name.split("/")[1].split(".")[0]
    assert reported.startswith(f"site/content/{name}:1: is no item, but would be public")
    assert f"name it {stem}.md" in reported


@pytest.mark.parametrize("name", ["newsletters/guests.csv", "assets/Members.XLSX", "assets/a.msg"])
def test_a_file_that_may_hold_peoples_data_is_refused(name):
    assert "may hold people's data: move it out of site/content" in problem(name)


def test_a_file_of_word_and_a_name_in_two_spellings_are_refused():
    assert "delete it" in problem("assets/~$spring.docx")
    assert "type the name again" in problem("assets/fja\u0308rd.png")


@pytest.mark.parametrize(
    "name", ["assets/form.docx", "assets/map.pdf", "assets/fj\u00e4rd.png", "news/a.md", "a.txt"]
)
def test_other_files_are_published(name):
    assert problem(name) == ""
