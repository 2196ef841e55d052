"""An adopter replaces mkdocs.yml and site/content: no test may depend on what stands there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from infra.paths import ROOT

_SETTINGS, _CONTENT = str(ROOT / "mkdocs.yml"), str(ROOT / "site" / "content") + os.sep
_REFUSED = (
    "{} is the adopter's, who replaces it: read the tests' own company, "
    "COMPANY or copy_company in tests/company_project.py"
)
_allowed: list[bool] = [False]


class OwnCompanyError(AssertionError):
    pass


def refuse_to_open(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: raises where this process opens a file of the repository's own company."""
    if event != "open" or _allowed[-1] or not isinstance(arguments[0], str):
        return
    if arguments[0].endswith("mkdocs.yml") or "content" in arguments[0]:
        path = os.path.abspath(arguments[0])  # noqa: PTH100  # a Path for each file is slow
        if path == _SETTINGS or path.startswith(_CONTENT):
            raise OwnCompanyError(_REFUSED.format(arguments[0]))


@contextmanager
def may_be_read() -> Iterator[None]:
    _allowed.append(True)
    yield
    _allowed.pop()
