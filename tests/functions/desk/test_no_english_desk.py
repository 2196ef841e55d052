"""Whoever works at the desk in Swedish or German gets no English words of ours there."""

from pathlib import Path
from typing import Any

import pytest

from functions.core.web import pages
from tests import english
from tests.functions.desk.tours import WALKS
from tests.functions.support import SITE
from tests.functions.test_no_english import LANGUAGES, settings_texts

pytestmark = pytest.mark.takes_minutes

PAGES = Path(__file__).parents[3] / "functions" / "desk" / "pages"
PARTS = {
    "approval_cards",
    "event_state",
    "frame",
    "import_consent",
    "import_invite",
    "letter_text",
    "outcome",
    "parts",
    "passkey_parts",
    "newsletter_report",
    "person_form",
    "plots",
}  # included in or extended by others


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_the_desk_is_in_the_language_of_its_reader(desk, cloud, language, monkeypatch):
    shown: dict[str, list[str]] = {}
    render = pages.render

    def noted(template: str, title: str, **context: Any) -> str:
        html = render(template, title, **context)
        if not template.startswith("events/"):  # what a guest is shown meanwhile
            shown.setdefault(template, []).append(html)
        return html

    monkeypatch.setattr(pages, "render", noted)
    for walk in WALKS:
        walk(lambda *role, **more: desk(*role, language=language, **more), cloud)
    ours = {f"desk/{page.name}" for page in PAGES.glob("*.html") if page.stem not in PARTS}
    assert ours <= shown.keys()
    for template, bodies in shown.items():
        for body in bodies:
            assert f"<html lang='{language}'>" in body, template
            left = english.leftovers(
                english.visible(body), language, settings_texts(SITE, language)
            )
            assert left == set(), template
