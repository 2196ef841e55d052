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
    for line in lines(title, sections, counts, screen):
        screen.print(line, soft_wrap=True)


def lines(
    title: str, sections: "Sequence[Section]", counts: Counter[str], screen: Console
) -> Iterator[Text]:
    """The report's lines. Only names and values of DNS records may be wider than the screen: they
    stay in one piece, to be copied."""
    names = [finding.check for section in sections for finding in section.findings]
    # On a narrow screen, what was seen stands below the check's name.
    column = max(map(len, names), default=0) + 1 if screen.width >= NARROW else 0
    yield Text(title, style="bold")
    for section in sections:
        yield Text()
        yield Text(section.part, style="bold")
        for finding in section.findings:
            yield from _lines(finding, column, screen)
    yield Text()
    yield _summary(counts)


def _screen() -> Console:
    """As wide as the terminal; a file or a pipe gets each text on one line."""
    if console.out.is_terminal:
        return Console(highlight=False)
    return Console(highlight=False, width=console.UNCUT_WIDTH)


def _lines(finding: "Finding", column: int, screen: Console) -> Iterator[Text]:
    """The finding's lines; `column` is the width of the checks' names, 0 if they stand alone."""
    symbol, letters, style = MARKS[finding.status]
    mark = Text(symbol if _has_symbols(screen) else letters, style=style)
    name = Text(f"{finding.check:<{column}}", style=style if finding.remedy else "")
    head = Text(" ") + mark + Text(" ") + name
    margin = Text(" " * (len(mark) + 2 + column))
    seen = Text(finding.seen, style="dim" if finding.status == "skipped" else "")
    first, *others = _wrapped(seen, screen.width - len(margin))
    if column:
        yield head + first
    else:
        yield from (head, margin + first)
    yield from (margin + line for line in (*others, *_advice(finding, len(margin), screen)))


def _advice(finding: "Finding", margin: int, screen: Console) -> Iterator[Text]:
    """What to do, with a hanging indent, and the DNS records that it takes."""
    if not finding.remedy:
        return
    arrow = Text("→ " if _has_symbols(screen) else "-> ", style="bold")
    indent = Text(" " * len(arrow))
    remedy = Text(finding.remedy, style="bold")
    for at, line in enumerate(_wrapped(remedy, screen.width - margin - len(arrow))):
        yield (indent if at else arrow) + line
    for record in finding.records:
        parts = [record.name, f"{record.kind}  {record.value}"]
        if margin + len(indent) + len("  ".join(parts)) <= screen.width:
            parts = ["  ".join(parts)]
        yield from (indent + Text(part, style="cyan") for part in parts)


def _wrapped(text: Text, width: int) -> list[Text]:
    wrapped = list(text.wrap(console.out, width))
    for line in wrapped:
        line.rstrip()
    return wrapped or [text]


def _has_symbols(screen: Console) -> bool:
    return screen.encoding.startswith("utf")


def _summary(counts: Counter[str]) -> Text:
    problems, good, left = (counts[status] for status in ("problem", "ok", "skipped"))
    passed = f"{good} checks passed, {left} skipped"
    if not problems:
        return Text(f"All is well: {passed}.", style="green")
    word = "problem" if problems == 1 else "problems"
    first = " Start with the first: others may follow from it." if problems > 1 else ""
    return Text.assemble((f"{problems} {word}", "bold red"), f"; {passed}.{first}")
