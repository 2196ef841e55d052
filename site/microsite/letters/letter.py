"""An issue in one language: its passages, their readers, and the items that they include. Nothing
is rendered here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from microsite.content.edition import Edition
from microsite.content.items import Include, Item, Newsletter
from microsite.letters import blocks, includes
from microsite.letters.blocks import NOTES, Parsed, Passage
from microsite.letters.variants import Reader, ReaderGroup, all_readers, group_readers

ORDER = ("include", "events", "jobs")  # of what stands in front matter, after the text


@dataclass(frozen=True, slots=True)
class Section:
    """Markdown, or items under a heading that names `office` unless that is empty. Two are equal
    if a reader sees the same in both: items are compared by their slugs."""

    kind: str
    text: str = ""
    slugs: tuple[str, ...] = ()
    office: str = ""
    items: tuple[Item, ...] = field(default=(), compare=False, repr=False)

    @property
    def is_empty(self) -> bool:
        return not (self.items or NOTES.sub("", self.text).strip())


@dataclass(frozen=True)
class Letter:
    """`issue` is in its own language. All that it includes is as of its send_at."""

    issue: Newsletter
    edition: Edition

    @cached_property
    def parsed(self) -> Parsed:
        return blocks.parse(self.issue.body, self.issue.body_line, self.edition.settings)

    @cached_property
    def passages(self) -> list[Passage]:
        at_the_end = ((key, getattr(self.issue, key)) for key in ORDER)
        lines = self.issue.lines
        last = [
            Passage(lines.get(key, 1), include=include) for key, include in at_the_end if include
        ]
        return [*self.parsed.passages, *last]

    @property
    def includes(self) -> list[Include]:
        return [passage.include for passage in self.passages if passage.include]

    @cached_property
    def readers(self) -> list[Reader]:
        """All readers for whom the content may differ."""
        settings = self.edition.settings
        kinds = {kind for passage in self.passages for kind in passage.kinds}
        offices = {office for passage in self.passages for office in passage.offices}
        if any(include.of_readers for include in self.includes):
            offices = set(settings.office)
        return all_readers(
            [kind for kind in settings.kind if kind in kinds],
            [office for office in settings.office if office in offices],
        )

    @cached_property
    def groups(self) -> list[tuple[ReaderGroup, tuple[Section, ...]]]:
        """Readers who get the same sections, and these sections; none for a silent variant."""
        return group_readers(self.readers, lambda reader: tuple(self._sections(reader)))

    def _sections(self, reader: Reader) -> Iterator[Section]:
        for passage in self.passages:
            if reader.is_among(passage.kinds, passage.offices):
                section = self._section(passage, reader.office)
                if not section.is_empty:
                    yield section

    def _section(self, passage: Passage, office: str) -> Section:
        include = passage.include
        if include is None:
            return Section("text", passage.text)
        only = office if include.of_readers else ""
        return include_section(include, self._gathered(include, only), only)

    @cached_property
    def _cache(self) -> dict[tuple[Include, str], list[Item]]:
        return {}

    def _gathered(self, include: Include, office: str) -> list[Item]:
        key = (include, office)
        if key not in self._cache:
            self._cache[key] = includes.gather(include, self.issue, self.edition.items, office)
        return self._cache[key]

    def overall(self, include: Include) -> list[Item]:
        return includes.overall(include, self.issue, self.edition.items)


def include_section(include: Include, items: Sequence[Item], office: str = "") -> Section:
    slugs = tuple(item.slug for item in items)
    return Section(include.kind, slugs=slugs, office=office, items=tuple(items))
