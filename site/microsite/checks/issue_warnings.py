"""What may be meant, and would surprise the writer of a coming issue or its readers. It is shown by
`alumni check` and holds up nothing."""

import re
from collections.abc import Iterator

from microsite.checks.placing import Findings, placed
from microsite.content import rendered_body
from microsite.content.edition import Edition
from microsite.content.items import Item, Newsletter
from microsite.content.link_targets import NowhereError
from microsite.content.problems import Problem
from microsite.letters.letter import Letter
from microsite.output.site import Site

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
_PUBLIC = (
    "its page will be public once it is sent: add a line web: false to keep the issue off the "
    "web, or web: true if that is meant"
)
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
_PICTURE = re.compile(r"^!\[[^\]]*\]\([^)]*\)\s*", re.MULTILINE)


def warnings(site: Site) -> list[Problem]:
    """Of all issues to come, drafts too, and of links to them; in order of file and line."""
    items, now = site.edition.content.items, site.edition.now
    every = (item for item in items if isinstance(item, Newsletter))
    coming = [issue for issue in every if not issue.is_past(now)]
    listed = [w for issue in coming for w in placed(_of_issue(issue, site.edition), issue)]
    urls = {issue.url: issue for issue in coming if issue.web}
    others = (item for item in items if urls and not isinstance(item, Newsletter))
    linked = [w for item in others for w in placed(_early_links(item, urls, site), item)]
    return sorted([*listed, *linked])


def _of_issue(issue: Newsletter, edition: Edition) -> Findings:
    letter = Letter(issue, edition)
    if issue.greeting:
        yield from _two_greetings(letter)
    if issue.web and "web" not in issue.lines and not issue.is_translation:
        yield from _public_for_some(issue, edition)


def _public_for_some(issue: Newsletter, edition: Edition) -> Findings:
    """Once for the whole issue."""
    if issue.audience:
        yield "audience", f"this issue is for some members, but {_PUBLIC}"
    elif line := _first_for_some(Letter(issue, edition)):
        yield line, f"this passage is for some readers, but {_PUBLIC}"


def _first_for_some(letter: Letter) -> int:
    """0 if everybody reads all of it."""
    passages = (p for p in letter.passages if p.kinds or p.offices)
    return next((passage.line for passage in passages), 0)


def _early_links(item: Item, urls: dict[str, Newsletter], site: Site) -> Findings:
    if "newsletters/" not in item.body:
        return
    for link in rendered_body.read_item(item, site.edition.settings).links:
        try:
            issue = urls.get(site.targets.resolve(item, link.url).partition("#")[0])
        except NowhereError:
            continue  # a problem, and shown as one
        if issue:
            when = f"is not public before it is sent ({issue.send_at:%Y-%m-%d %H:%M})"
            yield link.line + item.body_line - 1, f"the newsletter '{issue.slug}' {when}"


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
