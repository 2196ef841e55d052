"""No test looks at the repository's own company; nothing that is shipped names the sample's."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from microsite.content import settings

from infra.paths import ROOT
from tests.company_project import COMPANY
from tests.own_company import OwnCompanyError


def test_no_test_may_read_the_repositorys_own_settings_and_content(tmp_path: Path) -> None:
    with pytest.raises(OwnCompanyError, match="COMPANY or copy_company"):
        (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    item = next(iter((ROOT / "site" / "content").rglob("*.md")), None)
    if item:
        with pytest.raises(OwnCompanyError, match="COMPANY or copy_company"):
            shutil.copy(item, tmp_path)


def shipped() -> Iterator[Path]:
    """What an adopter keeps. The changelog may say what became of whose name."""
    folders = ("docs", "functions", "infra", "newsletter_templates", "site", ".github")
    files = (path for name in folders for path in (ROOT / name).rglob("*") if path.is_file())
    own = ROOT / "site" / "content"
    yield from (path for path in files if own not in path.parents and path.suffix != ".pyc")
    yield from (path for path in ROOT.glob("*") if path.suffix in {".md", ".toml", ".yaml"})
    yield ROOT / "Makefile"


def test_nothing_that_is_shipped_names_the_sample_company() -> None:
    sample = settings.load(COMPANY)
    known = {sample.company, str(urlsplit(sample.site_url).hostname)}
    known |= {office.address for office in sample.offices}
    known |= {contact.email for contact in sample.contacts}
    naming = {
        path.relative_to(ROOT).as_posix()
        for path in shipped()
        if any(fact in path.read_text(encoding="utf-8", errors="ignore") for fact in known)
    }
    assert naming == set()
