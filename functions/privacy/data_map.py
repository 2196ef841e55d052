"""The data map: every kind of item in the table, every attribute of it, what for and how long.

Whoever stores something new names it here. A test holds this to what the functions write, and
docs/privacy/data-map.md, docs/table.md and what a person downloads are made from it.
"""

from dataclasses import asdict

from functions.account.rules import SESSION_SECONDS
from functions.core.clock import HOUR, MINUTE
from functions.core.keep import Keep
from functions.core.lifetimes import (
    ACTIVITY_DAYS,
    DOWNLOAD_DAYS,
    GIVEN_UP_DAYS,
    LINES_DAYS,
    NEW_ADDRESS_HOURS,
    RSVP_DAYS,
    SIGN_IN_SECONDS,
    UNDO_DAYS,
)
from functions.core.translations import N_
from functions.events.rules import KEEP_DAYS
from functions.membership.rules import GOODBYE_SECONDS
from functions.privacy.records import Basis, Record, Use

TEAM = N_("the alumni team")
TEAM_AND_HOST = N_("the alumni team; once you are coming, the event's contact, too")
PROGRAMS = N_("our programs only")
AS_MEMBER = N_("for as long as you are a member")
AS_ALIVE = N_(
    "for as long as you are a member: until you leave, or %(contact_months)s months after your "
    "last sign of life and two emails that ask whether you want to stay"
)

# ---- What data are used for

MEMBERSHIP = Use(
    N_("Membership"),
    N_("to run the network, and to write to you about what suits you"),
    Basis.CONSENT,
    AS_ALIVE,
    TEAM,
)
SIGNS = Use(
    N_("Signs of life"),
    N_("to keep nobody longer than they want, and what we know about you right"),
    Basis.INTEREST,
    AS_MEMBER,
    PROGRAMS,
)
JOINING = Use(
    N_("Form to join"),
    N_("to ask whoever filled it in to confirm it by email"),
    Basis.CONSENT,
    N_("%(signup_days)s days if it isn't confirmed; deleted by the day after"),
    TEAM,
)
PROOF = Use(
    N_("Consents"),
    N_("to be able to show who agreed to what, and when (Art. 7(1) GDPR)"),
    Basis.DUTY,
    AS_MEMBER,
    TEAM,
)
DIGESTS = Use(
    N_("Digests of consents"),
    N_("to sign each night what was agreed to on that day, so that nobody can alter it unseen"),
    Basis.DUTY,
    N_("%(lines_days)s days, and a few more until the database deletes it"),
    PROGRAMS,
)
VIEWERS = Use(
    N_("Network address of a consent"),
    N_("to prove from where somebody consented, only if the company sets so"),
    Basis.INTEREST,
    N_("%(consent_ip_days)s days; with 0 it is never stored"),
    TEAM,
)
HISTORY = Use(
    N_("Changes"),
    N_("to see who changed your details, when and how"),
    Basis.INTEREST,
    N_("%(history_months)s months, and no longer than you are a member"),
    TEAM,
)
ADDRESS_CHANGES = Use(
    N_("Changes of address"),
    N_("to move to a new address once it is confirmed, and to take that back"),
    Basis.REQUEST,
    N_(
        "a new address %(new_address_hours)s hours, an earlier one %(undo_days)s days; then "
        "minutes until deleted"
    ),
    TEAM,
)
EVENTS = Use(
    N_("Sign-ups for events"),
    N_(
        "to give a place to whoever asks for one; and what you write about food, by your explicit "
        "consent (Art. 9(2)(a) GDPR), to plan the catering"
    ),
    Basis.REQUEST,
    N_("%(event_days)s days after the event; %(rsvp_days)s days if it isn't confirmed"),
    TEAM_AND_HOST,
)
SIGNING_IN = Use(
    N_("Signing in"),
    N_("to show you your own data, and nobody else"),
    Basis.REQUEST,
    N_(
        "links %(link_minutes)s minutes, sessions %(session_hours)s hours; then deleted within "
        "minutes"
    ),
    PROGRAMS,
)
DOWNLOADS = Use(
    N_("Downloads"),
    N_("to show that you got your data when you asked for them (Art. 15 GDPR)"),
    Basis.DUTY,
    N_("%(download_days)s days, and a few more until the database deletes it"),
    TEAM,
)
EMAILS = Use(
    N_("Emails to be sent"),
    N_("to send an email that follows from what somebody did"),
    Basis.REQUEST,
    N_("until it is sent, in general for seconds; %(given_up_days)s days if it can't be"),
    PROGRAMS,
)
NEWSLETTER = Use(
    N_("Newsletters"),
    N_("to send you each issue once, and to show to whom it went"),
    Basis.CONSENT,
    N_("without end; once you have left, your number no longer says who you were"),
    TEAM,
)
SUPPRESSION = Use(
    N_("Stopped email"),
    N_("to write no more to an address that emails come back from, or that reported us as spam"),
    Basis.INTEREST,
    N_("until you ask us to write to you again, or sign in by an email that arrived"),
    TEAM,
)
PROTECTION = Use(
    N_("Protection from misuse"),
    N_("to keep anybody from flooding an inbox or guessing codes"),
    Basis.INTEREST,
    N_("counted for an hour or a day, and kept a few days until the database deletes it"),
    PROGRAMS,
)
FIGURES = Use(
    N_("Figures"),
    N_("to report each day how many joined, left and unsubscribed"),
    Basis.INTEREST,
    N_("%(activity_days)s days, and a few more until the database deletes it"),
    PROGRAMS,
)
LEAVING = Use(
    N_("Leaving"),
    N_(
        "to delete your data and confirm that by a last email; afterwards, to answer the links in "
        "your old emails and to show that you had agreed"
    ),
    Basis.DUTY,
    N_(
        "name and address %(goodbye_minutes)s minutes; the times of your consents and a code of "
        "your address %(proof_years)s years; your number and the date without end; if "
        "you never joined, only a code of your address and the date, about four years"
    ),
    TEAM,
)
OPERATION = Use(
    "Running the programs",
    "to do what is due, once",
    Basis.NONE,
    "for as long as it is needed",
    "the alumni team",
    is_personal=False,
)

USES = (
    *(
        MEMBERSHIP,
        SIGNS,
        JOINING,
        PROOF,
        DIGESTS,
        VIEWERS,
        HISTORY,
        ADDRESS_CHANGES,
        EVENTS,
        NEWSLETTER,
        SIGNING_IN,
        DOWNLOADS,
        EMAILS,
    ),
    *(SUPPRESSION, PROTECTION, FIGURES, LEAVING, OPERATION),
)


def numbers(keep: Keep, signup_days: int) -> dict[str, int]:
    """How long data is kept, for the texts of the uses; `signup_days` is a setting of the stack."""
    return {
        "signup_days": signup_days,
        "rsvp_days": RSVP_DAYS,
        "event_days": KEEP_DAYS,
        "lines_days": LINES_DAYS,
        "activity_days": ACTIVITY_DAYS,
        "download_days": DOWNLOAD_DAYS,
        "given_up_days": GIVEN_UP_DAYS,
        "link_minutes": SIGN_IN_SECONDS // MINUTE,
        "new_address_hours": NEW_ADDRESS_HOURS,
        "undo_days": UNDO_DAYS,
        "session_hours": SESSION_SECONDS // HOUR,
        "goodbye_minutes": GOODBYE_SECONDS // MINUTE,
        **asdict(keep),
    }


# What else Art. 15 GDPR wants people to know: who receives the data, where from, which rights.
RIGHTS = (
    N_(
        "Amazon Web Services processes the data on our behalf in Stockholm (eu-north-1), and your "
        "own email provider receives our emails. Nobody else gets anything, and no decision about "
        "you is automated, except whether an event has a place left."
    ),
    N_(
        "Pages and forms pass, encrypted, through its delivery network by way of a location near "
        "you, which can be outside the European Union; nothing that you send is stored there. "
        "Logs hold codes and numbers only, for 30 days. Backups hold what was deleted for 35 days "
        "more."
    ),
    N_(
        "We have all of it from you: from forms, from your clicks on our buttons, and from what "
        "our emails came back with."
    ),
    N_(
        "You can have your data corrected or deleted, or its use restricted. You can object to "
        "what rests on our legitimate interest, withdraw a consent at any time, for the future, "
        "and take your data to somebody else. Most of it you can do yourself on your page, and "
        "the rest if you write to us."
    ),
    N_(
        "If you are not satisfied, you can complain to the data protection authority where you "
        "live, or to ours."
    ),
)

# ---- What is stored

NAME, EMAIL = N_("Name"), N_("Email address")
HASH = N_("Code of the address, computed with a secret key")
LANGUAGE = N_("Language of our emails to you")
EXPIRES = N_("May be deleted after")
CONFIRM_UNTIL = N_("Can be confirmed until")
REVISION = N_("Number of the latest change, so that older links do nothing")
DRAFT = N_("Typed before an earlier session ended")
LINE_HASH = N_("Hash of this line")
KEPT_UNTIL = N_("Until when the hashes of the other lines are kept")
INTERESTS, FREQUENCY = N_("What interests you?"), N_("How often do you want the newsletter?")
WHEN = N_("When")
PROFILE = {
    "name": NAME,
    "email": EMAIL,
    "office": N_("Office where you last worked"),
    "from_year": N_("From (year)"),
    "to_year": N_("To (year)"),
    "kinds": N_("What describes you?"),
    "interests": INTERESTS,
    "language": LANGUAGE,
}
AGREEMENT = {
    "text_id": N_("Which consent text"),
    "version": N_("Version of the text"),
    "words": N_("The text, as it was shown"),
    "text_sha256": N_("SHA-256 of that text"),
    "ticked_at": N_("When the box was ticked"),
    "language": N_("Language of the text"),
}
CIRCUMSTANCES = {
    "page": N_("Page with the form or button"),
    "shown_at": N_("Form opened, as the browser says"),
    "mailed_at": N_("Email with the link sent"),
    "message_id": N_("The email service's number of that email"),
}
ONE_KIND = {"kind": N_("What describes you?")}
MEMBER_ID = {"member_id": N_("Number of the member")}

RECORDS = (
    Record(
        "member",
        "MEMBERS#<shard>",
        "<member_id>",
        MEMBERSHIP,
        PROFILE
        | {
            "address_hash": HASH,
            "newsletter": N_("Consents to the newsletter"),
            "invitations": N_("Consents to invitations to events"),
            "frequency": FREQUENCY,
            "sort_as": N_("Sorted in lists under"),
            "works_at": N_("Company or organisation"),
            "works_as": N_("Position"),
            "earlier_stays": N_("Earlier offices and years"),
            "offices_of_interest": N_("Invitations from"),
            "revision": REVISION,
            "joined_at": N_("Joining was confirmed"),
            "address_since": N_("Your address changed; older sessions are void"),
            "renewed_at": N_("Consent to the newsletter was renewed"),
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
            "consents": N_("Consents that the form asked for"),
            "revision": REVISION,
            "expires_at": CONFIRM_UNTIL,
        }
        | CIRCUMSTANCES,
        due=("SIGNUP",),
        old=ONE_KIND | {"consent": N_("Consents that the form asked for")},
    ),
    Record(
        "consent",
        "MEMBER#<member_id>",
        "CONSENT#LINE#<number>",
        PROOF,
        {
            "what": N_("What was agreed to, withdrawn or chosen"),
            "how": N_("By which form, link or email"),
            "at": WHEN,
            "address_hash": HASH,
            "frequency": FREQUENCY,
            "interests": INTERESTS,
        }
        | AGREEMENT
        | CIRCUMSTANCES
        | {
            "kept_until": KEPT_UNTIL,
            "day": N_("Day (UTC) whose digest vouches for it"),
            "number": N_("Place in the chain"),
            "before": N_("Hash of the line before"),
            "hash": LINE_HASH,
        },
        old_sk="CONSENT#<moment>#<kind>",
        note="`number` has 8 digits; lines from before the chain have `moment` in milliseconds and "
        "`kind` as `what`; see [evidence](evidence.md)",
    ),
    Record(
        "network address of a consent",
        "MEMBER#<member_id>",
        "VIEWER#<clicked_at>#<what>",
        VIEWERS,
        {"ip": N_("Network address"), "expires_at": EXPIRES},
        parts={"clicked_at": WHEN, "what": N_("What was agreed to, withdrawn or chosen")},
        due=("VIEWER",),
    ),
    Record(
        "end of the chain",
        "MEMBER#<member_id>",
        "CHAIN",
        PROOF,
        {"number": N_("Number of lines"), "hash": LINE_HASH},
    ),
    Record(
        "consent for the day's digest",
        "LINES#<day>#<shard>",
        "<member_id>#<number>",
        DIGESTS,
        {"hash": LINE_HASH, "kept_until": KEPT_UNTIL, "expires_at": EXPIRES},
        note="days in UTC, as in 2026-11-26",
    ),
    Record(
        "change of details",
        "MEMBER#<member_id>",
        "CORRECTION#<changed_at>#<revision>",
        HISTORY,
        {"by": N_("Changed by"), "before": N_("Before"), "after": N_("After")},
        parts={"changed_at": WHEN, "revision": REVISION},
        old_sk="CORRECTION#<changed_at>",
        due=("HISTORY",),
        note="`by` is the AWS identity of one of the team, `the member` or `the earlier address`; "
        "field → value",
    ),
    Record(
        "new address",
        "MOVES#<owner>",
        "NEW",
        ADDRESS_CHANGES,
        {
            "id": N_("Number of the newest form"),
            "email": N_("New email address"),
            "address_hash": HASH,
            "expires_at": CONFIRM_UNTIL,
        },
        due=("NEW_ADDRESS",),
        note="`owner` as of a session",
    ),
    Record(
        "changed address",
        "MOVES#<owner>",
        "MOVED#<address_hash>",
        ADDRESS_CHANGES,
        {
            "from_email": N_("Earlier email address"),
            "to_hash": HASH,
            "to_email": N_("New email address"),
            "at": WHEN,
            "ends_at": N_("Can be taken back until"),
            "revision": REVISION,
            "is_moving": N_("Sign-ups still follow"),
            "only": N_("Code of the address that the sign-ups came from"),
        },
        due=("MOVED",),
    ),
    Record(
        "reservation",
        "ADDRESS#<address_hash>",
        "RESERVED",
        ADDRESS_CHANGES,
        {"owner": N_("Whose address it was"), "at": WHEN, "revision": REVISION},
        note="nobody else can have the address",
    ),
    Record(
        "event sign-up",
        "EVENT#<event>",
        "RSVP#<address_hash>",
        EVENTS,
        {
            "status": N_("State"),
            "name": NAME,
            "email": EMAIL,
            "party": N_("Number of places"),
            "dietary": N_("What was written about food"),
            "food_consent": N_("Consent to keep what was written about food"),
            "language": LANGUAGE,
            "revision": REVISION,
            "created_at": N_("Form sent"),
            "expires_at": CONFIRM_UNTIL,
            "sequence": N_("Version of the event's facts that you know"),
            "former": N_("Codes of earlier addresses, for links in older emails"),
        },
        parts={"event": N_("Event")},
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
            "language": N_("Language of the page"),
            "wrong_codes": N_("Wrong codes typed"),
            "draft": DRAFT,
            "expires_at": N_("Works until"),
        },
        due=("SIGNIN",),
        note="deleted by whoever signs in",
        is_reachable=False,
    ),
    Record(
        "session",
        "SESSIONS#<owner>",
        "<secret_hash>",
        SIGNING_IN,
        {
            "device": N_("Browser and system"),
            "created_at": N_("Signed in"),
            "seen_at": N_("Last used"),
            "draft": DRAFT,
            "expires_at": N_("Ends"),
        },
        due=("SESSION",),
        note="`owner` is `m` and a member's id, or `g` and a guest's address hash",
    ),
    Record(
        "download",
        "MEMBER#<member_id>",
        "DOWNLOAD#<downloaded_at>",
        DOWNLOADS,
        {"expires_at": EXPIRES},
        parts={"downloaded_at": WHEN},
    ),
    Record(
        "guest's download",
        "ADDRESS#<address_hash>",
        "DOWNLOAD#<downloaded_at>",
        DOWNLOADS,
        {"expires_at": EXPIRES},
        parts={"downloaded_at": WHEN},
    ),
    Record(
        "email to be sent",
        "OUTBOX#<email_id>",
        "OUTBOX",
        EMAILS,
        {
            "mail": "which email",
            "address_hash": "code of the address; empty if it goes to the team",
            "ref": "ids of what it is about",
            "revision": "of what it is about, so that a stale one is dropped",
            "tries": "how often it was tried",
            "created_at": "since when it waits",
            "state": "`dead` once it is given up",
            "why": "why it was given up",
            "expires_at": "when DynamoDB may delete it",
        },
        due=("OUTBOX",),
        is_reachable=False,
    ),
    Record(
        "batch",
        "ISSUE#<issue>",
        "BATCH#<number>",
        NEWSLETTER,
        {
            "recipients": N_("Numbers of the recipients; in your file only yours"),
            "outcomes": N_("What became of the email"),
            "state": N_("State of the batch"),
            "variant": N_("Version of the issue"),
            "key": N_("Where its text is stored"),
            "hash": N_("SHA-256 of that text"),
            "attempt": N_("Attempt to send it"),
            "queued_at": N_("Queued"),
            "sends_at": N_("Its turn"),
            "claimed_at": N_("Taken to be sent"),
            "moved": N_("Where the other half of the batch went"),
            "half_of": N_("Batch that this one was split from"),
        },
        parts={"issue": N_("Issue of the newsletter")},
        due=("PLANNED#<issue>", "CLAIMED#<issue>"),
        note="while it is open; `number` has 6 digits",
    ),
    Record(
        "suppression",
        "ADDRESS#<address_hash>",
        "SUPPRESSED",
        SUPPRESSION,
        {
            "reason": N_("Why no email is sent"),
            "at": WHEN,
            "asked_at": N_("Signing in was asked for"),
            "proof": "what only the reader of that email can show",
        },
        withheld=frozenset({"proof"}),
    ),
    Record(
        "limit",
        "LIMIT#<kind>#<owner>#<window_at>",
        "LIMIT",
        PROTECTION,
        {"count": N_("How often"), "expires_at": EXPIRES},
        parts={"kind": N_("What is counted"), "window_at": N_("Since")},
        note="`owner` is a hash of an address, network or session, or `all`",
    ),
    Record(
        "sign of life",
        "LIFE#<member_id>",
        "LIFE",
        SIGNS,
        {"seen_at": N_("Last signed in, confirmed, changed or answered something")},
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
        parts={"happened_at": WHEN, "act": N_("What happened")},
        note="days since 1970, UTC; `act` is `joined`, `left`, `unsubscribed` or `unreachable`",
    ),
    Record(
        "erasure",
        "ADDRESS#<address_hash>",
        "ERASURE#<erasure_id>",
        LEAVING,
        {
            "is_member": N_("Was a member"),
            "name": NAME,
            "email": EMAIL,
            "language": LANGUAGE,
            "at": WHEN,
            "former": N_("Codes of earlier addresses, for links in older emails"),
        },
        due=("ERASURE",),
        note="no use finds such a person any more; the rest is deleted when it is due",
    ),
    Record(
        "tombstone",
        "MEMBER#<member_id>",
        "ERASED",
        LEAVING,
        {"at": WHEN, "address_hash": HASH},
        due=("PROOF",),
        note="all that is left of an erased member, with the hashes of their consents",
    ),
    Record(
        "mark of an erasure",
        "ADDRESS#<address_hash>",
        "ERASED",
        LEAVING,
        {"expires_at": EXPIRES},
        note="until then neither an import nor an invitation brings the person back",
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
            "unused_before": "consents from before are withheld until renewed",
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
