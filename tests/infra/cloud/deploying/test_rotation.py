"""Secrets are replaced step by step, and at no step is anything refused that is in flight."""

from itertools import count, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.core import token_keys
from functions.core.clock import DAY, HOUR, MINUTE
from functions.core.lifetimes import LINK_DAYS
from functions.core.token_keys import FRESH_SECONDS, EarlierKey, TokenKeys
from infra.cloud.deploying import rotation
from infra.cloud.deploying.rotation import Step, Wait
from tests.functions.support import NOW

A, B, C = ("a" * 43, "b" * 43, "c" * 43)
LONGEST = LINK_DAYS * DAY


def step(keys: TokenKeys, now: int, new: str = B, changed_at: int = 0, **more: bool) -> TokenKeys:
    taken = rotation.next_of_token_keys(keys, changed_at, now, new, **more)
    assert isinstance(taken, Step)
    return token_keys.parse(taken.value)


# ---- The keys that sign links


def test_the_first_step_adds_a_key_that_does_not_sign() -> None:
    assert step(TokenKeys(A), NOW) == TokenKeys(A, following=B)


def test_the_second_step_lets_it_sign_and_keeps_the_old_one_as_long_as_links_live() -> None:
    after = step(TokenKeys(A, following=B), NOW)
    assert after.signing == B
    assert not after.following
    assert A in after.accepted(NOW + FRESH_SECONDS + LONGEST, to_unsubscribe=False)
    assert A not in after.accepted(NOW + LONGEST + 3 * DAY, to_unsubscribe=False)
    assert A in after.accepted(NOW + 50 * LONGEST, to_unsubscribe=True)


def test_a_key_signs_only_when_every_warm_function_knows_it() -> None:
    keys = TokenKeys(A, following=B)
    early = rotation.next_of_token_keys(keys, NOW, NOW + HOUR - 1, C)
    assert isinstance(early, Wait)
    assert "2026-11-18 12:06 UTC" in early.why
    assert step(keys, NOW + HOUR, changed_at=NOW).signing == B


def test_an_interrupted_step_is_not_taken_twice() -> None:
    keys = step(TokenKeys(A), NOW)
    again = rotation.next_of_token_keys(keys, NOW, NOW + MINUTE, C)
    assert isinstance(again, Wait)
    assert C not in str(step(keys, NOW + HOUR, C, NOW))


def test_a_leaked_key_only_unsubscribes_once_the_new_one_signs() -> None:
    after = step(TokenKeys(A, following=B), NOW, leaked=True)
    assert after.accepted(NOW, to_unsubscribe=False) == [B]
    assert after.accepted(NOW, to_unsubscribe=True) == [A, B]


def test_keys_that_were_replaced_by_hand_get_a_day_too() -> None:
    after = step(TokenKeys(B, (EarlierKey(A),), C), NOW)
    assert [key.key for key in after.earlier] == [A, B]
    assert all(key.until for key in after.earlier)


@given(st.lists(st.integers(0, LONGEST // 2), min_size=1, max_size=12))
def test_a_link_is_accepted_until_it_expires_whenever_the_command_is_run(
    pauses: list[int],
) -> None:
    keys, changed_at, now, names = TokenKeys(A), NOW, NOW, count()
    signed: dict[str, int] = {}  # key → when a warm function last signed with it
    for pause in pauses:
        now += pause
        taken = rotation.next_of_token_keys(keys, changed_at, now, f"{next(names):043d}")
        if isinstance(taken, Step):
            signed[keys.signing] = now + FRESH_SECONDS
            keys, changed_at = token_keys.parse(taken.value), now
    for key, at in signed.items():
        assert key in keys.accepted(at + LONGEST, to_unsubscribe=False)
        assert key in keys.accepted(at + 50 * LONGEST, to_unsubscribe=True)


# ---- The secrets between CloudFront and the API


def test_the_origin_secret_takes_three_deploys_of_which_any_two_overlap() -> None:
    values = [A]
    for _ in range(3):
        sent = ",".join(rotation.origin_secrets(values[-1]))
        taken = rotation.next_of_origin_secrets(values[-1], sent, B)
        assert isinstance(taken, Step)
        values.append(taken.value)
    accepted = [rotation.origin_secrets(value) for value in values]
    assert accepted == [[A], [A, B], [B, A], [B]]
    # While a deploy is under way, or rolled back, either side may have either value.
    for before, after in pairwise(accepted):
        assert before[0] in after
        assert after[0] in before


@pytest.mark.parametrize(("value", "deployed"), [(f"{A},next:{B}", A), (f"{B},{A}", f"{A},{B}")])
def test_no_step_is_taken_before_the_last_one_is_deployed(value: str, deployed: str) -> None:
    waiting = rotation.next_of_origin_secrets(value, deployed, C)
    assert isinstance(waiting, Wait)
    assert "alumni deploy" in waiting.why


@pytest.mark.parametrize(
    "value", ["", ",", f"{A},", f",{A}", "a" * 31, f"{A},{B},{C}", f"next:{A}"]
)
def test_a_malformed_origin_secret_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="origin-secrets"):
        rotation.origin_secrets(value)


def test_the_documents_state_how_long_links_of_an_old_key_work(root: Path) -> None:
    page = (root / "docs" / "secrets.md").read_text(encoding="utf-8")
    assert f"{rotation.LONGEST_DAYS} days at most" in page
