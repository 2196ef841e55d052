"""Who has to confirm with a passkey, by the setting."""

from dataclasses import replace

import pytest

from functions.team.rules import (
    Role,
    SecondFactor,
    Step,
    TeamMember,
    may_remove_passkey,
    next_step,
    second_factor_of,
)

OFF, OPTIONAL, OWNERS, REQUIRED = SecondFactor
BO = TeamMember(
    id="b", name="Bo", email="b@example.com", language="en", role=Role.EDITOR, address_hash="h"
)
EVA = replace(BO, role=Role.OWNER)
WITH = replace(BO, passkeys=("laptop", "phone"))


@pytest.mark.parametrize(
    ("setting", "member", "step"),
    [
        (OFF, EVA, Step.NONE),
        (OFF, WITH, Step.NONE),
        (OPTIONAL, EVA, Step.NONE),
        (OPTIONAL, WITH, Step.CONFIRM),
        (OWNERS, BO, Step.NONE),
        (OWNERS, EVA, Step.SET_UP),
        (OWNERS, WITH, Step.CONFIRM),
        (REQUIRED, BO, Step.SET_UP),
        (REQUIRED, WITH, Step.CONFIRM),
    ],
)
def test_after_the_link_the_setting_decides(setting, member, step):
    assert next_step(setting, member, "") is step


@pytest.mark.parametrize(
    ("by", "step"), [("phone", Step.NONE), ("removed", Step.CONFIRM), ("", Step.CONFIRM)]
)
def test_a_session_is_open_while_its_passkey_is_theirs(by, step):
    assert next_step(REQUIRED, WITH, by) is step


def test_the_last_passkey_stays_where_one_is_required():
    last = replace(EVA, passkeys=("laptop",))
    assert [may_remove_passkey(setting, last) for setting in SecondFactor] == [
        *(True, True),
        *(False, False),
    ]
    assert may_remove_passkey(REQUIRED, WITH)


def test_a_site_that_was_published_before_the_setting_leaves_it_to_everybody():
    assert second_factor_of({}) is OPTIONAL
