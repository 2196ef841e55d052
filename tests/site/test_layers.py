"""Who may import whom in the site's code: each layer only those before it, and nothing in a circle.
Imports for type hints and inside functions count, too."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

MICROSITE = Path(__file__).parents[2] / "site" / "microsite"
# Lists and letters are neighbours: neither knows the other.
LAYERS = [{"content"}, {"words"}, {"lists", "letters"}, {"output"}, {"checks"}, {"build"}]
PLACE = {name: number for number, names in enumerate(LAYERS) for name in names}
PURE = (
    *("calendar_entry", "dates", "handover", "keep", "mail", "segments", "sign_up_facts"),
    *("slugs", "texts", "translations"),
)
FROM_FUNCTIONS = tuple(f"functions.core.{name}" for name in PURE)
MODULES = sorted(path for path in MICROSITE.rglob("*.py"))


def module(path: Path) -> str:
    """Such as `content.items`; a package is its own name."""
    parts = path.relative_to(MICROSITE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


NAMES = {module(path) for path in MODULES}


@cache
def imported(path: Path) -> frozenset[str]:
    """All that a file imports, `from a import b` as `a.b`."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(modules)


def own(path: Path) -> Iterator[str]:
    """The modules of the site's code that a file imports."""
    for name in imported(path):
        top, _, rest = name.partition(".")
        if top == "microsite":
            yield rest if rest in NAMES else rest.rpartition(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=module)
def test_a_layer_imports_only_those_before_it(path: Path) -> None:
    layer = module(path).partition(".")[0]
    used = {name.partition(".")[0] for name in own(path)} - {layer}
    assert all(PLACE[name] < PLACE[layer] for name in used), used


def test_no_imports_go_in_a_circle() -> None:
    assert [*TopologicalSorter({module(path): {*own(path)} for path in MODULES}).static_order()]


@pytest.mark.parametrize("path", MODULES, ids=module)
def test_the_site_imports_only_pure_modules_of_the_functions(path: Path) -> None:
    used = {name for name in imported(path) if name.startswith("functions.")}
    assert all(name.startswith(FROM_FUNCTIONS) for name in used), used


def test_every_init_file_is_empty() -> None:
    assert not [path for path in MICROSITE.rglob("__init__.py") if path.read_text().strip()]


def test_no_two_modules_have_the_same_name() -> None:
    stems = sorted(path.stem for path in MODULES if path.stem != "__init__")
    assert stems == sorted(set(stems))
