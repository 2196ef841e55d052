"""The documents are true, short and linked: what can be compared with the code is compared."""

from pathlib import Path

import pytest
import yaml
from microsite.content import settings
from microsite.content.front_matter import FIELDS

from infra.dev.reference import renewed

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").glob("*.md"))


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_tables_made_from_code_are_up_to_date(page: Path) -> None:
    assert text(page) == renewed(text(page)), "run `python -m infra.dev.reference`"


def test_the_pages_hold_every_table_that_is_made() -> None:
    whole = "".join(map(text, PAGES))
    assert all(f"<!--{table}-->" in whole for table in ("fields", "costs"))


@pytest.mark.parametrize("kind", FIELDS)
def test_every_example_of_a_field_can_be_read(kind: str) -> None:
    company = settings.load(ROOT)
    for key, field in FIELDS[kind].items():
        value = yaml.load(field.example, yaml.BaseLoader)
        assert field.read(value, company) is not None, key
