"""The linters of our own find each kind of fault, and nothing in what is right."""

import json
import sys
from pathlib import Path

import pytest

from infra.dev.lint import __main__ as lint
from infra.dev.lint import locks, templates

FAULTS = {
    '<p style="color: red">': "an inline style",
    "<style>p{}</style>": "an inline <style>",
    "<script>go()</script>": "an inline <script>",
    '<p onclick="go()">': "an inline event handler",
    '<a href=" JavaScript:go()">': "a script as a link",
    '<img src="a.png">': "an image without alt",
    "<p>Welcome</p>": "text that is not translated",
    "<title>Welcome</title>": "text that is not translated",
    '<img src="a.png" alt="Welcome">': "alt is not translated",
    '<p aria-label="Welcome">': "aria-label is not translated",
    "{% if %}": "Expected an expression",
    "{% for a in b %}": "Unexpected end of template",
}
RIGHT = """<!doctype html>
{# Said to nobody #}
<title>{{ _("Hello %(name)s", name=name) }}</title>
<link rel="stylesheet" href="/a.css">
<script src="/a.js"></script>
<script type="application/ld+json">{"name": "Event"}</script>
<img src="{{ a }}" alt=""><img src="b.png" alt="{{ _("A sauna") }}">
{% trans count=3 %}{{ count }} seat is left{% pluralize %}{{ count }} seats are left{% endtrans %}
<p>&middot; 1921 &ndash; {{ year }}</p>
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(templates, "ROOT", tmp_path)
    return tmp_path


def page(project: Path, text: str, name: str = "site/theme/page.html") -> list[str]:
    path = project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return [str(problem) for problem in templates.every()]


@pytest.mark.parametrize(("fault", "message"), FAULTS.items())
def test_every_fault_is_reported_with_its_file_and_line(
    project: Path, fault: str, message: str
) -> None:
    (problem,) = page(project, f"<p>\n</p>\n{fault}\n")
    assert problem.startswith("site/theme/page.html:")
    assert message in problem
    assert ":3: " in problem or "end of template" in problem


def test_a_correct_template_passes(project: Path) -> None:
    assert page(project, RIGHT) == []


def test_all_faults_are_reported_at_once(project: Path) -> None:
    assert len(page(project, '<p style="a">\n<img src="b">\nWelcome')) == 3


@pytest.mark.parametrize(
    "name", ["functions/events/pages/form.html", "infra/dev/mailbox/templates/list.html"]
)
def test_pages_of_functions_and_mailbox_are_linted_too(project: Path, name: str) -> None:
    assert len(page(project, "Welcome", name)) == 1


def test_an_email_may_have_inline_styles_but_its_text_must_be_translated(project: Path) -> None:
    html = '<p style="color: red">{{ _("Hej") }}</p>'
    assert page(project, html, "newsletter_templates/welcome/body.html") == []
    mjml = '<mj-style>p { color: red }</mj-style>\n<mj-image src="a.png" />'
    (problem,) = page(project, mjml, "newsletter_templates/layout.mjml")
    assert "layout.mjml:2: an image without alt" in problem


def test_the_text_part_of_an_email_must_be_translated_too(project: Path) -> None:
    (problem,) = page(project, '{{ _("Hej") }}\n\nSee you', "newsletter_templates/a/body.txt")
    assert problem.endswith("body.txt:3: text that is not translated: 'See you'")


def test_it_exits_with_1_if_there_is_a_problem(project: Path) -> None:
    page(project, RIGHT)
    assert templates.main() == 0
    page(project, "Welcome")
    assert templates.main() == 1


LOCK = "boto3==1.0 \\\n    --hash=sha256:00\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "functions.txt").write_text(LOCK)
    source = tmp_path / "functions.in"
    source.write_text("boto3\n")
    return source


def resolves_to(monkeypatch: pytest.MonkeyPatch, text: str, failed: str = "") -> None:
    """The package index, for this test: what it makes of any source."""

    def resolve(_source: Path, output: Path) -> str:
        assert output.read_text() == LOCK, "the lock's own versions are to be held on to"
        output.write_text(text)
        return failed

    monkeypatch.setattr(locks, "resolve", resolve)


def test_a_current_lock_has_no_problem(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, LOCK)
    assert locks.problem(source) == ""
    assert source.with_suffix(".txt").read_text() == LOCK


def test_a_lock_older_than_its_source_is_reported(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolves_to(monkeypatch, f"{LOCK}idna==3 \\\n    --hash=sha256:01\n")
    assert "functions.txt does not match functions.in" in locks.problem(source)
    assert source.with_suffix(".txt").read_text() == LOCK, "looking changes nothing"


def test_a_missing_lock_is_reported(source: Path) -> None:
    source.with_suffix(".txt").unlink()
    assert locks.problem(source) == "functions.txt is missing: run `make lock`"


def test_a_lock_with_a_url_is_reported(source: Path) -> None:
    source.with_suffix(".txt").write_text("a @ https://packages.example.com/a.whl\n")
    assert "contains a URL" in locks.problem(source)


def test_a_source_that_cannot_be_resolved_is_reported_with_the_reason(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolves_to(monkeypatch, LOCK, failed="no such package")
    assert locks.problem(source) == "functions.in can't be resolved: no such package"


def test_every_lock_names_versions_and_hashes_only(root: Path) -> None:
    for lock in (root / "infra" / "requirements").glob("*.txt"):
        text = lock.read_text()
        pinned = [line for line in text.splitlines() if line and line[0].isalnum()]
        assert pinned, lock
        assert all("==" in line for line in pinned), lock
        assert text.count("--hash=sha256:") >= len(pinned), lock


def test_a_failed_step_shows_its_output_and_all_steps_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    step = (sys.executable, "-c", "import sys; print('a problem'); sys.exit(int(sys.argv[1]))")
    monkeypatch.setattr(lint, "STEPS", (("bad", (*step, "1")), ("good", (*step, "0"))))
    assert lint.main() == 1
    output = capsys.readouterr().out.splitlines()
    assert output[0] == "a problem"
    assert output[1].startswith("FAILED")
    assert output[1].endswith("bad")
    assert output[2].startswith("ok")
    assert len(output) == 3


def test_a_missing_linter_is_reported_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(lint, "STEPS", (("checkov", (str(tmp_path / "checkov"),)),))
    assert lint.main() == 1
    assert "is not installed: run `make env`" in capsys.readouterr().out


def test_checkov_makes_no_request_and_every_skip_has_a_reason(root: Path) -> None:
    lines = (root / "infra" / "dev" / "lint" / "checkov.yaml").read_text().splitlines()
    assert any(line.startswith("skip-download: true") for line in lines)
    skips = [line for line in lines if line.strip().startswith("- CKV")]
    assert skips
    assert all(" # " in line for line in skips)


@pytest.mark.parametrize(("folder", "least"), [("lighthouse", 100), ("readers", 4)])
def test_a_lock_of_npm_holds_hashes_and_no_addresses(root: Path, folder: str, least: int) -> None:
    lock = json.loads((root / f"infra/dev/{folder}/package-lock.json").read_text())
    packages = [package for path, package in lock["packages"].items() if path]
    assert len(packages) >= least
    assert all("integrity" in package and "resolved" not in package for package in packages)
