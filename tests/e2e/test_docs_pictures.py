"""The pictures in the docs. `make pictures` takes them; any other run makes sure that the pages
still have the words that the pictures show."""

import io
import json
import os
import re

from PIL import Image
from playwright.sync_api import FilePayload, FloatRect, Page, expect

from infra.dev.local.local_stack import Stack
from infra.paths import ROOT
from tests.e2e.at_the_desk import AtTheDesk, team_member
from tests.e2e.form_client import FormClient, person
from tests.e2e.mailbox import Mailbox, link_in
from tests.e2e.page_checks import HEIGHT, WIDTH, Device, View

PICTURES = ROOT / "docs" / "pictures"
WORDS = PICTURES / "words.json"  # picture → what its page said
COLOURS = 48
# What is the page's own, and no person's: headings, labels, buttons, and where one can go.
OWN_WORDS = """() => [...document.querySelectorAll(
  "main :is(h1, h2, h3, legend, label, button, th, dt, .desk-places a)")]
  .filter((e) => e.checkVisibility()).map((e) => e.innerText.trim())"""


def words_of(page: Page) -> list[str]:
    """Without their numbers, which are days and counts; of a consent its name."""
    first_lines = (words.partition("\n")[0] for words in page.evaluate(OWN_WORDS))
    return sorted({re.sub(r"\d+", "0", line) for line in first_lines if line})


def shows(page: Page, name: str, device: Device, *, whole: bool = True) -> None:
    """The open page is that of the picture; if not `whole`, with more on it, as on other days."""
    View(device, "light").apply_to(page)
    words = words_of(page)
    if "DOCS_PICTURES" in os.environ:
        take(page, name, device, words)
    known = json.loads(WORDS.read_text("utf-8"))[name]
    compared = words if whole else [word for word in words if word in known]
    assert compared == known, f"{name}: the page has changed. `make pictures` takes a new picture."


def take(page: Page, name: str, device: Device, words: list[str]) -> None:
    """What a visitor sees first, without the footer; 48 colours are enough for it."""
    end = page.evaluate("() => document.querySelector('main').getBoundingClientRect().bottom")
    height = min(HEIGHT[device], int(end))
    clip: FloatRect = {"x": 0, "y": 0, "width": WIDTH[device], "height": height}
    shot = Image.open(io.BytesIO(page.screenshot(clip=clip, animations="disabled")))
    shot.convert("RGB").quantize(COLOURS).save(PICTURES / f"{name}.png", optimize=True)
    known = json.loads(WORDS.read_text("utf-8")) if WORDS.exists() else {}
    text = json.dumps(known | {name: words}, ensure_ascii=False, indent=1, sort_keys=True)
    WORDS.write_text(f"{text}\n", encoding="utf-8")


def a_list(member: str) -> FilePayload:
    """Three who are new, one of them twice; a member; and a row without an address."""
    rows = ["Name,Email,Office,Left"]
    rows += [f"{name} Ek,{name}.ek@example.com,Malmö,2019" for name in ("Eva", "Bo", "Cai", "Bo")]
    rows += [f"Åsa Lindgren,{member},Malmö,2021", "Dag Holm,,Malmö,2020"]
    content = "\n".join(rows).encode()
    return {"name": "former colleagues.csv", "mimeType": "text/csv", "buffer": content}


def fills_in(hr: AtTheDesk, email: str) -> None:
    hr.page.goto("/desk/leavers/new/")
    hr.types("Name", "Åsa Ek")
    hr.types("Private email address", email)
    hr.page.locator("#leaver-office").select_option(label="Malmö")
    hr.page.locator("#leaver-contact").select_option(index=1)
    hr.types("First day", "1998-08-01")
    hr.types("Last day", "2026-10-30")
    hr.clicks_on("They agreed to be written to")
    hr.types("When", "2026-10-12")
    hr.types("How", "exit talk")
    hr.page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")


def test_the_pictures_of_the_docs_show_the_desk_as_it_is(
    page: Page, stack: Stack, form_client: FormClient, mailbox: Mailbox
) -> None:
    member, leaver = "asa.lindgren@example.com", "asa.ek@example.com"
    form_client.join(person("Åsa Lindgren", member))
    hr = team_member(page, stack, mailbox, "coordinator")
    hr.starts()
    shows(page, "desk-today", "desktop", whole=False)

    page.goto(f"/desk/people/?q={member}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Åsa Lindgren")
    shows(page, "desk-person", "phone")

    View("desktop", "light").apply_to(page)
    page.goto("/desk/imports/")
    page.get_by_label("File").set_input_files(a_list(member))
    hr.clicks_on("Look through the list")
    expect(page.get_by_text("They agreed to be invited")).to_be_visible(timeout=60_000)
    shows(page, "lists-rows", "desktop")

    fills_in(hr, leaver)
    shows(page, "leavers-form", "desktop")
    hr.clicks_on("Invite", exact=True)
    page.goto(link_in(mailbox.wait(leaver, "invites you to the"), "/api/invitation?"))
    shows(page, "leavers-join", "phone")
