"""Checks that a mail uses no CSS for its layout that Outlook on Windows, which is Word, lacks."""

from collections.abc import Iterator
from typing import Any

import tinycss2  # type: ignore[import-untyped]

from microsite.checks.mail.mail_page import parse_html, style_sheets
from microsite.checks.mail.styles import parse_declarations, parse_rules

_LACKED = {
    "display": {"flex", "inline-flex", "grid", "inline-grid"},
    "position": {"relative", "absolute", "fixed", "sticky"},
    "float": {"left", "right", "inline-start", "inline-end"},
}
_UNKNOWN = ("flex", "grid", "transform")


def problems(html: str) -> Iterator[str]:
    root = parse_html(html)
    # Word doesn't read media queries, so what stands in them does no harm.
    plain = (rule for sheet in style_sheets(root) for rule in parse_rules(sheet) if rule.is_plain)
    declared = [declaration for rule in plain for declaration in rule.declarations]
    for element in root.iter():
        declared += parse_declarations(element.get("style", ""))
    for style in dict.fromkeys(map(_written, filter(_is_lacked, declared))):
        yield f"uses '{style}', which Outlook on Windows doesn't support: use a table instead"


def _is_lacked(declaration: Any) -> bool:
    name = declaration.lower_name
    words = {token.lower_value for token in declaration.value if token.type == "ident"}
    return bool(words & _LACKED.get(name, set())) or name.partition("-")[0] in _UNKNOWN


def _written(declaration: Any) -> str:
    return f"{declaration.lower_name}: {tinycss2.serialize(declaration.value).strip()}"
