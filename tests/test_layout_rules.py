"""The rules of the code: which package may import what, and what each of its modules may know."""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.paths import ROOT

FUNCTIONS = ROOT / "functions"
SITE = ROOT / "site" / "microsite"
PACKAGES = sorted(
    p.name for p in FUNCTIONS.iterdir() if (p / "__init__.py").exists() and p.name != "core"
)
# The modules that every package has, if it needs them: only these names may repeat.
COMMON = {"handler", "rules", "store", "form", "mails", "responses"}
SHARED = {"rules", "store"}  # what another package may use; of `people`, its values as well
VALUES = {
    "people": {"folding", "member", "moves", "segment_rules", "silence"},
    "events": {
        "asking",
        "event_time",
        "guest_file",
        "guest_list",
        "letting_in",
        "online",
        "opinions",
        "questions",
        "waiting_list",
    },
    "figures": {"plots"},
    "newsletter": {"words"},
    "privacy": {"data_map", "record_words", "records", "uses"}
    | {f"{of}_records" for of in ("desk", "event", "mail", "member", "upkeep")},
}
DEEDS = {
    "account": {"contents", "download", "sign_in_pages", "signing_in", "visitors"},
    "imports": {"bringing_in", "import_form", "listed_people", "requesting"},
    "membership": {"correcting", "erasing", "moving"},
}  # what people and the team do alike
# A person's details, in whichever form, and what is known of them in words.
FORMS = {"people": {"form"}, "invitations": {"invited_words"}}
LINKS = {  # signed, so not pure
    "door": {"ticket_signing"},
    "events": {"form", "message_words", "rsvp_links"},
    "invitations": {"invitation_links"},
    "membership": {"member_links"},
}
POST_SENDS = {"invitation_mails", "mails"}  # post renders and sends the emails of all
# Below a package's rules/ and store/ two modules may share the name of their subject.
SAME_SUBJECT = {"rules", "store"}
LAMBDA_PACKAGES = {
    "aws_lambda_powertools",
    "botocore",
    "cryptography",
    "icalendar",
    "idna",
    "itsdangerous",
    "jinja2",
    "markupsafe",
    "openpyxl",
    "segno",
    "webauthn",
    "xlsxwriter",
}
TYPING_ONLY = "mypy_boto3_"
# No AWS, no settings, no state: what rules may use.
PURE_CORE = {
    "canonical",
    "clock",
    "dates",
    "errors",
    "excel_sheets",
    "figures",
    "handover",
    "keep",
    "lifetimes",
    "mail_kinds",
    "segments",
    "sign_up_facts",
    "slugs",
    "texts",
    "translations",
}
PURE_PACKAGES = {"xlsxwriter"}  # it turns values into bytes
# And the site: of the functions it knows nothing else.
SITE_MAY_USE = {
    *("calendar_entry", "dates", "handover", "keep", "mail", "segments", "sign_up_facts"),
    *("slugs", "texts", "translations"),
}
# Names that hide what they hold. Better: the answer, the problems, the request.
VAGUE_NAMES = {"told", "said", "found", "made", "each", "asked"}


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, `from a import b` as `a.b`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def files_of(package: str, name: str) -> list[Path]:
    """A package's `name.py`, or the modules of its folder `name/`, if it is a large subject."""
    return [*FUNCTIONS.glob(f"{package}/{name}.py"), *modules(FUNCTIONS / package / name)]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


every_function_module = pytest.mark.parametrize("path", modules(FUNCTIONS), ids=relative)
every_package = pytest.mark.parametrize("package", PACKAGES)


# ---- What may import what


@every_function_module
def test_functions_import_only_what_the_artifact_carries(path: Path) -> None:
    tops = {name.partition(".")[0] for name in imports(path)}
    foreign = {t for t in tops if not t.startswith(TYPING_ONLY)} - LAMBDA_PACKAGES - {"functions"}
    assert foreign - sys.stdlib_module_names == set()


@every_package
def test_a_package_uses_another_ones_rules_store_and_values_only(package: str) -> None:
    for path in modules(FUNCTIONS / package):
        for name in imports(path):
            top, owner, *rest = [*name.split("."), "", ""]
            if top != "functions" or owner in {package, "core"}:
                continue
            allowed = SHARED.union(
                *(modules.get(owner, set()) for modules in (VALUES, DEEDS, FORMS, LINKS))
            )
            allowed |= POST_SENDS if package == "post" else set()
            assert rest[0] in allowed, f"{relative(path)} imports {name}"


@pytest.mark.parametrize("path", modules(FUNCTIONS / "core"), ids=relative)
def test_core_imports_no_package(path: Path) -> None:
    used = {name.split(".")[1] for name in imports(path) if name.startswith("functions.")}
    assert used <= {"core"}


@pytest.mark.parametrize("path", modules(SITE), ids=relative)
def test_the_site_imports_neither_mkdocs_nor_the_cloud(path: Path) -> None:
    tops = {name.partition(".")[0] for name in imports(path)}
    assert not tops & {"boto3", "botocore", "infra"}
    assert "mkdocs" not in tops or path.name in {"hooks.py", "build.py"}


@pytest.mark.parametrize("path", modules(SITE), ids=relative)
def test_the_site_uses_only_the_pure_core_of_the_functions(path: Path) -> None:
    for name in imports(path):
        if name.startswith("functions."):
            _, owner, module, *_ = [*name.split("."), ""]
            assert owner == "core", f"{relative(path)} imports {name}"
            assert module in SITE_MAY_USE, f"{relative(path)} imports {name}"


@every_function_module
def test_the_functions_never_import_the_site_or_the_command(path: Path) -> None:
    assert not {n.partition(".")[0] for n in imports(path)} & {"microsite", "infra", "tests"}


# ---- What each module may know


def is_pure(name: str) -> bool:
    """Whether rules may import it: the standard library, what only turns values into bytes, pure
    core, other rules and values."""
    top, owner, module, *_ = [*name.split("."), "", ""]
    if top != "functions":
        return top in sys.stdlib_module_names | PURE_PACKAGES
    if owner == "core":
        return module in PURE_CORE
    return module == "rules" or module in VALUES.get(owner, set())


@every_package
def test_rules_and_values_are_pure(package: str) -> None:
    values = VALUES.get(package, set())
    for path in (path for name in {"rules"} | values for path in files_of(package, name)):
        impure = [name for name in imports(path) if not is_pure(name)]
        assert not impure, f"{relative(path)} imports {impure}"


@pytest.mark.parametrize("module", sorted(PURE_CORE))
def test_the_pure_core_is_pure(module: str) -> None:
    impure = [name for name in imports(FUNCTIONS / "core" / f"{module}.py") if not is_pure(name)]
    assert not impure


@every_package
def test_only_the_store_knows_keys_and_expressions(package: str) -> None:
    for path in set(modules(FUNCTIONS / package)) - set(files_of(package, "store")):
        text = path.read_text()
        assert "attribute_not_exists" not in text, path
        assert "table.update(" not in text, path
        assert "table.query(" not in text, path
        assert '"pk"' not in text or (path.name == "handler.py" and package == "post"), path


# ---- Where things stand


@pytest.mark.parametrize("top", ["functions", "site/microsite", "infra"])
def test_no_logic_is_in_an_init_module(top: str) -> None:
    for path in (ROOT / top).rglob("__init__.py"):
        body = ast.parse(path.read_text()).body
        logic = [n for n in body if not isinstance(n, ast.Expr | ast.Import | ast.ImportFrom)]
        assert not logic, relative(path)


def test_no_two_modules_of_the_functions_have_one_name() -> None:
    """But for those that every package has, and one subject's rules and store."""
    named = defaultdict(list)
    for path in modules(FUNCTIONS):
        if path.stem not in COMMON | {"__init__"}:
            named[path.stem].append(path)
    for paths in named.values():
        subject = {path.parent.name for path in paths} <= SAME_SUBJECT
        owners = {path.relative_to(FUNCTIONS).parts[0] for path in paths}
        assert len(paths) == 1 or (subject and len(owners) == 1), [relative(p) for p in paths]


def test_a_time_span_is_defined_only_in_the_clock() -> None:
    """MINUTE, HOUR and DAY stand once."""
    for path in modules(FUNCTIONS):
        if path != FUNCTIONS / "core" / "clock.py":
            assigned = {
                target.id
                for node in ast.walk(ast.parse(path.read_text()))
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            assert not assigned & {"MINUTE", "HOUR", "DAY"}, relative(path)


# ---- What things are called


def new_names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of every variable, argument, attribute, function and class that is defined."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield node.lineno, name
            case ast.ClassDef(name=name) | ast.ExceptHandler(name=str(name)):
                yield node.lineno, name
            case ast.arg(arg=name) | ast.alias(asname=str(name)) | ast.MatchAs(name=str(name)):
                yield node.lineno, name


def vague_names(source: str) -> list[tuple[int, str]]:
    names = new_names(ast.parse(source))
    return [(line, name) for line, name in names if name.lower().strip("_") in VAGUE_NAMES]


@pytest.mark.parametrize("top", ["functions", "infra", "site", "tests"])
def test_a_name_says_what_it_holds(top: str) -> None:
    vague = [
        f"{relative(path)}:{line}: `{name}` could be anything: name it for what it holds"
        for path in modules(ROOT / top)
        for line, name in vague_names(path.read_text())
    ]
    assert vague == []


@pytest.mark.parametrize(
    ("source", "is_vague"),
    [
        ("told = 1", True),
        ("[each for each in x]", True),
        ("self._made = {}", True),
        ("def said(): pass", True),
        ("lambda asked: 1", True),
        ("while found := read(): pass", True),
        ("from a import b as made", True),
        ("answer = library.found", False),
        ("made_at = 1", False),
    ],
)
def test_a_vague_name_is_refused_wherever_it_is_defined(source: str, *, is_vague: bool) -> None:
    assert bool(vague_names(source)) is is_vague
