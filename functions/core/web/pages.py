"""Pages of the functions: a package's Jinja2 template inside the site's own shell, which the
site's build publishes in each of its languages."""

from functools import cache, partial
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    ModuleLoader,
    PrefixLoader,
    StrictUndefined,
)
from markupsafe import Markup

from functions.core import clock
from functions.core.aws.clients import ABSENT, client
from functions.core.figures import figure
from functions.core.settings import settings
from functions.core.site import site
from functions.core.texts import listed, translated
from functions.core.translations import translations

FUNCTIONS = Path(__file__).parents[2]
COMPILED = FUNCTIONS / "compiled_pages"  # exists only in the artifact
WITH_PAGES = ("core", "membership", "events", "account", "desk", "door")
FRESH_SECONDS = 60

_shells: dict[str, tuple[int, str]] = {}


def loader(functions: Path = FUNCTIONS) -> PrefixLoader:
    """Templates by `<package>/<file>`, as the site's build includes them too."""
    return PrefixLoader({name: FileSystemLoader(functions / name / "pages") for name in WITH_PAGES})


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=ChoiceLoader([ModuleLoader(COMPILED), loader()]),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        translations(language), newstyle=True
    )
    environment.filters["figure"] = partial(figure, language=language)
    return environment


def compile_all(functions: Path, target: Path) -> None:
    """Write all templates into the folder `target` as Python modules, for every language: they took
    a quarter of the time of a cold start with a page."""
    environment = _environment("en").overlay(loader=loader(functions))
    environment.compile_templates(target, zip=None, ignore_errors=False)


def render(template: str, title: str, language: str = "", **context: Any) -> str:
    """The whole page; `title` is a msgid, translated like the template.

    `language` is the reader's, if it is known. If the site does not list it (any more), the page is
    in the site's first language.
    """
    current = site()
    language = listed(language, current)
    environment = _environment(language)
    content = environment.get_template(template).render(
        site=translated(current, language), **context
    )
    heading = Markup(translations(language).gettext(title))  # noqa: S704 - a msgid of ours
    return _shell(language).replace("<!--title-->", heading).replace("<!--content-->", content)


def alone(template: str, language: str, **context: Any) -> str:
    """A whole page of its own, without the site's shell: one that somebody stores."""
    return _environment(language).get_template(template).render(**context)


def _shell(language: str) -> str:
    """The site's empty page that a function's page is put into, at most a minute old.

    The shell of a new language exists only after the next publishing; until then the site's first
    language is used.
    """
    until, html = _shells.get(language, (0, ""))
    if until <= clock.now():
        first = site()["languages"][0]
        try:
            html = _published_shell(language)
        except ClientError as error:
            if language == first or error.response["Error"]["Code"] not in ABSENT:
                raise
            html = _published_shell(first)
        _shells[language] = (clock.now() + FRESH_SECONDS, html)
    return html


def _published_shell(language: str) -> str:
    answer = client("s3").get_object(Bucket=settings().private_bucket, Key=f"shell/{language}.html")
    return answer["Body"].read().decode()
