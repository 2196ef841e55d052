"""Loads YAML with the line of each key."""

import os
import re
from typing import Any

import yaml

# Behind a value, on its line. "# a note", with a space, is a comment; "#1" and "#Klimat" are words.
_COMMENT = re.compile(r"[ \t]+#(?=\S)")
_MARK = re.compile(r"[!&]\S*")  # before a value
_TAB = re.compile(r" *\t")
_GLUED = re.compile(r"[ -]*([A-Za-z_]+:)[^\s/]")
_ENVIRONMENT = "!ENV"
Lines = dict[tuple[str | int, ...], int]


class PlainLoader(yaml.CBaseLoader):
    """Every scalar stays the text that HR typed: no `no` → False, no 18:00 → 1080."""


class ConfigLoader(yaml.CSafeLoader):
    """mkdocs.yml: `!ENV` as MkDocs reads it, and no other tag. YAML's other words for true and
    false are text, so Norway and its language may be written as NO and no."""


_TYPED = {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"}
ConfigLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _TYPED]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
ConfigLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"(?:true|false|True|False|TRUE|FALSE)$"), list("tTfF")
)


def _environment(loader: yaml.CSafeLoader, node: Any) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return os.environ.get(str(node.value))
    parts = loader.construct_sequence(node)
    *names, default = parts if len(parts) > 1 else [*parts, None]
    return next((os.environ[name] for name in names if name in os.environ), default)


ConfigLoader.add_constructor(_ENVIRONMENT, _environment)


def load(text: str, loader_class: type[Any], depth: int = 1) -> tuple[Any, Lines]:
    """The document and the line (from 1) of each key down to `depth`; raises yaml.YAMLError."""
    loader = loader_class(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None, {}
        _refuse_twice(node, set())
        tags = () if issubclass(loader_class, PlainLoader) else (_ENVIRONMENT,)
        _refuse_lost_words(node, text, tags, set())
        lines: Lines = {}
        _note(node, (), depth, lines)
        return loader.construct_document(node), lines
    finally:
        loader.dispose()


def remedy(text: str, line: int) -> tuple[int, str]:
    """What to do about invalid YAML that was noticed on a line, from 0, and the line of the slip,
    which may be the one before."""
    lines = text.split("\n")
    for number in range(line, max(line - 2, -1), -1):
        here = lines[number] if number < len(lines) else ""
        if _TAB.match(here):
            return number, "indent by spaces, not by a tab"
        if glued := _GLUED.match(here):
            return number, f"write a space behind {glued[1]}"
    return line, (
        "write each line as key: value, and put a value that contains a colon, or begins with a "
        "sign, in quotes"
    )


def _refuse_twice(node: yaml.Node, seen: set[int]) -> None:
    """YAML takes the last of two equal keys, at any depth. An alias is visited once."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in keys:
                raise yaml.MarkedYAMLError(
                    problem=f"'{key.value}' appears twice", problem_mark=key.start_mark
                )
            keys.add(str(key.value))
    for _, _, value in _children(node):
        _refuse_twice(value, seen)


def _refuse_lost_words(node: yaml.Node, text: str, tags: tuple[str, ...], seen: set[int]) -> None:
    """To YAML, `#` begins a comment, and `!word` and `&word` are no part of the value. Who writes
    a title means them as text. `tags` are the exceptions; with any, an anchor may be used, too."""
    if id(node) in seen:
        return
    seen.add(id(node))
    begins, ends = node.start_mark, node.end_mark
    mark = _MARK.match(text, begins.index)
    lost = mark[0][0] if mark and not _is_meant(mark[0], text, tags) else ""
    if not lost:
        plain = isinstance(node, yaml.ScalarNode) and not node.style
        lost = "#" if plain and _COMMENT.match(text, ends.index) else ""
    if lost:
        problem = f"what follows {lost} would be lost: put the whole value in quotes"
        raise yaml.MarkedYAMLError(problem=problem, problem_mark=begins)
    for _, _, value in _children(node):
        _refuse_lost_words(value, text, tags, seen)


def _is_meant(mark: str, text: str, tags: tuple[str, ...]) -> bool:
    is_used_anchor = bool(tags) and mark[0] == "&" and f"*{mark[1:]}" in text
    return is_used_anchor or mark.startswith(tags)


def _note(node: yaml.Node, path: tuple[str | int, ...], depth: int, lines: Lines) -> None:
    if not depth:
        return
    for key, line, value in _children(node):
        here = (*path, key)
        lines[here] = line
        _note(value, here, depth - 1, lines)


def _children(node: yaml.Node) -> list[tuple[str | int, int, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        return [(str(k.value), k.start_mark.line + 1, v) for k, v in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [(i, v.start_mark.line + 1, v) for i, v in enumerate(node.value)]
    return []
