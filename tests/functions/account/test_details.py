"""A member changes their own details on /me/."""

import html
import re

import pytest

from functions.account import rules
from functions.core.aws import table
from functions.core.clock import HOUR
from functions.people.form import MOST_STAYS
from functions.people.member import Correction
from functions.people.store import consents, corrections, subscriptions
from functions.people.store import members as people
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.account.conftest import ASA
from tests.functions.membership import actions as membership
from tests.functions.support import NOW, SITE_URL, before_writing, dump, written

WANTED = {
    "name": "Åsa Ek-Lund",
    "sort_as": "Lund",
    "works_at": "Kajen & Co",
    "works_as": "head of docks",
    "office": ["stockholm"],
    "from_year": ["1998"],
    "to_year": ["2019"],
    "kinds": ["engineer", "retired"],
    "offices_of_interest": ["malmo"],
    "interests": ["law"],
    "language": "sv",
    "frequency": "quarterly",
}


@pytest.fixture
def own_page(asa, browser):
    """Åsa's browser, signed in."""
    browser.sign_in(ASA)
    return browser


def test_a_member_changes_every_detail(own_page, asa):
    answer = own_page.post("/me/details", **WANTED)
    assert answer["headers"]["Location"] == f"{SITE_URL}/me/?step=saved&language=sv"
    member = people.member(asa)
    assert (member.name, member.office, member.language) == ("Åsa Ek-Lund", "stockholm", "sv")
    assert (member.kinds, member.interests) == (("engineer", "retired"), ("law",))
    assert (member.frequency, member.email) == ("quarterly", ASA)


def test_a_header_holds_no_character_of_the_form(own_page, asa):
    """A choice may hold invisible marks, which come along when text is copied."""
    answer = own_page.post("/me/details", **WANTED | {"language": "s\u200bv"})
    assert answer["headers"]["Location"] == f"{SITE_URL}/me/?step=saved&language=en"
    assert people.member(asa).language == "sv"


def test_the_optional_details_are_kept_and_may_be_left_out_again(own_page, asa, cloud):
    own_page.post("/me/details", **WANTED)
    member = people.member(asa)
    assert (member.sort_as, member.works_at, member.works_as) == (
        "Lund",
        "Kajen & Co",
        "head of docks",
    )
    assert member.offices_of_interest == ("malmo",)
    assert 'value="Kajen &amp; Co"' in own_page.open("/me/")["body"]
    empty = {"sort_as": " ", "works_at": "", "works_as": "", "offices_of_interest": []}
    cloud.pass_(1)
    own_page.post("/me/details", **WANTED | empty)
    member = people.member(asa)
    assert (member.sort_as, member.works_at, member.offices_of_interest) == ("", "", ())


@pytest.mark.parametrize("field", ["sort_as", "works_at", "works_as"])
@pytest.mark.parametrize("text", ["x" * 101, "two\nlines", "bell\a", "\u202eevol"])
def test_free_text_is_one_printable_line_of_100_characters(own_page, asa, field, text):
    answer = own_page.post("/me/details", **WANTED | {field: text})
    assert (answer["statusCode"], f'href="#details-{field}"' in answer["body"]) == (400, True)
    assert people.member(asa).works_at == ""
    assert own_page.post("/me/details", **WANTED | {field: "x" * 100})["statusCode"] == 303


def test_a_member_may_have_no_topics(own_page, asa):
    without = {name: value for name, value in WANTED.items() if name != "interests"}
    assert own_page.post("/me/details", **without)["statusCode"] == 303
    assert people.member(asa).interests == ()


def test_a_form_without_fields_comes_back_with_a_message_for_each(own_page):
    answer = own_page.post("/me/details")
    assert answer["statusCode"] == 400
    assert answer["body"].count('href="#details-') == 6


def test_saving_says_so_in_the_new_language(own_page):
    answer = own_page.post("/me/details", **WANTED)
    page = own_page.open(answer["headers"]["Location"].removeprefix(SITE_URL))["body"]
    assert "Dina ändringar är sparade." in page
    assert "Hej Åsa Ek-Lund" in page


def test_what_was_changed_is_kept_and_shown_in_words(own_page, asa):
    own_page.post("/me/details", **WANTED | {"language": "en"})
    (change,) = corrections.of_member(asa)
    assert (change.by, change.before["name"]) == ("the member", "Åsa Ek")
    page = own_page.open("/me/")["body"]
    assert written("18 November 2026, 12:06").replace(" ", "\N{NO-BREAK SPACE}", 1) in page
    assert "changed by you" in page
    stays = "<del>Malmö harbour 1998–2019</del> → <ins>Stockholm 1998–2019</ins>"  # noqa: RUF001
    assert stays in page
    assert "<del>Every issue</del>" in page


def test_the_choice_of_frequency_and_topics_is_a_consent_record_too(own_page, asa):
    own_page.post("/me/details", **WANTED)
    newest = consents.of_member(asa)[-1]
    assert (newest.how, newest.preferences.frequency) == ("form on their own page", "quarterly")


def test_saving_what_is_there_writes_nothing_about_the_member(own_page):
    def of_the_member():
        return [item for item in dump() if item["pk"].startswith("MEMBER")]

    own_page.post("/me/details", **WANTED)
    before = of_the_member()
    own_page.post("/me/details", **WANTED)
    assert of_the_member() == before


def test_a_wrong_field_comes_back_with_a_message_and_nothing_is_saved(own_page, asa):
    before = people.member(asa)
    answer = own_page.post("/me/details", **WANTED | {"from_year": "soon", "kinds": []})
    assert answer["statusCode"] == 400
    assert 'href="#details-from_year-1"' in answer["body"]
    assert 'href="#details-kinds"' in answer["body"]
    assert 'value="Åsa Ek-Lund"' in answer["body"]
    assert people.member(asa) == before


def test_of_two_changes_at_once_both_are_kept(own_page, asa, monkeypatch):
    def unsubscribe():
        subscriptions.stop_newsletter(asa, "one click", 1)

    before_writing(monkeypatch, unsubscribe)
    own_page.post("/me/details", **WANTED)
    member = people.member(asa)
    assert (member.name, member.newsletter) == ("Åsa Ek-Lund", False)


# ---- Offices and years

BOTH = {
    "office": ["malmo", "stockholm"],
    "from_year": ["1990", "1998"],
    "to_year": ["1998", "2019"],
}


def stays(member_id):
    return [str(stay) for stay in people.member(member_id).stays]


def test_a_member_has_several_offices_the_latest_first(own_page, asa):
    own_page.post("/me/details", **WANTED | BOTH | {"language": "en"})
    assert stays(asa) == ["stockholm 1998-2019", "malmo 1990-1998"]
    assert people.member(asa).office == "stockholm"
    page = own_page.open("/me/")["body"]
    assert selected(page) == [("1", "stockholm"), ("2", "malmo")]
    assert "Malmö harbour 1998–2019</del> → <ins>Stockholm 1998–2019, Malmö" in page  # noqa: RUF001


def selected(page):
    """The rows of the form in which an office is chosen."""
    rows = re.findall(r'<select id="details-office-(\d+)".*?</select>', page, re.DOTALL)
    chosen = {
        number: re.findall(r'<option value="([^"]+)" selected', select)
        for number, select in zip(
            rows,
            re.findall(r'<select id="details-office-.*?</select>', page, re.DOTALL),
            strict=True,
        )
    }
    return [(number, office) for number, offices in chosen.items() for office in offices]


def test_empty_rows_are_left_out_and_there_are_always_some_for_more(own_page, asa):
    page = own_page.open("/me/?language=en")["body"]
    assert page.count('name="office"') == 3
    rows = {"office": ["malmo", "", ""], "from_year": ["1998", " ", ""], "to_year": ["", "", ""]}
    own_page.post("/me/details", **WANTED | rows)
    assert stays(asa) == ["malmo 1998-2026"]


def test_a_ticked_row_is_removed(own_page, asa, cloud):
    assert 'name="remove"' not in own_page.open("/me/")["body"]
    own_page.post("/me/details", **WANTED | BOTH)
    assert own_page.open("/me/")["body"].count('name="remove"') == 2
    cloud.pass_(1)
    own_page.post("/me/details", **WANTED | BOTH, remove=["2"])
    assert stays(asa) == ["malmo 1990-1998"]


def test_overlapping_years_are_allowed_and_the_same_row_twice_counts_once(own_page, asa):
    rows = {
        "office": ["malmo", "stockholm", "malmo"],
        "from_year": ["1998", "1998", "1998"],
        "to_year": ["2019", "2019", "2019"],
    }
    own_page.post("/me/details", **WANTED | rows)
    assert stays(asa) == ["malmo 1998-2019", "stockholm 1998-2019"]


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"to_year": ["1998", "1997"]}, ["to_year-2"]),
        ({"from_year": ["soon", "1998"]}, ["from_year-1"]),
        ({"office": ["malmo", ""]}, ["office-2"]),
        ({"office": ["malmo", "paris"], "from_year": ["1990", ""]}, ["office-2", "from_year-2"]),
    ],
)
def test_what_is_wrong_stands_at_its_row(own_page, asa, changed, wrong):
    answer = own_page.post("/me/details", **WANTED | BOTH | changed)
    assert answer["statusCode"] == 400
    assert re.findall(r'href="#details-([^"]+)"', answer["body"]) == wrong
    for name in wrong:
        assert f'id="details-{name}" ' in answer["body"]
        assert f'aria-describedby="details-{name}-error" aria-invalid="true"' in answer["body"]
    assert stays(asa) == ["malmo 1998-2019"]


def test_somebody_who_removes_all_offices_is_asked_for_one(own_page, asa):
    answer = own_page.post("/me/details", **WANTED, remove=["1"])
    assert 'href="#details-office-1"' in answer["body"]
    assert "Please choose the office where you last worked." in html.unescape(answer["body"])


def rows_of(count):
    years = [str(1990 + number) for number in range(count)]
    return {"office": ["malmo"] * count, "from_year": years, "to_year": years}


def test_ten_offices_are_enough(own_page, asa):
    answer = own_page.post("/me/details", **WANTED | rows_of(MOST_STAYS + 1))
    assert re.findall(r'href="#details-([^"]+)"', answer["body"]) == ["office-11"]
    assert own_page.post("/me/details", **WANTED | rows_of(MOST_STAYS))["statusCode"] == 303
    assert len(stays(asa)) == MOST_STAYS
    assert own_page.open("/me/")["body"].count('name="office"') == MOST_STAYS


def test_a_closed_office_can_be_kept(own_page, asa):
    """Its name is known no longer, only its slug."""
    close = table.update(people.member_key(asa), "SET #office = :o", {":o": "visby"})
    table.write(close)
    assert '<option value="visby" selected>visby</option>' in own_page.open("/me/")["body"]
    own_page.post("/me/details", **WANTED | BOTH | {"office": ["visby", "stockholm"]})
    assert stays(asa) == ["stockholm 1998-2019", "visby 1990-1998"]
    other = {"office": ["visby", "lund"]}
    assert own_page.post("/me/details", **WANTED | BOTH | other)["statusCode"] == 400


@pytest.mark.parametrize(
    ("chosen", "heard"),
    [
        ([], ("stockholm",)),
        (["malmo"], ("malmo",)),
        (["malmo", "stockholm"], ("stockholm", "malmo")),
    ],
)
def test_only_who_chose_none_hears_from_the_office_where_they_last_worked(
    own_page, asa, chosen, heard
):
    own_page.post("/me/details", **WANTED | BOTH | {"offices_of_interest": chosen})
    assert people.member(asa).local_offices == heard


def test_every_field_says_why_it_is_kept_and_who_sees_it(own_page):
    page = own_page.open("/me/")["body"]
    form = page[page.index('action="/me/details"') :].partition("</form>")[0]
    hints = re.findall(r'<span class="hint" id="(details-\w+)-hint">(.*?)</span>', form)
    fields = ("name", "sort_as", "works", "stays", "kinds", "offices_of_interest", "interests")
    fields += ("language", "frequency")
    assert [name for name, _ in hints] == [f"details-{field}" for field in fields]
    texts = [html.unescape(text) for _, text in hints]
    assert all("team" in text or "nobody else" in text.casefold() for text in texts)
    assert len(set(texts)) == len(texts)
    for name, _ in hints:
        assert re.search(f'id="{name}"[^>]* aria-describedby="{name}-hint"', form), name


def test_each_change_is_shown_in_words(own_page):
    own_page.post("/me/details", **WANTED | {"language": "en"})
    page = html.unescape(own_page.open("/me/")["body"])
    for change in (
        ("Sorted in lists under", "–", "Lund"),  # noqa: RUF001
        ("Company or organisation", "–", "Kajen & Co"),  # noqa: RUF001
        ("Position", "–", "head of docks"),  # noqa: RUF001
        ("Invitations from", "–", "Malmö harbour"),  # noqa: RUF001
    ):
        assert change in changes_on(page)


def test_a_change_from_before_a_person_had_several_offices_is_shown(own_page, asa):
    old = Correction(
        NOW, "arn:x", {"office": "malmo", "to_year": 2018}, {"office": "stockholm", "to_year": 2019}
    )
    table.write(corrections.note(asa, old))
    changes = changes_on(own_page.open("/me/")["body"])
    assert ("Office where you last worked", "Malmö harbour", "Stockholm") in changes
    assert ("To (year)", "2018", "2019") in changes


def changes_on(page):
    """What the history shows of each field: its name, before, after."""
    return re.findall(r"<dt>(.*?)</dt>\s*<dd><del>(.*?)</del> → <ins>(.*?)</ins>", page)


# ---- A session that ended, and other people


def test_who_is_not_signed_in_changes_nothing(asa, browser):
    before = people.member(asa)
    answer = browser.post("/me/details", **WANTED)
    assert 'action="/me/sign-in"' in answer["body"]
    assert people.member(asa) == before


def test_what_was_typed_when_the_session_ended_is_there_after_signing_in(own_page, asa, cloud):
    own_page.open("/me/")
    cloud.pass_(13 * HOUR)
    answer = own_page.post("/me/details", **WANTED | BOTH | {"language": "en"})
    assert "nothing is saved yet" in answer["body"]
    assert people.member(asa).name == "Åsa Ek"
    own_page.ask(ASA, **hidden_fields(answer["body"]))
    own_page.press_button(sent_emails.newest_link())
    page = own_page.open("/me/")["body"]
    assert "saved yet" in page
    assert 'value="Åsa Ek-Lund"' in page
    assert 'value="head of docks"' in page
    assert selected(page) == [("1", "malmo"), ("2", "stockholm")]
    assert people.member(asa).name == "Åsa Ek"
    own_page.post("/me/details", **WANTED)
    assert people.member(asa).name == "Åsa Ek-Lund"
    assert not [item for item in dump() if item.get("draft")]


def hidden_fields(body):
    fields = {}
    for name, value in re.findall(r'type="hidden" name="(draft_\w+)" value="([^"]*)"', body):
        fields.setdefault(name, []).append(html.unescape(value))
    return fields


def test_a_strangers_draft_does_not_come_with_the_link(asa, browser):
    stranger = Browser()
    stranger.ask(ASA, draft_name="Mallory")
    browser.press_button(sent_emails.newest_link())
    page = browser.open("/me/")["body"]
    assert "Mallory" not in page
    assert not [item for item in dump() if item.get("draft")]


def test_a_draft_is_cut_to_what_the_form_could_hold(asa, browser):
    several = {
        "draft_name": ["x" * 5000] * 2,
        "draft_kinds": ["y"] * 80,
        "draft_office": ["z"] * 80,
    }
    browser.ask(ASA, **several, draft_other="z")
    (item,) = (item for item in dump() if item["sk"] == "SIGNIN")
    assert item["draft"] == {"name": ["x" * 100], "kinds": ["y"] * 40, "office": ["z"] * MOST_STAYS}


def test_a_guest_has_no_details_to_change(bo, browser):
    browser.sign_in(bo)
    before = [item for item in dump() if item["sk"] != "LIMIT"]
    assert "/me/details" not in browser.open("/me/")["body"]
    browser.post("/me/details", **WANTED)
    assert [item for item in dump() if item["sk"] != "LIMIT"] == before


def test_another_members_details_stay_whatever_the_form_says(own_page):
    other = membership.become_member(email="bo@example.com", name="Bo Ek")
    own_page.post("/me/details", **WANTED | {"id": other, "member_id": other, "email": "x@y.se"})
    assert people.member(other).name == "Bo Ek"


def test_another_sites_page_changes_nothing(own_page, asa):
    before = people.member(asa)
    assert (
        own_page.post("/me/details", origin="https://evil.example", **WANTED)["statusCode"] == 400
    )
    assert people.member(asa) == before


def test_a_session_may_save_so_often_an_hour(own_page, cloud, monkeypatch):
    monkeypatch.setattr(rules, "POSTS_PER_SESSION_PER_HOUR", 2)
    answers = [own_page.post("/me/details", **WANTED)["statusCode"] for _ in range(3)]
    assert answers == [303, 303, 429]
    cloud.pass_(HOUR)
    assert own_page.post("/me/details", **WANTED)["statusCode"] == 303
