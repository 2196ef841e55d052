"""Whom the issues to come reach, as `alumni check` tells it; and that it renders no others."""

from microsite.checks import reach
from microsite.letters import rendering

from tests.site.project import NOW, Project

ISSUE = "newsletters/2026-12-01-december.md"
FRONT = {"send_at": "2026-12-01 09:00", "subject": "December"}


def reach_lines(site: Project) -> list[str]:
    result = reach.checked(site.root, NOW)
    assert result.problems == []
    return [line for issue in result.issues for line in issue.lines]


def test_every_variant_is_listed_with_its_readers(site: Project):
    site.write(ISSUE, "All.\n\n::: office: malmo, hong-kong\nHere.\n:::\n", **FRONT)
    body = "Alla.\n\n::: for: retired, partner; office: malmo\nLunch.\n:::\n"
    site.write(ISSUE.replace(".md", ".sv.md"), body, subject="Jul", send_at=None)
    assert reach_lines(site) == [
        "december: 4 variants",
        "  en                        English, German: everybody else",
        "  en-malmo-hong-kong        English, German: Malmö, Hong Kong",
        "  sv                        Swedish: everybody else",
        "  sv-partner-retired-malmo  Swedish: Partner, Retired in Malmö",
    ]


def test_a_group_covered_by_a_wider_one_is_not_listed(site: Project):
    body = (
        "All.\n\n::: for: retired\nLunch.\n:::\n\n::: for: engineer; office: malmo\nA dock.\n:::\n"
    )
    site.write(ISSUE, body, **FRONT)
    assert [line.rpartition(": ")[2] for line in reach_lines(site)[1:]] == [
        "everybody else",
        "Retired",
        "Engineer in Malmö",
        "Engineer and Retired in Malmö",
    ]


def test_one_variant_reaches_everybody(site: Project):
    site.write(ISSUE, **FRONT)
    assert reach_lines(site) == ["december: 1 variant", "  en  English, Swedish, German: everybody"]


def test_readers_of_an_empty_variant_are_listed(site: Project):
    site.write("events/talk.md")
    site.write(ISSUE, "", events="next 5 of the reader's offices", digest="quarterly", **FRONT)
    assert reach_lines(site) == [
        "december: 2 variants, for quarterly readers",
        "  en        English, Swedish, German: everybody else (no email: nothing in it for them)",
        "  en-malmo  English, Swedish, German: Malmö",
    ]


def test_an_empty_issue_is_reported_as_not_sent(site: Project):
    site.write(ISSUE, "", jobs="open", **FRONT)
    why = "it has no content (no text, no openings)"
    assert reach_lines(site) == [f"december: is not sent because {why}"]


def test_a_correction_names_the_issue_it_corrects(site: Project):
    site.write("newsletters/november.md")
    site.write(ISSUE, corrects="november", **FRONT)
    assert reach_lines(site)[0] == "december: 1 variant, for the recipients of november"


def test_only_unsent_issues_are_rendered_and_the_next_is_listed_first(site: Project, monkeypatch):
    rendered = []
    real = rendering.variants
    monkeypatch.setattr(
        rendering, "variants", lambda i, *others: rendered.append(i.slug) or real(i, *others)
    )
    for slug, day in (("past", "2026-11-19"), ("later", "2026-12-24"), ("next", "2026-11-21")):
        site.write(f"newsletters/{slug}.md", send_at=f"{day} 09:00")
    lines = reach_lines(site)
    assert len(lines) == 4
    assert lines[0].startswith("next: ")
    assert sorted(rendered) == ["later", "next"]  # once, for the checks and for this


def test_an_email_that_is_too_long_is_a_problem_of_its_file(site: Project):
    links = "\n\n".join(f"- [a](https://example.com/{n})" for n in range(1800))
    site.write(ISSUE, links, **FRONT)
    result = reach.checked(site.root, NOW)
    assert [problem.file for problem in result.problems] == [f"site/content/{ISSUE}"]
    assert result.issues == []


def test_only_readers_in_the_audience_are_listed(site: Project):
    body = "All.\n\n::: office: malmo\nA dock.\n:::\n\n::: for: retired\nLunch.\n:::\n"
    site.write(ISSUE, body, audience="{office: malmo, language: [en, de]}", **FRONT)
    site.write(ISSUE.replace(".md", ".sv.md"), "Alla.\n", subject="Jul", send_at=None)
    assert [line.split()[0] for line in reach_lines(site)[1:]] == ["en-malmo", "en-retired-malmo"]


def test_without_an_audience_all_readers_are_listed(site: Project):
    body = "All.\n\n::: office: malmo\nA dock.\n:::\n\n::: for: retired\nLunch.\n:::\n"
    site.write(ISSUE, body, **FRONT)
    names = [line.split()[0] for line in reach_lines(site)[1:]]
    assert sorted(names) == ["en", "en-malmo", "en-retired", "en-retired-malmo"]
