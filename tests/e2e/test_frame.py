"""What is on every page: the menu, the switch between day and night, and the page on paper."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import looks, rooms

PAPER_PIXELS = 680  # between the margins of A4, at 96 to the inch
# What is printed and could not be read on white, or names a fact that is not there.
ON_PAPER = """() => {
  const bright = (colour) => {
    const [red, green, blue, alpha = 1] = colour.match(/[\\d.]+/g).map(Number);
    return alpha === 0 ? 255 : 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const seen = (each) => Boolean(each?.checkVisibility());
  const printed = [...document.querySelectorAll("body *:not(svg *)")].filter(seen);
  const said = (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim();
  const pale = printed.filter((each) => {
    const words = [...each.childNodes].some(said);
    const style = getComputedStyle(each);
    return (words && bright(style.color) > 120) || bright(style.backgroundColor) < 230;
  });
  const idle = printed.filter((each) => each.matches("button, input, select, textarea, .button"));
  const alone = printed.filter((each) => each.matches("dt") && !seen(each.nextElementSibling));
  const root = document.documentElement;
  const wide = root.scrollWidth > innerWidth ? [root] : [];
  return [...pale, ...idle, ...alone, ...wide].map((each) => each.outerHTML.slice(0, 80));
}"""


@pytest.fixture
def phone(page: Page) -> Page:
    looks.View("phone", "light").put_on(page)
    page.goto("/events/")
    return page


def test_on_a_phone_the_menu_opens_and_is_as_sound_as_the_page(phone: Page) -> None:
    menu = phone.get_by_role("navigation", name="Main")
    expect(menu).to_be_hidden()
    phone.locator(".menu summary").click()
    expect(menu).to_be_visible()
    assert looks.problems(phone, "menu") == []


@pytest.mark.parametrize("leave", ["Escape", "Tab", "a touch beside it"])
def test_the_menu_closes_when_it_is_left(phone: Page, leave: str) -> None:
    phone.locator(".menu summary").click()
    phone.locator(".menu a").last.focus()
    if leave == "a touch beside it":
        phone.locator(".masthead").click(position={"x": 180, "y": 2})
    else:
        phone.keyboard.press(leave)
    expect(phone.get_by_role("navigation", name="Main")).to_be_hidden()
    at_summary = phone.evaluate("document.activeElement.matches('.menu summary')")
    assert at_summary == (leave == "Escape")


def test_without_javascript_the_menu_opens_and_closes_and_no_switch_is_offered(
    scriptless: Page,
) -> None:
    looks.View("phone", "light").put_on(scriptless)
    scriptless.goto("/")
    menu, summary = scriptless.locator(".menu nav"), scriptless.locator(".menu summary")
    summary.click()
    expect(menu).to_be_visible()
    summary.click()
    expect(menu).to_be_hidden()
    expect(scriptless.locator("[data-scheme-switch]")).to_be_hidden()


def test_a_wide_window_shows_the_menu_without_a_click(page: Page) -> None:
    looks.View("desktop", "light").put_on(page)
    page.goto("/events/")
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    expect(page.locator(".menu summary")).to_be_hidden()


def test_day_and_night_are_switched_and_remembered(page: Page) -> None:
    looks.View("desktop", "light").put_on(page)
    page.goto("/")
    ground = "getComputedStyle(document.body).backgroundColor"
    day = page.evaluate(ground)
    page.get_by_role("button", name="Light or dark mode").click()
    night = page.evaluate(ground)
    page.goto("/news/")
    assert page.evaluate(ground) == night != day


@pytest.mark.parametrize("name", ["home", "events", "event-open", "news-item", "jobs", "about"])
def test_paper_shows_what_can_be_read_and_nothing_to_press(page: Page, name: str) -> None:
    page.set_viewport_size({"width": PAPER_PIXELS, "height": 1000})
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(rooms.SITE[name])
    assert page.evaluate(ON_PAPER) == []
