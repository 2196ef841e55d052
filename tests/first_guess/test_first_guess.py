"""The change requests name files that exist, enough of them, and from all over the tree."""

from collections.abc import Iterator
from pathlib import Path

from infra.paths import ROOT

REQUESTS = Path(__file__).with_name("requests.txt")


def requests() -> Iterator[tuple[str, list[str]]]:
    """Each request with the files that are right for it."""
    text = REQUESTS.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for request, files in zip(lines[::2], lines[1::2], strict=True):
        yield request, files.split()


def test_every_request_names_files_that_exist() -> None:
    missing = [file for _, files in requests() for file in files if not (ROOT / file).is_file()]
    assert missing == []


def test_there_are_at_least_twenty_from_all_over_the_tree() -> None:
    every = list(requests())
    tops = {file.split("/")[0] for _, files in every for file in files}
    assert len(every) >= 20
    assert tops == {"functions", "infra", "newsletter_templates", "site", "template.yaml"}
