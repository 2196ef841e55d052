"""Checks an issue beyond its keys: its blocks and includes, the number of variants, the issue that
it corrects."""

from microsite.checks.placing import Findings
from microsite.content import rendered_body
from microsite.content.edition import Edition
from microsite.content.fields import INCLUDES
from microsite.content.items import Newsletter
from microsite.content.problems import suggestion
from microsite.letters import new_issue
from microsite.letters.letter import Letter

MOST_VARIANTS = 60


def issue_problems(issue: Newsletter, edition: Edition) -> Findings:
    """Problems of one language's file; those of the whole issue come with the first language."""
    letter = Letter(issue, edition)
    if issue.subject == new_issue.SUBJECT and not issue.draft:
        yield "subject", "subject is still the placeholder: write what the issue is about"
    yield from letter.parsed.wrong
    yield from _unclosed_comment(issue)
    yield from _included_twice(letter)
    if not issue.is_translation:
        if not letter.parsed.wrong:
            yield from _too_many_variants(issue, edition)
        yield from _correction(issue, edition)


def _unclosed_comment(issue: Newsletter) -> Findings:
    """A comment that is never closed would silently drop what follows it from the email."""
    before, comment, _ = rendered_body.visible(issue.body).partition("<!--")
    if comment:
        line = issue.body_line + before.count("\n")
        yield line, "<!-- starts a comment that is never closed: write --> where it ends"


def _included_twice(letter: Letter) -> Findings:
    for key, kind in INCLUDES.items():
        if getattr(letter.issue, key):
            for passage in letter.parsed.passages:
                if passage.include and passage.include.kind == kind:
                    text = f"::: {key} is in the front matter too: remove one of the two"
                    yield passage.line, text


def _too_many_variants(issue: Newsletter, edition: Edition) -> Findings:
    """Counts groups of readers whose content differs, not combinations of kinds and offices."""
    letters = [Letter(version, edition) for version in edition.versions(issue)]
    counts = [len(letter.groups) for letter in letters]
    if sum(counts) <= MOST_VARIANTS:
        return
    kinds = max(len({r.kind for r in letter.readers}) for letter in letters)
    offices = max(len({r.office for r in letter.readers}) for letter in letters)
    why = f"{len(letters)} languages, up to {kinds} combinations of kinds times {offices} offices"
    hint = "name fewer in blocks or remove 'of the reader's offices'"
    text = f"makes {sum(counts)} variants ({why}, including everybody else): {hint}"
    yield issue.body_line, f"{text} to make at most {MOST_VARIANTS}"


def _correction(issue: Newsletter, edition: Edition) -> Findings:
    if not issue.corrects:
        return
    issues = {i.slug: i for i in edition.items if isinstance(i, Newsletter)}
    wrong = issues.get(issue.corrects)
    earlier = [slug for slug, one in issues.items() if one.send_at < issue.send_at]
    if wrong is None:
        yield (
            "corrects",
            f"corrects '{issue.corrects}' is not an issue: {suggestion(issue.corrects, earlier)}",
        )
    elif wrong.send_at >= issue.send_at:
        text = f"corrects '{wrong.slug}' goes out at {wrong.send_at:%Y-%m-%d %H:%M}"
        yield "corrects", f"{text}, not before this issue: write a later send_at"
    elif wrong.frequency != issue.frequency:
        right = f"write digest: {wrong.digest}" if wrong.digest else "remove the line digest"
        yield "digest", f"digest differs from '{wrong.slug}', which this issue corrects: {right}"
    if issue.audience:
        yield (
            "audience",
            f"audience is inherited from '{issue.corrects}', which this issue corrects: remove it",
        )
