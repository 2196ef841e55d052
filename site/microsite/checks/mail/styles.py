"""An email's CSS: the declarations that apply to an element, in light and dark mode. tinycss2 and
cssselect2 parse it and weigh selectors; only media queries are decided here."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import tinycss2  # type: ignore[import-untyped]
from cssselect2 import (  # type: ignore[import-untyped]
    ElementWrapper,
    Matcher,
    SelectorError,
    compile_selector_list,
)

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, Scheme] = ("light", "dark")
Tokens = Sequence[Any]
_MEDIA_TYPES = {"all": True, "screen": True, "print": False, "speech": False}


@dataclass(frozen=True, slots=True)
class Rule:
    """`schemes` are those that its media queries let it hold in; `is_plain` if it has none."""

    selectors: Sequence[Any]
    declarations: Sequence[Any]
    schemes: frozenset[Scheme]
    is_plain: bool


def parse_rules(sheet: str) -> list[Rule]:
    parsed = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
    return [*_rules(parsed, frozenset(SCHEMES), is_plain=True)]


def parse_declarations(style: str | Tokens) -> list[Any]:
    """Valid ones, in order; each has a `lower_name`, a `value` of tokens and `important`."""
    parsed = tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True)
    return [node for node in parsed if node.type == "declaration"]


def _rules(nodes: Iterable[Any], schemes: frozenset[Scheme], *, is_plain: bool) -> Iterator[Rule]:
    for node in nodes:
        if node.type == "qualified-rule":
            try:
                selectors = compile_selector_list(node.prelude)
            except SelectorError:
                continue  # CSS drops the whole rule
            yield Rule(selectors, parse_declarations(node.content), schemes, is_plain)
        elif node.type == "at-rule" and node.lower_at_keyword == "media" and node.content:
            inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            held = frozenset(scheme for scheme in schemes if media_holds(node.prelude, scheme))
            yield from _rules(inner, held, is_plain=False)


class Styles:
    """All style sheets of one mail."""

    def __init__(self, sheets: Iterable[str]) -> None:
        self._matcher = Matcher()
        self.has_night = False
        for rule in (rule for sheet in sheets for rule in parse_rules(sheet)):
            self.has_night |= len(rule.schemes) == 1
            for selector in rule.selectors:
                if selector.pseudo_element is None:
                    self._matcher.add_selector(selector, rule)

    def cascade(self, element: ElementWrapper, scheme: Scheme) -> dict[str, Tokens]:
        """Property → value, as the element's own style and the sheets leave it: first its
        attributes, then rules by weight, its own style, and what is `!important` of both."""
        matched = (payload for _, _, _, payload in self._matcher.match(element))
        rules = (rule.declarations for rule in matched if scheme in rule.schemes)
        own = parse_declarations(element.etree_element.get("style", ""))
        declared = [declaration for block in (*rules, own) for declaration in block]
        styles = _hints(element)
        for declaration in sorted(declared, key=lambda declaration: bool(declaration.important)):
            styles.pop(declaration.lower_name, None)  # so that the last one stands last
            styles[declaration.lower_name] = declaration.value
        return styles


def _hints(element: ElementWrapper) -> dict[str, Tokens]:
    colour = element.etree_element.get("bgcolor")
    return {"background": tinycss2.parse_component_value_list(colour)} if colour else {}


def media_holds(prelude: Tokens, scheme: Scheme) -> bool:
    """True if a list of media queries holds on a screen of that colour scheme. A query about
    anything else, such as the width, does not hold."""
    return any(_query_holds(query, scheme) for query in _at_commas(prelude))


def _at_commas(prelude: Tokens) -> list[list[Any]]:
    queries: list[list[Any]] = [[]]
    for part in prelude:
        if part.type == "literal" and part.value == ",":
            queries.append([])
        elif part.type not in {"whitespace", "comment"}:
            queries[-1].append(part)
    return queries


def _query_holds(query: Sequence[Any], scheme: Scheme) -> bool:
    words = [token.lower_value if token.type == "ident" else "()" for token in query]
    conditions = [
        _condition_holds(token, scheme)
        for token, word in zip(query, words, strict=True)
        if word not in {"not", "only", "and", "or"}
    ]
    if not conditions or None in conditions:
        return not words
    held = any(conditions) if "or" in words else all(conditions)
    return held != (words[0] == "not")


def _condition_holds(token: Any, scheme: Scheme) -> bool | None:
    """None if it depends on something unknown about the reader."""
    if token.type == "ident":
        return _MEDIA_TYPES.get(token.lower_value)
    if token.type != "() block":
        return None
    words = [part.lower_value for part in token.content if part.type == "ident"]
    if words[:1] != ["prefers-color-scheme"]:
        return None
    return words[1:] in ([], [scheme])
