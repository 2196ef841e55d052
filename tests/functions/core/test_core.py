"""Tokens, addresses, limits: what the packages rely on."""

import pytest
from itsdangerous import URLSafeTimedSerializer

from functions.core import tokens
from functions.core.addresses import address_hash, network_hashes, normalise
from functions.core.clock import DAY, HOUR
from functions.core.errors import GoneError, TooManyError
from functions.core.mail import limits
from functions.core.tokens import Purpose
from tests.functions.support import SIGNING_KEY


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Åsa@example.com", None),
        ("asa@Example.COM ", "asa@example.com"),
        ("Asa.Ek+alumni@example.com", "Asa.Ek+alumni@example.com"),
        ("asa@räksmörgås.example", "asa@xn--rksmrgs-5wao1o.example"),
        ("asa@straße.example", "asa@xn--strae-oqa.example"),
        ("asa@localhost", None),
        ("asa..ek@example.com", None),
        ("asa@example.com\nBcc: x@example.com", None),
        ("asa", None),
        ("a" * 65 + "@example.com", None),
        ("asa@-example.com", None),
        # Encoded words (RFC 2047): an email app would decode them, and Python refuses to write To.
        ("=?utf-8?q?a=40b.example?=@example.com", None),
        ("a=?utf-8?b?YQ==?=@example.com", None),
        ("asa=ek?1@example.com", "asa=ek?1@example.com"),
    ],
)
def test_only_addresses_that_ses_can_deliver_to_are_accepted(typed: str, kept: str | None) -> None:
    assert normalise(typed) == kept


def test_an_address_has_the_same_hash_in_any_case(cloud: object) -> None:
    assert address_hash("Asa@example.com") == address_hash("asa@example.com")
    assert len(address_hash("asa@example.com")) == 32


def test_an_ipv6_household_is_one_network(cloud: object) -> None:
    assert network_hashes("2001:db8:1:2::1") == network_hashes("2001:db8:1:2:ffff::9")
    assert network_hashes("2001:db8:1:2::1")[0] != network_hashes("2001:db8:1:3::1")[0]
    assert network_hashes("192.0.2.1") != network_hashes("192.0.2.2")


def test_many_ipv6_households_of_one_customer_are_limited_together(cloud) -> None:
    for household in range(300):
        limits.networks(network_hashes(f"2001:db8:1:{household:x}::1"), cloud.now)
    with pytest.raises(TooManyError):
        limits.networks(network_hashes("2001:db8:1:ffff::1"), cloud.now)
    limits.networks(network_hashes("2001:db8:2::1"), cloud.now)


def test_a_token_returns_the_values_it_was_created_with(cloud: object) -> None:
    token = tokens.make(Purpose.CONFIRM_JOIN, "abc", 3)
    assert tokens.read(Purpose.CONFIRM_JOIN, token, 2) == ["abc", 3]


def test_a_token_of_earlier_emails_was_compressed_and_is_read(cloud: object) -> None:
    content = ["a" * 60, 3]
    earlier = URLSafeTimedSerializer(SIGNING_KEY, salt=Purpose.CONFIRM_JOIN, signer=tokens._Signer)
    token = earlier.dumps(content)
    assert len(token) < len(tokens.make(Purpose.CONFIRM_JOIN, *content))
    assert tokens.read(Purpose.CONFIRM_JOIN, token, 2) == content


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: t + "x", lambda _: "", lambda _: "å"]
)
def test_an_altered_token_is_refused(cloud: object, spoil: object) -> None:
    token = tokens.make(Purpose.CONFIRM_JOIN, "abc", 3)
    with pytest.raises(GoneError):
        tokens.read(Purpose.CONFIRM_JOIN, spoil(token), 2)


def test_a_token_is_valid_for_one_purpose_only(cloud: object) -> None:
    token = tokens.make(Purpose.CHANGE_RSVP, "abc", 3)
    with pytest.raises(GoneError):
        tokens.read(Purpose.CONFIRM_JOIN, token, 2)


def test_a_confirmation_link_expires_but_an_unsubscribe_link_does_not(cloud) -> None:
    confirm = tokens.make(Purpose.CONFIRM_JOIN, "abc", 1)
    leave = tokens.make(Purpose.UNSUBSCRIBE, "abc")
    cloud.pass_(5000 * DAY)
    assert tokens.read(Purpose.UNSUBSCRIBE, leave, 1) == ["abc"]
    with pytest.raises(GoneError):
        tokens.read(Purpose.CONFIRM_JOIN, confirm, 2)


def test_requests_per_network_are_limited_by_the_hour(cloud) -> None:
    for _ in range(60):
        limits.networks(["net"], cloud.now)
    with pytest.raises(TooManyError):
        limits.networks(["net"], cloud.now)
    cloud.pass_(HOUR)
    limits.networks(["net"], cloud.now)
