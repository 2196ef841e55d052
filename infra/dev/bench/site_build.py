"""Duration of check and build, and the size of a page, against plain Material."""

import sys
import tempfile
from pathlib import Path
from statistics import median

import yaml

from infra.dev.bench.support import generated_items, timing
from infra.dev.bench.support.rows import Row, limit, row
from infra.dev.bench.support.timing import Took

FEW, MANY = 1000, 4000
BUILD_GOAL = 0.2
PAGE_GOAL_KB = 25
GROWTH_GOAL = 4.6
CHECK_GOAL_SECONDS = 2
KINDS = ("news", "events", "jobs", "newsletters")


def run() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="alumni-bench-") as folder:
        few = generated_items.project(Path(folder) / "few", FEW)
        peer = plain(few, Path(folder) / "plain")
        ours, material = timing.medians(lambda: build(few), lambda: _mkdocs(peer))
        many = generated_items.project(Path(folder) / "many", MANY)
        again, grown = timing.medians(lambda: build(few), lambda: build(many))
        (checked,) = timing.medians(lambda: _alumni(few, "check"))
        page = median(_page_sizes(few / "build" / "site")) / 1024
        page_of_material = median(_page_sizes(peer / "built")) / 1024
    note = f"plain Material's page has {page_of_material:.0f} KB"
    return [
        row("site_build", ours.wall, material.wall, BUILD_GOAL, timing.cpu_note(ours, material)),
        limit("site_page_kb", page, PAGE_GOAL_KB, note),
        row(
            "site_build_growth", grown.wall, again.wall, GROWTH_GOAL, timing.cpu_note(grown, again)
        ),
        limit("check_1000", checked.wall, CHECK_GOAL_SECONDS, f"CPU {checked.cpu:.1f} s"),
    ]


def _alumni(project: Path, *arguments: str) -> Took:
    command = [sys.executable, "-m", "infra.dev.bench.support.run_alumni", str(project), *arguments]
    return timing.run(command)


def build(project: Path) -> Took:
    return _alumni(project, "build", "--out", str(project / "build"))


def plain(project: Path, root: Path) -> Path:
    """Default Material, without its search, and with every item in the navigation."""
    content = project / "site" / "content"
    nav = [{kind: [_listed(content, path) for path in _items(content, kind)]} for kind in KINDS]
    settings = {
        "site_name": "Plain",
        "docs_dir": str(content),
        "site_dir": str(root / "built"),
        "theme": {"name": "material", "font": False},
        "plugins": [],
        "nav": nav,
    }
    root.mkdir()
    (root / "mkdocs.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return root


def _items(content: Path, kind: str) -> list[Path]:
    return sorted((content / kind).glob("*.md"))


def _listed(content: Path, path: Path) -> str:
    return path.relative_to(content).as_posix()


def _mkdocs(root: Path) -> Took:
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(root / "mkdocs.yml")]
    return timing.run(command)


def _page_sizes(site: Path) -> list[int]:
    """Bytes of every item's page: <kind>/<name>/index.html, lists apart."""
    pages = (page for kind in KINDS for page in (site / kind).glob("*/index.html"))
    lists = {"past", *(str(year) for year in range(1900, 2200))}
    return [page.stat().st_size for page in pages if page.parent.name not in lists]
