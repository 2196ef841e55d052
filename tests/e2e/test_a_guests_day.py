"""A guest on a tablet, in Swedish: comes to an event without joining, signs in by a code that he
reads on his phone, cancels, and deletes his data."""

from playwright.sync_api import Page, expect

from tests.e2e.browser_steps import free_seats
from tests.e2e.mailbox import Mailbox
from tests.e2e.project_copy import EVENT
from tests.e2e.swedish_day import Day, code_in

ADDRESS, NAME = "sixten@example.com", "Sixten Holm"


def test_a_guests_day(tablet: Page, mailbox: Mailbox) -> None:
    day = Day(tablet, mailbox, ADDRESS)
    before = free_seats(tablet, EVENT)
    day.signs_up(EVENT, NAME)
    day.gets("Du är anmäld")
    signs_in_by_code(day)
    day.reads(f"Hej {NAME}", "day-guest-home")
    expect(tablet.get_by_role("link", name="A talk about journeys")).to_be_visible()
    day.taps("Ändra eller avboka")
    day.taps("Avboka min plats")
    day.gets("Du är inte längre anmäld")
    assert free_seats(tablet, EVENT) == before
    deletes_his_data(day)


def signs_in_by_code(day: Day) -> None:
    """The email opens on another device; the code is typed here."""
    mail = day.asks_for_a_link()
    day.page.get_by_label("Kod från mejlet").fill(code_in(mail))
    day.taps("Logga in")


def deletes_his_data(day: Day) -> None:
    day.page.goto("/me/")
    day.taps("Radera mina uppgifter")
    day.reads("Vill du radera det vi vet om dig?", "day-guest-delete")
    day.taps("Radera för gott")
    day.reads("Du har lämnat oss", "day-guest-left")
    day.gets("Dina uppgifter i alumninätverket")
