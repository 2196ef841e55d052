"""Equips Jinja's environment for our templates: filters, `_`, and the forms of the functions'
packages."""

from functools import partial
from pathlib import Path
from types import SimpleNamespace

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    FunctionLoader,
    PrefixLoader,
)

from functions.core import dates, texts
from microsite import words
from microsite.output import menu
from microsite.output.site import Site


def equip(environment: Environment, site: Site, lang: str) -> Environment:
    """Adds `company`, `catalogue`, `_` and a form's variables to every template, in `lang`; a form
    is included as `<package>/<name>.html`."""
    edition = site.edition
    packages = package_loaders(edition.root)
    own = environment.loader
    # PrefixLoader alone would drop the prefix, which decides about escaping
    prefixed = FunctionLoader(partial(PrefixLoader(packages).get_source, environment))
    loaders = [*([own] if own else []), prefixed]
    environment.loader = ChoiceLoader(loaders)
    environment.autoescape = partial(_escapes, frozenset(packages), own_templates(edition.root))
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        words.translations(lang), newstyle=True
    )
    environment.filters["text"] = lambda text: text.in_language(lang)
    environment.filters["date"] = partial(dates.date, words=words.translations(lang))
    for name in (words.short_month, words.language_name):
        environment.filters[name.__name__] = partial(name, lang=lang)
    environment.globals.update(
        company=edition.settings,
        catalogue=site.catalogue,
        stylesheet=site.stylesheet.name,
        menu=menu.menu(edition, site.targets, lang),
        site=texts.translated(site.catalogue["site"], lang),
        form=SimpleNamespace(values={}, errors={}),  # a form on the site is empty
        item=None,  # on pages that show none
        listing=None,
    )
    return environment


def package_loaders(root: Path) -> dict[str, BaseLoader]:
    folders = sorted((root / "functions").glob("*/pages"))
    return {pages.parent.name: FileSystemLoader(pages) for pages in folders}


def own_templates(root: Path) -> frozenset[str]:
    """The names of our own templates, as Jinja knows them."""
    theme = root / "site" / "theme"
    return frozenset(path.relative_to(theme).as_posix() for path in theme.rglob("*.html"))


def _escapes(packages: frozenset[str], own: frozenset[str], name: str | None) -> bool:
    """Our own templates rely on escaping; Material's don't."""
    return name is not None and (name in own or name.split("/")[0] in packages)
