"""The preview page: facts, problems, and every variant in every view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from microsite import words
from microsite.checks import reach
from microsite.checks.mail import mail_check, size
from microsite.checks.placing import placed
from microsite.content.company import Choice, Office, Settings, Text
from microsite.content.edition import Edition
from microsite.content.items import Newsletter
from microsite.content.loading import CONTENT
from microsite.content.problems import Problem
from microsite.letters.variants import Variant
from microsite.output import stylesheet
from microsite.output.site import Site

from functions.core import dates
from functions.core.mail.message import HTML_BYTES_MAX
from functions.core.mail.placeholders import marked, values_for
from infra.cloud.issue_test_email import NAME, filled
from infra.html_pages.environment import environment
from infra.issue_preview import views

HERE = Path(__file__).parent

Choices = Mapping[str, Choice] | Mapping[str, Office]


@dataclass(frozen=True)
class Frame:
    """`look` names a class of preview.css; `page` is a whole HTML document."""

    look: str
    title: str
    page: str


@dataclass(frozen=True)
class Shown:
    """One variant as shown; `bytes` and `encoding` are those of the email in transfer."""

    variant: Variant
    subject: str
    preheader: str
    text: str
    language: str
    reach: str
    bytes: int
    encoding: str
    problems: tuple[Problem, ...]
    frames: tuple[Frame, ...]

    @property
    def kilobytes(self) -> str:
        return f"{self.bytes / 1000:.0f} KB"


def shown(variant: Variant, every: Sequence[Variant], site: Site, issue: Newsletter) -> Shown:
    """`issue` is the file in the variant's language."""
    edition, settings = site.edition, site.edition.settings
    values = values_for(NAME, settings.site_url, "sample")
    by_reader = {marked(name): value for name, value in values.items()}
    page = filled(variant.html, by_reader)
    pictured = views.with_pictures(page, settings.site_url, edition.root / CONTENT)
    reached = reach.variant_reach(variant, every, edition)
    number, encoding = size.in_transfer(variant.html)
    return Shown(
        variant=variant,
        subject=variant.subject,
        preheader=variant.preheader,
        text=filled(variant.text, by_reader),
        language=", ".join(words.language_name(code, reach.IN) for code in reached.languages),
        reach=reached.whom,
        bytes=number,
        encoding=encoding,
        problems=tuple(_problems(variant, issue, site)),
        frames=_frames(page, pictured) if not variant.is_silent else (),
    )


def _problems(variant: Variant, issue: Newsletter, site: Site) -> Sequence[Problem]:
    if variant.is_silent:
        return ()
    return [*placed(mail_check.variant_problems(variant, issue, site), issue)]


def _frames(page: str, pictured: str) -> tuple[Frame, ...]:
    return (
        Frame("desktop", "Desktop", views.light(pictured)),
        Frame("phone", "Phone", views.light(pictured)),
        Frame("dark", "Dark", views.dark(pictured)),
        Frame("bare", "Images off", views.without_pictures(page)),
    )


def render(
    issue: Newsletter, every: Sequence[Shown], problems: Sequence[Problem], edition: Edition
) -> str:
    """The whole page. `problems` are those of the issue's files, whatever the variant."""
    return (
        environment(HERE)
        .get_template("preview.html")
        .render(
            issue=issue,
            every=every,
            problems=problems,
            facts=_facts(issue, edition),
            limit=HTML_BYTES_MAX,
            colours=_colours(edition),
            css=(HERE / "preview.css").read_text(encoding="utf-8"),
        )
    )


def _facts(issue: Newsletter, edition: Edition) -> dict[str, str]:
    settings = edition.settings
    facts = {"Send at": _when(issue.send_at), "To": _audience(issue, settings)}
    if issue.frequency != "every":
        facts["Frequency"] = issue.frequency
    if issue.deadline:
        facts["Deadline"] = _when(issue.deadline)
    return {"From": settings.site_name} | facts


def _audience(issue: Newsletter, settings: Settings) -> str:
    """The issue's audience in words, such as `office: Malmö or Stockholm; language: Swedish`."""
    if issue.corrects:
        return f"recipients of {issue.corrects}"
    parts = (f"{key}: {_names(issue.audience[key], key, settings)}" for key in issue.audience)
    return "; ".join(parts) or "all subscribers"


def _names(slugs: tuple[str, ...], key: str, settings: Settings) -> str:
    choices = _choices(settings).get(key)
    if choices is None:  # a period, or yes
        return " or ".join(slugs)
    *names, last = (choices[slug].name.in_language(reach.IN) for slug in slugs)
    return f"{', '.join(names)} or {last}" if names else last


def _choices(settings: Settings) -> dict[str, Choices]:
    """The values of each condition that an audience may have, by slug."""
    languages = settings.languages
    return {
        "office": settings.office,
        "interest": settings.topic,
        "kind": settings.kind,
        "language": {
            code: Choice(code, Text(words.language_name(code, reach.IN))) for code in languages
        },
    }


def _when(moment: Any) -> str:
    zone = moment.tzinfo.key
    return dates.moment(moment, words.translations(reach.IN), dates.city_of(zone))


def _colours(edition: Edition) -> dict[str, str]:
    primary = edition.settings.colours.get("primary", stylesheet.DEFAULTS["primary"])
    return {
        "day": stylesheet.readable(primary, stylesheet.DAY),
        "night": stylesheet.readable(primary, stylesheet.NIGHT),
    }
