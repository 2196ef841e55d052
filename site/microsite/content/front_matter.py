"""The keys of each kind's front matter. docs/content-format.md is generated from this."""

from dataclasses import dataclass

from functions.core.sign_up_facts import Attend, OpenTo
from microsite.content import fields
from microsite.content.questions import questions


@dataclass(frozen=True, slots=True)
class Field:
    """How a key is read, and its row in docs/content-format.md; `example` is valid YAML."""

    read: fields.Read
    example: str
    meaning: str
    required: bool = False


_office = fields.some_of("office", lambda s: s.office)
TITLE = "The heading, in lists and search results too."
SUMMARY = "One or two sentences, for lists, cards and search results."
COMMON = {
    "title": Field(fields.line, "What the ice tells the bridge", TITLE, required=True),
    "summary": Field(fields.line, "A talk with soup and mingling.", SUMMARY, required=True),
    "slug": Field(
        fields.slug,
        "what-the-ice-tells",
        "The item's identity in addresses; otherwise the file name without its date.",
    ),
    "image": Field(fields.line, "assets/fjord.png", "A picture, below `site/content/`."),
    "image_alt": Field(
        fields.line, "A fjord in winter", "What the picture shows; required with `image`."
    ),
    "contact": Field(
        fields.one_of("contact", lambda s: s.contact),
        "anna-lindqvist",
        "The contact partner's slug; otherwise the office's.",
    ),
    "topics": Field(
        fields.some_of("topic", lambda s: s.topic),
        "[water, energy]",
        "Slugs of topics: the lists by topic that show it.",
    ),
    "office": Field(_office, "malmo", "One slug or a list: the lists by office that show it."),
    "draft": Field(fields.yes_or_no, "true", "Keeps the item off the site."),
}
FIELDS: dict[str, dict[str, Field]] = {
    "news": {
        **COMMON,
        "date": Field(fields.day, "2026-11-02", "Its date.", required=True),
        "author": Field(fields.line, "Anna Lindqvist", "Shown under the title."),
    },
    "events": {
        **COMMON,
        "start": Field(
            fields.day_or_moment,
            "2027-02-04 17:30",
            "Local time in the event's zone. A day without a time: all day.",
            required=True,
        ),
        "end": Field(
            fields.day_or_moment,
            "2027-02-04 20:00",
            "Local time; after `start`. All day: the last day, if it isn't the first. Required if "
            "`start` has a time.",
        ),
        "office": Field(
            _office, "malmo", "The host; its time zone and address are used.", required=True
        ),
        "place": Field(fields.line, "The canteen", "The room or house.", required=True),
        "seats": Field(fields.at_least(1), "40", "How many people can come.", required=True),
        "address": Field(fields.line, "Kajen 1, Malmö", "Instead of the office's."),
        "time_zone": Field(fields.zone, "Europe/Stockholm", "Instead of the office's."),
        "max_guests": Field(
            fields.at_least(0), "2", "Guests that one person may bring; otherwise 1."
        ),
        "closes": Field(
            fields.moment, "2027-02-01 12:00", "When sign-up closes; otherwise at `start`."
        ),
        "attend": Field(
            fields.one_word(*Attend),
            "both",
            "Where: `here`, the usual, `online`, or `both`. The link is entered at the desk or by "
            "`alumni events link`, and stands in emails and on people's own pages only.",
        ),
        "opens": Field(fields.moment, "2027-01-07 09:00", "When sign-up opens; otherwise at once."),
        "open_to": Field(
            fields.one_word(*OpenTo),
            "members",
            "Who may come: `anyone`, the usual, `members`, or `invited`. The form is the same for "
            "all; the email explains.",
        ),
        "approval": Field(
            fields.yes_or_no,
            "true",
            "The event's contact decides who comes: each sign-up waits for a yes or no.",
        ),
        "questions": Field(
            questions,
            '[{ask: "Which tour?", choices: [Tower, Tunnel]}]',
            "Up to five questions of the form: see [questions](events.md#what-can-the-form-ask).",
        ),
        "food": Field(fields.line, "Soup, also vegan", "What there is to eat."),
        "language": Field(fields.line, "Swedish", "The language that is spoken."),
        "moved_from": Field(
            fields.day_or_moment,
            "2027-01-28 17:30",
            "An earlier `start`, to show it on the page. Everybody who is coming hears of a new "
            "time or place anyway.",
        ),
        "announce": Field(
            fields.yes_or_no, "true", "Everybody who is coming hears of a new `title`, too."
        ),
        "cancelled": Field(
            fields.yes_or_no,
            "true",
            "The event won't take place: its page says so, and everybody who is coming gets an "
            "email.",
        ),
        "reason": Field(
            fields.line,
            "The speaker is ill.",
            "Why, in a sentence for the page and the email; required with `cancelled`.",
        ),
        "invite": Field(
            fields.invited,
            "{office: [malmo]}",
            "Members who get an [invitation](event-invitations.md) by email, if they agreed to "
            "invitations: a [segment](segments.md) as a mapping, or `everyone`.",
        ),
        "invite_at": Field(
            fields.moment,
            "2027-01-11 09:00",
            "When the invitation goes out, in the event's zone: before sign-up closes; required "
            "with `invite`.",
        ),
    },
    "jobs": {
        **COMMON,
        "date": Field(fields.day, "2026-11-02", "The day it was posted.", required=True),
        "closes": Field(
            fields.day,
            "2026-12-15",
            "The last day to apply; then it leaves the list.",
            required=True,
        ),
        "office": Field(_office, "[malmo, stockholm]", "Where the job is.", required=True),
        "apply": Field(
            fields.link,
            "https://jobs.example.com/17",
            "Where to apply: an https or mailto link.",
            required=True,
        ),
        "employment": Field(fields.line, "Permanent", "The kind of contract."),
        "workload": Field(fields.line, "80-100%", "Full time or part time."),
    },
    "newsletters": {
        **COMMON,
        "title": Field(fields.line, "Spring 2027", f"{TITLE} Otherwise the `subject`."),
        "summary": Field(fields.line, "Three evenings.", f"{SUMMARY} Otherwise the `preheader`."),
        "send_at": Field(
            fields.moment,
            "2027-03-09 09:00",
            "When it goes out, in the site's zone.",
            required=True,
        ),
        "subject": Field(fields.line, "The ice has gone", "The email's subject.", required=True),
        "preheader": Field(fields.line, "Three evenings.", "What inboxes show behind the subject."),
        "deadline": Field(
            fields.moment, "2027-03-10 12:00", "What has not gone out by then is never sent."
        ),
        "audience": Field(
            fields.audience,
            "{office: [malmo]}",
            "Only these members get it: a [segment](segments.md), as a mapping.",
        ),
        "greeting": Field(
            fields.yes_or_no,
            "false",
            "Leaves out the line `Dear Kim,`, for a text that greets its readers itself.",
        ),
        "digest": Field(
            fields.one_word("quarterly"),
            "quarterly",
            "For members who want one newsletter a quarter, and for nobody else.",
        ),
        "corrects": Field(
            fields.slug,
            "spring-2027",
            "Sends a correction only to people who received that issue.",
        ),
        **{
            key: Field(fields.include(key), example, meaning)
            for key, example, meaning in (
                ("include", "news since last issue", "A list of news at the end."),
                ("events", "next 5", "A list of coming events at the end."),
                ("jobs", "open", "A list of openings at the end."),
            )
        },
        "web": Field(
            fields.yes_or_no,
            "false",
            "Keeps the issue off the site for good; otherwise its page is public once it is sent.",
        ),
        "names": Field(
            fields.lines,
            "[Anna Lindquist]",
            "Names that are right although they look like a known name misspelt.",
        ),
    },
    "pages": {
        **COMMON,
        "summary": Field(fields.line, "Who we are.", SUMMARY),
        "template": Field(fields.line, "about.html", "A template of `site/theme/`."),
    },
}
