"""Loads YAML with the line of each key, and tolerates MkDocs' own tags."""

import os
from typing import Any

import yaml

Lines = dict[tuple[str | int, ...], int]


class PlainLoader(yaml.CBaseLoader):
    """Every scalar stays the text that HR typed: no `no` → False, no 18:00 → 1080."""


class ConfigLoader(yaml.CSafeLoader):
    """mkdocs.yml: `!ENV` as MkDocs reads it; tags that only MkDocs understands become None."""


def _environment(loader: yaml.CSafeLoader, node: Any) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return os.environ.get(str(node.value))
    parts = loader.construct_sequence(node)
    *names, default = parts if len(parts) > 1 else [*parts, None]
    return next((os.environ[name] for name in names if name in os.environ), default)


def _unknown(_loader: yaml.CSafeLoader, _suffix: str, _node: yaml.Node) -> None:
    return None


ConfigLoader.add_constructor("!ENV", _environment)
ConfigLoader.add_multi_constructor("!", _unknown)
ConfigLoader.add_multi_constructor("tag:yaml.org,2002:python/", _unknown)


def load(text: str, loader_class: type[Any], depth: int = 1) -> tuple[Any, Lines]:
    """The document and the line (from 1) of each key down to `depth`; raises yaml.YAMLError."""
    loader = loader_class(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None, {}
        lines: Lines = {}
        _note(node, (), depth, lines)
        return loader.construct_document(node), lines
    finally:
        loader.dispose()


def _note(node: yaml.Node, path: tuple[str | int, ...], depth: int, lines: Lines) -> None:
    if not depth:
        return
    for key, line, value in _children(node):
        here = (*path, key)
        if here in lines:
            raise yaml.MarkedYAMLError(
                problem=f"'{key}' appears twice", problem_mark=value.start_mark
            )
        lines[here] = line
        _note(value, here, depth - 1, lines)


def _children(node: yaml.Node) -> list[tuple[str | int, int, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        return [(str(k.value), k.start_mark.line + 1, v) for k, v in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [(i, v.start_mark.line + 1, v) for i, v in enumerate(node.value)]
    return []
