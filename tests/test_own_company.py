"""The repository's own company, whichever it is, is sound; no other test may look at it."""

import shutil
from pathlib import Path

import pytest
from microsite.build import build

from infra.paths import ROOT
from tests.own_company import OwnCompanyError


def test_no_test_may_read_the_repositorys_own_settings_and_content(tmp_path: Path) -> None:
    with pytest.raises(OwnCompanyError, match="COMPANY or copy_company"):
        (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    item = next(iter((ROOT / "site" / "content").rglob("*.md")), None)
    if item:
        with pytest.raises(OwnCompanyError, match="COMPANY or copy_company"):
            shutil.copy(item, tmp_path)


def test_it_passes_the_check_and_can_be_built(
    own_company_may_be_read: None, tmp_path: Path
) -> None:
    assert (build(ROOT, tmp_path).site / "index.html").is_file()
