"""`alumni events capacity|promote|link`: as at the desk, with a line in the log."""

import pytest
from typer.testing import CliRunner

from functions.core import clock
from functions.core.addresses import address_hash
from functions.events.store import online_links
from functions.team.rules import Deed
from functions.team.store import deeds
from infra.alumni import main, terminal
from infra.cloud import table_access
from tests.functions import sent_emails
from tests.functions.conftest import cloud, compiled_layouts, moment  # noqa: F401 - fixtures
from tests.functions.events import actions
from tests.functions.excel_files import rows_of

BO = "bo@example.org"


@pytest.fixture(autouse=True)
def full(cloud, monkeypatch):  # noqa: F811 - the fixture itself
    """Åsa and her guest have both places; Bo waits."""
    monkeypatch.setattr(table_access, "connect", lambda *_: {})
    monkeypatch.setattr(terminal, "actor", lambda: "terminal role/hr")
    actions.publish(seats=2)
    actions.accepted()
    actions.sign_up(email=BO, name="Bo Ek", guests="0")
    actions.press_button(actions.newest_link(), queue="yes")


def run(*arguments: str):
    return CliRunner().invoke(main.app, ["events", *arguments], catch_exceptions=False)


def noted():
    return [(line.deed, line.about) for line in deeds.lines(clock.month_of(clock.now()))]


def test_capacity_is_raised_and_says_what_it_was():
    result = run("capacity", actions.SLUG, "5")
    assert "Autumn talk: 5 places instead of 2." in result.stdout
    assert (actions.event()["capacity"], actions.event()["free"]) == (5, 3)
    assert noted() == [(Deed.SEATS_CHANGED, actions.SLUG)]


def test_lowering_evicts_nobody():
    run("capacity", actions.SLUG, "0")
    assert actions.event()["free"] == -2
    assert actions.rsvp()["status"] == "accepted"


def test_somebody_who_waits_gets_a_place_with_a_reason():
    refused = run("promote", actions.SLUG, BO, "--why", "Speaks")
    assert (refused.exit_code, "1 place needed, 0 free" in refused.stderr) == (1, True)
    run("capacity", actions.SLUG, "3")
    assert "has a place now" in run("promote", actions.SLUG, BO, "--why", "Speaks").stdout
    assert (actions.rsvp(BO)["status"], actions.rsvp(BO)["moved_up"]) == ("accepted", "Speaks")
    assert (Deed.PLACE_GIVEN, address_hash(BO)) in noted()
    again = run("promote", actions.SLUG, BO, "--why", "Speaks")
    assert "doesn't wait for a place" in again.stderr


def test_the_link_to_attend_online_is_entered_and_taken_back():
    link = "https://meet.example.com/1"
    assert "isn't online" in run("link", actions.SLUG, link).stderr
    actions.publish(attend="online")
    assert "Not a link" in run("link", actions.SLUG, "meet").stderr
    assert "The link is saved." in run("link", actions.SLUG, link).stdout
    assert online_links.get(actions.SLUG) == link
    assert "taken back" in run("link", actions.SLUG).stdout
    assert online_links.get(actions.SLUG) == ""
    assert noted() == [(Deed.LINK_CHANGED, actions.SLUG)] * 2


def test_an_unknown_event_is_named_with_the_remedy():
    assert "No event found: spring-talk" in run("capacity", "spring-talk", "5").stderr


def test_guests_are_exported_with_a_line_in_the_log(tmp_path):
    path = tmp_path / "guests.xlsx"
    assert "1 sign-ups in" in run("export", actions.SLUG, str(path)).stdout
    assert rows_of(path.read_bytes())[1][0] == "Åsa Ek"
    assert noted() == [(Deed.GUESTS_DOWNLOADED, actions.SLUG)]


def test_guests_are_written_to_once(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("Use the side entrance.", encoding="utf-8")
    words = ("--subject", "Side entrance", "--text", str(text))
    assert "Unknown: --to all" in run("mail", actions.SLUG, "--to", "all", *words).stderr
    assert "Nobody" in run("mail", actions.SLUG, "--to", "unanswered", *words, "--yes").stderr
    assert "Send 1 emails?" in run("mail", actions.SLUG, "--to", "coming", *words).stderr
    assert noted() == []
    sent = run("mail", actions.SLUG, "--to", "coming", *words, "--yes")
    assert "1 emails leave within minutes." in sent.stdout
    actions.tick()
    sent_emails.deliver()
    to = [mail["To"] for mail in sent_emails.sent() if "Side entrance" in mail["Subject"]]
    assert to == [actions.ASA["email"]]
    assert noted() == [(Deed.GUESTS_WRITTEN_TO, actions.SLUG)]
    text.write_text("", encoding="utf-8")
    assert "is empty" in run("mail", actions.SLUG, "--to", "coming", *words, "--yes").stderr


def test_the_door_is_mailed_until_it_closes(cloud):  # noqa: F811 - the fixture itself
    assert "on its way" in run("door", actions.SLUG).stdout
    sent_emails.deliver()
    assert any(str(one["Subject"]).startswith("At the door") for one in sent_emails.sent())
    assert noted()[-1] == (Deed.DOOR_SENT, actions.SLUG)
    cloud.now = clock.epoch("2027-01-03T16:00:00Z")
    assert "is closed" in run("door", actions.SLUG).stderr
