"""The company as frozen values: the shape of extra.alumni in mkdocs.yml. Nothing is read here."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from functions.core.keep import Keep


@dataclass(frozen=True, slots=True)
class Text:
    """A text for readers, as in mkdocs.yml: one for all languages, or one for each."""

    written: str | dict[str, str] = ""

    def __bool__(self) -> bool:
        return bool(self.written)

    @property
    def wordings(self) -> tuple[str, ...]:
        return (self.written,) if isinstance(self.written, str) else tuple(self.written.values())

    def in_language(self, lang: str) -> str:
        """The first one for a language that the site doesn't list, such as the command's own."""
        if isinstance(self.written, str):
            return self.written
        return self.written.get(lang, self.wordings[0])


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind of alum, or a topic."""

    slug: str
    name: Text


@dataclass(frozen=True, slots=True)
class Office:
    slug: str
    name: Text
    country: Text
    country_code: str
    time_zone: str
    address: str
    contact: str
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact partner: somebody senior whom alumni may contact."""

    slug: str
    name: str
    role: Text
    office: str
    email: str
    photo: str = ""
    language: str = ""  # of the emails to them; empty: the site's first


@dataclass(frozen=True, slots=True)
class Team:
    """The mailbox that reports about newsletters go to. It is shown on no page."""

    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Font:
    """A file of the company's own font, below site/content; `use` is "headings" or "text"."""

    use: str
    file: str
    weight: str = "400"
    style: str = "normal"


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """`label` is in the site's first language; `target` is a file, an address or a URL; `line` is
    its place in mkdocs.yml."""

    label: str
    target: str
    line: int


@dataclass(frozen=True)
class Settings:
    """`site_url` has no trailing slash; the first of `languages` is the site's. `menu` are the
    labels of `nav` in the other languages. Pictures and fonts are paths below site/content."""

    company: str
    time_zone: str
    languages: tuple[str, ...]
    offices: tuple[Office, ...]
    kinds: tuple[Choice, ...]
    topics: tuple[Choice, ...]
    contacts: tuple[Contact, ...]
    imprint: Text
    retention: Text = Text()
    tagline: Text = Text()
    colours: dict[str, str] = field(default_factory=dict)
    logo: str = ""
    logo_has_name: bool = False
    favicon: str = ""
    hero: str = ""
    fonts: tuple[Font, ...] = ()
    menu: dict[str, dict[str, str]] = field(default_factory=dict)
    team: Team | None = None
    keep: Keep = field(default_factory=Keep)
    joining: str = "open"
    passkeys: str = "optional"
    waiting_list: str = "offer"
    smaller_parties_first: bool = False
    reminder_days: int = 7
    last_reminder_days: int = 1
    thanks_days: int = 1
    nav: tuple[MenuEntry, ...] = ()
    site_url: str = ""
    site_name: str = ""
    markdown_extensions: tuple[Any, ...] = ()

    @property
    def language(self) -> str:
        return self.languages[0]

    @cached_property
    def office(self) -> dict[str, Office]:
        return {office.slug: office for office in self.offices}

    @cached_property
    def topic(self) -> dict[str, Choice]:
        return {topic.slug: topic for topic in self.topics}

    @cached_property
    def kind(self) -> dict[str, Choice]:
        return {kind.slug: kind for kind in self.kinds}

    @cached_property
    def contact(self) -> dict[str, Contact]:
        return {contact.slug: contact for contact in self.contacts}
