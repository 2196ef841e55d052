"""What people agree to is in files, each noted by its hash: none changes or vanishes unnoticed."""

import pytest
from microsite.checks.consent_rules import consent_problems

from functions.core.texts import fingerprint
from tests.site.project import NOW, Project

FOLDER = "site/content/consents"
NEWSLETTER = "newsletter.2026-11-27.en.md"


def changed(site: Project, name: str, words: str) -> str:
    """The only problem of the project, once this text is written."""
    site.put(f"consents/{name}", words)
    (problem,) = site.problems()
    return problem


def hashes(site: Project) -> str:
    return (site.root / FOLDER / "hashes.txt").read_text()


def test_the_companys_texts_are_sound(site: Project):
    assert site.problems() == []


def test_a_changed_text_is_refused_with_what_to_do(site: Project):
    problem = changed(site, NEWSLETTER, "We may write.\n")
    assert problem.startswith(f"{FOLDER}/{NEWSLETTER}:1: has changed")
    assert "write the new ones into newsletter." in problem
    assert f"change its line in hashes.txt to: {fingerprint('We may write.')}  {NEWSLETTER}" in (
        problem
    )


@pytest.mark.parametrize(
    ("newest", "suggested"),
    [
        ("2026-11-01", "2026-11-20"),
        ("2026-11-20", "2026-11-20-2"),
        ("2026-11-20-9", "2026-11-20-10"),
        ("2026-12-24", "2026-12-24-2"),  # somebody writes ahead
    ],
)
def test_the_version_that_is_suggested_would_be_in_force(
    site: Project, newest: str, suggested: str
):
    for path in (site.root / FOLDER).glob("newsletter.*"):
        path.unlink()
    old = f"newsletter.{newest}.en.md"
    site.put("consents/hashes.txt", f"{hashes(site)}{'0' * 64}  {old}\n")
    site.put(f"consents/{old}", "We may write.\n")
    texts = [str(problem) for problem in consent_problems(site.edition(NOW))]
    assert any(f"write the new ones into newsletter.{suggested}.en.md," in text for text in texts)


def test_other_line_breaks_and_editors_marks_are_no_change(site: Project):
    words = (site.root / FOLDER / NEWSLETTER).read_text()
    site.put(f"consents/{NEWSLETTER}", "\ufeff" + words.replace(" ", "\r\n"))
    assert site.problems() == []


def test_a_new_version_is_accepted_with_the_suggested_lines(site: Project):
    for language in ("en", "sv", "de"):
        site.put(f"consents/newsletter.2026-12-24.{language}.md", f"We may write ({language}).")
    lines = [problem.split("hashes.txt: ")[1] for problem in site.problems()]
    assert len(lines) == 3
    site.put("consents/hashes.txt", hashes(site) + "\n".join(lines))
    assert site.problems() == []
    versions = site.read().catalogue["site"]["consents"]["newsletter"]
    assert [version["version"] for version in versions] == ["2026-11-27", "2026-12-24"]
    assert versions[-1]["text"]["sv"] == "We may write (sv)."


def test_the_second_version_of_a_day_is_newer_and_a_tenth_day_newer_than_the_ninth(site: Project):
    for version in ("2027-01-9", "2027-01-10", "2027-01-10-2"):
        site.put(f"consents/newsletter.{version}.en.md", "We may write.")
    known = list(site.edition().content.consents.versions("newsletter"))
    assert known[-3:] == ["2027-01-9", "2027-01-10", "2027-01-10-2"]


def test_the_newest_version_is_there_in_every_language(site: Project):
    site.put("consents/food.2026-12.en.md", "We may know.")
    problems = "\n".join(site.problems())
    assert "food.2026-12.sv.md is missing" in problems
    assert "food.2026-12.de.md is missing" in problems


def test_a_text_that_is_gone_is_refused_as_proof_may_need_it(site: Project):
    (site.root / FOLDER / "membership.2026-11-26.sv.md").unlink()
    (problem,) = site.problems()
    assert problem.startswith(f"{FOLDER}/hashes.txt:")
    assert "membership.2026-11-26.sv.md is gone" in problem
    assert "restore it from git" in problem


def test_every_purpose_needs_a_text(site: Project):
    for path in (site.root / FOLDER).iterdir():
        path.unlink()
    missing = [problem for problem in site.problems() if "is missing" in problem]
    assert len(missing) == 4 * 3


@pytest.mark.parametrize(
    ("name", "words", "why"),
    [
        ("newsletter.md", "Words.", "name it like newsletter."),
        ("newsletter.2026.en.md", "Words.", "name it like newsletter."),
        ("newsletter.2027-01-01.EN.md", "Words.", "name it like newsletter."),
        ("notes.docx", "Words.", "name it like newsletter."),
        ("food.2026-01-01.en.md", " \n", "is empty"),
        ("food.2026-01-01.en.md", "---\ntitle: A\n---\nWords", "write plain words"),
        ("food.2026-01-01.en.md", "Read [this](/privacy/).", "write plain words"),
        ("food.2026-01-01.en.md", "<b>Read</b>", "write plain words"),
        ("advertising.2027-01-01.en.md", "We may.", "nobody is asked for consent to 'advertising'"),
    ],
)
def test_a_file_that_no_form_could_show_is_refused(site: Project, name, words, why):
    site.put(f"consents/{name}", words)
    assert any(f"{FOLDER}/{name}:" in problem and why in problem for problem in site.problems())


@pytest.mark.parametrize("line", ["newsletter.2026-11-27.en.md", "abc  food.2026-11.en.md"])
def test_a_line_that_is_no_hash_is_refused_and_one_too_many(site: Project, line):
    first, *_ = known = hashes(site).splitlines()
    site.put("consents/hashes.txt", "\n".join([*known, line, first]))
    problems = site.problems()
    assert len(problems) == 2
    assert any("is no hash and file name" in problem for problem in problems)
    assert any("stands here twice" in problem for problem in problems)


def test_the_old_setting_is_refused_with_the_way_to_move_it(site: Project):
    settings = site.root / "mkdocs.yml"
    old = "\n    consent:\n      id: membership\n"
    settings.write_text(settings.read_text().replace("\n    imprint:", f"{old}    imprint:"))
    (problem,) = site.problems()
    assert "unknown key 'consent': people now consent to each purpose by itself" in problem
    assert "site/content/consents/membership.<version>.<language>.md" in problem
