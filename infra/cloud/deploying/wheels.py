"""The functions' packages: locked wheels for one platform, cached by the lock's hash."""

import hashlib
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from infra.cloud.errors import BuildError
from infra.paths import BUILD, ROOT

LOCK = ROOT / "infra" / "requirements" / "functions.txt"
CACHE = BUILD / "wheels"
EM_AARCH64 = 183  # e_machine of an ELF header (ELF for the Arm 64-bit Architecture, 5.2)
ELF_MACHINE_AT = slice(18, 20)


@dataclass(frozen=True)
class Target:
    """A platform to install for; `machine` is the e_machine every .so must have, if it matters."""

    name: str
    python: str  # the version that runs the functions there: 3.13
    arguments: tuple[str, ...] = ()
    machine: int | None = None

    @property
    def cache_tag(self) -> str:
        """In the names of bytecode files (PEP 3147)."""
        return f"cpython-{self.python.replace('.', '')}"


CLOUD = Target(
    "lambda-arm64-python3.13",
    "3.13",
    ("--python-platform", "aarch64-manylinux_2_28"),  # Amazon Linux 2023 has glibc 2.34
    EM_AARCH64,
)


def this_machine(python: str) -> Target:
    return Target(f"python{python}-{sys.platform}-{platform.machine()}", python)


# The local cloud runs functions with the Python that runs this.
HERE = this_machine("{}.{}".format(*sys.version_info))


def installed(target: Target, lock: Path = LOCK, cache: Path = CACHE) -> Path:
    """The folder with the locked packages for `target`; installs them if it does not exist.

    Raises:
        BuildError: a wheel is missing, has a wrong hash, or is for another platform.
    """
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    folder = cache / f"{target.name}-{digest}"
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="installing-") as scratch:
            fresh = Path(scratch) / "packages"
            _install(target, lock, fresh)
            _require_machine(target, fresh)
            _move(fresh, folder)
    return folder


def _move(fresh: Path, folder: Path) -> None:
    try:
        fresh.rename(folder)
    except OSError:
        # Another process has just installed the same packages.
        if not folder.exists():
            raise


def _install(target: Target, lock: Path, folder: Path) -> None:
    command = [
        *(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable),
        *("--target", str(folder), "--require-hashes", "--no-deps", "--only-binary", ":all:"),
        *("--link-mode", "copy", "--python-version", target.python),
        *(*target.arguments, "-r", str(lock)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise BuildError(f"the functions' packages can't be installed: {done.stderr.strip()}")


def _require_machine(target: Target, folder: Path) -> None:
    for library in sorted(folder.rglob("*.so*")):
        machine = elf_machine(library)
        if target.machine is not None and machine != target.machine:
            raise BuildError(f"{library.name} is for machine {machine}, not for {target.name}")


def elf_machine(library: Path) -> int:
    """The e_machine of an ELF file (little-endian, as all our machines are).

    Raises:
        BuildError: it is not an ELF file.
    """
    with library.open("rb") as file:
        head = file.read(20)
    if head[:4] != b"\x7fELF":
        raise BuildError(f"{library.name} is not an ELF library")
    return int.from_bytes(head[ELF_MACHINE_AT], "little")
