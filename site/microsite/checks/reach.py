"""The readers of each coming issue in words: `alumni check` shows them before it goes out, and the
preview beside each variant."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from pathlib import Path

from functions.core.slugs import ALL_OF, all_of
from microsite import words
from microsite.checks import issue_warnings
from microsite.checks.check import site_problems
from microsite.content.company import Choice, Office
from microsite.content.edition import Edition, read
from microsite.content.items import Newsletter
from microsite.content.problems import ContentError, Problem
from microsite.letters.variants import Alternative, Variant
from microsite.output import catalogue
from microsite.output.site import Site

IN = "en"  # the language of the command
LACKS = {
    "text": "no text",
    "news": "no news since the last issue",
    "events": "no upcoming events",
    "jobs": "no openings",
}


@dataclass(frozen=True, slots=True)
class Reach:
    """One variant. `languages` are those of its members: the fallback language's variants also go
    to members whose own language the issue lacks."""

    name: str
    languages: tuple[str, ...]
    readers: tuple[Alternative, ...]
    whom: str
    is_silent: bool

    @property
    def line(self) -> str:
        spoken = ", ".join(words.language_name(code, IN) for code in self.languages)
        no_email = " (no email: nothing in it for them)" if self.is_silent else ""
        return f"{spoken}: {self.whom}{no_email}"


@dataclass(frozen=True, slots=True)
class Coming:
    """`lacks` are the catalogue's codes for what an empty issue lacks."""

    slug: str
    send_at: datetime
    frequency: str
    corrects: str
    lacks: list[str]
    variants: tuple[Reach, ...]
    is_invitation: bool = False

    @property
    def lines(self) -> list[str]:
        if self.lacks:
            lacks = ", ".join(LACKS[code] for code in self.lacks)
            return [f"{self.slug}: is not sent because it has no content ({lacks})"]
        width = max(len(variant.name) for variant in self.variants)
        rows = [f"  {variant.name:{width}}  {variant.line}" for variant in self.variants]
        count = len(self.variants)
        return [f"{self.slug}: {count} variant{'s' * (count > 1)}{self._recipients}", *rows]

    @property
    def _recipients(self) -> str:
        if self.is_invitation:
            return " of its invitation"
        if self.corrects:
            return f", for the recipients of {self.corrects}"
        return "" if self.frequency == "every" else f", for {self.frequency} readers"


@dataclass(frozen=True, slots=True)
class Checked:
    """With any problem, `issues` is empty. Nothing is held up by `warnings`."""

    problems: list[Problem]
    issues: list[Coming]
    warnings: list[Problem] = field(default_factory=list)


def checked(root: Path, now: datetime | None = None) -> Checked:
    """Everything at `root`: all problems at once, or the readers of the coming issues."""
    try:
        site = Site(read(root, now=now))
        problems = site_problems(site)
        coming = [] if problems else coming_issues(site)
        return Checked(problems, coming, issue_warnings.warnings(site))
    except ContentError as error:
        return Checked(list(error.problems), [])


def coming_issues(site: Site) -> list[Coming]:
    """Coming issues, the next first; no others are rendered. Raises ContentError with every issue
    that is too big."""
    coming = (issue for issue in site.edition.mailings if not issue.is_past(site.edition.now))
    issues: list[Coming] = []
    problems: list[Problem] = []
    for issue in sorted(coming, key=lambda issue: (issue.send_at, issue.slug)):
        try:
            issues.append(_coming(issue, site))
        except ContentError as error:
            problems += error.problems
    if problems:
        raise ContentError(problems)
    return issues


def _coming(issue: Newsletter, site: Site) -> Coming:
    edition, variants = site.edition, site.variants(issue)
    return Coming(
        issue.slug,
        issue.send_at,
        issue.frequency,
        issue.corrects,
        catalogue.issue_entry(issue, variants, edition)["nothing"],
        tuple(
            variant_reach(variant, variants, edition)
            for variant in _reaching(issue, variants, edition)
        ),
        bool(issue.event),
    )


def _reaching(
    issue: Newsletter, variants: Sequence[Variant], edition: Edition
) -> Iterator[Variant]:
    """Variants that somebody in the audience gets; members of a closed office count, too."""
    settings, written = edition.settings, {variant.language for variant in variants}
    spoken = set(issue.audience.get("language", settings.languages))
    if spoken - written:
        spoken |= {next(code for code in settings.languages if code in written)}
    kinds = _combined_kinds(issue, variants, edition)
    offices = issue.audience.get("office", ("", *settings.office))
    reached = {
        max(variants, key=lambda v: (v.language == lang, _closeness(v, has, office))).name
        for lang, has, office in product(spoken & written, kinds, offices)
    }
    return (variant for variant in variants if variant.name in reached)


def _combined_kinds(
    issue: Newsletter, variants: Sequence[Variant], edition: Edition
) -> set[frozenset[str]]:
    """The kinds that a member of the audience may have together, as far as variants differ."""
    known = edition.settings.kind
    named = [
        value
        for v in variants
        for alternative in v.readers
        for value in alternative.get("kind", [])
    ]
    several = {all_of(value) for value in named}
    wanted = issue.audience.get("kind")
    if wanted is None:
        return several | {frozenset(), *(frozenset({kind}) for kind in known)}
    return {kinds | {kind} for kind in wanted for kinds in {frozenset[str](), *several}}


def _closeness(variant: Variant, kinds: frozenset[str], office: str) -> int:
    """The size of the closest fitting alternative; -1 if none fits."""
    sizes = (_size(alternative, kinds, office) for alternative in variant.readers)
    return max(sizes, default=-1)


def _size(alternative: Alternative, kinds: frozenset[str], office: str) -> int:
    """How many of these kinds and the office it names; -1 if it is for others."""
    fitting = [all_of(value) for value in alternative.get("kind", [])]
    sizes = [len(values) for values in fitting if values <= kinds]
    if (fitting and not sizes) or office not in alternative.get("office", [office]):
        return -1
    return max(sizes, default=0) + ("office" in alternative)


def variant_reach(variant: Variant, variants: Sequence[Variant], edition: Edition) -> Reach:
    """The readers of `variant` among all `variants` of its issue."""
    written = {other.language for other in variants}
    fallback = next(code for code in edition.settings.languages if code in written)
    others = [code for code in edition.settings.languages if code not in written]
    languages = (variant.language, *(others if variant.language == fallback else ()))
    alone = len([other for other in variants if other.language == variant.language]) == 1
    whom = "everybody" if alone else "; ".join(_readers(variant.readers, edition))
    return Reach(variant.name, languages, variant.readers, whom, variant.is_silent)


def _readers(readers: Sequence[Alternative], edition: Edition) -> Iterator[str]:
    settings = edition.settings
    for alternative in _needed(readers):
        kinds = _names(alternative.get("kind", []), settings.kind)
        offices = _names(alternative.get("office", []), settings.office)
        yield " in ".join(part for part in (kinds, offices) if part) or "everybody else"


def _names(values: Sequence[str], known: Mapping[str, Choice] | Mapping[str, Office]) -> str:
    together = (
        " and ".join(known[slug].name.in_language(IN) for slug in value.split(ALL_OF))
        for value in values
    )
    return ", ".join(together)


def _needed(readers: Sequence[Alternative]) -> Iterator[Alternative]:
    """Without alternatives that a wider one covers: Retired in Malmö beside Retired."""
    for alternative in readers:
        if not any(_is_wider(other, alternative) for other in readers if other):
            yield alternative


def _is_wider(wide: Alternative, narrow: Alternative) -> bool:
    fewer = wide.keys() < narrow.keys()
    return fewer and all(set(narrow[key]) <= set(values) for key, values in wide.items())
