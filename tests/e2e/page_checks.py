"""What every page and email must hold: anyone can read it, reach it and touch it."""

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
# WCAG 2.2, 2.5.8 is not among axe's defaults. A phone shows other elements than a desktop does
# (the menu is folded up), so every rule runs once on each.
EVERY_RULE = {**VIOLATIONS, "rules": {"target-size": {"enabled": True}}}
# A scheme changes colours, and neither elements nor sizes: only these two rules look at colours.
COLOUR_RULES = {**VIOLATIONS, "runOnly": ["color-contrast", "link-in-text-block"]}

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


VIEWS = [View(device, scheme) for device in ("phone", "desktop") for scheme in ("light", "dark")]


def page_problems(page: Page, name: str) -> list[str]:
    """Returns the open page's problems in every view; takes a picture of each."""
    problems: list[str] = []
    for view in VIEWS:
        view.apply_to(page)
        rules = EVERY_RULE if view.scheme == "light" else COLOUR_RULES
        sentences = [*page.evaluate(PAGE_CHECKS), *_axe_violations(page, rules)]
        problems += [f"{view}: {sentence}" for sentence in sentences]
        page.screenshot(path=PICTURES / f"{name}-{view}.jpg", quality=80, full_page=True)
    page.set_viewport_size({"width": NARROWEST, "height": HEIGHT["phone"]})
    narrow = [f"{NARROWEST} px: {sentence}" for sentence in page.evaluate(PAGE_CHECKS)]
    return problems + narrow


def email_problems(page: Page, html: str, name: str) -> list[str]:
    """Returns the problems of an email's HTML in every view; takes a picture of each."""
    page.set_content(html)
    problems: list[str] = []
    for view in VIEWS:
        view.apply_to(page)
        sentences = [*page.evaluate(EMAIL_CHECKS), *_axe_violations(page, EMAIL_RULES)]
        problems += [f"{view}: {sentence}" for sentence in sentences]
        page.screenshot(path=PICTURES / f"{name}-{view}.jpg", quality=80, full_page=True)
    return problems


def _axe_violations(page: Page, rules: dict[str, Any]) -> list[str]:
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    violations = page.evaluate("(options) => axe.run(options).then((r) => r.violations)", rules)
    return [
        f"{rule['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in violations
        for node in rule["nodes"]
    ]
