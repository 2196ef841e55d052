"""Events' revisions come from git, whatever the files are called; a shallow clone is a problem."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from unicodedata import normalize

import pytest
from microsite.checks.check import project_problems
from microsite.content import history
from microsite.content.problems import ContentError

from functions.core.handover import SEQUENCE_BEGINS
from tests.site.project import Project

EVENTS = "site/content/events"
START = 1_790_000_000


def git(root: Path, *words: str, at: int = START) -> None:
    env = {"GIT_COMMITTER_DATE": f"{at} +0000", "GIT_AUTHOR_DATE": f"{at} +0000", "HOME": "/"}
    who = ("-c", "user.name=HR", "-c", "user.email=hr@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=root, env=env, check=True)


def commit(site: Project, minute: int = 0) -> None:
    git(site.root, "add", ".")
    git(site.root, "commit", "-q", "-m", "why", at=START + 60 * minute)


def changed(site: Project) -> dict[str, int]:
    """The minute of each event's last change, by its file's name."""
    times = history.last_changes(site.root, EVENTS)
    start = datetime.fromtimestamp(START, UTC)
    return {
        path.removeprefix(f"{EVENTS}/"): (at - start).seconds // 60 for path, at in times.items()
    }


@pytest.fixture
def repository(site: Project) -> Project:
    git(site.root, "init", "-q", "-b", "main")
    return site


def test_an_event_has_the_time_of_its_last_commit(repository: Project):
    repository.write("events/talk.md")
    repository.write("events/walk.md")
    commit(repository)
    repository.write("events/talk.md", seats="50")
    commit(repository, 1)
    repository.write("news/2026-11-02-office.md")
    commit(repository, 2)
    assert changed(repository) == {"talk.md": 1, "walk.md": 0}


@pytest.mark.parametrize(
    "name", ["2027-06-20-älvdag.md", 'a "talk".md', "two words.md", "line\nfeed.md", "tab\t\\.md"]
)
def test_a_name_that_git_would_quote_is_read_unquoted(repository: Project, name: str):
    repository.put(f"events/{name}", "words")
    commit(repository, 3)
    assert changed(repository) == {name: 3}


def test_an_event_with_an_umlaut_has_a_revision_in_its_calendar(repository: Project):
    from microsite.output.site import Site

    repository.write("events/2027-06-20-älvdag.md", slug="alvdag")
    commit(repository)
    site = Site(repository.edition())
    assert site.changed == {"events/2027-06-20-älvdag.md": datetime.fromtimestamp(START, UTC)}
    assert site.catalogue["events"]["alvdag"]["revision"] == (START - SEQUENCE_BEGINS) // 60


def test_a_change_of_the_settings_revises_every_event(repository: Project):
    """Such as an office's address, which its events' calendar entries show."""
    from microsite.output.site import Site

    repository.write("events/talk.md")
    commit(repository)
    settings = repository.root / "mkdocs.yml"
    settings.write_text(f"{settings.read_text()}# A new address\n")
    commit(repository, 7)
    site = Site(repository.edition())
    assert site.catalogue["events"]["talk"]["revision"] == (START - SEQUENCE_BEGINS) // 60 + 7
    assert site.changed["events/talk.md"] == datetime.fromtimestamp(START, UTC)


def test_both_unicode_forms_of_an_umlaut_name_one_file():
    assert history.path_key(normalize("NFD", "älvdag.md")) == normalize("NFC", "älvdag.md")


def test_renaming_an_event_counts_as_a_change(repository: Project):
    repository.write("events/2026-12-03-talk.md")
    commit(repository)
    git(repository.root, "mv", f"{EVENTS}/2026-12-03-talk.md", f"{EVENTS}/2026-12-04-talk.md")
    commit(repository, 5)
    assert changed(repository)["2026-12-04-talk.md"] == 5


def test_a_change_counts_from_its_merge(repository: Project):
    repository.write("events/talk.md")
    commit(repository)
    git(repository.root, "checkout", "-q", "-b", "later")
    repository.write("events/talk.md", seats="50")
    commit(repository, 1)
    git(repository.root, "checkout", "-q", "main")
    repository.write("events/talk.md", title="A better talk")
    commit(repository, 2)
    git(repository.root, "merge", "-q", "--no-commit", "later", at=START + 240)
    commit(repository, 4)
    assert changed(repository) == {"talk.md": 4}


def test_a_repository_without_commits_has_no_changes(repository: Project):
    repository.write("events/talk.md")
    assert changed(repository) == {}


def test_outside_git_no_event_has_a_change(site: Project):
    site.write("events/talk.md")
    assert changed(site) == {}


SIGNER = """#!/bin/sh
case "$*" in
*--verify*) echo "gpg: a good signature" >&2; echo "[GNUPG:] GOODSIG 1 HR" ;;
*) cat > /dev/null; echo "[GNUPG:] SIG_CREATED D" >&2; echo "-----BEGIN PGP SIGNATURE-----" ;;
esac
"""


def test_signatures_shown_by_git_are_ignored(repository: Project, tmp_path: Path):
    signer = tmp_path / "signer"
    signer.write_text(SIGNER)
    signer.chmod(0o755)
    git(repository.root, "config", "gpg.program", str(signer))
    git(repository.root, "config", "log.showSignature", "true")
    repository.put("events/talk.md", "words")
    git(repository.root, "add", EVENTS)
    git(repository.root, "commit", "-q", "-m", "why", "-S")
    assert changed(repository) == {"talk.md": 0}


@pytest.fixture
def shallow(repository: Project, tmp_path: Path) -> Project:
    repository.write("events/talk.md")
    commit(repository)
    repository.write("events/talk.md", seats="50")
    commit(repository, 1)
    clone = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository.root}", str(clone))
    return Project(clone)


def test_a_shallow_clone_is_refused_with_the_command_to_fetch_its_history(shallow: Project):
    (problem,) = [p for p in project_problems(shallow.root) if p.file == EVENTS]
    assert "`git fetch --unshallow`" in problem.text
    assert "`fetch-depth: 0`" in problem.text
    assert "`GIT_DEPTH: 0`" in problem.text


def test_without_events_a_shallow_clone_is_enough(shallow: Project):
    (shallow.root / EVENTS / "talk.md").unlink()
    assert not [p for p in project_problems(shallow.root) if p.file == EVENTS]


def test_a_repository_that_git_cannot_read_is_reported(repository: Project):
    repository.write("events/talk.md")
    (repository.root / ".git/HEAD").unlink()
    with pytest.raises(ContentError, match="not a git repository"):
        history.last_changes(repository.root, EVENTS)


def test_a_missing_git_is_reported(repository: Project, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ContentError, match="git can't read when events were changed"):
        history.last_changes(repository.root, EVENTS)
