"""A member of 68, on a tablet, in Swedish: joins, looks after her own data, leaves, joins again."""

from playwright.sync_api import Page, expect

from tests.e2e.browser_steps import fill_join_form, free_seats, submit_form
from tests.e2e.mailbox import Mailbox
from tests.e2e.project_copy import EVENT
from tests.e2e.swedish_day import Day

ADDRESS, NAME = "gunvor@example.com", "Gunvor Ahl"
NEW_ADDRESS = "gunvor@example.net"


def test_a_members_day(tablet: Page, mailbox: Mailbox) -> None:
    day = Day(tablet, mailbox, ADDRESS)
    joins(day)
    changes_her_name(day)
    changes_her_address_and_takes_that_back(day)
    signs_up_and_cancels(day)
    leaves(day)
    joins(day)
    day.signs_in()
    day.reads(f"Hej {NAME}", "day-member-again")
    expect(tablet.get_by_text("Ahl-Berg")).to_be_hidden()


def joins(day: Day) -> None:
    fill_join_form(day.page, NAME, day.address, language="sv")
    submit_form(day.page)
    day.page.wait_for_url("**/join/check-your-mail/**")
    day.confirms("Bekräfta att du vill gå med", "/api/join/confirm")
    day.reads("Välkommen tillbaka", "day-member-welcome")
    day.gets("Välkommen till alumninätverket")


def changes_her_name(day: Day) -> None:
    day.signs_in()
    day.reads(f"Hej {NAME}", "day-member-home")
    day.page.get_by_label("Namn", exact=True).fill("Gunvor Ahl-Berg")
    day.taps("Spara ändringarna")
    expect(day.page.get_by_role("status")).to_have_text("Dina ändringar är sparade.")
    day.reads("Hej Gunvor Ahl-Berg", "day-member-saved")
    expect(day.page.locator("del")).to_have_text(NAME)


def changes_her_address_and_takes_that_back(day: Day) -> None:
    there = Day(day.page, day.mailbox, NEW_ADDRESS)
    day.page.get_by_label("Ny e-postadress").fill(NEW_ADDRESS)
    day.taps("Mejla en länk dit")
    there.opens(there.gets("Bekräfta din nya adress"), "/me/address/confirm")
    day.reads("Bekräfta din nya adress", "day-member-new-address")
    day.taps("Ändra min adress")
    day.reads("Din adress är ändrad", "day-member-address-changed")
    day.opens(day.gets("Din adress i alumninätverket"), "/me/address/undo")
    day.reads("Ångra adressändringen?", "day-member-undo")
    day.taps("Ångra ändringen")
    day.reads("Ändringen har ångrats", "day-member-undone")
    # A link that was asked for up to the second of the change lets nobody in.
    day.page.wait_for_timeout(1100)
    day.signs_in()
    day.reads("Hej Gunvor Ahl-Berg", "day-member-back")
    expect(day.page.get_by_text(f"Du är inloggad som {ADDRESS}")).to_be_visible()


def signs_up_and_cancels(day: Day) -> None:
    before = free_seats(day.page, EVENT)
    day.signs_up(EVENT, "Gunvor Ahl-Berg", guests="1")
    day.gets("Du är anmäld")
    assert free_seats(day.page, EVENT) == before - 2
    day.page.goto("/me/")
    day.reads("Hej Gunvor Ahl-Berg", "day-member-signed-up")
    day.taps("Ändra eller avboka")
    day.taps("Avboka min plats")
    day.gets("Du är inte längre anmäld")
    assert free_seats(day.page, EVENT) == before


def leaves(day: Day) -> None:
    day.page.goto("/me/")
    day.taps("Lämna nätverket")
    day.reads("Vill du lämna nätverket?", "day-member-leave")
    day.taps("Lämna för gott")
    day.reads("Du har lämnat oss", "day-member-left")
    day.gets("Dina uppgifter i alumninätverket")
    day.page.goto("/me/?language=sv")
    expect(day.page.get_by_label("E-postadress")).to_be_visible()
