"""The menu, the switch between light and dark mode, and the printed page."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.page_checks import PHONE_FIRST, View, page_problems
from tests.e2e.page_list import SITE_PAGES

PAPER_PIXELS = 680  # between the margins of A4, at 96 to the inch
# Printed elements that can't be read on white, can only be pressed, or are labels without a value.
ON_PAPER = """() => {
  const bright = (colour) => {
    const [red, green, blue, alpha = 1] = colour.match(/[\\d.]+/g).map(Number);
    return alpha === 0 ? 255 : 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const isVisible = (element) => Boolean(element?.checkVisibility());
  const visible = [...document.querySelectorAll("body *:not(svg *)")].filter(isVisible);
  const isText = (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim();
  const pale = visible.filter((element) => {
    const hasText = [...element.childNodes].some(isText);
    const style = getComputedStyle(element);
    return (hasText && bright(style.color) > 120) || bright(style.backgroundColor) < 230;
  });
  const isControl = (element) => element.matches("button, input, select, textarea, .button");
  const controls = visible.filter(isControl);
  const isLabel = (element) => element.matches("dt") && !isVisible(element.nextElementSibling);
  const labels = visible.filter(isLabel);
  const root = document.documentElement;
  const wide = root.scrollWidth > innerWidth ? [root] : [];
  const wrong = [...pale, ...controls, ...labels, ...wide];
  return wrong.map((element) => element.outerHTML.slice(0, 80));
}"""


def paper_problems(page: Page) -> list[str]:
    """What the open page would print, but shouldn't."""
    page.set_viewport_size({"width": PAPER_PIXELS, "height": 1000})
    page.emulate_media(media="print", color_scheme="dark")
    return list(page.evaluate(ON_PAPER))


@pytest.fixture
def phone(page: Page) -> Page:
    View("phone", "light").apply_to(page)
    page.goto("/events/")
    return page


def test_on_a_phone_the_menu_opens_without_problems(phone: Page) -> None:
    menu = phone.get_by_role("navigation", name="Main")
    expect(menu).to_be_hidden()
    phone.locator(".menu summary").click()
    expect(menu).to_be_visible()
    assert page_problems(phone, "menu", PHONE_FIRST) == []


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
    View("phone", "light").apply_to(scriptless)
    scriptless.goto("/")
    menu, summary = scriptless.locator(".menu nav"), scriptless.locator(".menu summary")
    summary.click()
    expect(menu).to_be_visible()
    summary.click()
    expect(menu).to_be_hidden()
    expect(scriptless.locator("[data-scheme-switch]")).to_be_hidden()


def test_a_wide_window_shows_the_menu_without_a_click(page: Page) -> None:
    View("desktop", "light").apply_to(page)
    page.goto("/events/")
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    expect(page.locator(".menu summary")).to_be_hidden()


def test_light_and_dark_mode_are_switched_and_remembered(page: Page) -> None:
    View("desktop", "light").apply_to(page)
    page.goto("/")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.get_by_role("button", name="Light or dark mode").click()
    dark = page.evaluate(background)
    page.goto("/news/")
    assert page.evaluate(background) == dark != light


@pytest.mark.parametrize("name", ["home", "events", "event-open", "news-item", "jobs", "about"])
def test_a_printed_page_can_be_read_and_shows_no_buttons(page: Page, name: str) -> None:
    page.goto(SITE_PAGES[name])
    assert paper_problems(page) == []
