"""The record of processing activities (Art. 30(1) GDPR), as far as the program knows it.

What only the company knows stands there to be filled in: nothing is claimed in its name.
"""

from collections.abc import Iterator

from microsite.content.company import Settings

from functions.account.rules import SESSION_SECONDS
from functions.core.clock import HOUR
from functions.core.lifetimes import SIGNUP_DAYS
from functions.core.mail_kinds import KINDS
from functions.privacy.data_map import RECORDS
from functions.privacy.records import Use
from functions.privacy.uses import numbers
from infra.privacy_papers.notice import PERSONAL

LANGUAGE = "en"
FILL_IN = "**[fill in]**"
SECURITY = (
    "Everything between browser, delivery network and programs is encrypted (TLS).",
    "Database and buckets are encrypted at rest.",
    "Each program has a role of its own that reaches only the items it needs.",
    "Keys of the database hold a keyed hash of the address.",
    "Logs, queues and events hold numbers and such hashes, never an address or a name.",
    f"People sign in by a link or code in an email, for {SESSION_SECONDS // HOUR} hours.",
    "Forms and emails are limited by address and by network.",
    "The database can be restored to any moment of the last 35 days.",
)


def record(settings: Settings) -> str:
    """Markdown in English."""
    parts = (_controller(settings), _people(), _uses(settings), _recipients(), _security())
    body = "\n\n".join("\n".join(part) for part in (*parts, _emails()))
    return f"# Record of processing: alumni network of {settings.company}\n\n{body}\n"


def _controller(settings: Settings) -> Iterator[str]:
    """Art. 30(1)(a)."""
    yield from ("## Controller", "")
    yield f"- **Name and address:** {settings.imprint.in_language(LANGUAGE)}"
    yield f"- **Contact:** {settings.team.email if settings.team else FILL_IN}"
    yield f"- **Data protection officer, representative, joint controllers:** {FILL_IN}, or none"
    yield f"- **Where:** <{settings.site_url}>"


def _people() -> Iterator[str]:
    """Art. 30(1)(c), first half."""
    yield from ("## Whose data", "")
    yield "- former employees who join the network, or have begun to"
    yield "- guests who sign up for an event without joining"
    yield "- employees who are named on the site as contacts, and the team that runs the network"


def _uses(settings: Settings) -> Iterator[str]:
    """Art. 30(1)(b), (c) and (f)."""
    usual = numbers(settings.keep, SIGNUP_DAYS)
    yield from ("## Purposes, data and time limits", "")
    yield "| use | purpose | legal basis | data | kept | seen by |"
    yield "|---|---|---|---|---|---|"
    for use in PERSONAL:
        kept = use.kept % usual
        cells = (use.name, use.purpose, use.basis, _data(use), kept, use.seen_by)
        yield f"| {' | '.join(cells)} |"
    yield from ("", "“You” is the person whose data they are.")


def _data(use: Use) -> str:
    """The categories of data, each once."""
    texts = [
        text
        for record in RECORDS
        if record.use is use
        for text in (*record.parts.values(), *record.attributes.values())
    ]
    return ", ".join(dict.fromkeys(text.rstrip("?") for text in texts))


def _recipients() -> Iterator[str]:
    """Art. 30(1)(d) and (e)."""
    yield from ("## Recipients and transfers", "")
    yield "- **Processor:** Amazon Web Services (Art. 28): database, programs, delivery, email."
    yield "- **Region:** eu-north-1 (Stockholm), unless the stack was deployed to another one."
    yield (
        "- **Outside the EU:** CloudFront passes pages and forms through a location near the "
        "visitor, and stores no form. Basis of that transfer and of AWS's support: "
        f"{FILL_IN} (AWS's data processing addendum)"
    )
    yield "- **Others:** the recipients' email providers; an event's contact, of who is coming."


def _security() -> Iterator[str]:
    """Art. 30(1)(g)."""
    yield from ("## Security (Art. 32(1))", "")
    yield from (f"- {measure}" for measure in SECURITY)
    yield f"- Of the company's own devices, accounts and people: {FILL_IN}"


def _emails() -> Iterator[str]:
    yield from ("## Emails", "", "| email | when | legal basis | who may get it |")
    yield "|---|---|---|---|"
    for name, kind in KINDS.items():
        yield f"| `{name}` | {kind.when} | {kind.basis} | {kind.to} |"
