"""Pages that a function answers: a package's Jinja2 template inside the site's own shell, which the
site's build publishes in each of its languages."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from functions.core import clock
from functions.core.aws.clients import client
from functions.core.settings import settings
from functions.core.site import site
from functions.core.texts import translated
from functions.core.translations import translations

WITH_PAGES = ("core", "membership", "events")
FRESH_SECONDS = 60

_shells: dict[str, tuple[int, str]] = {}


def loader() -> PrefixLoader:
    """Templates by `<package>/<file>`, as the site's build includes them too."""
    functions = Path(__file__).parents[2]
    return PrefixLoader({name: FileSystemLoader(functions / name / "pages") for name in WITH_PAGES})


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=loader(), autoescape=True, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"]
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        translations(language), newstyle=True
    )
    return environment


def render(template: str, title: str, language: str = "", **context: Any) -> str:
    """The whole page; `title` is a msgid, translated like the template.

    `language` is the reader's, where it is known; a page in one that the site doesn't list (any
    more) is in the site's first.
    """
    known = site()
    if language not in known["languages"]:
        language = known["languages"][0]
    environment = _environment(language)
    content = environment.get_template(template).render(site=translated(known, language), **context)
    heading = environment.from_string("{{ _(title) }}").render(title=title)
    return _shell(language).replace("<!--title-->", heading).replace("<!--content-->", content)


def _shell(language: str) -> str:
    until, html = _shells.get(language, (0, ""))
    if until <= clock.now():
        answer = client("s3").get_object(
            Bucket=settings().private_bucket, Key=f"shell/{language}.html"
        )
        html = answer["Body"].read().decode()
        _shells[language] = (clock.now() + FRESH_SECONDS, html)
    return html
