from pathlib import Path

import pytest

from tests.site import project
from tests.site.project import Project


@pytest.fixture(autouse=True)
def _no_site_url_from_outside(monkeypatch):
    monkeypatch.delenv("SITE_URL", raising=False)


@pytest.fixture
def site(tmp_path: Path) -> Project:
    return project.make(tmp_path)
