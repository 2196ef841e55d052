"""Bytecode for the artifact: a function's folder is read-only, so Python can't keep its own there.

Without it every cold start compiles all that it imports, and takes three times as long.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from infra.cloud.deploying.wheels import Target
from infra.cloud.errors import BuildError

DEPLOYED_AT = "/var/task"  # where Lambda unpacks the artifact; tracebacks name files by it
PROBE = "import sys; print(sys.implementation.cache_tag, sys.version_info.releaselevel)"


def find_python(target: Target) -> Path | None:
    """A final release of the Python that runs the functions on `target`, if this machine has one.

    Bytecode of a pre-release may have another format, which Python would silently ignore.
    """
    return next((path for path in _candidates(target.python) if _is_final(path, target)), None)


def _candidates(version: str) -> Iterator[Path]:
    yield Path(sys.executable)
    yield from (Path(folder) / f"python{version}" for folder in os.get_exec_path())
    # pyenv's shims on the PATH work for its active versions only.
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python"))
    yield from _managed_by_uv(version)


def _managed_by_uv(version: str) -> Iterator[Path]:
    done = subprocess.run(  # noqa: S603 - our own uv
        [sys.executable, "-m", "uv", "python", "find", "--managed-python", "--offline", version],
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.returncode:
        yield Path(done.stdout.strip())


def _is_final(python: Path, target: Target) -> bool:
    if not python.is_file():
        return False
    probe = subprocess.run(  # noqa: S603 - an interpreter that the user has installed
        [str(python), "-I", "-c", PROBE], capture_output=True, text=True, check=False
    )
    return probe.stdout.split() == [target.cache_tag, "final"]


def compiled(sources: dict[str, bytes], python: Path) -> dict[str, bytes]:
    """Path → bytecode of every module in `sources` (path → content).

    Raises:
        BuildError: a module can't be compiled.
    """
    with tempfile.TemporaryDirectory(prefix="alumni-bytecode-") as scratch:
        folder = Path(scratch)
        for path, content in sources.items():
            if path.endswith(".py"):
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(content)
        _compile(folder, python)
        files = sorted(folder.rglob("*.pyc"))
        return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def _compile(folder: Path, python: Path) -> None:
    # unchecked-hash: importing a module doesn't even look at its source.
    command = [
        *(str(python), "-P", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"),
        *("-s", str(folder), "-p", DEPLOYED_AT, str(folder)),
    ]
    # The order of sets of strings gets into the bytecode.
    environment = os.environ | {"PYTHONHASHSEED": "0"}
    environment.pop("PYTHONPYCACHEPREFIX", None)
    done = subprocess.run(  # noqa: S603
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = (done.stdout + done.stderr).strip()
        raise BuildError(f"the functions' code can't be compiled by {python}: {reason}")
