"""The keys in SSM: what a container accepts, keeps, and learns while it is warm."""

from datetime import date
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from functions.core import token_keys, tokens
from functions.core.aws import secrets
from functions.core.aws.clients import ATTEMPTS, client
from functions.core.clock import DAY, HOUR, MINUTE
from functions.core.errors import GoneError, UnusableSecretError
from functions.core.lifetimes import LINK_DAYS
from functions.core.token_keys import EarlierKey, TokenKeys
from functions.core.tokens import Purpose
from tests.functions.support import EARLIER_KEY, NOW, SIGNING_KEY

NEW_KEY = "new-" + "n" * 39
OLDEST_KEY = "oldest-" + "o" * 36
KEYS = f"until-2026-11-18:{OLDEST_KEY},{EARLIER_KEY},{SIGNING_KEY},next:{NEW_KEY}"


def store(value: str, name: str = "token-keys") -> None:
    boto3.client("ssm").put_parameter(
        Name=f"/alumni/test/{name}", Value=value, Type="SecureString", Overwrite=True
    )


def token_of(keys: str, purpose: Purpose = Purpose.CHANGE_RSVP) -> str:
    """A token of a container that knows these keys; this one forgets them again."""
    store(keys)
    secrets.forget()
    token = tokens.make(purpose, "abc", 3)
    store(f"{EARLIER_KEY},{SIGNING_KEY}")
    secrets.forget()
    return token


def is_accepted(token: str, purpose: Purpose = Purpose.CHANGE_RSVP) -> bool:
    try:
        return tokens.read(purpose, token, 2) == ["abc", 3]
    except GoneError:
        return False


@pytest.fixture
def calls(cloud: object) -> Any:
    """The number of times that SSM was called."""
    requests: list[object] = []
    emitters = [client("ssm", attempts).meta.events for attempts in (ATTEMPTS, 1)]
    for events in emitters:
        events.register("before-call.ssm", lambda **_: requests.append(1), unique_id="calls")
    yield requests
    for events in emitters:
        events.unregister("before-call.ssm", unique_id="calls")


# ---- The grammar


def test_a_value_is_read_and_written_alike() -> None:
    keys = token_keys.parse(KEYS)
    oldest = EarlierKey(OLDEST_KEY, date(2026, 11, 18))
    assert keys == TokenKeys(SIGNING_KEY, (oldest, EarlierKey(EARLIER_KEY)), NEW_KEY)
    assert str(keys) == KEYS


def test_the_key_that_signs_comes_last_for_each_purpose() -> None:
    keys = token_keys.parse(KEYS)
    assert keys.accepted(NOW, to_unsubscribe=False) == [EARLIER_KEY, NEW_KEY, SIGNING_KEY]
    assert keys.accepted(NOW, to_unsubscribe=True) == [
        OLDEST_KEY,
        EARLIER_KEY,
        NEW_KEY,
        SIGNING_KEY,
    ]


def test_a_key_with_a_day_is_accepted_until_that_day_begins() -> None:
    keys = token_keys.parse(KEYS)
    midnight = NOW - NOW % DAY
    assert OLDEST_KEY in keys.accepted(midnight - 1, to_unsubscribe=False)
    assert OLDEST_KEY not in keys.accepted(midnight, to_unsubscribe=False)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("", "key 1 is empty"),
        (",", "key 1 is empty"),
        (f"{SIGNING_KEY},", "key 2 is empty"),
        (f",{SIGNING_KEY}", "key 1 is empty"),
        (f"{SIGNING_KEY},next:", "key 2 is empty"),
        ("s" * 31, "key 1 is not 32 or more"),
        (f"{SIGNING_KEY}\n", "key 1 is not 32 or more"),
        (f"{SIGNING_KEY}, {EARLIER_KEY}", "key 2 is not 32 or more"),
        (f"later:{SIGNING_KEY}", "key 1 is not 32 or more"),
        (f"next:{NEW_KEY}", "no key signs"),
        (f"{SIGNING_KEY},next:{NEW_KEY},next:{EARLIER_KEY}", "two are next"),
        (f"until-soon:{EARLIER_KEY},{SIGNING_KEY}", "the day of key 1"),
        (f"until-2028-01-02:,{SIGNING_KEY}", "key 1 is empty"),
    ],
)
def test_a_key_that_anybody_could_guess_is_refused(cloud: object, value: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        token_keys.parse(value)
    assert not any(part in str(refused.value) for part in (SIGNING_KEY, NEW_KEY, "s" * 31))


@pytest.mark.parametrize("value", ["00" * 16, "zz" * 32, f" {'00' * 32}", "0" * 63])
def test_a_malformed_address_key_is_refused(cloud: object, value: str) -> None:
    store(value, "address-key")
    with pytest.raises(UnusableSecretError, match="64 hex digits"):
        secrets.secrets()


def test_a_function_does_not_start_with_an_empty_key(cloud: object) -> None:
    store(f"{SIGNING_KEY},")
    with pytest.raises(UnusableSecretError, match="key 2 is empty"):
        tokens.make(Purpose.UNSUBSCRIBE, "abc")


# ---- In a warm container


def test_links_of_every_key_are_accepted_before_it_signs_and_after(cloud: object) -> None:
    links = [token_of(key) for key in (EARLIER_KEY, SIGNING_KEY, NEW_KEY)]
    store(KEYS)
    assert [is_accepted(link) for link in links] == [True, True, True]


def test_of_the_oldest_keys_only_unsubscribe_links_are_accepted(cloud: object) -> None:
    change = token_of(OLDEST_KEY)
    leave = token_of(OLDEST_KEY, Purpose.UNSUBSCRIBE)
    store(KEYS)
    assert not is_accepted(change)
    assert is_accepted(leave, Purpose.UNSUBSCRIBE)


def test_a_warm_container_learns_a_key_that_it_has_not_seen(cloud: object) -> None:
    link = token_of(NEW_KEY)
    secrets.secrets()
    store(f"{SIGNING_KEY},{NEW_KEY}")
    assert is_accepted(link)


def test_forged_links_make_one_call_a_minute(cloud: object, calls: list[object]) -> None:
    for _ in range(50):
        assert not is_accepted("forged")
    assert len(calls) == 2  # the first load, and one in the hope of a new key
    cloud.pass_(MINUTE)
    assert not is_accepted("forged")
    assert len(calls) == 3


def test_an_expired_link_makes_no_call(cloud: object, calls: list[object]) -> None:
    link = tokens.make(Purpose.CONFIRM_RSVP, "abc", 3)
    cloud.pass_((LINK_DAYS + 1) * DAY)
    secrets.secrets()
    before = len(calls)
    assert not is_accepted(link, Purpose.CONFIRM_RSVP)
    assert len(calls) == before


def test_a_warm_container_signs_with_the_new_key_within_an_hour(cloud: object) -> None:
    secrets.secrets()
    store(f"{SIGNING_KEY},{NEW_KEY}")
    cloud.pass_(HOUR)
    link = tokens.make(Purpose.CHANGE_RSVP, "abc", 3)
    assert secrets.secrets().token_keys.signing == NEW_KEY
    assert is_accepted(link)


@pytest.mark.parametrize("spoilt", ["malformed", "gone", "refused"])
def test_a_warm_container_keeps_the_keys_that_worked(
    cloud: object, spoilt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tokens.make(Purpose.CHANGE_RSVP, "abc", 3)
    if spoilt == "malformed":
        store(f"{SIGNING_KEY},")
    elif spoilt == "gone":
        boto3.client("ssm").delete_parameter(Name="/alumni/test/token-keys")
    else:
        monkeypatch.setattr(client("ssm", 1), "get_parameters", refuse)
    cloud.pass_(HOUR)
    assert is_accepted(link)
    assert not is_accepted("forged")


def refuse(**_: object) -> None:
    raise ClientError({"Error": {"Code": "ThrottlingException"}}, "GetParameters")
