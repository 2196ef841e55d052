"""What joining decides, on values alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.core.texts import ConsentPurpose
from functions.membership import rules
from functions.membership.rules import Click, Joining, Known, Next, Signup
from functions.people.member import Agreement, Profile
from tests.functions.support import NOW

ASA = Profile(
    name="Åsa Ek",
    email="asa@example.com",
    office="malmo",
    from_year=1998,
    to_year=2019,
    kinds=("engineer",),
    interests=(),
    language="en",
)
AGREED = {ConsentPurpose.MEMBERSHIP: Agreement("membership", "2026-11", ticked_at=NOW)}


def waiting(revision, expires_at=NOW):
    return Signup(ASA, AGREED, revision, expires_at)


def test_a_member_gets_a_notice_and_anyone_else_a_confirmation_email():
    assert rules.on_signup(Known(member_id="1")) is Next.ALREADY_MEMBER
    assert rules.on_signup(Known()) is Next.CONFIRM
    assert rules.on_signup(Known(signup=waiting(4, NOW))) is Next.CONFIRM


@pytest.mark.parametrize(
    ("known", "click"),
    [
        (Known(signup=waiting(7, NOW + 1)), Click.JOIN),
        (Known(signup=waiting(8, NOW + 1)), Click.STALE),
        (Known(signup=waiting(7, NOW)), Click.GONE),
        (Known(), Click.GONE),
        (Known(member_id="1"), Click.ALREADY_MEMBER),
        (Known(member_id="1", signup=waiting(8, NOW + 1)), Click.ALREADY_MEMBER),
    ],
)
def test_a_link_is_judged_by_state_revision_and_expiry(known, click):
    assert rules.on_click(known, 7, NOW) is click


@given(st.lists(st.integers(1, 10**6), max_size=6))
def test_two_forms_of_an_address_never_share_a_revision(waits):
    now, seen = NOW, []
    for n, wait in enumerate(waits):
        known = Known(signup=waiting(seen[-1])) if seen and n % 3 else Known()
        seen.append(rules.new_signup(known, Joining(ASA, AGREED), now, now).revision)
        now += wait
    assert len(set(seen)) == len(seen)
