"""An item for a template: its fields, and values derived from the settings and the time."""

from datetime import datetime
from functools import cached_property
from typing import Any

from microsite import words
from microsite.content.company import Contact, Office, Settings
from microsite.content.items import Event, Item
from microsite.output import structured_data


class View:
    """Has all fields of the item, plus the properties below. `now` is aware."""

    def __init__(self, item: Item, settings: Settings, now: datetime) -> None:
        self._item = item
        self._settings = settings
        self._now = now

    def __getattr__(self, name: str) -> Any:
        return getattr(self._item, name)

    @cached_property
    def offices(self) -> list[Office]:
        return [self._settings.office[slug] for slug in self._item.office]

    @cached_property
    def office_names(self) -> list[str]:
        return [office.name.in_language(self._item.lang) for office in self.offices]

    @cached_property
    def topic_names(self) -> list[str]:
        names = (self._settings.topic[slug].name for slug in self._item.topics)
        return [name.in_language(self._item.lang) for name in names]

    @cached_property
    def contact_partner(self) -> Contact | None:
        """The item's own, or its first office's."""
        own = self._item.contact or next((o.contact for o in self.offices), "")
        return self._settings.contact.get(own)

    @cached_property
    def when(self) -> str:
        """From when to when an event is; its zone is named if it isn't the site's own."""
        return words.when(self._event, self._settings, self._settings.language)

    @cached_property
    def beginning(self) -> str:
        """When an event begins, or from which to which day it lasts."""
        return words.beginning(self._event, self._settings, self._settings.language)

    @cached_property
    def began(self) -> str:
        """When an event was to start; empty unless it was moved."""
        return words.moved_from(self._event, self._settings, self._settings.language)

    @property
    def _event(self) -> Event:
        assert isinstance(self._item, Event)
        return self._item

    @cached_property
    def is_past(self) -> bool:
        return self._item.is_past(self._now)

    @cached_property
    def is_open(self) -> bool:
        return self._item.is_open(self._now)

    @cached_property
    def image_url(self) -> str:
        return f"/{self._item.image}" if self._item.image else ""

    @cached_property
    def structured(self) -> dict[str, Any]:
        return structured_data.json_ld(self._item, self.offices, self._settings, self._now)

    @cached_property
    def canonical_url(self) -> str:
        return self._settings.site_url + self._item.url
