"""One zip for all functions: our code, mail templates, compiled translations, locked packages.

Its key is the hash of its sources, so an unchanged deploy uploads and changes nothing, whichever
machine compiled them to bytecode.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from infra.cloud.deploying import bytecode, mail_layout, service_models, wheels
from infra.cloud.deploying.wheels import Target
from infra.cloud.errors import BuildError
from infra.paths import ROOT

# The clients of functions/core/aws/clients.py.
SERVICES = {"dynamodb", "kms", "s3", "ses", "sesv2", "sqs", "ssm"}
ENDPOINT_PREFIXES = (SERVICES - {"ses", "sesv2"}) | {"email"}
CODE = ("functions", "newsletter_templates")
MAX_UNPACKED_BYTES = 250 * 1024 * 1024  # Lambda quotas: deployment package, unzipped
ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold
CATALOGUE_TIME = datetime(*ZIP_TIME, tzinfo=UTC)

DATA_FILE_DEPTH = 3  # botocore/data/partitions.json
ENDPOINTS = "botocore/data/endpoints.json"
MODEL = "service-2.json.gz"

Contents = dict[str, bytes]  # path in the zip → content


@dataclass(frozen=True)
class Artifact:
    sources: Contents
    digest: str  # sha256 over paths and contents of the sources
    cache_tag: str  # of the Python that is to run it: cpython-313
    python: Path | None  # compiles them to bytecode

    @cached_property
    def contents(self) -> Contents:
        """With bytecode, which takes longest: an unchanged deploy doesn't ask for it.

        Raises:
            BuildError: a module can't be compiled, or all is too large for Lambda.
        """
        compiled = bytecode.compiled(self.sources, self.python) if self.python else {}
        contents = self.sources | compiled
        unpacked = sum(map(len, contents.values()))
        if unpacked > MAX_UNPACKED_BYTES:
            size = f"{unpacked:,} of {MAX_UNPACKED_BYTES:,} bytes"
            raise BuildError(f"the functions are too large for Lambda when unpacked: {size}")
        return contents

    @property
    def key(self) -> str:
        return self.compiled_key if self.python else f"functions/{self.digest[:32]}.zip"

    @property
    def compiled_key(self) -> str:
        """The key of the same sources with bytecode."""
        return f"functions/{self.digest[:32]}-{self.cache_tag}.zip"

    def zipped(self) -> bytes:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for path, content in self.contents.items():
                entry = zipfile.ZipInfo(path, ZIP_TIME)
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, content)
        return packed.getvalue()


def make(target: Target, root: Path = ROOT, packages: Path | None = None) -> Artifact:
    """The artifact for `target`; `packages` instead of the locked ones is for tests.

    Raises:
        BuildError: a package, translation or layout is broken.
    """
    sources = dict(sorted(_all(target, root, packages).items()))
    python = bytecode.find_python(target)
    return Artifact(sources, _digest(sources), target.cache_tag, python)


def _all(target: Target, root: Path, packages: Path | None) -> Contents:
    contents = dict(_packages(packages or wheels.installed(target), _words(root)))
    for part in CODE:
        files = dict(_own_files(root, root / part))
        if clash := contents.keys() & files.keys():
            raise BuildError(f"a package contains a file of the same name as ours: {min(clash)}")
        contents |= files
    return contents | dict(_compiled_pages(root / "functions"))


def _digest(contents: Contents) -> str:
    digest = hashlib.sha256()
    for path, content in contents.items():
        digest.update(f"{path}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()


def _own_files(root: Path, folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.rglob("*")):
        path = PurePosixPath(file.relative_to(root).as_posix())
        if not file.is_file() or "__pycache__" in path.parts or path.name.startswith("."):
            continue
        yield from _ready(path, file)


def _ready(path: PurePosixPath, file: Path) -> Iterator[tuple[str, bytes]]:
    """A file as the functions need it: catalogues of messages compiled, layouts as HTML."""
    match path.suffix:
        case ".po":
            yield str(path.with_suffix(".mo")), _compiled(file)
        case ".mjml":
            yield str(path.with_suffix(".html")), mail_layout.compile_layout(file).encode()
        case ".mo" | ".pot" | ".cfg" | ".pyc":
            return
        case _:
            yield str(path), file.read_bytes()


def _compiled_pages(functions: Path) -> Iterator[tuple[str, bytes]]:
    from functions.core.web import pages  # it needs botocore, which most commands don't

    with TemporaryDirectory() as folder:
        pages.compile_all(functions, Path(folder))
        for module in sorted(Path(folder).glob("*.py")):
            yield f"functions/{pages.COMPILED.name}/{module.name}", module.read_bytes()


def _compiled(file: Path) -> bytes:
    with file.open("rb") as source:
        catalog = read_po(source, abort_invalid=True)
    # Babel takes the time of reading for a catalogue that has none, and writes it down.
    catalog.creation_date = CATALOGUE_TIME
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    return compiled.getvalue()


def _words(root: Path) -> set[str]:
    sources = (root / "functions").rglob("*.py")
    return {word for path in sources for word in service_models.words_of(path.read_text("utf-8"))}


def _packages(folder: Path, words: set[str]) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.rglob("*")):
        path = PurePosixPath(file.relative_to(folder).as_posix())
        if file.is_file() and is_needed(path):
            yield _cut_down(path, file.read_bytes(), words)


def _cut_down(path: PurePosixPath, content: bytes, words: set[str]) -> tuple[str, bytes]:
    """botocore's data, without what no call of a function needs."""
    if path.name == MODEL:
        return str(path.with_suffix("")), service_models.trimmed(content, words)
    if str(path) == ENDPOINTS:
        return str(path), service_models.endpoints(content, ENDPOINT_PREFIXES)
    return str(path), content


def is_needed(path: PurePosixPath) -> bool:
    """True if a function may need this file of a package; licences require that they stay."""
    top = path.parts[0]
    if path.name.startswith(".") or path.suffix in {".pyc", ".pyi", ".pxd", ".c"} or top == "bin":
        return False
    if top.endswith(".dist-info"):
        return path.name == "METADATA" or "licen" in str(path).lower() or path.name == "NOTICE"
    if {"tests", "test", "__pycache__"} & set(path.parts[1:]):
        return False
    return _is_needed_of_botocore(path)


def _is_needed_of_botocore(path: PurePosixPath) -> bool:
    if path.parts[:2] != ("botocore", "data") or len(path.parts) == DATA_FILE_DEPTH:
        return True  # its code, and the files in data/ that serve all services: partitions, retries
    return path.parts[2] in SERVICES and path.name.startswith(("service-2.", "endpoint-rule-set-"))
