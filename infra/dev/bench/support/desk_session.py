"""A coordinator who is signed in at the desk."""

from typing import Any

OWNER, SECRET = "0c" * 16, "t" * 43
COOKIE = f"__Host-desk=t{OWNER}.{SECRET}"
NOW, FAR = 1_795_000_000, 4_000_000_000


def stored() -> list[dict[str, Any]]:
    """The team member and the session, as the functions write them."""
    from functions.account import rules
    from functions.core.aws.table import to_item

    details = {"name": "Karin Ek", "email": "karin@example.com", "language": "en"}
    member: dict[str, Any] = {
        "pk": "TEAM",
        "sk": OWNER,
        "role": "coordinator",
        "offices": [],
    } | details
    member |= {"address_hash": "0d" * 16, "revision": 1, "added_at": NOW - 1}
    key = {"pk": f"SESSIONS#t{OWNER}", "sk": rules.session_id(SECRET)}
    times = {"created_at": NOW, "seen_at": FAR, "expires_at": FAR}
    session: dict[str, Any] = {"draft": {}, "device": "Firefox, Windows"} | key | times
    return [to_item(member), to_item(session)]
