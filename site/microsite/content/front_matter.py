"""Which keys the front matter of each kind has; the table stands in ARCHITECTURE.md too."""

from dataclasses import dataclass

from microsite.content import fields
from microsite.letters import includes


@dataclass(frozen=True, slots=True)
class Field:
    read: fields.Read
    required: bool = False


_office = fields.some_of("office", lambda s: s.office)
COMMON = {
    "title": Field(fields.line, required=True),
    "summary": Field(fields.line, required=True),
    "slug": Field(fields.slug),
    "image": Field(fields.line),
    "image_alt": Field(fields.line),
    "contact": Field(fields.one_of("contact", lambda s: s.contact)),
    "topics": Field(fields.some_of("topic", lambda s: s.topic)),
    "office": Field(_office),
    "draft": Field(fields.yes_or_no),
}
FIELDS: dict[str, dict[str, Field]] = {
    "news": {**COMMON, "date": Field(fields.day, required=True), "author": Field(fields.line)},
    "events": {
        **COMMON,
        "start": Field(fields.moment, required=True),
        "end": Field(fields.moment, required=True),
        "office": Field(_office, required=True),
        "place": Field(fields.line, required=True),
        "seats": Field(fields.at_least(1), required=True),
        "address": Field(fields.line),
        "time_zone": Field(fields.zone),
        "max_guests": Field(fields.at_least(0)),
        "closes": Field(fields.moment),
        "food": Field(fields.line),
        "language": Field(fields.line),
    },
    "jobs": {
        **COMMON,
        "date": Field(fields.day, required=True),
        "closes": Field(fields.day, required=True),
        "office": Field(_office, required=True),
        "apply": Field(fields.link, required=True),
        "employment": Field(fields.line),
        "workload": Field(fields.line),
    },
    "newsletters": {
        **COMMON,
        "title": Field(fields.line),
        "summary": Field(fields.line),
        "send_at": Field(fields.moment, required=True),
        "subject": Field(fields.line, required=True),
        "preheader": Field(fields.line),
        "deadline": Field(fields.moment),
        "audience": Field(fields.audience),
        "digest": Field(fields.one_word("quarterly")),
        "corrects": Field(fields.slug),
        **{key: Field(includes.reader(key)) for key in includes.KEYS},
        "names": Field(fields.lines),
    },
    "pages": {**COMMON, "summary": Field(fields.line), "template": Field(fields.line)},
}
