"""The doctor's report on a terminal, or as plain lines in a file or pipe."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from infra.alumni import console

if TYPE_CHECKING:
    from infra.cloud.doctor.findings import Finding, Section

NARROW = 76  # columns: below, what was seen stands under the check's name
MARKS = {"ok": ("✓", "ok", "green"), "problem": ("✗", "!!", "red"), "skipped": ("·", "--", "dim")}


def print_report(title: str, sections: "Sequence[Section]", counts: Counter[str]) -> None:
    screen = _screen()
    names = [each.check for section in sections for each in section.findings]
    # On a narrow screen, what was seen stands below the check's name.
    column = max(map(len, names), default=0) + 1 if screen.width >= NARROW else 0
    screen.print(Text(title, style="bold"))
    for section in sections:
        screen.print()
        screen.print(Text(section.part, style="bold"))
        for finding in section.findings:
            for line in _lines(finding, column, screen):
                screen.print(line)
    screen.print()
    screen.print(_summary(counts))


def _screen() -> Console:
    """As wide as the terminal; a file or a pipe gets each text on one line."""
    if console.out.is_terminal:
        return Console(highlight=False)
    return Console(highlight=False, width=console.UNCUT_WIDTH)


def _lines(finding: "Finding", column: int, screen: Console) -> Iterator[Text]:
    """The finding's lines; `column` is the width of the checks' names, 0 if they stand alone."""
    symbol, letters, style = MARKS[finding.status]
    mark = Text(symbol if _has_symbols(screen) else letters, style=style)
    head = Text(" ") + mark + Text(f" {finding.check:<{column}}")
    margin = len(mark) + 2 + column
    texts = [_seen(finding), *_advice(finding, screen)]
    wrapped = [line for text in texts for line in text.wrap(screen, screen.width - margin)]
    if not column:
        yield head
    for at, line in enumerate(wrapped):
        line.rstrip()
        yield head + line if column and at == 0 else Text(" " * margin) + line


def _has_symbols(screen: Console) -> bool:
    return screen.encoding.startswith("utf")


def _seen(finding: "Finding") -> Text:
    return Text(finding.seen, style="dim" if finding.status == "skipped" else "")


def _advice(finding: "Finding", screen: Console) -> Iterator[Text]:
    """What to do, and the DNS records that it takes."""
    if not finding.remedy:
        return
    arrow = "→" if _has_symbols(screen) else "->"
    yield Text(f"{arrow} {finding.remedy}", style="bold")
    for record in finding.records:
        yield Text(f"  {record.name}  {record.kind}  {record.value}", style="cyan")


def _summary(counts: Counter[str]) -> Text:
    problems, good, left = (counts[status] for status in ("problem", "ok", "skipped"))
    passed = f"{good} checks passed, {left} skipped"
    if not problems:
        return Text(f"All is well: {passed}.", style="green")
    word = "problem" if problems == 1 else "problems"
    first = " Start with the first: others may follow from it." if problems > 1 else ""
    return Text.assemble((f"{problems} {word}", "bold red"), f"; {passed}.{first}")
