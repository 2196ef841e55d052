"""`alumni members correct`: a member's details, by the rules of the form."""

import pytest

from functions.core.aws import table
from functions.people.member import Preferences
from functions.people.store import consents
from functions.people.store import members as people
from tests.functions.membership import actions
from tests.functions.support import before_writing, dump
from tests.infra.alumni.members.actions import run, shown


def test_a_correction_is_shown_before_and_after_and_recorded(asa):
    result = run("correct", asa, "--name", "Åsa Berg", "--years", "1997-2019", input="y\n")
    assert "name: Åsa Ek → Åsa Berg" in result.stderr
    assert "stays: malmo 1998-2019 → malmo 1997-2019" in result.stderr
    assert f"Corrected name, stays of {asa}.\n" in result.stdout
    (correction,) = shown(asa)["corrections"]
    assert (correction["by"], correction["before"], correction["after"]) == (
        "terminal role/hr",
        {"name": "Åsa Ek", "stays": [{"office": "malmo", "from_year": 1998, "to_year": 2019}]},
        {"name": "Åsa Berg", "stays": [{"office": "malmo", "from_year": 1997, "to_year": 2019}]},
    )
    assert "name: Åsa Berg" in run("show", asa).stdout


def test_without_a_yes_nothing_is_corrected(asa):
    before = dump()
    assert run("correct", asa, "--name", "Åsa Berg", input="n\n").exit_code == 1
    assert dump() == before


def test_what_is_right_already_is_not_corrected(asa):
    before = dump()
    assert run("correct", asa, "--office", "malmo", "--yes").stdout == "Nothing would change.\n"
    assert dump() == before


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--name", "https://example.com", "without links"),
        ("--email", "asa", "such as name@example.com"),
        ("--office", "paris", "There are: stockholm, malmo."),
        ("--years", "2019-1998", "can't be before the year you started"),
        ("--topics", "law,cooking", "There are: energy, law."),
        ("--kinds", "pirate", "There are: engineer, retired."),
        ("--kinds", "", "There are: engineer, retired."),
        ("--language", "fr", "Please choose one of these languages."),
        ("--frequency", "daily", "how often"),
    ],
)
def test_a_correction_obeys_the_rules_of_the_form(asa, option, value, message):
    before = dump()
    result = run("correct", asa, option, value, "--yes")
    assert result.exit_code == 2
    assert message in result.stderr
    assert dump() == before


def test_a_field_that_is_not_corrected_stays_even_if_it_would_be_refused_today(asa):
    closed = table.update(people.member_key(asa), "SET #office = :o", {":o": "closed"})
    table.write(closed)
    assert run("correct", asa, "--name", "Åsa Berg", "--yes").exit_code == 0
    assert (people.member(asa).office, people.member(asa).name) == ("closed", "Åsa Berg")


def test_topics_and_frequency_are_corrected_with_a_record_of_the_preferences(asa):
    run("correct", asa, "--topics", "", "--frequency", "quarterly", "--yes")
    assert people.member(asa).preferences == Preferences("quarterly", ())
    assert consents.of_member(asa)[-1].preferences == Preferences("quarterly", ())


def test_of_two_corrections_at_once_one_wins_and_the_other_hears_of_it(asa, monkeypatch):
    other = ("correct", asa, "--name", "Åsa Berg", "--yes")
    before_writing(monkeypatch, lambda: run(*other))
    late = run("correct", asa, "--name", "Åsa Lund", "--yes")
    assert (late.exit_code, people.member(asa).name) == (1, "Åsa Berg")
    assert "has changed at this moment" in late.stderr


def test_the_optional_details_are_corrected_and_shown_too(asa, cloud):
    options = ("--sort-as", "Åsa", "--works-at", "Kajen AB", "--works-as", "head of docks")
    run("correct", asa, *options, "--offices-of-interest", "malmo,stockholm", "--yes")
    facts = shown(asa)
    assert (facts["sort_as"], facts["works_at"]) == ("Åsa", "Kajen AB")
    assert (facts["works_as"], facts["offices_of_interest"]) == (
        "head of docks",
        ["stockholm", "malmo"],
    )
    cloud.pass_(1)
    run("correct", asa, "--works-at", "", "--offices-of-interest", "", "--yes")
    assert (shown(asa)["works_at"], shown(asa)["offices_of_interest"]) == ("", [])


def test_all_offices_and_years_are_corrected_the_latest_first(asa, cloud):
    stays = "stockholm 1990-1998, malmo 1998-2019"
    result = run("correct", asa, "--stays", stays, "--yes")
    assert "malmo 1998-2019 → malmo 1998-2019, stockholm 1990-1998" in result.stderr
    assert "earlier_stays: stockholm 1990-1998" in run("show", asa).stdout
    cloud.pass_(1)
    run("correct", asa, "--years", "1999-2019", "--yes")
    assert [str(stay) for stay in people.member(asa).stays] == [
        "malmo 1999-2019",
        "stockholm 1990-1998",
    ]


@pytest.mark.parametrize(
    ("stays", "message"),
    [
        ("malmo 2019-1998", "to_year-1: The year you left can't be before"),
        ("malmo 1998-2019, paris 1990-1995", "There are: stockholm, malmo."),
        ("malmo", "office-1"),
        ("", "office-1"),
    ],
)
def test_a_wrong_stay_is_named_by_its_row(asa, stays, message):
    before = dump()
    result = run("correct", asa, "--stays", stays, "--yes")
    assert (result.exit_code, message in result.stderr) == (2, True)
    assert dump() == before


def test_members_are_listed_by_their_last_word_or_by_what_they_are_sorted_as():
    actions.become_member(email="jan@example.net", name="Jan van der Berg")
    actions.become_member(email="wei@example.net", name="Chen Wei")
    run("correct", "wei@example.net", "--sort-as", "Chen", "--yes")
    names = ("Jan van der Berg", "Chen Wei", "Åsa Ek", "Bo Ek")
    listed = run("list").stdout
    assert [name for name in names if name in listed] == list(names)
    assert sorted(names, key=listed.index) == list(names)


def test_somebody_who_retires_is_of_two_kinds(asa):
    result = run("correct", asa, "--kinds", "engineer, retired", "--yes")
    assert "kinds: engineer → engineer, retired" in result.stderr
    assert shown(asa)["kinds"] == ["engineer", "retired"]
