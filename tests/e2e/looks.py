"""What every page must be whatever it says: to be read, reached and touched by anyone."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

MEASURE = (Path(__file__).parent / "looks.js").read_text("utf-8")
MEASURE_MAIL = (Path(__file__).parent / "looks_of_mail.js").read_text("utf-8")
PICTURES = Path(__file__).parents[2] / "build" / "pictures"
HEIGHT = {"phone": 844, "desktop": 900}  # pixels
WIDTH = {"phone": 390, "desktop": 1280}
NARROWEST = 320  # WCAG 2.2, 1.4.10
# Unless told otherwise axe copies every stylesheet for a rule that is off, css-orientation-lock.
VIOLATIONS = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
# WCAG 2.2, 2.5.8 is not among axe's defaults. A phone shows other elements than a desktop does
# (the menu is folded up), so every rule runs once on each.
EVERY_RULE = {**VIOLATIONS, "rules": {"target-size": {"enabled": True}}}
# A scheme changes colours, and neither elements nor sizes: only these two rules look at colours.
OF_COLOURS = {**VIOLATIONS, "runOnly": ["color-contrast", "link-in-text-block"]}

# The rules of axe that an email must meet; the others concern the email program's page around it.
OF_A_MAIL = {
    **VIOLATIONS,
    "runOnly": ["color-contrast", "image-alt", "html-has-lang", "html-lang-valid", "link-name"],
}

Device = Literal["phone", "desktop"]
Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class View:
    device: Device
    scheme: Scheme

    def put_on(self, page: Page) -> None:
        page.emulate_media(color_scheme=self.scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": WIDTH[self.device], "height": HEIGHT[self.device]})

    def __str__(self) -> str:
        return f"{self.device}-{self.scheme}"


VIEWS = [View(device, scheme) for device in ("phone", "desktop") for scheme in ("light", "dark")]


def problems(page: Page, name: str) -> list[str]:
    """What is wrong with the page that is open, in every view; takes its picture in each."""
    found: list[str] = []
    for view in VIEWS:
        view.put_on(page)
        rules = EVERY_RULE if view.scheme == "light" else OF_COLOURS
        told = [*page.evaluate(MEASURE), *_axe(page, rules)]
        found += [f"{view}: {each}" for each in told]
        page.screenshot(path=PICTURES / f"{name}-{view}.jpg", quality=80, full_page=True)
    page.set_viewport_size({"width": NARROWEST, "height": HEIGHT["phone"]})
    return found + [f"{NARROWEST} px: {each}" for each in page.evaluate(MEASURE)]


def of_mail(page: Page, html: str, name: str) -> list[str]:
    """What is wrong with a mail's HTML, in every view; takes its picture in each."""
    page.set_content(html)
    found: list[str] = []
    for view in VIEWS:
        view.put_on(page)
        told = [*page.evaluate(MEASURE_MAIL), *_axe(page, OF_A_MAIL)]
        found += [f"{view}: {each}" for each in told]
        page.screenshot(path=PICTURES / f"{name}-{view}.jpg", quality=80, full_page=True)
    return found


def _axe(page: Page, rules: dict[str, Any]) -> list[str]:
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    violations = page.evaluate("(options) => axe.run(options).then((r) => r.violations)", rules)
    return [
        f"{each['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for each in violations
        for node in each["nodes"]
    ]
