"""What may be meant, and would surprise the writer of a coming issue or its readers. It is shown by
`alumni check` and holds up nothing."""

import re
from collections.abc import Iterator

from microsite.checks.placing import Findings, placed
from microsite.content import rendered_body
from microsite.content.edition import Edition
from microsite.content.items import Newsletter
from microsite.content.problems import Problem
from microsite.letters.letter import Letter

_HELLO = (
    r"hello|hi|hey|greetings|welcome|good (?:morning|day|afternoon|evening)"
    r"|hej(?! då)|hejsan|hallå|goddag|god (?:morgon|dag|kväll)"
    r"|hallo|guten (?:morgen|tag|abend)|grüß gott|grüezi|moin|servus"
)
# Common at the beginning of other sentences, so only a comma or the like makes it a greeting.
_DEAR = "dear|kära|käre|bästa|liebe|lieber|sehr geehrte|sehr geehrter|werte"
_GREETING = re.compile(
    rf"(?:(?:{_HELLO})(?![\w-])[^.!?,:]{{0,60}}(?:[!,:.]|$)"
    rf"|(?:{_DEAR})\b[^.!?,:]{{0,60}}(?:[!,:]|$))",
    re.IGNORECASE,
)
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
_PICTURE = re.compile(r"^!\[[^\]]*\]\([^)]*\)\s*", re.MULTILINE)


def warnings(edition: Edition) -> list[Problem]:
    """Of all issues to come, drafts too, in order of file and line."""
    every = (item for item in edition.content.items if isinstance(item, Newsletter))
    coming = [issue for issue in every if not issue.is_past(edition.now)]
    return sorted(
        warning for issue in coming for warning in placed(_of_issue(issue, edition), issue)
    )


def _of_issue(issue: Newsletter, edition: Edition) -> Findings:
    letter = Letter(issue, edition)
    if issue.greeting:
        yield from _two_greetings(letter)


def _two_greetings(letter: Letter) -> Iterator[tuple[int, str]]:
    """Every variant begins with a passage of its own."""
    first = (
        next((p for p in letter.passages if reader.is_among(p.kinds, p.offices)), None)
        for reader in letter.readers
    )
    for passage in dict.fromkeys(passage for passage in first if passage):
        if words := own_greeting(passage.text):
            remedy = "remove it, or add a line greeting: false"
            text = f"'{words}' follows the email's own greeting with the reader's name: {remedy}"
            yield _line_of(words, passage.text) + passage.line, text


def own_greeting(markdown: str) -> str:
    """The words with which a text greets its readers, or ""."""
    visible = _PICTURE.sub("", rendered_body.visible(markdown))
    paragraphs = (part.strip("\n #*_>") for part in _PARAGRAPHS.split(visible))
    first = next(filter(None, paragraphs), "")
    match = _GREETING.match(" ".join(first.split()))
    return match[0] if match else ""


def _line_of(words: str, markdown: str) -> int:
    """Counts from 0."""
    start = markdown.find(words.split(maxsplit=1)[0])
    return markdown.count("\n", 0, start)
