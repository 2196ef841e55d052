"""Builds the whole site: `build/site` is public, `build/private` is for the functions."""

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config

from microsite.checks.check import checked
from microsite.content.edition import PublishedIssues, read
from microsite.content.mkdocs_yml.place import FILE
from microsite.content.parsing import CONTENT
from microsite.output.site import Site

_STATE = "alumni_build"  # the key by which site/hooks.py gets the checked site


@dataclass(frozen=True)
class Built:
    """Where the result is, how many pages it has and how long it took; the files left out of it."""

    site: Path
    private: Path
    pages: int
    seconds: float
    drafts: tuple[str, ...]


def build(
    root: Path,
    out: Path,
    site_url: str | None = None,
    now: datetime | None = None,
    published: PublishedIssues | None = None,
) -> Built:
    """Builds into `out`/site and `out`/private. Raises ContentError, and then changes nothing.

    The new site replaces the old one only when it is complete, so a build that is killed half-way
    leaves no half-built site to publish."""
    started = time.monotonic()
    site = checked(Site(read(root, site_url, now, published)))
    with _alone(out):
        _make(site, out)
    pages = len(site.edition.items) + len(site.lists)
    drafts = tuple(f"{CONTENT}/{item.path}" for item in site.edition.content.items if item.draft)
    return Built(out / "site", out / "private", pages, time.monotonic() - started, drafts)


def _make(site: Site, out: Path) -> None:
    fresh = out / ".fresh"
    (site.edition.root / CONTENT).mkdir(exist_ok=True)  # git keeps no empty folder
    shutil.rmtree(fresh, ignore_errors=True)
    config = load_config(
        str(site.edition.root / FILE),
        site_dir=str(fresh / "site"),
        site_url=site.edition.settings.site_url + "/",
    )
    config.extra[_STATE] = SimpleNamespace(site=site)
    mkdocs_build(config)
    for name in ("site", "private"):
        shutil.rmtree(out / name, ignore_errors=True)
        (fresh / name).rename(out / name)
    fresh.rmdir()


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Builds into the same folder wait for each other; a killed one releases the lock."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
