"""`alumni issues new`: a file that is right at once, is sent by no accident, and replaces none."""

import json

import pytest
from microsite.checks import reach
from typer.testing import CliRunner

from infra.alumni import main
from infra.alumni.issues import new
from tests.site import project

WHEN = ("--send-at", "2027-03-02 09:00")
NAME = "newsletters/2027-03-02-spring.md"


@pytest.fixture
def site(tmp_path, monkeypatch) -> project.Project:
    monkeypatch.delenv("SITE_URL", raising=False)
    monkeypatch.setattr(new, "ROOT", tmp_path)
    return project.make(tmp_path)


def run(*arguments: str):
    return CliRunner().invoke(main.app, ["issues", "new", *arguments])


@pytest.mark.parametrize("digest", [[], ["--digest"]])
def test_a_new_issue_is_a_draft_without_problems(site, digest):
    result = run("spring", *WHEN, *digest)
    assert result.exit_code == 0, result.output
    assert f"site/content/{NAME}" in result.stdout
    assert site.problems() == []
    (issue,) = (i for i in site.edition().content.items if i.kind == "newsletters")
    assert issue.draft
    assert issue.frequency == ("quarterly" if digest else "every")
    assert f"{issue.send_at:%Y-%m-%d %H:%M}" == "2027-03-02 09:00"


def test_a_finished_draft_can_be_sent_once_its_subject_is_written(site):
    run("spring", *WHEN)
    path = site.root / "site/content" / NAME
    path.write_text(path.read_text().replace("draft: true", "draft: false"))
    assert "subject is still the placeholder" in "".join(site.problems())
    path.write_text(path.read_text().replace("Write the subject here", "Spring"))
    (issue,) = reach.checked(site.root).issues
    assert issue.lacks[0] == "text"


def test_a_new_issue_is_planned_a_week_ahead_by_default(site):
    assert run("spring").exit_code == 0
    (issue,) = (i for i in site.edition().content.items if i.kind == "newsletters")
    assert (issue.send_at.hour, issue.send_at.minute) == (9, 0)
    assert 5 <= (issue.send_at - new.datetime.now(issue.send_at.tzinfo)).days <= 8


def test_json_names_the_new_file(site):
    result = json.loads(run("spring", *WHEN, "--json").stdout)
    assert result == {"file": f"site/content/{NAME}", "send_at": "2027-03-02T09:00:00+01:00"}


def test_nothing_is_ever_overwritten(site):
    run("spring", *WHEN)
    path = site.root / "site/content" / NAME
    path.write_text("---\nmine\n---\n")
    again = run("spring", *WHEN)
    assert again.exit_code == 1
    assert path.read_text() == "---\nmine\n---\n"


def test_a_slug_in_use_is_refused(site):
    site.write("events/spring.md")
    result = run("spring", *WHEN)
    assert result.exit_code == 1
    assert "site/content/events/spring.md already has the slug spring" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("../../etc",),
        ("Vår",),
        ("spring", "--send-at", "soon"),
        ("x", "--send-at", "2027-03-28 02:30"),
    ],
)
def test_invalid_options_write_no_file(site, arguments):
    assert run(*arguments).exit_code == 2
    assert not (site.root / "site/content/newsletters").exists()


def test_the_example_in_a_draft_names_readers_that_the_company_has(site):
    run("spring", *WHEN)
    text = (site.root / "site/content" / NAME).read_text()
    readers = next(line for line in text.splitlines() if line.startswith("::: for"))
    known = site.edition().settings
    assert readers == f"::: for: {known.kinds[-1].slug}; office: {known.offices[-1].slug}"
