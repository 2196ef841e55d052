"""The Python that compiles for Lambda: a final release of its version, wherever it is installed."""

import sys
from pathlib import Path

import pytest

from infra.cloud.deploying import bytecode, wheels

TARGET = wheels.this_machine("3.77")


def install(path: Path, answer: str, status: int = 0) -> Path:
    """A program that answers as an interpreter would."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{answer}'\nexit {status}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(tmp_path, monkeypatch) -> Path:
    """A machine with nothing but pyenv, whose shims refuse, and an empty PATH."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setattr(bytecode, "_managed_by_uv", lambda _version: iter(()))
    return tmp_path


def test_the_python_that_runs_this_compiles_for_this_machine():
    assert bytecode.find_python(wheels.HERE) == Path(sys.executable)


def test_a_python_on_the_path_compiles(machine):
    python = install(machine / "bin/python3.77", "cpython-377 final")
    assert bytecode.find_python(TARGET) == python


def test_pyenv_s_version_compiles_where_its_shim_refuses(machine):
    install(machine / "bin/python3.77", "pyenv: python3.77: command not found", 127)
    python = install(machine / "pyenv/versions/3.77.1/bin/python", "cpython-377 final")
    assert bytecode.find_python(TARGET) == python


def test_uv_s_own_python_compiles(machine, monkeypatch):
    python = install(machine / "uv/python3.77", "cpython-377 final")
    monkeypatch.setattr(bytecode, "_managed_by_uv", lambda _version: iter([python]))
    assert bytecode.find_python(TARGET) == python


@pytest.mark.parametrize("answer", ["cpython-377 beta", "pypy-377 final", "cpython-378 final", ""])
def test_bytecode_that_lambda_would_ignore_is_not_made(machine, answer):
    install(machine / "bin/python3.77", answer)
    assert bytecode.find_python(TARGET) is None


def test_a_version_that_uv_has_not_installed_is_not_downloaded():
    assert list(bytecode._managed_by_uv("3.77")) == []
