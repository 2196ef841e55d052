"""What joining decides, on values alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.membership import rules
from functions.membership.rules import Click, Known, Next
from functions.people.member import Profile
from tests.functions.membership.scene import ASA
from tests.functions.stage import NOW, SITE


def read(address="asa@example.com", **changes):
    form = {k: v if isinstance(v, list) else [v] for k, v in (ASA | changes).items()}
    return rules.read(form, SITE, address, NOW)


def test_a_form_without_mistakes_is_a_sign_up():
    assert read() == Profile(
        name="Åsa Ek",
        email="asa@example.com",
        office="malmo",
        from_year=1998,
        to_year=2019,
        kind="engineer",
        interests=("energy", "law"),
        language="en",
    )


def test_an_empty_form_has_all_mistakes_in_the_forms_order():
    assert list(rules.read({}, SITE, None, NOW)) == [
        "name",
        "email",
        "office",
        "from_year",
        "kind",
        "language",
        "consent",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Åsa Ek",
        "O'Brien",
        "J. R. Ek",
        "Dr. Åsa Ek-Öberg, PhD",
        "陳大文",
        "علی‌رضا",
        "A\u0301sa",
        "x" * 100,
    ],
)
def test_names_that_people_have_are_taken(name):
    assert rules.wrong_name(name) == ""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", rules.NO_NAME),
        ("1234 !?", rules.NO_NAME),
        ("x" * 101, rules.LONG_NAME),
        ("Win at www.example.org", rules.ODD_NAME),
        ("Win at example.org", rules.ODD_NAME),
        ("https://example.org", rules.ODD_NAME),
        ("asa@example.org", rules.ODD_NAME),
        ("<b>Åsa</b>", rules.ODD_NAME),
        ("Åsa\nBcc: x", rules.ODD_NAME),
        ("Åsa\u2028Ek", rules.ODD_NAME),
        ("Åsa\u202eEk", rules.ODD_NAME),
        ("Åsa\x00", rules.ODD_NAME),
        ("Åsa\ud800", rules.ODD_NAME),
    ],
)
def test_names_that_carry_something_else_are_not(name, told):
    assert rules.wrong_name(name) == told


@pytest.mark.parametrize(
    ("years", "wrong"),
    [
        ({"from_year": "1926"}, {}),
        ({"from_year": "1925"}, {"from_year": rules.NO_FROM_YEAR}),
        ({"from_year": "2026", "to_year": "2026"}, {}),
        ({"from_year": "2026", "to_year": ""}, {}),
        ({"from_year": "2027"}, {"from_year": rules.NO_FROM_YEAR, "to_year": rules.TO_BEFORE_FROM}),
        ({"to_year": "2027"}, {"to_year": rules.NO_TO_YEAR}),
        ({"to_year": "1997"}, {"to_year": rules.TO_BEFORE_FROM}),
        ({"from_year": "98"}, {"from_year": rules.NO_FROM_YEAR}),
        ({"from_year": "\u0661\u0669\u0669\u0668"}, {"from_year": rules.NO_FROM_YEAR}),
        ({"from_year": "1e3"}, {"from_year": rules.NO_FROM_YEAR}),
        ({"from_year": "9" * 5000}, {"from_year": rules.NO_FROM_YEAR}),
    ],
)
def test_years_are_four_digits_of_the_last_century_in_order(years, wrong):
    found = read(**years)
    assert (found if isinstance(found, dict) else {}) == wrong


def test_whoever_has_not_left_yet_has_this_year():
    assert read(to_year="").to_year == 2026


def test_the_new_year_begins_where_it_begins_first():
    assert rules.this_year(1_798_711_199) == 2026  # 2026-12-31 09:59:59 UTC
    assert rules.this_year(1_798_711_200) == 2027


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("office", "atlantis", rules.NO_OFFICE),
        ("kind", "pirate", rules.NO_KIND),
        ("interests", ["law", "piracy"], rules.NO_INTEREST),
        ("language", "xx", rules.NO_LANGUAGE),
        ("consent", "", rules.NO_CONSENT),
        ("consent_version", "2025-01", rules.NEW_CONSENT),
        ("consent_version", "", rules.NEW_CONSENT),
    ],
)
def test_only_what_the_site_offers_can_be_chosen(field, value, told):
    assert read(**{field: value}) == {"consent" if "consent" in field else field: told}


@pytest.mark.parametrize(
    ("trap", "robot"),
    [
        ({"motto": "Buy!"}, True),
        ({"motto": "  "}, False),
        ({"elapsed": "2.99"}, True),
        ({"elapsed": "0"}, True),
        ({"elapsed": "3"}, False),
        ({"elapsed": ""}, False),
        ({"elapsed": "-1"}, False),
        ({"elapsed": "nan"}, False),
        ({"elapsed": "1" * 400}, False),
    ],
)
def test_a_robot_fills_what_nobody_sees_or_is_hasty(trap, robot):
    form = {name: [value] for name, value in ({"motto": "", "elapsed": "9"} | trap).items()}
    assert rules.is_robot(form) is robot


def test_a_member_is_told_so_and_anybody_else_is_asked_to_confirm():
    assert rules.on_signup(Known(member_id="1")) is Next.ALREADY_MEMBER
    assert rules.on_signup(Known()) is Next.CONFIRM
    assert rules.on_signup(Known(revision=4, expires_at=NOW)) is Next.CONFIRM


@pytest.mark.parametrize(
    ("known", "click"),
    [
        (Known(revision=7, expires_at=NOW + 1), Click.JOIN),
        (Known(revision=8, expires_at=NOW + 1), Click.STALE),
        (Known(revision=7, expires_at=NOW), Click.GONE),
        (Known(), Click.GONE),
        (Known(member_id="1"), Click.ALREADY_MEMBER),
        (Known(member_id="1", revision=8, expires_at=NOW + 1), Click.ALREADY_MEMBER),
    ],
)
def test_what_a_click_on_the_link_of_revision_7_meets(known, click):
    assert rules.on_click(known, 7, NOW) is click


@given(st.lists(st.integers(1, 10**6), max_size=6))
def test_no_two_forms_of_an_address_share_a_revision_even_after_a_sweep(waits):
    now, seen = NOW, []
    for n, wait in enumerate(waits):
        known = Known(revision=seen[-1], expires_at=now) if seen and n % 3 else Known()
        seen.append(rules.next_revision(known, now))
        now += wait
    assert len(set(seen)) == len(seen)


@given(st.dictionaries(st.sampled_from(sorted(ASA)), st.lists(st.text(), min_size=1)))
def test_whatever_is_sent_is_a_sign_up_or_messages(form):
    found = rules.read(form, SITE, None, NOW)
    assert isinstance(found, dict)
    assert all(found.values())
