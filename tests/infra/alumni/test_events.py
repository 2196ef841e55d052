"""`alumni events`: the list of events, and of guests as table, file and page."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from functions.core.aws import table
from functions.events.store import rsvps
from infra.alumni import main
from infra.cloud import table_access
from tests.functions.conftest import cloud, compiled_layouts, moment  # noqa: F401 - fixtures
from tests.functions.events import actions
from tests.functions.excel_files import rows_of


@pytest.fixture(autouse=True)
def guests(cloud, monkeypatch):  # noqa: F811 - the fixture itself
    """Åsa comes with a guest and eats no nuts; Bo has not confirmed."""
    monkeypatch.setattr(table_access, "connect", lambda *_: {})
    actions.publish()
    actions.accepted()
    actions.sign_up(email="bo@example.org", name="Bo Ek")


def run(*arguments: str):
    return CliRunner().invoke(main.app, ["events", *arguments], catch_exceptions=False)


def test_events_are_listed_on_the_clock_of_their_zone_with_the_places_taken():
    result = run("list")
    assert result.exit_code == 0
    (line,) = [line for line in result.stdout.splitlines() if actions.SLUG in line]
    assert "2026-12-03 17:30" in line
    assert "2 of 40" in line
    assert "Autumn talk" in line


def test_a_cancelled_event_is_marked_in_the_list():
    actions.publish(cancelled="Storm")
    assert "Autumn talk (cancelled)" in run("list").stdout


def test_guests_are_shown_with_places_and_food():
    shown = run("guests", actions.SLUG).stdout
    assert "2 of 40 places taken by 1 sign-up; 1 not confirmed, 0 cancelled." in shown
    assert "Åsa Ek" in shown
    assert "No nuts, please" in shown
    assert "Bo Ek" not in shown


def test_programs_get_one_document():
    document = json.loads(run("guests", actions.SLUG, "--json").stdout)
    assert document["places"] == 2
    assert document["food"] == {"No nuts, please": 1}
    assert [guest["email"] for guest in document["guests"]] == ["asa@example.com"]


def test_an_unknown_event_is_named_with_the_remedy():
    result = run("guests", "nothing")
    assert result.exit_code == 1
    assert "No event found: nothing. `alumni events list` lists them." in result.stderr


def test_excel_opens_the_file_and_can_add_up_the_places(tmp_path: Path):
    path = tmp_path / "new" / "guests.xlsx"
    assert run("guests", actions.SLUG, "--xlsx", str(path)).exit_code == 0
    heads, asa = rows_of(path.read_bytes())
    assert heads == ("Name", "Places", "Names of guests", "Food", "Email", "Language")
    assert asa == ("Åsa Ek", 2, "", "No nuts, please", "asa@example.com", "en")


@pytest.mark.parametrize("formula", ["=1+1", "+46", "-1", "@SUM(A1)"])
def test_no_cell_is_run_as_a_formula(tmp_path: Path, formula: str):
    write_food(formula)
    path = tmp_path / "guests.xlsx"
    run("guests", actions.SLUG, "--xlsx", str(path))
    assert formula in rows_of(path.read_bytes())[1]


def test_the_page_holds_names_places_and_food_and_loads_nothing(tmp_path: Path):
    write_food("<b>Soup</b>")
    path = tmp_path / "guests.html"
    run("guests", actions.SLUG, "--html", str(path))
    page = path.read_text(encoding="utf-8")
    assert "Åsa Ek" in page
    assert "&lt;b&gt;Soup&lt;/b&gt;" in page
    assert "Thursday 3\N{NO-BREAK SPACE}December 2026, 17:30" in page
    assert "asa@example.com" not in page, "a printout needs no addresses"
    assert "src=" not in page
    assert "href=" not in page


def test_a_file_that_cannot_be_written_is_one_line():
    result = run("guests", actions.SLUG, "--xlsx", "/proc/guests.xlsx")
    assert result.exit_code == 2
    assert "/proc/guests.xlsx" in result.stderr


def write_food(text: str) -> None:
    (rsvp,) = [rsvp for rsvp in rsvps.of_event(actions.SLUG) if rsvp.status == "accepted"]
    key = rsvps.rsvp_key(rsvp.slug, rsvp.address_hash)
    table.write(table.update(key, "SET #dietary = :food", {":food": text}))
