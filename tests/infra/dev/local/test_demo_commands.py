"""What the demo prints below "Ready"; tests/infra/dev/local/test_local.py types it."""

from pathlib import Path
from typing import Any

from infra.cloud.local_access import STATE
from infra.dev.local.demo import an_issue, commands
from infra.paths import ROOT

SITE = {"languages": ["sv", "en"]}


def typed(issue: str | None, *, is_installed: bool, state: Path = STATE) -> list[str]:
    """The lines to copy."""
    lines = commands(state.absolute(), issue, is_installed=is_installed)
    return [line.strip() for line in lines if line.startswith("    ")]


def test_before_make_install_the_command_is_named_by_its_path() -> None:
    first, *lines, last = typed("spring", is_installed=False)
    assert (first, last) == (f"cd {ROOT}", "make install")
    assert all(line.startswith(".venv/bin/alumni --demo ") for line in lines)
    assert ".venv/bin/alumni --demo issues test-send spring --to you@example.com" in lines


def test_after_make_install_the_name_is_enough() -> None:
    lines = typed("spring", is_installed=True)
    assert all(line.startswith("alumni --demo ") for line in lines)
    assert lines[-1] == "alumni --demo publish"


def test_another_folder_is_named() -> None:
    lines = typed("spring", is_installed=True, state=Path("/tmp/my demo"))
    assert lines[-1] == "alumni --demo --demo-state '/tmp/my demo' publish"


def test_without_a_newsletter_one_is_written_first() -> None:
    lines = typed(None, is_installed=True)
    written = lines.index("alumni --demo issues new first-letter")
    sent = "alumni --demo issues test-send first-letter --to you@example.com"
    assert lines[written + 1] == sent


def catalogue(**issues: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    listed = {
        slug: {"send_at": at, "variants": variants} for slug, (at, variants) in issues.items()
    }
    return {"site": SITE, "issues": listed}


def test_the_example_is_the_newest_newsletter_that_can_be_sent_as_typed() -> None:
    email, silent = {"key": "a.json"}, {"key": ""}
    known = catalogue(
        old=("2026-01-01T08:00:00Z", {"sv": email}),
        next=("2026-12-01T08:00:00Z", {"sv": email, "en": email}),
        silent=("2026-12-02T08:00:00Z", {"sv": silent, "en": email}),
        foreign=("2026-12-03T08:00:00Z", {"en": email}),
        empty=("2026-12-04T08:00:00Z", {}),
    )
    assert an_issue(known) == "next"
    assert an_issue(catalogue()) is None
