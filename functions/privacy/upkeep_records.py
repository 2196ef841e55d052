"""What is kept of sessions, downloads, figures and the catalogue. Part of the data map."""

from functions.core.translations import N_
from functions.privacy.record_words import DRAFT, EXPIRES, HASH, WHEN
from functions.privacy.records import Record
from functions.privacy.uses import DOWNLOADS, OPERATION, SIGNING_IN

RECORDS = (
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
            "passkey": N_("Confirmed with this passkey"),
            "challenge": N_("What a passkey is to sign"),
            "challenge_until": N_("Until when it may"),
            "expires_at": N_("Ends"),
        },
        due=("SESSION",),
        note="`owner` is `m` and a member's id, `g` and a guest's address hash, or `t` and a team "
        "member's id",
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
        "figure",
        "FIGURES#<year>",
        "<month>#<act>#<office>#<shard>",
        OPERATION,
        {"count": "how many"},
        note="months in UTC, as in 2026-11; `act` is `joined` or `left`",
    ),
    Record(
        "members by state",
        "FIGURES",
        "STATES",
        OPERATION,
        {
            "asked_at": "when they were to be counted last",
            "at": "when they were counted last",
            "counts": "office → state → how many",
        },
    ),
    Record(
        "members now",
        "FIGURES#now",
        "<offices>#<shard>",
        OPERATION,
        {"count": "how many"},
        note="`offices` are all where they worked, with `+` between",
    ),
    Record(
        "figures of members from before",
        "FIGURES",
        "PROGRESS",
        OPERATION,
        {"after": "the last member who is counted; `*` once all are"},
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
