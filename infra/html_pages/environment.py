"""The environment of the HTML pages that commands write and the inbox shows.

`frame.html` beside it is what a page to keep extends: the company's look in one file that loads
nothing.
"""

from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
)

from functions.core.mail.colours import palette

HERE = Path(__file__).parent


def environment(*folders: Path, **packages: BaseLoader) -> Environment:
    """Finds templates in `folders`, then here, and those of `packages` by `<package>/<file>`. Texts
    are English, and marked for translation."""
    pages = Environment(
        loader=ChoiceLoader([FileSystemLoader([*folders, HERE]), PrefixLoader(packages)]),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # by the extension
    return pages


def frame(site: dict[str, Any]) -> dict[str, Any]:
    """What `frame.html` needs; `site` is the catalogue's."""
    colours = palette(site.get("colours", {}))
    return {
        "company": site["company"],
        "colours": colours,
    }
