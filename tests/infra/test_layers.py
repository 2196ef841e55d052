"""What is shipped stands apart from what only developers run, and the cloud knows no command."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

INFRA = Path(__file__).parents[2] / "infra"
SHIPPED = sorted(path for path in INFRA.rglob("*.py") if "dev" not in path.relative_to(INFRA).parts)
LOCAL = INFRA / "alumni" / "local.py"
ABOVE_THE_CLOUD = {
    *("alumni", "dev", "costs", "external_links", "issue_forecast", "issue_preview"),
    *("issue_report", "guest_list", "html_pages", "privacy_papers"),
}


def imported(tree: ast.AST) -> Iterator[str]:
    """The modules of infra that the code imports: `cloud.aws` for `infra.cloud.aws`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.removeprefix("infra.") for name in names if name.startswith("infra."))


def folders(path: Path) -> set[str]:
    """The parts of infra that a file imports."""
    return {name.partition(".")[0] for name in imported(ast.parse(path.read_text()))}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(INFRA)))
def test_nothing_shipped_imports_what_only_developers_run(path: Path) -> None:
    assert path == LOCAL or "dev" not in folders(path)


def test_alumni_local_imports_the_local_stack_only_when_it_runs() -> None:
    outside = [node for node in ast.parse(LOCAL.read_text()).body if not _is_function(node)]
    assert "dev" in folders(LOCAL)
    assert not [name for node in outside for name in imported(node) if name.startswith("dev.")]


def _is_function(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef)


@pytest.mark.parametrize(
    "path", sorted((INFRA / "cloud").rglob("*.py")), ids=lambda path: str(path.relative_to(INFRA))
)
def test_the_cloud_imports_no_command_and_no_page(path: Path) -> None:
    assert not folders(path) & ABOVE_THE_CLOUD


@pytest.mark.parametrize("name", ["guest_list", "html_pages", "issue_preview", "issue_report"])
def test_a_page_imports_no_command(name: str) -> None:
    used = {folder for path in (INFRA / name).rglob("*.py") for folder in folders(path)}
    assert used <= {name, "cloud", "html_pages", "paths"}


@pytest.mark.parametrize("path", sorted((INFRA / "dev" / "fake_aws").glob("*.py")), ids=str)
def test_the_fake_cloud_imports_nothing_else_of_infra(path: Path) -> None:
    assert all(name.startswith("dev.fake_aws") for name in imported(ast.parse(path.read_text())))
