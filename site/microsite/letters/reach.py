"""Whom each issue that is still to come reaches, in words: what `alumni check` shows HR before the
issue goes. Only these issues are rendered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path

from microsite import words
from microsite.checks import items
from microsite.content.items import Newsletter
from microsite.content.problems import ContentError, Problem
from microsite.edition import Edition, read
from microsite.letters import rendering
from microsite.letters.readers import Alternative
from microsite.letters.variant import Variant
from microsite.output import issue_entries

IN = "en"  # the language of the command


@dataclass(frozen=True, slots=True)
class Reach:
    """One variant. `languages` are those of its members: where an issue lacks a language, who has
    chosen that reads another."""

    name: str
    languages: tuple[str, ...]
    readers: tuple[Alternative, ...]
    whom: str
    is_silent: bool

    @property
    def line(self) -> str:
        spoken = ", ".join(words.language_name(code, IN) for code in self.languages)
        return f"{spoken}: {'nothing to say to: ' if self.is_silent else ''}{self.whom}"


@dataclass(frozen=True, slots=True)
class Coming:
    """`nothing` says why nobody gets it, or is empty."""

    slug: str
    send_at: datetime
    frequency: str
    corrects: str
    nothing: str
    variants: tuple[Reach, ...]

    @property
    def lines(self) -> list[str]:
        if self.nothing:
            return [f"{self.slug}: is not sent. {self.nothing}"]
        width = max(len(variant.name) for variant in self.variants)
        told = [f"  {variant.name:{width}}  {variant.line}" for variant in self.variants]
        count = len(self.variants)
        return [f"{self.slug}: {count} variant{'s' * (count > 1)}{self._whose}", *told]

    @property
    def _whose(self) -> str:
        if self.corrects:
            return f", for those who got {self.corrects}"
        return "" if self.frequency == "every" else f", for {self.frequency} readers"


@dataclass(frozen=True, slots=True)
class Checked:
    """With any problem, `issues` is empty."""

    problems: list[Problem]
    issues: list[Coming]


def checked(root: Path, now: datetime | None = None) -> Checked:
    """Everything at `root`: all problems at once, or whom the coming issues reach."""
    try:
        edition = read(root, now=now)
        found = items.of(edition)
        return Checked(found, [] if found else upcoming(edition))
    except ContentError as error:
        return Checked(list(error.problems), [])


def upcoming(edition: Edition) -> list[Coming]:
    """Raises ContentError with every issue that is too big for a mail."""
    issues = [i for i in edition.items if isinstance(i, Newsletter) and not i.is_past(edition.now)]
    found: list[Coming] = []
    problems: list[Problem] = []
    for issue in sorted(issues, key=lambda one: (one.send_at, one.slug)):
        try:
            found.append(_coming(issue, edition))
        except ContentError as error:
            problems += error.problems
    if problems:
        raise ContentError(problems)
    return found


def _coming(issue: Newsletter, edition: Edition) -> Coming:
    made = rendering.variants(issue, edition)
    return Coming(
        issue.slug,
        issue.send_at,
        issue.frequency,
        issue.corrects,
        issue_entries.entry(issue, made, edition)[0]["nothing"],
        tuple(of(variant, made, edition) for variant in _reaching(issue, made, edition)),
    )


def _reaching(issue: Newsletter, made: Sequence[Variant], edition: Edition) -> Iterator[Variant]:
    """Those that anybody of the audience gets; an office that closed has members, too."""
    settings, written = edition.settings, {one.language for one in made}
    spoken = set(issue.audience.get("language", settings.languages))
    if spoken - written:
        spoken |= {next(code for code in settings.languages if code in written)}
    kinds = issue.audience.get("kind", ("", *settings.kind))
    offices = issue.audience.get("office", ("", *settings.office))
    heard = {
        max(made, key=lambda one: (one.language == lang, _closeness(one, kind, office))).name
        for lang, kind, office in product(spoken & written, kinds, offices)
    }
    return (one for one in made if one.name in heard)


def _closeness(variant: Variant, kind: str, office: str) -> int:
    """How many things the closest fitting alternative asks; -1 where none fits."""
    has = {"kind": kind, "office": office}
    fitting = (
        len(each)
        for each in variant.readers
        if all(has[key] in wanted for key, wanted in each.items())
    )
    return max(fitting, default=-1)


def of(variant: Variant, made: Sequence[Variant], edition: Edition) -> Reach:
    """Whom `variant` reaches among all that were `made` of its issue."""
    written = {one.language for one in made}
    fallback = next(code for code in edition.settings.languages if code in written)
    others = [code for code in edition.settings.languages if code not in written]
    languages = (variant.language, *(others if variant.language == fallback else ()))
    alone = len([one for one in made if one.language == variant.language]) == 1
    whom = "everybody" if alone else "; ".join(_whom(variant.readers, edition))
    return Reach(variant.name, languages, variant.readers, whom, variant.is_silent)


def _whom(readers: Sequence[Alternative], edition: Edition) -> Iterator[str]:
    settings = edition.settings
    for alternative in _telling(readers):
        kinds = ", ".join(settings.kind[slug].name for slug in alternative.get("kind", []))
        offices = ", ".join(settings.office[slug].name for slug in alternative.get("office", []))
        yield " in ".join(said for said in (kinds, offices) if said) or "everybody else"


def _telling(readers: Sequence[Alternative]) -> Iterator[Alternative]:
    """Without what a wider one says already: Retired in Malmö beside Retired."""
    for each in readers:
        if not any(_is_wider(other, each) for other in readers if other):
            yield each


def _is_wider(one: Alternative, other: Alternative) -> bool:
    fewer = one.keys() < other.keys()
    return fewer and all(set(other[key]) <= set(values) for key, values in one.items())
