"""Reads from git when files were last changed. A shallow clone can't say, and is a problem."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from unicodedata import normalize

from microsite.content.problems import ContentError, Problem

SHALLOW = (
    "this clone is shallow, but event calendars take their revisions from the whole history. Run "
    "`git fetch --unshallow`; in CI set `fetch-depth: 0` (GitHub), `GIT_DEPTH: 0` (GitLab)"
)
# Whoever owns the checkout: in CI's containers that is often another user, and git would refuse.
_GIT = ("git", "-c", "safe.directory=*")
# Names as they are, each ended by a zero byte: git would quote `älvdag.md`. A merge counts as the
# branch sees it, so a change that was merged late still raises the revision.
_LOG = ("log", "-z", "--format=%x00%ct", "--name-only", "--relative", "--first-parent", "-m")
_ANYWHERE = ("--no-show-signature", "--ignore-missing")


def last_changes(root: Path, folder: str) -> dict[str, datetime]:
    """When each file below `folder` was last changed by a commit, by its path relative to `root`
    (in NFC, as `path_key` makes it). Empty outside git. A count of commits would fall after a
    rebase; a time doesn't.

    Raises:
        ContentError: the clone is shallow, or git can't read it.
    """
    project = root.absolute()
    if not any((parent / ".git").exists() for parent in (project, *project.parents)):
        return {}
    if _git(root, folder, "rev-parse", "--is-shallow-repository").strip() == b"true":
        raise ContentError([Problem(folder, 1, SHALLOW)])
    return _parsed(_git(root, folder, *_LOG, *_ANYWHERE, "HEAD", "--", folder))


def path_key(path: str) -> str:
    """A path in NFC. macOS may hand out names in NFD, but git stores what it precomposed."""
    return normalize("NFC", path)


def _git(root: Path, folder: str, *arguments: str) -> bytes:
    try:
        return subprocess.run(  # noqa: S603  # fixed words, no shell
            [*_GIT, "-C", str(root), *arguments], capture_output=True, check=True
        ).stdout
    except OSError as error:
        why = str(error)
    except subprocess.CalledProcessError as error:
        why = error.stderr.decode(errors="replace").strip()
    text = f"git can't read when events were changed, which calendars need: {why}"
    raise ContentError([Problem(folder, 1, text)])


def _parsed(log: bytes) -> dict[str, datetime]:
    """The time of each file's newest commit. An empty field announces the next commit's seconds,
    and a line feed its first file."""
    changed: dict[str, datetime] = {}
    at, fields = datetime.min.replace(tzinfo=UTC), iter(log.split(b"\0"))
    for field in fields:
        if field:
            changed.setdefault(path_key(os.fsdecode(field.removeprefix(b"\n"))), at)
        elif seconds := next(fields, b""):
            at = datetime.fromtimestamp(int(seconds), UTC)
    return changed
