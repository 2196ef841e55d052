"""The artifact: the same content has the same key, and holds nothing that a function can't use."""

import io
import os
import subprocess
import sys
import zipfile
from datetime import timedelta, timezone
from pathlib import Path, PurePosixPath

import pytest
from jinja2 import ModuleLoader

from infra.cloud.deploying import artifact, wheels
from infra.cloud.deploying.artifact import is_needed, make
from infra.cloud.errors import BuildError

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Hi"\nmsgstr "Hej"\n'
MJML = "<mjml><mj-body><mj-section><mj-column><mj-text>{{ name }}</mj-text></mj-column>"
MJML += "</mj-section></mj-body></mjml>"
GONE = "core/gone.html"
AARCH64, X86_64 = 183, 62


def write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def elf(machine: int) -> bytes:
    return b"\x7fELF" + bytes(14) + machine.to_bytes(2, "little") + bytes(8)


@pytest.fixture
def house(tmp_path):
    write(tmp_path / "functions/room/handler.py", "def web(): ...")
    write(tmp_path / "functions/room/__pycache__/handler.pyc", "x")
    write(tmp_path / "functions/locale/sv/LC_MESSAGES/messages.po", PO)
    write(tmp_path / "newsletter_templates/layout.mjml", MJML)
    write(tmp_path / "packages/jinja2/__init__.py", "")
    return tmp_path


def built(house):
    return make(wheels.HERE, house, house / "packages")


@pytest.fixture
def no_python(monkeypatch):
    monkeypatch.setattr(artifact.bytecode, "find_python", lambda _target: None)


def test_the_artifact_holds_code_compiled_translations_layouts_and_packages(house, no_python):
    assert list(built(house).contents) == [
        "functions/locale/sv/LC_MESSAGES/messages.mo",
        "functions/room/handler.py",
        "jinja2/__init__.py",
        "newsletter_templates/layout.html",
    ]


def test_the_pages_are_compiled_once_for_all_languages(house, no_python):
    write(house / "functions/core/pages/gone.html", "<h1>{{ _('Gone') }}</h1>")
    compiled = [path for path in built(house).contents if path.startswith("functions/compiled")]
    assert compiled == [f"functions/compiled_pages/{ModuleLoader.get_module_filename(GONE)}"]


COMPILE = """
import hashlib, pathlib, sys, tempfile
from functions.core.web import pages
with tempfile.TemporaryDirectory() as folder:
    pages.compile_all(pages.FUNCTIONS, pathlib.Path(folder))
    files = sorted(pathlib.Path(folder).iterdir())
    print(len(files), hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest())
"""


def test_the_same_pages_are_compiled_to_the_same_bytes():
    def compile_with(seed: str) -> str:
        environment = os.environ | {"PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", COMPILE]
        return subprocess.run(command, env=environment, capture_output=True, check=True).stdout

    assert compile_with("1") == compile_with("2")


def test_a_layout_keeps_the_braces_that_jinja_fills_in(house):
    assert b"{{ name }}" in built(house).contents["newsletter_templates/layout.html"]


def test_a_broken_layout_is_refused(house):
    write(house / "newsletter_templates/layout.mjml", "<mjml><mj-body>")
    with pytest.raises(BuildError, match=r"layout\.mjml"):
        built(house)


def test_each_module_has_bytecode_of_the_python_that_runs_it(house):
    tag = sys.implementation.cache_tag
    assert {path for path in built(house).contents if path.endswith(".pyc")} == {
        f"functions/room/__pycache__/handler.{tag}.pyc",
        f"jinja2/__pycache__/__init__.{tag}.pyc",
    }


def unpacked(house, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(built(house).zipped())) as archive:
        archive.extractall(folder)
    return folder


def test_a_function_never_reads_a_source(house, tmp_path):
    folder = unpacked(house, tmp_path / "task")
    write(folder / "functions/room/handler.py", "this is no Python")
    command = [sys.executable, "-c", "from functions.room.handler import web; print(web())"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("None\n", "")


def test_a_traceback_names_files_as_they_lie_in_lambda(house):
    bytecode = [c for path, c in built(house).contents.items() if path.endswith(".pyc")]
    assert b"/var/task/functions/room/handler.py" in b"".join(bytecode)


def test_code_that_does_not_compile_is_no_artifact(house):
    write(house / "functions/room/handler.py", "def web(: ...")
    with pytest.raises(BuildError, match=r"can't be compiled.*handler\.py"):
        built(house).zipped()


def test_without_the_functions_python_the_key_says_so_and_names_the_compiled_twin(
    house, monkeypatch
):
    compiled = built(house)
    monkeypatch.setattr(artifact.bytecode, "find_python", lambda _target: None)
    bare = built(house)
    assert bare.contents == bare.sources != compiled.contents
    assert bare.key != compiled.key == bare.compiled_key == compiled.compiled_key


def test_the_same_content_has_the_same_key_and_bytes_at_any_time(house):
    before = built(house)
    (house / "functions/room/handler.py").touch()
    assert built(house).key == before.key
    assert built(house).zipped() == before.zipped()


def test_a_catalogue_of_messages_without_a_date_has_the_same_key_a_minute_later(
    house, no_python, monkeypatch
):
    before = built(house).key
    monkeypatch.setattr("babel.messages.catalog.LOCALTZ", timezone(timedelta(minutes=1)))
    assert built(house).key == before


def test_another_content_or_name_has_another_key(house):
    before = built(house).key
    write(house / "functions/room/handler.py", "def web(): pass")
    changed = built(house).key
    (house / "functions/room/handler.py").rename(house / "functions/room/door.py")
    assert len({before, changed, built(house).key}) == 3


def test_lambda_may_read_every_file(house):
    with zipfile.ZipFile(io.BytesIO(built(house).zipped())) as archive:
        modes = {entry.external_attr >> 16 for entry in archive.infolist()}
    assert modes == {0o644}


def test_a_package_with_a_file_named_like_ours_is_refused(house):
    write(house / "packages/functions/room/handler.py", "")
    with pytest.raises(BuildError, match="a file of the same name as ours"):
        built(house)


def test_an_artifact_too_large_for_lambda_is_refused(house, monkeypatch):
    monkeypatch.setattr(artifact, "MAX_UNPACKED_BYTES", 10)
    with pytest.raises(BuildError, match="too large for Lambda"):
        built(house).zipped()


@pytest.mark.parametrize(
    "path",
    [
        "botocore/data/partitions.json",
        "botocore/data/sesv2/2019-09-27/service-2.json.gz",
        "botocore/data/dynamodb/2012-08-10/endpoint-rule-set-1.json.gz",
        "botocore/client.py",
        "jinja2-3.1.6.dist-info/METADATA",
        "jinja2-3.1.6.dist-info/licenses/LICENSE.txt",
        "tzdata/zoneinfo/Europe/Stockholm",
        "jinja2/tests.py",
    ],
)
def test_files_that_a_function_or_a_licence_needs_are_kept(path):
    assert is_needed(PurePosixPath(path))


@pytest.mark.parametrize(
    "path",
    [
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "botocore/data/s3/2006-03-01/examples-1.json",
        "botocore/data/dynamodb/2012-08-10/waiters-2.json",
        "jinja2-3.1.6.dist-info/RECORD",
        "icalendar/tests/test_x.py",
        "jinja2/__pycache__/x.pyc",
        "bin/jp.py",
        ".lock",
    ],
)
def test_files_that_no_function_needs_are_left_out(path):
    assert not is_needed(PurePosixPath(path))


def test_every_service_that_a_function_uses_is_kept(root):
    sources = (root / "functions").rglob("*.py")
    text = "\n".join(path.read_text() for path in sources)
    named = {service for service in artifact.SERVICES if f'client("{service}"' in text}
    assert text.count('client("') == sum(text.count(f'client("{name}"') for name in named)


def test_a_library_for_another_machine_is_refused(tmp_path, monkeypatch):
    write(tmp_path / "lock.txt", "")
    monkeypatch.setattr(wheels, "_install", lambda _t, _l, to: write(to / "a.so", elf(X86_64)))
    with pytest.raises(BuildError, match=r"a\.so is for machine 62"):
        wheels.installed(wheels.CLOUD, tmp_path / "lock.txt", tmp_path / "kept")


def test_packages_are_installed_once_per_lock(tmp_path, monkeypatch):
    installs = []

    def install(_target, _lock, to):
        installs.append(to)
        write(to / "a.so", elf(AARCH64))

    monkeypatch.setattr(wheels, "_install", install)
    for lock in ("one", "one", "two"):
        write(tmp_path / "lock.txt", lock)
        assert (wheels.installed(wheels.CLOUD, tmp_path / "lock.txt", tmp_path) / "a.so").exists()
    assert len(installs) == 2


def test_a_file_that_is_no_elf_library_is_refused(tmp_path):
    write(tmp_path / "a.so", "text")
    with pytest.raises(BuildError, match="not an ELF library"):
        wheels.elf_machine(tmp_path / "a.so")


def test_packages_that_cannot_be_installed_are_reported(tmp_path):
    write(tmp_path / "lock.txt", "nothing==1.0 --hash=sha256:nonsense\n")
    with pytest.raises(BuildError, match="can't be installed"):
        wheels.installed(wheels.HERE, tmp_path / "lock.txt", tmp_path / "kept")
    assert not list((tmp_path / "kept").iterdir())
