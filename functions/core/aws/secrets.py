"""The keys that `alumni deploy` created in SSM, as this container knows them.

See docs/secrets.md.
"""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from functions.core import clock, token_keys
from functions.core.aws.clients import ATTEMPTS, client
from functions.core.errors import UnusableSecretError
from functions.core.log import error_fields, log
from functions.core.settings import settings
from functions.core.token_keys import FRESH_SECONDS, TokenKeys, address_key

APART_SECONDS = clock.MINUTE

_cache: dict[str, Any] = {}


@dataclass(frozen=True)
class Secrets:
    token_keys: TokenKeys
    address_key: bytes


def secrets() -> Secrets:
    """The keys, read again once they are an hour old.

    Raises:
        UnusableSecretError: this container has none yet, and those in SSM can't be used.
    """
    if "secrets" not in _cache:
        _cache.update(secrets=_read(), until=clock.now() + FRESH_SECONDS)
    elif _cache["until"] <= clock.now():
        _read_again()
    known: Secrets = _cache["secrets"]
    return known


def learn_new() -> bool:
    """Read the keys again, because a token carries none that is known; returns True if they differ.

    At most once a minute, or every forged token would make a call of SSM.
    """
    if _cache.get("learnt_at", 0) > clock.now() - APART_SECONDS:
        return False
    before = secrets()
    _cache["learnt_at"] = clock.now()
    _read_again()
    return bool(_cache["secrets"] != before)


def ticket_key() -> bytes:
    """The private key that signs tickets (Ed25519), which only functions that sign may read. It
    never changes, or tickets in people's inboxes would no longer be genuine.

    Raises:
        UnusableSecretError: it is missing in SSM, or malformed.
    """
    if "ticket-key" not in _cache:
        (text,) = _values("ticket-key", attempts=ATTEMPTS)
        try:
            _cache["ticket-key"] = token_keys.ticket_key(text)
        except ValueError as error:
            raise UnusableSecretError(f"{error}; see `alumni secrets check`") from None
    known: bytes = _cache["ticket-key"]
    return known


def forget() -> None:
    _cache.clear()


def _read_again() -> None:
    """If that fails, the keys that worked so far are kept, and it is tried again in a minute."""
    _cache["until"] = clock.now() + APART_SECONDS  # first, in case that the function times out
    try:
        # Somebody waits for a page: one attempt leaves time to answer with the keys there are.
        _cache.update(secrets=_read(attempts=1), until=clock.now() + FRESH_SECONDS)
    except (BotoCoreError, ClientError, UnusableSecretError) as error:
        log.error("the keys can't be read again", extra=error_fields(error))


def _read(attempts: int = ATTEMPTS) -> Secrets:
    keys, address = _values("token-keys", "address-key", attempts=attempts)
    try:
        return Secrets(token_keys.parse(keys), address_key(address))
    except ValueError as error:
        raise UnusableSecretError(f"{error}; see `alumni secrets check`") from None


def _values(*names: str, attempts: int) -> list[str]:
    full = [f"{settings().parameter_prefix}/{name}" for name in names]
    answer = client("ssm", attempts).get_parameters(Names=full, WithDecryption=True)
    if missing := answer["InvalidParameters"]:
        raise UnusableSecretError(f"missing in SSM: {missing}; run `alumni deploy`")
    return [_value_of(name, answer["Parameters"]) for name in full]


def _value_of(name: str, parameters: list[Any]) -> str:
    return next(str(parameter["Value"]) for parameter in parameters if parameter["Name"] == name)
