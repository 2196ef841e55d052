"""Sign-ins and sessions in the table: the only place that knows their keys and expressions.

All sessions of one person are in one partition, so that they can be listed and ended together.
"""

import secrets as randomness
import uuid

from functions.account import bounces, rules
from functions.account.rules import Owner, Session, SignIn
from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.clock import DAY, HOUR
from functions.core.errors import RefusedError
from functions.core.lifetimes import DOWNLOAD_DAYS, SIGN_IN_SECONDS
from functions.core.log import log
from functions.core.mail import limits, outbox
from functions.core.mail_kinds import KINDS
from functions.core.web.forms import Form

# Positions in their transactions, to see what refused them.
BUDGET, BREAKER = 1, 2
SUSPENDED = 1
DOWNLOAD = "DOWNLOAD#"  # begins the sort keys of downloads
STILL_OPEN = "#expires_at > :now"
TAKES_CODES = f"{STILL_OPEN} AND #wrong_codes < :most"


def sign_in_key(sign_in_id: str) -> Key:
    return (f"SIGNIN#{sign_in_id}", "SIGNIN")


def session_key(owner: Owner, session_id: str) -> Key:
    return (_partition(owner), session_id)


def _partition(owner: Owner | str) -> str:
    return f"SESSIONS#{owner}"


# ---- Asking for a link


def new_sign_in(address_hash: str, language: str, draft: Form, now: int) -> SignIn:
    return SignIn(uuid.uuid4().hex, address_hash, language, now + SIGN_IN_SECONDS, draft=draft)


def ask(sign_in: SignIn, address: str, email: str, now: int, *also: Write) -> None:
    """Queue `email`, with link and code: the same writes whoever has the address, or nobody; and
    those in `also`.

    Raises:
        RefusedError: BUDGET or BREAKER is reached.
    """
    item = table.keyed(sign_in_key(sign_in.id)) | {
        "address_hash": sign_in.address_hash,
        "language": sign_in.language,
        "expires_at": sign_in.expires_at,
        "wrong_codes": 0,
        "draft": sign_in.draft,
        "due_kind": "SIGNIN",
        "due_at": sign_in.expires_at,
    }
    (door,) = KINDS[email].doors
    table.transact(
        table.put(item, condition=table.NEW),
        limits.mail_to(door, address, now),
        limits.mail_at_all(now),
        outbox.mail(email, sign_in.address_hash, {"sign_in": sign_in.id}, 0, now),
        *also,
    )


def sign_in(sign_in_id: str, now: int) -> SignIn | None:
    """None if somebody has signed in by it already, or it has expired."""
    item = table.get(sign_in_key(sign_in_id))
    if item is None or item["expires_at"] <= now:
        return None
    return SignIn(
        id=sign_in_id,
        address_hash=item["address_hash"],
        language=item["language"],
        expires_at=item["expires_at"],
        wrong_codes=item["wrong_codes"],
        draft=item["draft"],
    )


def due_expired(now: int, limit: int) -> list[Key]:
    """Keys of links that nobody has used in time and of sessions that are over, by an index that
    may be stale."""
    return [key for kind in ("SIGNIN", "SESSION") for key in table.due(kind, now, limit)]


def delete_expired(key: Key, now: int) -> bool:
    """Delete such a link or session, with what was typed before: an erased person's may be there,
    and TTL lags by days."""
    expired = table.delete(key, condition="#expires_at <= :now", values={":now": now})
    return table.try_write(expired)


def count_wrong_code(sign_in_id: str, now: int) -> None:
    """
    Raises:
        RefusedError: SUSPENDED, too many wrong codes were typed over all addresses; or this link
            takes no more codes.
    """
    wrong = table.update(
        sign_in_key(sign_in_id),
        "SET #wrong_codes = #wrong_codes + :one",
        {":one": 1, ":now": now, ":most": rules.WRONG_CODES},
        condition=TAKES_CODES,
    )
    table.transact(wrong, limits.count("codes", "all", HOUR, rules.WRONG_CODES_PER_HOUR, now))


# ---- Sessions


def open_by_link(sign_in: SignIn, owner: Owner, device: str, draft: Form, now: int) -> str:
    """Sign in by the link; returns the cookie's value.

    Raises:
        RefusedError: somebody has signed in by it already, or it has expired.
    """
    used = table.delete(sign_in_key(sign_in.id), condition=STILL_OPEN, values={":now": now})
    return _open(sign_in, owner, device, draft, now, used)


def open_by_code(sign_in: SignIn, owner: Owner, device: str, draft: Form, now: int) -> str:
    """Sign in by the code that belongs to the link; returns the cookie's value.

    Raises:
        RefusedError: as `count_wrong_code`.
    """
    values = {":now": now, ":most": rules.WRONG_CODES}
    used = table.delete(sign_in_key(sign_in.id), condition=TAKES_CODES, values=values)
    not_suspended = limits.check("codes", "all", HOUR, rules.WRONG_CODES_PER_HOUR, now)
    return _open(sign_in, owner, device, draft, now, used, not_suspended)


def _open(sign_in: SignIn, owner: Owner, device: str, draft: Form, now: int, *used: Write) -> str:
    secret = randomness.token_urlsafe(32)
    expires_at = now + rules.session_seconds(owner)
    item = table.keyed(session_key(owner, rules.session_id(secret))) | {
        "device": device,
        "created_at": now,
        "seen_at": now,
        "expires_at": expires_at,
        "draft": draft,
        "due_kind": "SESSION",
        "due_at": expires_at,
    }
    writes = (*used, table.put(item, condition=table.NEW))
    lifting = bounces.lifting(sign_in, owner, now)
    try:
        table.transact(*writes, *lifting)
    except RefusedError as refused:
        if min(refused.failed) < len(writes):
            raise
        table.transact(*writes)  # feedback came meanwhile: the address stays stopped
    else:
        if lifting:
            log.info("email resumed", extra={"sign_in": sign_in.id})
    return rules.cookie_value(owner, secret)


def session(cookie: str, now: int) -> Session | None:
    """The session that a cookie opens, if it has neither ended nor expired."""
    claimed = rules.read_cookie(cookie)
    if claimed is None:
        return None
    owner, secret = claimed
    item = table.get(session_key(owner, rules.session_id(secret)))
    return _to_session(owner, item) if item and item["expires_at"] > now else None


def see(session: Session, now: int) -> None:
    """Note that the session is in use now; nothing happens if it was ended meanwhile."""
    key = session_key(session.owner, session.id)
    table.try_write(table.update(key, "SET #seen_at = :now", {":now": now}, condition=table.EXISTS))


def sessions(owner: Owner, now: int) -> list[Session]:
    """The owner's sessions, the one used last first."""
    listed = (_to_session(owner, item) for item in table.query(_partition(owner)))
    current = [session for session in listed if session.expires_at > now]
    return sorted(current, key=lambda session: (-session.seen_at, session.id))


def count_post(session: Session, now: int) -> None:
    """
    Raises:
        RefusedError: this session has sent as many forms as it may in an hour.
    """
    limit = rules.POSTS_PER_SESSION_PER_HOUR
    table.write(limits.count("session", session.id, HOUR, limit, now))


def drop_draft(session: Session) -> None:
    """Forget what was typed: it is saved. Nothing happens if the session was ended meanwhile."""
    key = session_key(session.owner, session.id)
    nothing: Item = {":none": {}}
    table.try_write(table.update(key, "SET #draft = :none", nothing, condition=table.EXISTS))


def put_challenge(session: Session, challenge: str, until: int) -> None:
    """Keep what a passkey is to sign, instead of an earlier challenge; nothing happens if the
    session was ended meanwhile."""
    key, values = session_key(session.owner, session.id), {":challenge": challenge, ":until": until}
    expression = "SET #challenge = :challenge, #challenge_until = :until"
    table.try_write(table.update(key, expression, values, condition=table.EXISTS))


def take_challenge(session: Session, now: int) -> str:
    """Use up the session's challenge, whatever comes of it.

    Raises:
        RefusedError: there is none, it has expired, or another request has used it.
    """
    taken = table.update(
        session_key(session.owner, session.id),
        "REMOVE #challenge, #challenge_until",
        {":challenge": session.challenge, ":now": now},
        condition="#challenge = :challenge AND #challenge_until > :now",
    )
    table.write(taken)
    return session.challenge


def confirmed_by(session: Session, passkey_id: str) -> Write:
    """The note that this passkey has confirmed the session, for the transaction that says so."""
    key, values = session_key(session.owner, session.id), {":passkey": passkey_id}
    return table.update(key, "SET #passkey = :passkey", values, condition=table.EXISTS)


def end(session: Session) -> None:
    table.write(table.delete(session_key(session.owner, session.id)))


def end_all(owner: Owner | str, *, opened_until: int | None = None) -> None:
    """End the owner's sessions, those that have expired included; with `opened_until`, only those
    opened up to then."""
    for item in table.query(_partition(owner), only=("created_at",)):
        if opened_until is None or item["created_at"] <= opened_until:
            table.write(table.delete((item["pk"], item["sk"])))


# ---- Downloads


def note_download(owner: Owner, now: int, *also: Write) -> None:
    """Note that somebody got their data, with the writes in `also`. The note is deleted with the
    person, or after DOWNLOAD_DAYS."""
    line = {"expires_at": now + DOWNLOAD_DAYS * DAY}
    note = table.put(table.keyed((_own(owner), f"{DOWNLOAD}{now:010d}")) | line)
    table.try_write(note, *also)


def forget_downloads(address_hash: str) -> None:
    """Delete a guest's; a member's are deleted with all that stands under their number."""
    for item in table.query(f"ADDRESS#{address_hash}", DOWNLOAD, only=("pk",)):
        table.write(table.delete((item["pk"], item["sk"])))


def _own(owner: Owner) -> str:
    """The partition that holds what is kept about somebody."""
    return f"MEMBER#{owner.member_id}" if owner.member_id else f"ADDRESS#{owner.address_hash}"


def _to_session(owner: Owner, item: Item) -> Session:
    return Session(
        id=item["sk"],
        owner=owner,
        device=item["device"],
        created_at=item["created_at"],
        seen_at=item["seen_at"],
        expires_at=item["expires_at"],
        draft=item["draft"],
        passkey=item.get("passkey", ""),
        challenge=item.get("challenge", ""),
    )
