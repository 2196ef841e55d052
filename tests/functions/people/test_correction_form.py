"""A member's details as a form, and back."""

from dataclasses import replace
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.account.form import DETAILS, REMOVE, details
from functions.core.errors import BadInputError
from functions.core.web.forms import INVISIBLE
from functions.people.form import MOST_STAYS, form_of, read_correction
from functions.people.member import FREQUENCIES, Profile, Stay, name_order, new_member
from tests.functions.support import NOW, SITE

OFFICES = [office["slug"] for office in SITE["offices"]]
LETTERS = st.text(st.characters(categories=("L", "Nd")), max_size=20)
TEXT = LETTERS.map(lambda text: normalize("NFC", INVISIBLE.sub("", text)).strip())
NAMES = st.sampled_from(["Åsa Ek", "Jan van der Berg", "Chen Wei", "José d'Aquino"])


def some_of(choices):
    slugs = [choice["slug"] for choice in choices]
    return st.sets(st.sampled_from(slugs)).map(
        lambda chosen: tuple(filter(chosen.__contains__, slugs))
    )


@st.composite
def stays(draw):
    years = st.tuples(st.integers(1930, 2026), st.integers(1930, 2026)).map(sorted)
    stay = st.builds(
        lambda office, both: Stay(office, *both), st.sampled_from([*OFFICES, "closed"]), years
    )
    known = draw(st.lists(stay, min_size=1, max_size=MOST_STAYS, unique=True))
    return sorted(known, key=lambda stay: (-stay.to_year, -stay.from_year))


@st.composite
def members(draw):
    latest, *earlier = draw(stays())
    profile = Profile(
        name=draw(NAMES),
        email="asa@example.com",
        **vars(latest),
        kinds=draw(some_of(SITE["kinds"]).filter(bool)),
        interests=draw(some_of(SITE["topics"])),
        language=draw(st.sampled_from(SITE["languages"])),
    )
    return replace(
        new_member(profile, "hash", NOW),
        frequency=draw(st.sampled_from(FREQUENCIES)),
        sort_as=draw(TEXT),
        works_at=draw(TEXT),
        works_as=draw(TEXT),
        earlier_stays=tuple(earlier),
        offices_of_interest=draw(some_of(SITE["offices"])),
    )


@given(members())
def test_what_a_form_shows_is_read_as_it_was(member):
    assert read_correction(member, form_of(member), SITE, NOW) == member


@given(members(), members())
def test_the_form_of_one_member_gives_its_details_to_another(before, wanted):
    closed = {stay.office for stay in wanted.stays} - {*OFFICES, *(s.office for s in before.stays)}
    form = form_of(wanted)
    if closed:
        with pytest.raises(BadInputError):
            read_correction(before, form, SITE, NOW)
        return
    after = read_correction(before, form, SITE, NOW)
    assert replace(wanted, id=before.id, joined_at=before.joined_at) == after


VALUES = st.one_of(st.text(max_size=5), st.sampled_from([*OFFICES, "1998", "2019", "1", "energy"]))
FORMS = st.dictionaries(
    st.sampled_from([*DETAILS, REMOVE]), st.lists(VALUES, min_size=1, max_size=13)
)


@given(members(), FORMS)
def test_any_form_is_refused_field_by_field_or_gives_a_sound_member(before, form):
    wrong: dict[str, str] = {}
    after = before
    try:
        after = read_correction(before, details(form_of(before) | form), SITE, NOW)
    except BadInputError as bad:
        wrong = bad.errors
    assert {name.partition("-")[0] for name in wrong} <= set(DETAILS)
    assert 1 <= len(after.stays) <= MOST_STAYS
    assert all(stay.from_year <= stay.to_year for stay in after.stays)
    assert after.stays == tuple(sorted(after.stays, key=lambda s: (-s.to_year, -s.from_year)))


@pytest.mark.parametrize(
    ("language", "order"),
    [("sv", "Aberg Olsen Zorn Åberg Ärlig Öberg"), ("de", "Aberg Åberg Ärlig Öberg Olsen Zorn")],
)
def test_names_are_sorted_in_the_order_of_the_language(language, order):
    names = ["Per Zorn", "Eva Åberg", "Ida Öberg", "Bo Ärlig", "Al Aberg", "Al Olsen"]
    names.sort(key=lambda name: name_order(name, language=language))
    assert " ".join(name.split()[1] for name in names) == order


@pytest.mark.parametrize(
    ("name", "sort_as", "key"),
    [
        ("Åsa Ek", "", "ek"),
        ("Jan van der Berg", "", "berg"),
        ("Jan van der Berg", "van der Berg", "van der berg"),
        ("Chen Wei", "Chen", "chen"),
        ("", "", ""),
    ],
)
def test_names_are_sorted_by_their_last_word_or_as_the_person_says(name, sort_as, key):
    assert name_order(name, sort_as)[0] == key
