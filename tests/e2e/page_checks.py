"""What every page and email must hold: anyone can read it, reach it and touch it."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

PAGE_CHECKS = (Path(__file__).parent / "page_checks.js").read_text("utf-8")
EMAIL_CHECKS = (Path(__file__).parent / "email_checks.js").read_text("utf-8")
PICTURES = Path(__file__).parents[2] / "build" / "pictures"
HEIGHT = {"phone": 844, "desktop": 900}  # pixels
WIDTH = {"phone": 390, "desktop": 1280}
NARROWEST = 320  # WCAG 2.2, 1.4.10
# By default axe copies every stylesheet for a rule that is off, css-orientation-lock.
VIOLATIONS = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
# WCAG 2.2, 2.5.8 is not among axe's defaults.
EVERY_RULE = {**VIOLATIONS, "rules": {"target-size": {"enabled": True}}}
COLOURS = ["color-contrast", "link-in-text-block"]
# A scheme changes colours only. A width changes sizes and places too; if it also shows or hides
# elements, every rule runs once for these elements, wherever they are.
COLOUR_RULES = {**VIOLATIONS, "runOnly": COLOURS}
WIDTH_RULES = {**VIOLATIONS, "runOnly": [*COLOURS, "target-size", "scrollable-region-focusable"]}
# Returns the HTML of what appeared or disappeared since the last call, first of the whole page.
VISIBILITY_CHANGES = """() => {
  const isVisible = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects()[0];
  const before = window.visibleBefore ?? new Set();
  window.visibleBefore = new Set([...document.querySelectorAll("*")].filter(isVisible));
  const changed = window.visibleBefore.symmetricDifference(before);
  return [...changed].filter((e) => !changed.has(e.parentElement)).map((e) => e.outerHTML);
}"""

# The rules of axe that an email must meet; the others concern the email program's page around it.
EMAIL_RULES = {
    **VIOLATIONS,
    "runOnly": ["color-contrast", "image-alt", "html-has-lang", "html-lang-valid", "link-name"],
}

Device = Literal["phone", "desktop"]
Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class View:
    device: Device
    scheme: Scheme

    def apply_to(self, page: Page) -> None:
        page.emulate_media(color_scheme=self.scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": WIDTH[self.device], "height": HEIGHT[self.device]})

    def __str__(self) -> str:
        return f"{self.device}-{self.scheme}"


VIEWS = [View(device, scheme) for device in ("desktop", "phone") for scheme in ("light", "dark")]
PHONE_FIRST = [*VIEWS[2:], *VIEWS[:2]]


def page_problems(page: Page, name: str, views: Iterable[View] = VIEWS) -> list[str]:
    """Returns the open page's problems in every view, with a picture of each if there are any.

    Menus close when PAGE_CHECKS moves the focus, so axe comes first.
    """
    problems: list[str] = []
    for view in views:
        view.apply_to(page)
        sentences = [*_axe_violations(page, _rules(page, view)), *page.evaluate(PAGE_CHECKS)]
        problems += _in_view(page, view, name, sentences)
    page.set_viewport_size({"width": NARROWEST, "height": HEIGHT["phone"]})
    narrow = [f"{NARROWEST} px: {sentence}" for sentence in page.evaluate(PAGE_CHECKS)]
    return problems + narrow


_checked_html: set[str] = set()  # all that every rule has run on


def _rules(page: Page, view: View) -> dict[str, Any]:
    if view.scheme == "dark":
        return COLOUR_RULES
    changes = set(page.evaluate(VISIBILITY_CHANGES))
    if changes <= _checked_html:
        return WIDTH_RULES
    _checked_html.update(changes)
    return EVERY_RULE


# A picture in an email is a part of it, which a page can't read.
ONE_PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def email_problems(page: Page, html: str, name: str) -> list[str]:
    """Returns an email's problems in every view, with a picture of each if there are any. Pictures
    that it brings along are shown as any other."""
    page.set_content(html.replace("cid:ticket", ONE_PIXEL))
    problems: list[str] = []
    for view in VIEWS:
        view.apply_to(page)
        sentences = [*page.evaluate(EMAIL_CHECKS), *_axe_violations(page, EMAIL_RULES)]
        problems += _in_view(page, view, name, sentences)
    return problems


def _in_view(page: Page, view: View, name: str, sentences: list[str]) -> list[str]:
    """The sentences with their view; takes its picture if there are any, or if PICTURES is set."""
    if sentences or "PICTURES" in os.environ:
        page.screenshot(path=PICTURES / f"{name}-{view}.jpg", quality=80, full_page=True)
    return [f"{view}: {sentence}" for sentence in sentences]


def _axe_violations(page: Page, rules: dict[str, Any]) -> list[str]:
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    violations = page.evaluate("(options) => axe.run(options).then((r) => r.violations)", rules)
    return [
        f"{rule['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in violations
        for node in rule["nodes"]
    ]
