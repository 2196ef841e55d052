"""No six equal lines stand twice in shipped code, unless a reason is given here."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from infra.paths import ROOT

FOLDERS = (
    "functions",
    "infra/alumni",
    "infra/cloud",
    "newsletter_templates",
    "site/microsite",
    "site/theme",
)
SUFFIXES = {".py", ".html", ".css", ".js", ".mjml", ".txt"}
RUN = 6  # lines
THIN = re.compile(r"[\W_]*|(from|import) .*|[\w.]+( as \w+)?,|#.*|<!--.*|{#.*")
# (file, file): why the same lines have to stand in both.
REASONS: dict[tuple[str, str], str] = {}


def lines_of(path: Path) -> list[str]:
    """The lines that say something, without white space around them: no imports, no brackets."""
    stripped = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in stripped if not THIN.fullmatch(line)]


def shipped() -> Iterator[Path]:
    for folder in FOLDERS:
        files = (path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in SUFFIXES)
        yield from (path for path in files if "infra/dev" not in path.as_posix())


def repeated(files: dict[str, list[str]]) -> dict[tuple[str, str], list[str]]:
    """Pairs of files (or a file with itself) that share RUN lines, with the first such run."""
    places: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, lines in files.items():
        for start in range(len(lines) - RUN + 1):
            places[tuple(lines[start : start + RUN])].append(name)
    pairs = {}
    for run, names in places.items():
        if len(names) > 1:
            pairs.setdefault((names[0], names[1]), list(run))
    return pairs


def test_a_run_of_equal_lines_is_reported() -> None:
    run = [f"step_{number}()" for number in range(RUN)]
    assert repeated({"a": ["begin()", *run], "b": [*run, "end()"]}) == {("a", "b"): run}
    assert repeated({"a": run, "b": run[1:]}) == {}


def test_no_shipped_lines_are_repeated_without_a_reason() -> None:
    files = {path.relative_to(ROOT).as_posix(): lines_of(path) for path in shipped()}
    repetitions = repeated(files)
    assert {pair: run for pair, run in repetitions.items() if pair not in REASONS} == {}
    assert REASONS.keys() <= repetitions.keys(), "a reason for what is no longer repeated"
