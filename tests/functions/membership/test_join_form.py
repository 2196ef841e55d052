"""What the form to join must hold, and what every form checks; on values alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.core.errors import BadInputError
from functions.core.texts import JOINING
from functions.core.web import forms
from functions.membership import form as join_form
from functions.membership.form import NO_CONSENT
from functions.people import form as person_form
from functions.people.form import (
    NEW_CONSENT,
    NO_FROM_YEAR,
    NO_INTEREST,
    NO_KIND,
    NO_LANGUAGE,
    NO_OFFICE,
    NO_TO_YEAR,
    TO_BEFORE_FROM,
)
from functions.people.member import Agreement, Profile
from tests.functions.membership.actions import ASA, fingerprint, shown_in
from tests.functions.support import NOW, SITE


def read(**changes):
    form = {k: v if isinstance(v, list) else [v] for k, v in (ASA | changes).items()}
    return join_form.read_join(form, SITE, NOW)


def mistakes(form):
    with pytest.raises(BadInputError) as bad:
        join_form.read_join(form, SITE, NOW)
    return bad.value.errors


def wrong(**changes):
    """What is wrong with the form, by field; nothing if it can be used."""
    try:
        read(**changes)
    except BadInputError as bad:
        return bad.errors
    return {}


def test_a_valid_form_is_a_sign_up():
    joining = read()
    assert joining.agreements == {
        purpose: Agreement(purpose, "2026-11", NOW, "en", fingerprint(purpose), words)
        for purpose, words in zip(JOINING, ("I agree.", "Write to me.", "Invite me."), strict=True)
    }
    assert joining.profile == Profile(
        name="Åsa Ek",
        email="asa@example.com",
        office="malmo",
        from_year=1998,
        to_year=2019,
        kinds=("engineer",),
        interests=("energy", "law"),
        language="en",
    )


def test_an_empty_form_reports_all_mistakes_in_the_order_of_the_form():
    assert list(mistakes({})) == [
        "name",
        "email",
        "office",
        "from_year",
        "kinds",
        "language",
        "consent_membership",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Åsa Ek",
        "O'Brien",
        "J. R. Ek",
        "Kumar A/L Raman",
        "Devi a/p Raman",
        "Ravi s/o Kumar",
        "Mei D/O Tan",
        "Dr.Anna Berg",
        "Prof.Dr.Anna Berg",
        "Anna Berg, tekn.dr",
        "Anna Berg, Dipl.Ing.",
        "Dr. Åsa Ek-Öberg, PhD",
        "陳大文",
        "علی‌رضا",
        "A\u0301sa",
        "x" * 100,
    ],
)
def test_real_names_are_accepted(name):
    assert forms.wrong_name(name) == ""


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", forms.NO_NAME),
        ("1234 !?", forms.NO_NAME),
        ("x" * 101, forms.LONG_NAME),
        ("Win at www.example.org", forms.ODD_NAME),
        ("Win at example.org", forms.ODD_NAME),
        ("Win at dr.com", forms.ODD_NAME),
        ("Win at Dr.Com", forms.ODD_NAME),
        ("Win at Dr.Casino.Example", forms.ODD_NAME),
        ("Win at www.dr", forms.ODD_NAME),
        ("Win at Dr.Casino-Bonus.Example", forms.ODD_NAME),
        ("Win s/o/x", forms.ODD_NAME),
        ("Win example/s/o", forms.ODD_NAME),
        ("https://example.org", forms.ODD_NAME),
        ("asa@example.org", forms.ODD_NAME),
        ("<b>Åsa</b>", forms.ODD_NAME),
        ("=?utf-8?q?a=40b=2Eio=0D=0ASubject:_Locked?=", forms.ODD_NAME),
        ("=?utf-8?q?a", forms.ODD_NAME),
        ("Åsa utf-8?q?Locked?=", forms.ODD_NAME),
        ("Åsa\nBcc: x", forms.ODD_NAME),
        ("Åsa\r\nBcc: x", forms.ODD_NAME),
        ("Åsa\x85Bcc: x", forms.ODD_NAME),
        ("Åsa\x1b[2J", forms.ODD_NAME),
        ("Åsa\u2028Ek", forms.ODD_NAME),
        ("Åsa\u202eEk", forms.ODD_NAME),
        ("Åsa\x00", forms.ODD_NAME),
        ("Åsa\ud800", forms.ODD_NAME),
    ],
)
def test_invalid_names_are_refused(name, message):
    assert forms.wrong_name(name) == message


def test_invisible_marks_are_dropped_from_a_name():
    typed = "\ufeff\u200bÅ\u00adsa\u200e Ek\u2060\u3164\u200b"
    assert read(name=typed).profile.name == "Åsa Ek"
    assert read(name="علی‌رضا").profile.name == "علی‌رضا"
    assert wrong(name="\u200b\u3164\ufeff") == {"name": forms.NO_NAME}


@pytest.mark.parametrize(
    ("years", "message"),
    [
        ({"from_year": "1926"}, {}),
        ({"from_year": "1925"}, {"from_year": NO_FROM_YEAR}),
        ({"from_year": "2026", "to_year": "2026"}, {}),
        ({"from_year": "2026", "to_year": ""}, {}),
        (
            {"from_year": "2027"},
            {"from_year": NO_FROM_YEAR, "to_year": TO_BEFORE_FROM},
        ),
        ({"to_year": "2027"}, {"to_year": NO_TO_YEAR}),
        ({"to_year": "1997"}, {"to_year": TO_BEFORE_FROM}),
        ({"from_year": "98"}, {"from_year": NO_FROM_YEAR}),
        ({"from_year": "\u0661\u0669\u0669\u0668"}, {"from_year": NO_FROM_YEAR}),
        ({"from_year": "1e3"}, {"from_year": NO_FROM_YEAR}),
        ({"from_year": "9" * 5000}, {"from_year": NO_FROM_YEAR}),
    ],
)
def test_years_are_plausible_and_in_order(years, message):
    assert wrong(**years) == message


def test_an_open_end_of_employment_counts_as_this_year():
    assert read(to_year="").profile.to_year == 2026


def test_the_new_year_begins_in_the_earliest_time_zone():
    assert person_form.this_year(1_798_711_199) == 2026  # 2026-12-31 09:59:59 UTC
    assert person_form.this_year(1_798_711_200) == 2027


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("office", "atlantis", NO_OFFICE),
        ("kinds", "pirate", NO_KIND),
        ("interests", ["law", "piracy"], NO_INTEREST),
        ("language", "xx", NO_LANGUAGE),
        ("consent_membership", "", NO_CONSENT),
        ("consent_membership", fingerprint("newsletter"), NEW_CONSENT),
        ("consent_newsletter", fingerprint("newsletter", "sv"), NEW_CONSENT),
        ("consent_invitations", "yes", NEW_CONSENT),
    ],
)
def test_only_options_offered_by_the_site_can_be_chosen(field, value, message):
    assert wrong(**{field: value}) == {field: message}


@pytest.mark.parametrize("value", ["", " ", "\t\r\n", "\N{ZERO WIDTH SPACE}"])
def test_only_a_ticked_box_is_consent(value):
    assert wrong(consent_membership=value) == {"consent_membership": NO_CONSENT}
    assert set(read(consent_newsletter=value).agreements) == {"membership", "invitations"}


def test_a_consent_is_to_the_text_in_the_language_that_the_form_was_shown_in():
    agreement = read(language="sv", **shown_in("de")).agreements["membership"]
    assert (agreement.language, agreement.words) == ("de", "Ich stimme zu.")
    refused = wrong(**shown_in("de") | {"page_language": "sv"})
    assert set(refused.values()) == {NEW_CONSENT}


def test_a_text_that_changed_without_its_version_is_a_new_text():
    form = {name: value if isinstance(value, list) else [value] for name, value in ASA.items()}
    edited = SITE["consents"] | {"membership": [{"version": "2026-11", "text": {"en": "All."}}]}
    with pytest.raises(BadInputError) as bad:
        join_form.read_join(form, SITE | {"consents": edited}, NOW)
    assert bad.value.errors == {"consent_membership": NEW_CONSENT}


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
def test_a_filled_hidden_field_or_a_hasty_form_is_a_robot(trap, robot):
    form = {name: [value] for name, value in ({"motto": "", "elapsed": "9"} | trap).items()}
    assert forms.is_robot(form) is robot


@given(st.dictionaries(st.sampled_from(sorted(ASA)), st.lists(st.text(), min_size=1)))
def test_any_input_gives_a_sign_up_or_messages(form):
    assert all(mistakes(form | {"email": ["nobody"]}).values())
