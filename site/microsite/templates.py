"""What our templates find in Jinja's environment beside Material's own: filters, `_`, and the
forms of the functions' rooms."""

from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    FunctionLoader,
    PrefixLoader,
)

from microsite import words

if TYPE_CHECKING:
    from microsite.edition import Edition


def equip(environment: Environment, edition: "Edition") -> Environment:
    """`company`, `catalogue`, `_` and what a form needs are everywhere; a form is included as
    `<room>/<name>.html`."""
    lang = edition.settings.language
    rooms = room_loaders(edition.root)
    own = environment.loader
    # PrefixLoader alone would forget the prefix, by which the escaping is decided
    prefixed = FunctionLoader(partial(PrefixLoader(rooms).get_source, environment))
    loaders = [*([own] if own else []), prefixed]
    environment.loader = ChoiceLoader(loaders)
    environment.autoescape = partial(_escapes, frozenset(rooms))
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        words.translations(lang), newstyle=True
    )
    for name in ("local_date", "local_time", "weekday", "month", "date_range"):
        environment.filters[name] = partial(getattr(words, name), lang=lang)
    environment.globals.update(
        company=edition.settings,
        catalogue=edition.catalogue,
        site=edition.catalogue["site"],
        form=SimpleNamespace(values={}, errors={}),  # a form on the site is empty
    )
    return environment


def room_loaders(root: Path) -> dict[str, BaseLoader]:
    found = sorted((root / "functions").glob("*/pages"))
    return {pages.parent.name: FileSystemLoader(pages) for pages in found}


def _escapes(rooms: frozenset[str], name: str | None) -> bool:
    """The rooms' forms are written for an escaping environment; Material's templates are not."""
    return bool(name) and str(name).split("/")[0] in rooms
