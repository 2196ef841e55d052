"""What `alumni check` points out about coming issues without refusing them."""

import pytest
from microsite.checks import reach
from microsite.checks.issue_warnings import own_greeting

from tests.site.project import NOW, Project

ISSUE = "newsletters/2026-12-01-december.md"
FRONT = {"send_at": "2026-12-01 09:00", "subject": "December"}
FILE = f"site/content/{ISSUE}"


def warnings(site: Project) -> list[str]:
    result = reach.checked(site.root, NOW)
    assert result.problems == []
    return [str(warning) for warning in result.warnings]


def test_a_greeting_below_the_emails_own_is_pointed_out_with_the_remedy(site: Project):
    site.write(ISSUE, "\nHej alla!\n\nDet är vinter.\n", **FRONT)
    first, remedy = "'Hej alla!' follows the email's own greeting", "greeting: false"
    (warning,) = warnings(site)
    assert warning.startswith(f"{FILE}:6: {first}")
    assert warning.endswith(remedy)


def test_with_greeting_false_nothing_is_pointed_out(site: Project):
    site.write(ISSUE, "Hej alla!\n", greeting="false", **FRONT)
    assert warnings(site) == []


def test_a_version_in_another_language_has_its_own_greeting(site: Project):
    site.write(ISSUE, "Words.\n", **FRONT)
    path = ISSUE.replace(".md", ".sv.md")
    site.write(path, "Kära vänner,\n\nord.\n", subject="Jul", send_at=None)
    assert [line.partition(":")[0] for line in warnings(site)] == [f"site/content/{path}"]
    site.write(path, "Kära vänner,\n\nord.\n", subject="Jul", send_at=None, greeting="false")
    assert warnings(site) == []


def test_a_greeting_at_the_start_of_one_variant_is_pointed_out_once(site: Project):
    body = "::: for: retired\nDear friends,\n:::\n\nWords.\n\nHello again!\n"
    site.write(ISSUE, body, web="true", **FRONT)
    assert [line.split(":")[1] for line in warnings(site)] == ["7"]


def test_an_issue_whose_time_is_past_is_left_alone(site: Project):
    site.write(ISSUE, "Hello everyone!\n", **(FRONT | {"send_at": "2026-11-10 09:00"}))
    assert warnings(site) == []


@pytest.mark.parametrize(
    ("front", "body", "line", "what"),
    [
        ({}, "All.\n\n::: for: retired\nLunch.\n:::\n", 8, "this passage"),
        ({}, "All.\n\n::: office: malmo\n\n::: jobs: open\n:::\n", 9, "this passage"),
        ({"audience": "{office: [malmo]}"}, "All.\n", 4, "this issue"),
    ],
)
def test_words_for_some_are_pointed_out_as_public(site: Project, front, body, line, what):
    site.write("jobs/engineer.md")
    site.write(ISSUE, body, **FRONT, **front)
    (warning,) = warnings(site)
    assert warning.startswith(f"{FILE}:{line}: {what} is for some")
    assert "web: false" in warning
    for answer in ("false", "true"):
        site.write(ISSUE, body, **FRONT, **front, web=answer)
        assert warnings(site) == []


def test_words_for_everybody_need_no_decision(site: Project):
    site.write("jobs/engineer.md")
    site.write(ISSUE, "All.\n\n::: jobs: open of the reader's offices\n", **FRONT)
    assert warnings(site) == []


def test_a_link_to_an_issue_that_is_not_public_yet_is_pointed_out(site: Project):
    site.write(ISSUE, **FRONT)
    site.write("newsletters/november.md")
    body = "[n](/newsletters/november/) and\n[d](../newsletters/2026-12-01-december.md)\n"
    site.write("news/2026-11-02-office.md", body)
    (warning,) = warnings(site)
    assert warning == (
        "site/content/news/2026-11-02-office.md:7: the newsletter 'december' is not public "
        "before it is sent (2026-12-01 09:00)"
    )


@pytest.mark.parametrize(
    ("text", "greeting"),
    [
        ("Hej alla!", "Hej alla!"),
        ("Hello everyone, it is winter.", "Hello everyone,"),
        ("Hello again from Stockholm.", "Hello again from Stockholm."),
        ("Dear colleagues\nand friends,\n\nwords", "Dear colleagues and friends,"),
        ("**Liebe Ehemalige!**", "Liebe Ehemalige!"),
        ("## Hej!\n\nOrd.", "Hej!"),
        ("![A pier](/assets/pier.png)\n\nHi all\n\nWords.", "Hi all"),
        ("<!-- Hello, Karin -->\n\nIt is winter.", ""),
        ("Dear old Harbour Street has closed its doors.", ""),
        ("Hej då, Dockan!", ""),
        ("Hi-fi is back.", ""),
        ("History repeats itself.", ""),
        ("", ""),
    ],
)
def test_what_counts_as_a_greeting(text: str, greeting: str):
    assert own_greeting(text) == greeting
