"""The tests' own company, in tests/company: an adopter replaces mkdocs.yml and site/content, so no
test may depend on what stands there."""

import shutil
from pathlib import Path

from infra.paths import ROOT

COMPANY = ROOT / "tests" / "company"
# Belongs to the product, whatever the company.
PRODUCT = (
    "site/hooks.py",
    "site/microsite",
    "site/pages",
    "site/theme",
    "newsletter_templates",
    "functions",
    "infra",
    "template.yaml",
)


def copy_company(folder: Path) -> Path:
    """Make `folder` a whole project: the product, with the tests' company."""
    shutil.copytree(COMPANY, folder, dirs_exist_ok=True)
    for name in PRODUCT:
        copy_of_product(name, folder)
    return folder


def copy_of_product(name: str, folder: Path) -> None:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if (ROOT / name).is_dir():
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, target, ignore=ignored, dirs_exist_ok=True)
    else:
        shutil.copy2(ROOT / name, target)
