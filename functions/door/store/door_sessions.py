"""Sessions of phones at a door, by the hash of the secret in their cookie."""

import secrets
from dataclasses import asdict
from hashlib import sha256

from functions.core.aws import table
from functions.core.aws.table import Key, Write
from functions.door.rules.opening import Session

SECRET_BYTES = 32


def _key(slug: str, secret: str) -> Key:
    hashed = sha256(secret.encode()).hexdigest()
    return (f"EVENT#{slug}", f"DOOR_SESSION#{hashed}")


def open_session(session: Session, *also: Write) -> str:
    """Store a session, with the writes in `also`; returns the secret for its cookie."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    fields = asdict(session) | {"expires_at": session.ends_at}
    del fields["slug"], fields["ends_at"]
    opened = table.put(table.keyed(_key(session.slug, secret)) | fields, condition=table.NEW)
    if also:
        table.transact(opened, *also)
    else:
        table.write(opened)
    return secret


def get(slug: str, secret: str, now: int) -> Session | None:
    """The session that a cookie opens; None if there is none, or it has ended."""
    item = table.get(_key(slug, secret)) if secret else None
    if item is None or item["expires_at"] <= now:
        return None
    return Session(
        slug,
        item["language"],
        item["host"],
        item["team_id"],
        opened_at=item["opened_at"],
        ends_at=item["expires_at"],
    )


def end(slug: str, secret: str) -> None:
    table.write(table.delete(_key(slug, secret)))
