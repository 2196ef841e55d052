"""HR's items as frozen values, with the content of their files only. Properties that depend on time
take `now`. Nothing is read here, and MkDocs is unknown."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from functions.core.handover import ISSUE_LATE_SECONDS
from functions.core.sign_up_facts import AnswerKind, Attend, OpenTo
from microsite.content.company import Text

KINDS = ("news", "events", "jobs", "newsletters")


@dataclass(frozen=True, kw_only=True)
class Item:
    """`path` is relative to site/content; `lines` maps each key to its line."""

    kind: str
    slug: str
    lang: str
    path: str
    title: str
    summary: str = ""
    image: str = ""
    image_alt: str = ""
    contact: str = ""
    topics: tuple[str, ...] = ()
    office: tuple[str, ...] = ()
    draft: bool = False
    body: str = field(default="", repr=False)
    body_line: int = 1
    lines: dict[str, int] = field(default_factory=dict, repr=False)

    @property
    def url(self) -> str:
        return f"/{self.kind}/{self.slug}/"

    def is_past(self, now: dt.datetime) -> bool:  # noqa: ARG002  # some kinds never pass
        return False

    def is_open(self, now: dt.datetime) -> bool:
        return not self.is_past(now)


@dataclass(frozen=True, kw_only=True)
class Page(Item):
    """A page that is no item of a list; its slug is its path below pages/."""

    template: str = "page.html"

    @property
    def url(self) -> str:
        return "/" if self.slug == "home" else f"/{self.slug}/"


@dataclass(frozen=True, kw_only=True)
class News(Item):
    date: dt.date
    author: str = ""


@dataclass(frozen=True)
class Question:
    """`name` identifies its answers; `choices` are of a choice, or of several."""

    name: str
    ask: Text
    answer: AnswerKind
    choices: tuple[Text, ...] = ()
    required: bool = False

    def facts(self, language: str) -> dict[str, Any]:
        """For the catalogue. A choice is kept in the words of `language`, the site's first."""
        choices = [
            {"value": choice.in_language(language), "words": choice.written}
            for choice in self.choices
        ]
        return {
            "name": self.name,
            "ask": self.ask.written,
            "answer": str(self.answer),
            **({"choices": choices} if choices else {}),
            **({"required": True} if self.required else {}),
        }


@dataclass(frozen=True, kw_only=True)
class Event(Item):
    """All times are aware, in the event's own zone; `max_guests` is per sign-up. `reason` says why
    it is cancelled, `moved_from` when it was to start: a day if all day; a new title is mailed if
    `announce`. What lasts `all_day` ends at the midnight after its last day. `invite` selects the
    members who are invited at `invite_at`, as an issue's `audience` does; None invites nobody."""

    start: dt.datetime
    end: dt.datetime
    closes: dt.datetime
    place: str
    seats: int
    time_zone: str
    address: str = ""
    max_guests: int = 1
    food: str = ""
    language: str = ""
    all_day: bool = False
    moved_from: dt.date | None = None
    announce: bool = False
    cancelled: bool = False
    reason: str = ""
    invite: dict[str, tuple[str, ...]] | None = None
    invite_at: dt.datetime | None = None
    attend: Attend = Attend.HERE
    opens: dt.datetime | None = None
    open_to: OpenTo = OpenTo.ANYONE
    approval: bool = False
    questions: tuple[Question, ...] = ()

    @property
    def starts_at(self) -> dt.datetime:
        return self.start

    @property
    def lasts_days(self) -> bool:
        """True if it goes on for over a day: more than an evening that ends after midnight."""
        return self.end - self.start > dt.timedelta(days=1)

    @property
    def ends_at(self) -> dt.datetime:
        return self.end

    @property
    def closes_at(self) -> dt.datetime:
        return self.closes

    def is_past(self, now: dt.datetime) -> bool:
        return self.end <= now

    def is_open(self, now: dt.datetime) -> bool:
        return not self.cancelled and now < self.closes


@dataclass(frozen=True, kw_only=True)
class Job(Item):
    """Open until midnight after `closes`, in the job's time zone."""

    date: dt.date
    closes: dt.date
    apply: str
    time_zone: str
    employment: str = ""
    workload: str = ""

    def is_past(self, now: dt.datetime) -> bool:
        after = self.closes + dt.timedelta(days=1)
        midnight = dt.datetime.combine(after, dt.time(), ZoneInfo(self.time_zone))
        return midnight <= now


@dataclass(frozen=True, slots=True)
class Include:
    """A list in an issue: `kind` is news, events or jobs; `count` 0 means all of them."""

    kind: str
    count: int = 0
    of_readers: bool = False


@dataclass(frozen=True, kw_only=True)
class Newsletter(Item):
    """`audience` maps office, interest, kind and language to the wanted; empty is everyone. A
    translation is the same issue in one more language, with the facts of the first. `names` are
    spellings that are right although they are near a name that the site knows. With an `event` it
    is the invitation to that, and has no file of its own."""

    send_at: dt.datetime
    subject: str
    preheader: str = ""
    deadline: dt.datetime | None = None
    audience: dict[str, tuple[str, ...]] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    greeting: bool = True
    web: bool = True
    digest: str = ""
    corrects: str = ""
    include: Include | None = None
    events: Include | None = None
    jobs: Include | None = None
    is_translation: bool = False
    event: Event | None = None

    @property
    def url(self) -> str:
        return super().url + (f"{self.lang}/" if self.is_translation else "")

    @property
    def frequency(self) -> str:
        """Which subscribers get it: `every`, or those who chose fewer, such as `quarterly`."""
        return self.digest or "every"

    def is_past(self, now: dt.datetime) -> bool:
        return self.send_at <= now

    def is_too_late(self, now: dt.datetime) -> bool:
        """True if it would no longer be sent, were it published now for the first time."""
        late = self.send_at + dt.timedelta(seconds=ISSUE_LATE_SECONDS) < now
        return late or (self.deadline is not None and self.deadline < now)
