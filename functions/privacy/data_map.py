"""The data map: every kind of item in the table, every attribute of it, what for and how long.

Whoever stores something new names it here. A test holds this to what the functions write, and
docs/privacy/data-map.md, docs/table.md and what a person downloads are made from it.
"""

from functions.account.rules import SESSION_SECONDS
from functions.core.clock import HOUR, MINUTE
from functions.core.lifetimes import (
    ACTIVITY_DAYS,
    GIVEN_UP_DAYS,
    LINES_DAYS,
    RSVP_DAYS,
    SIGN_IN_SECONDS,
)
from functions.events.rules import KEEP_DAYS
from functions.membership.rules import GOODBYE_SECONDS
from functions.privacy.records import Basis, Record, Use

TEAM = "the alumni team"
TEAM_AND_HOST = "the alumni team; of whoever is coming, the event's contact"
PROGRAMS = "the programs only"
TIDIED = "DynamoDB deletes it within a few days after that"

# ---- What data are used for

MEMBERSHIP = Use(
    "Membership",
    "to run the network, and to write to its members about what suits them",
    Basis.CONSENT,
    "for as long as somebody is a member: until they leave, or 36 months (`contact_months`) after "
    "their last sign of life and two emails that ask whether they want to stay",
    TEAM,
)
SIGNS = Use(
    "Signs of life",
    "to keep nobody longer than they want, and what we know about them right",
    Basis.INTEREST,
    "for as long as somebody is a member",
    PROGRAMS,
)
JOINING = Use(
    "Joining",
    "to ask whoever filled in the form to confirm it by email",
    Basis.CONSENT,
    "until it is confirmed, or for 7 days (`SIGNUP_DAYS`); then deleted within a day",
    TEAM,
)
PROOF = Use(
    "Consents",
    "to be able to show who agreed to what, and when (Art. 7(1) GDPR)",
    Basis.DUTY,
    "for as long as somebody is a member",
    TEAM,
)
DIGESTS = Use(
    "Digests of consents",
    "to sign each night what was agreed to on that day, so that no line can be altered unseen",
    Basis.DUTY,
    f"{LINES_DAYS} days; {TIDIED}",
    PROGRAMS,
)
HISTORY = Use(
    "Changes",
    "to see who changed a member's details, when and how",
    Basis.INTEREST,
    "for as long as somebody is a member",
    TEAM,
)
EVENTS = Use(
    "Sign-ups for events",
    "to give a place to whoever asks for one; food, by explicit consent (Art. 9(2)(a) GDPR), to "
    "plan the catering",
    Basis.REQUEST,
    f"{KEEP_DAYS} days after the event; {RSVP_DAYS} days if it isn't confirmed",
    TEAM_AND_HOST,
)
SIGNING_IN = Use(
    "Signing in",
    "to show people their own data, and nobody else",
    Basis.REQUEST,
    f"links {SIGN_IN_SECONDS // MINUTE} minutes, sessions {SESSION_SECONDS // HOUR} hours; "
    f"{TIDIED}",
    PROGRAMS,
)
EMAILS = Use(
    "Emails to be sent",
    "to send an email that follows from what somebody did",
    Basis.REQUEST,
    f"until it is sent, seconds in general; {GIVEN_UP_DAYS} days if it can't be",
    PROGRAMS,
)
NEWSLETTER = Use(
    "Newsletters",
    "to send each issue to each member once, and to show to whom it went",
    Basis.CONSENT,
    "without end: after somebody has left, their number no longer says who they were",
    TEAM,
)
PROTECTION = Use(
    "Protection from misuse",
    "to keep anybody from flooding an inbox or guessing codes",
    Basis.INTEREST,
    f"counted for an hour or a day; {TIDIED}",
    PROGRAMS,
)
SUPPRESSION = Use(
    "Stopped email",
    "never to write again to an address that bounces or has complained",
    Basis.INTEREST,
    "until `alumni members unsuppress`, which HR runs at the person's request",
    TEAM,
)
LEAVING = Use(
    "Leaving",
    "to delete all of somebody's data and confirm it by a last email; afterwards, to answer the "
    "links in their old emails",
    Basis.DUTY,
    f"name and address {GOODBYE_SECONDS // MINUTE} minutes, then minutes until deleted; the "
    "tombstone without end",
    TEAM,
)
FIGURES = Use(
    "Figures",
    "to report daily how many joined, left and unsubscribed",
    Basis.INTEREST,
    f"{ACTIVITY_DAYS} days; {TIDIED}",
    PROGRAMS,
)
OPERATION = Use(
    "Running the programs",
    "to do what is due, once",
    Basis.NONE,
    "for as long as it is needed",
    TEAM,
    is_personal=False,
)

USES = (
    *(MEMBERSHIP, SIGNS, JOINING, PROOF, DIGESTS, HISTORY, EVENTS, NEWSLETTER, SIGNING_IN, EMAILS),
    *(SUPPRESSION, PROTECTION, FIGURES, LEAVING, OPERATION),
)

# ---- What is stored

HASH = "code computed from the address with a secret key"
LANGUAGE = "language of our emails to the person"
EXPIRES = "when DynamoDB may delete it"
PROFILE = {
    "name": "name",
    "email": "email address",
    "office": "office where they last worked",
    "from_year": "first year at the company",
    "to_year": "last year at the company",
    "kinds": "what describes them, such as engineer or retired",
    "interests": "topics that interest them",
    "language": LANGUAGE,
}
AGREEMENT = {
    "text_id": "which consent text",
    "version": "its version",
    "words": "the text, as it was shown",
    "text_sha256": "its SHA-256",
    "ticked_at": "when they ticked its box",
    "language": "the language in which it was shown",
}
CIRCUMSTANCES = {
    "page": "the path of the page with the form or button",
    "shown_at": "when the form was opened, as the browser says",
    "mailed_at": "when the email with the link left",
    "message_id": "the email service's number of that email",
}
ONE_KIND = {"kind": "what described them, when it could be one thing only"}
MEMBER_ID = {"member_id": "the member's number"}

RECORDS = (
    Record(
        "member",
        "MEMBERS#<shard>",
        "<member_id>",
        MEMBERSHIP,
        PROFILE
        | {
            "address_hash": HASH,
            "newsletter": "whether they consent to the newsletter",
            "invitations": "whether they consent to invitations to events",
            "frequency": "how often they want it; stored once they choose",
            "sort_as": "the name that they are listed by, if it isn't the last word",
            "works_at": "where they work now",
            "works_as": "as what they work now",
            "earlier_stays": "former offices and years besides the last",
            "offices_of_interest": "offices that they want to hear from",
            "revision": "rises with each change, so that old links do nothing",
            "joined_at": "when they confirmed joining",
        },
        parts=MEMBER_ID,
        old=ONE_KIND,
        note="the shard is the first digit of the id (uuid4 hex)",
    ),
    Record("address of a member", "ADDRESS#<address_hash>", "MEMBER", MEMBERSHIP, dict(MEMBER_ID)),
    Record(
        "sign-up to join",
        "ADDRESS#<address_hash>",
        "SIGNUP",
        JOINING,
        PROFILE
        | {
            "consents": f"what they ticked, by purpose: {', '.join(AGREEMENT)}",
            "revision": "rises with each form, so that old links do nothing",
            "expires_at": "until when it can be confirmed",
        }
        | CIRCUMSTANCES,
        due=("SIGNUP",),
        old=ONE_KIND | {"consent": "what they ticked when one text was for all purposes"},
    ),
    Record(
        "consent",
        "MEMBER#<member_id>",
        "CONSENT#LINE#<number>",
        PROOF,
        {
            "what": "what was agreed to, withdrawn or chosen",
            "how": "by which form, link or email",
            "at": "when it was clicked",
            "address_hash": HASH,
            "frequency": "how often they chose to get the newsletter",
            "interests": "topics that they chose",
        }
        | AGREEMENT
        | CIRCUMSTANCES
        | {
            "day": "the day (UTC) on which it was written, whose digest vouches for it",
            "number": "its place in the chain",
            "before": "the hash of the line before it",
            "hash": "the hash of this line",
        },
        old_sk="CONSENT#<moment>#<kind>",
        note="`number` has 8 digits; lines from before the chain have `moment` in milliseconds and "
        "`kind` as `what`; see [evidence](evidence.md)",
    ),
    Record(
        "end of the chain",
        "MEMBER#<member_id>",
        "CHAIN",
        PROOF,
        {"number": "how many lines there are", "hash": "the hash of the last one"},
    ),
    Record(
        "consent for the day's digest",
        "LINES#<day>#<shard>",
        "<member_id>#<number>",
        DIGESTS,
        {"hash": "the hash of the line", "expires_at": EXPIRES},
        note="days in UTC, as in 2026-11-26",
    ),
    Record(
        "change of details",
        "MEMBER#<member_id>",
        "CORRECTION#<changed_at>",
        HISTORY,
        {
            "by": "who: the member, or the AWS identity of one of the team",
            "before": "the fields as they were",
            "after": "the fields as they are since",
        },
        parts={"changed_at": "when"},
    ),
    Record(
        "event sign-up",
        "EVENT#<event>",
        "RSVP#<address_hash>",
        EVENTS,
        {
            "status": "not confirmed, accepted or cancelled",
            "name": "name",
            "email": "email address",
            "party": "how many places",
            "dietary": "what they wrote about food",
            "food_consent": f"the consent to store that: {', '.join(AGREEMENT)}",
            "language": LANGUAGE,
            "revision": "rises with each change, so that old links do nothing",
            "created_at": "when they sent the form",
            "expires_at": "until when it can be confirmed",
            "sequence": "which version of the event's facts they know",
        },
        parts={"event": "the event"},
        due=("RSVP",),
        note="until it is confirmed",
    ),
    Record(
        "sign-in",
        "SIGNIN#<sign_in_id>",
        "SIGNIN",
        SIGNING_IN,
        {
            "address_hash": HASH,
            "language": "language of the page",
            "wrong_codes": "how many wrong codes were typed",
            "draft": "what they had typed before an earlier session ended",
            "expires_at": "until when link and code work",
        },
        due=("SIGNIN",),
        note="deleted by whoever signs in",
    ),
    Record(
        "session",
        "SESSIONS#<owner>",
        "<secret_hash>",
        SIGNING_IN,
        {
            "device": "browser and system",
            "created_at": "when they signed in",
            "seen_at": "when they last used it",
            "draft": "what they had typed before an earlier session ended",
            "expires_at": "when it ends",
        },
        note="`owner` is `m` and a member's id, or `g` and a guest's address hash",
    ),
    Record(
        "email to be sent",
        "OUTBOX#<email_id>",
        "OUTBOX",
        EMAILS,
        {
            "mail": "which email",
            "address_hash": f"{HASH}; empty if it goes to the team",
            "ref": "ids of what it is about",
            "revision": "of what it is about, so that a stale one is dropped",
            "tries": "how often it was tried",
            "created_at": "since when it waits",
            "state": "`dead` once it is given up",
            "why": "why it was given up",
            "expires_at": EXPIRES,
        },
        due=("OUTBOX",),
    ),
    Record(
        "batch",
        "ISSUE#<issue>",
        "BATCH#<number>",
        NEWSLETTER,
        {
            "recipients": "the numbers of up to 50 members",
            "outcomes": "what became of each email",
            "state": "planned, claimed, sent, …",
            "variant": "which version of the issue",
            "key": "where its text stands in the private bucket",
            "hash": "the SHA-256 of that text",
            "attempt": "the attempt to send it",
            "queued_at": "when it was queued",
            "sends_at": "when its turn is",
            "claimed_at": "when a worker took it",
            "moved": "into which batch the other half of its recipients was moved",
        },
        parts={"issue": "the issue of the newsletter"},
        due=("PLANNED#<issue>", "CLAIMED#<issue>"),
        note="while it is open; `number` has 6 digits",
    ),
    Record(
        "suppression",
        "ADDRESS#<address_hash>",
        "SUPPRESSED",
        SUPPRESSION,
        {
            "reason": "`bounce` or `complaint`",
            "at": "when",
            "asked_at": "when signing in was asked for since, which one email a day is for",
            "proof": "what only the reader of that email can show",
        },
    ),
    Record(
        "limit",
        "LIMIT#<kind>#<owner>#<window_at>",
        "LIMIT",
        PROTECTION,
        {"count": "how often", "expires_at": EXPIRES},
        parts={"kind": "what is counted", "window_at": "since when"},
        note="`owner` is a hash of an address, network or session, or `all`",
    ),
    Record(
        "sign of life",
        "LIFE#<member_id>",
        "LIFE",
        SIGNS,
        {"seen_at": "when the member last signed in, confirmed, changed or answered something"},
        due=("QUIET", "WARNED", "WARNED_TWICE"),
        note="under the time at which the stage began",
    ),
    Record(
        "yearly question",
        "LIFE#<member_id>",
        "STILL_RIGHT",
        SIGNS,
        {},
        due=("STILL_RIGHT",),
        note="under the time of the last question or answer",
    ),
    Record(
        "activity",
        "ACTIVITY#<day>",
        "<happened_at>#<act>#<member_id>",
        FIGURES,
        {"expires_at": EXPIRES},
        parts={"happened_at": "when", "act": "`joined`, `left`, `unsubscribed` or `unreachable`"},
        note="days since 1970, UTC",
    ),
    Record(
        "erasure",
        "ADDRESS#<address_hash>",
        "ERASURE#<erasure_id>",
        LEAVING,
        {
            "is_member": "whether they were a member",
            "name": "name, for the last email",
            "email": "email address, for the last email",
            "language": "language of the last email",
            "at": "when they left",
        },
        due=("ERASURE",),
        note="no use finds such a person any more; the rest is deleted when it is due",
    ),
    Record(
        "tombstone",
        "MEMBER#<member_id>",
        "ERASED",
        LEAVING,
        {"at": "when the member was erased"},
        note="all that is left of an erased member",
    ),
    # ---- Of no person
    Record(
        "event",
        "EVENT#<event>",
        "EVENT",
        OPERATION,
        {
            "capacity": "how many places there are",
            "free": "how many of them are free; negative if there are fewer than are taken",
            "waiting": "how many parties wait",
            "sequence": "the version of its facts",
            "facts": "its entry in the catalogue",
            "withdrawn": "HR has taken it off the site",
        },
        due=("ANSWERS",),
        note=f"{KEEP_DAYS} days after its end or its closing time, whichever is later",
    ),
    Record(
        "event's earlier facts",
        "EVENT#<event>",
        "FACTS#<sequence>",
        OPERATION,
        {"facts": "its entry in the catalogue of that time"},
        note="for everybody who knows the event by them",
    ),
    Record(
        "event's change",
        "EVENT#<event>",
        "CHANGE",
        OPERATION,
        {"number": "the event's `sequence` since", "cursor": "how many have been mailed about it"},
        due=("CHANGE",),
        note="until everybody who is coming has been mailed; a newer change takes its place",
    ),
    Record(
        "link to the guest list",
        "EVENT#<event>",
        "GUEST_LIST",
        OPERATION,
        {"occasion": "of which day and contact", "expires_at": EXPIRES},
        due=("GUEST_LIST",),
        note="until it is sent",
    ),
    Record(
        "issue",
        "ISSUE#<issue>",
        "ISSUE",
        OPERATION,
        {
            "subject": "its subject",
            "url": "where it can be read",
            "pages": "its pages, to be put online when it goes out",
            "online": "they are online",
            "send_at": "when it goes out",
            "deadline": "until when it may",
            "variants": "its versions",
            "audience": "whom it is for",
            "frequency": "for readers of every issue, or of the quarterly one",
            "corrects": "the issue that it corrects",
            "nothing": "what it has nothing about",
            "revision": "random, and new with every published change",
            "state": "scheduled, planning, sending, sent, …",
            "cursor": "how far its readers are planned",
            "batches": "how many batches it has",
            "planned": "how many recipients",
            "silent": "how many get no email, as their version would be empty",
            "counts": "how many of each outcome, once it is over",
            "accepted": "how many emails SES accepted since it last began",
            "bounces": "how many bounced since",
            "complaints": "how many complaints came since",
            "complained": "how many complaints in all",
            "pause": "why it is paused",
            "paused_at": "since when",
            "resumes_as": "the state to go on in",
            "resumed_at": "when it went on",
            "waited": "how long it waited for SES's quota",
            "reason": "why it was skipped",
        },
        due=("ISSUE", "REPORT", "PAST"),
    ),
    Record(
        "turns",
        "TURNS",
        "TURNS",
        OPERATION,
        {"free_at_ms": "when the next batch of any issue may be sent"},
    ),
    Record(
        "digest",
        "DIGEST",
        "DIGEST",
        OPERATION,
        {"until": "what the team's digests have counted"},
    ),
    Record(
        "sweep of silent members",
        "RETENTION",
        "RETENTION",
        OPERATION,
        {
            "step": "how often it was stored",
            "enrolled": "how many of the members from before signs of life have one",
            "day": "the hour at which its day began",
            "began_at": "when it began",
            "may_erase": "whether the tick ran on the day before",
            "emails": "how many it may still queue this day",
            "kind": "of the index, that it sweeps now",
            "after": "the last entry that it swept",
        },
    ),
    Record(
        "catalogue",
        "CATALOGUE",
        "CATALOGUE",
        OPERATION,
        {
            "sequence": "of the catalogue that is applied",
            "etag": "of its file",
            "site": "the site's settings",
        },
    ),
    Record(
        "catalogue's progress",
        "CATALOGUE",
        "PROGRESS",
        OPERATION,
        {
            "known": "the items that are applied",
            "claim": "the run at work",
            "lease_until": "until when it is",
        },
    ),
)


def record_of(pk: str, sk: str) -> Record | None:
    """Which kind of item has this key; None if the map names none."""
    kinds = (record for record in RECORDS if record.parts_of(pk, sk) is not None)
    return next(kinds, None)
