"""The house's rules: who may import whom, and what a room's furniture may know."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FUNCTIONS = ROOT / "functions"
ROOMS = sorted(
    p.name for p in FUNCTIONS.iterdir() if (p / "__init__.py").exists() and p.name != "core"
)
SHARED_FURNITURE = {"rules", "store", "member"}  # of a room, what another room may use
LAMBDA_PACKAGES = {
    "aws_lambda_powertools",
    "boto3",
    "botocore",
    "icalendar",
    "idna",
    "itsdangerous",
}
LAMBDA_PACKAGES |= {"jinja2", "markupsafe"}
TYPING_ONLY = "mypy_boto3_"
PURE_CORE = ("functions.core.errors", "functions.core.clock")


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, `from a import b` as `a.b`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def furniture(room: str, name: str) -> list[Path]:
    """A room's `name.py`, or the modules of its package `name/` where one file grew too long."""
    return [*FUNCTIONS.glob(f"{room}/{name}.py"), *modules(FUNCTIONS / room / name)]


@pytest.mark.parametrize("path", modules(FUNCTIONS), ids=lambda p: str(p.relative_to(ROOT)))
def test_functions_import_only_what_the_artifact_carries(path: Path) -> None:
    tops = {name.partition(".")[0] for name in imports(path)}
    foreign = {t for t in tops if not t.startswith(TYPING_ONLY)} - LAMBDA_PACKAGES - {"functions"}
    assert foreign - sys.stdlib_module_names == set()


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_uses_another_rooms_rules_and_store_only(room: str) -> None:
    allowed = SHARED_FURNITURE | ({"mails"} if room == "post" else set())
    for path in modules(FUNCTIONS / room):
        for name in imports(path):
            parts = name.split(".")
            if parts[0] == "functions" and parts[1] not in {room, "core"}:
                assert parts[2] in allowed, f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("path", modules(FUNCTIONS / "core"), ids=lambda p: p.name)
def test_core_knows_no_room(path: Path) -> None:
    used = {name.split(".")[1] for name in imports(path) if name.startswith("functions.")}
    assert used <= {"core"}


@pytest.mark.parametrize("room", ROOMS)
def test_rules_are_pure(room: str) -> None:
    for name in (name for path in furniture(room, "rules") for name in imports(path)):
        stdlib = name.partition(".")[0] in sys.stdlib_module_names
        decided = SHARED_FURNITURE & set(name.split(".")[2:3])
        assert stdlib or decided or name.startswith(PURE_CORE), name


@pytest.mark.parametrize("room", ROOMS)
def test_only_the_store_knows_keys_and_expressions(room: str) -> None:
    for path in modules(FUNCTIONS / room):
        if path not in furniture(room, "store"):
            text = path.read_text()
            assert "attribute_not_exists" not in text, path
            assert '"pk"' not in text or (path.name == "handler.py" and room == "post"), path


@pytest.mark.parametrize("path", modules(ROOT / "site" / "microsite"), ids=lambda p: p.name)
def test_the_sites_python_knows_nothing_of_mkdocs_and_the_cloud(path: Path) -> None:
    tops = {name.partition(".")[0] for name in imports(path)}
    assert not tops & {"boto3", "botocore", "infra"}
    assert "mkdocs" not in tops or path.name in {"hooks.py", "build.py"}


@pytest.mark.parametrize(
    "path", modules(ROOT / "functions"), ids=lambda p: str(p.relative_to(ROOT))
)
def test_the_functions_never_import_the_site_or_the_command(path: Path) -> None:
    assert not {n.partition(".")[0] for n in imports(path)} & {"microsite", "infra", "tests"}
