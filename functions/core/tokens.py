"""Signed tokens in the links of emails: ids and a revision, with a salt for each purpose.

See docs/security.md.
"""

import hashlib
import json
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any

from itsdangerous import (
    BadData,
    BadSignature,
    SignatureExpired,
    Signer,
    URLSafeTimedSerializer,
)
from itsdangerous.encoding import base64_encode
from itsdangerous.timed import TimestampSigner

from functions.core import clock
from functions.core.aws.secrets import learn_new, secrets
from functions.core.errors import GoneError
from functions.core.lifetimes import LINK_DAYS, SIGN_IN_SECONDS


class Purpose(StrEnum):
    CONFIRM_JOIN = "confirm-join"
    CONFIRM_RSVP = "confirm-rsvp"
    CHANGE_RSVP = "change-rsvp"
    EVENT_INVITATION = "event-invitation"
    EVENT_THANKS = "event-thanks"
    GUEST_LIST = "guest-list"
    DOOR = "door"
    UNSUBSCRIBE = "unsubscribe"
    NO_INVITATIONS = "no-invitations"  # to events
    STILL_HERE = "still-here"
    INVITED = "invited"
    LEAVE_ALONE = "leave-alone"
    SIGN_IN = "sign-in"
    DESK_SIGN_IN = "desk-sign-in"
    DESK_SIGN_IN_HERE = "desk-sign-in-here"
    NEW_ADDRESS = "new-address"
    UNDO_ADDRESS = "undo-address"
    SIGN_IN_HERE = "sign-in-here"  # a cookie: the browser that asked to sign in may enter the code


# The link of an email from years ago must still end such emails: RFC 8058 sets no end.
ENDLESS = {Purpose.UNSUBSCRIBE, Purpose.NO_INVITATIONS, Purpose.LEAVE_ALONE}


_compact = json.JSONEncoder(separators=(",", ":")).encode  # json.dumps makes one for each token


def _max_age_seconds(purpose: Purpose) -> int | None:
    if purpose in ENDLESS:
        return None
    match purpose:
        case (
            Purpose.SIGN_IN
            | Purpose.SIGN_IN_HERE
            | Purpose.DESK_SIGN_IN
            | Purpose.DESK_SIGN_IN_HERE
        ):
            return SIGN_IN_SECONDS
        case _:
            return LINK_DAYS * clock.DAY


class _Signer(TimestampSigner):
    # itsdangerous's own default wraps it in a function of Python, for which hmac takes a slow path.
    default_digest_method = staticmethod(hashlib.sha1)

    def get_timestamp(self) -> int:
        return clock.now()

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        """Of the key that signs, once."""
        return self._signing_key if secret_key is None else super().derive_key(secret_key)

    @cached_property
    def _signing_key(self) -> bytes:
        return super().derive_key()


class _Serializer(URLSafeTimedSerializer):
    def make_signer(self, salt: str | bytes | None = None) -> Signer:  # noqa: ARG002 - its own one
        """The same each time, because to make one takes longer than to sign."""
        return self._signer

    @cached_property
    def _signer(self) -> Signer:
        return super().make_signer()

    def dump_payload(self, obj: Any) -> bytes:
        """Not compressed, which would take half of a token's time: random ids hardly shrink."""
        return base64_encode(_compact(obj))


@lru_cache
def _serializer(purpose: Purpose, keys: tuple[str, ...]) -> _Serializer:
    return _Serializer(keys, salt=purpose, signer=_Signer)


def _accepting(purpose: Purpose) -> _Serializer:
    keys = secrets().token_keys.accepted(clock.now(), to_unsubscribe=purpose in ENDLESS)
    return _serializer(purpose, tuple(keys))


def make(purpose: Purpose, *content: str | int) -> str:
    signing = _serializer(purpose, (secrets().token_keys.signing,))
    token: str = signing.dumps(list(content))
    return token


def read(purpose: Purpose, token: str, size: int) -> list[Any]:
    """The `size` values that were passed to `make`.

    Raises:
        GoneError: the token is forged, damaged, of another purpose, or expired.
    """
    try:
        content = _load(purpose, token)
    except BadData:
        raise GoneError("token") from None
    if not isinstance(content, list) or len(content) != size:
        raise GoneError("token")
    return content


def _load(purpose: Purpose, token: str) -> Any:
    try:
        return _accepting(purpose).loads(token, max_age=_max_age_seconds(purpose))
    except SignatureExpired:
        raise
    except BadSignature:
        # Its key may be newer than those that this container has read.
        if not learn_new():
            raise
        return _accepting(purpose).loads(token, max_age=_max_age_seconds(purpose))
