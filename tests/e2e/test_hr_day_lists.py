"""HR's day, in a browser only: bringing in a messy spreadsheet of 350 rows as invitations."""

import io
from uuid import uuid4

from openpyxl import Workbook
from playwright.sync_api import Page, expect

from infra.dev.local.local_stack import Stack
from tests.e2e.at_the_desk import team_member
from tests.e2e.mailbox import Mailbox
from tests.e2e.page_checks import page_problems

ROWS, MOST_CLICKS = 350, 12
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def messy_spreadsheet(tag: str) -> bytes:
    """Blanks and `mailto:` around addresses, years and days, rows without an address or office."""
    book = Workbook()
    book.active.append(["Efternamn", "Förnamn", "Anst. nr", "E-post privat", "Kontor", "Slutade"])
    offices = ("Malmö", "Kontoret i Göteborg", "")
    for number in range(ROWS):
        address = f"{tag}-{number}@example.com"
        odd = {1: f" {address} ", 2: f"mailto:{address}", 3: ""}
        written, left = odd.get(number % 50, address), (2019, 43616)[number % 2]
        row = ["Öberg", f"Åsa {number}", number, written, offices[number % 3], left]
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_hr_day_brings_in_350_rows_of_a_messy_spreadsheet(
    page: Page, stack: Stack, mailbox: Mailbox
) -> None:
    tag = uuid4().hex[:6]
    hr = team_member(page, stack, mailbox, "coordinator")
    hr.starts()
    hr.clicks_on("Lists", within=page.get_by_role("navigation", name="The desk"))
    page.get_by_label("File").set_input_files(
        {"name": "tidigare anställda.xlsx", "mimeType": EXCEL, "buffer": messy_spreadsheet(tag)}
    )
    hr.clicks += 2  # to open the dialog, and on the file
    hr.clicks_on("Look through the list")
    page.get_by_text("They agreed to be invited").click(timeout=60_000)
    hr.clicks += 1
    assert page_problems(page, "desk-imports-one") == []
    page.fill("#invite-agreed_on", "2026-05-31")
    page.fill("#invite-how", "reunion")
    page.select_option("#invite-office", label="Stockholm")
    hr.clicks += 4  # a click on a field, two on a choice
    hr.clicks_on("Invite them")
    expect(page.get_by_text("The list is brought in.")).to_be_visible(timeout=120_000)
    rows = page.get_by_role("row")
    expect(rows.filter(has_text="new")).to_contain_text("343")
    expect(rows.filter(has_text="can't be used")).to_contain_text("7")
    mailbox.wait(f"{tag}-0@example.com", "invites you")
    assert hr.clicks <= MOST_CLICKS
    assert page_problems(page, "desk-imports-done") == []
