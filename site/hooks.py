"""MkDocs' hooks, which only call `microsite`. Nothing is decided here."""

import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment
from microsite.checks.check import checked
from microsite.content import consent_texts
from microsite.content.edition import read
from microsite.content.plain_text import PlainText
from microsite.content.problems import ContentError
from microsite.content.quotation_marks import QuotationMarks
from microsite.content.rendered_body import OF_THE_PRODUCT
from microsite.output import files as site_files
from microsite.output import page_context, templates
from microsite.output.site import Site
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

# MkDocs passes no state from one hook to the next, so it is kept in the build's configuration.
STATE = "alumni_build"
# Consents, the theme's sources, a template that we fill ourselves, parts of Material that we don't
# use.
_UNSERVED = (
    f"{consent_texts.FOLDER}/",
    "partials/",
    "sitemap.xml",
    "assets/css/",
    "assets/images/",
    "assets/javascripts/",
    "assets/stylesheets/",
)
command = SimpleNamespace(serves=False)


def on_startup(command: str, dirty: bool) -> None:  # noqa: ARG001, FBT001  # MkDocs' names
    globals()["command"].serves = command == "serve"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    root = Path(str(config.config_file_path)).parent
    state = config.extra.get(STATE)
    try:
        site = state.site if state else checked(Site(read(root, config.site_url)))
    except ContentError as error:
        raise PluginError(f"\n{error}") from error
    marks = QuotationMarks()
    config.extra[STATE] = SimpleNamespace(site=site, lists={}, env=None, nav=None, marks=marks)
    added = (name for name in OF_THE_PRODUCT if name not in config.markdown_extensions)
    own = (*added, marks, PlainText())
    config.markdown_extensions.extend(own)  # type: ignore[arg-type]  # Markdown takes both
    config.theme["language"] = site.edition.settings.language
    for rules in (config.validation.nav, config.validation.links):
        rules.update(dict.fromkeys(rules, logging.DEBUG))  # `checked` has reported them by line
    config.theme.static_templates.discard("sitemap.xml")  # ours leaves out what isn't listed
    config.watch.extend(str(path) for path in page_context.watched(root) if path.exists())
    return config


def _site(config: MkDocsConfig) -> Site:
    return config.extra[STATE].site  # type: ignore[no-any-return]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    site = _site(config)
    for path in sorted(site.edition.pages.keys() - {file.src_uri for file in files}):
        files.append(File.generated(config, path, content="\n"))  # a standard page
    for file in list(files.documentation_pages(inclusion=InclusionLevel.is_in_serve)):
        item = site.edition.pages.get(file.src_uri)
        if item is None:
            files.remove(file)  # of other languages only issues have pages
            continue
        _move(file, f"{item.url}index.html")
        if item.draft:
            file.inclusion = InclusionLevel.DRAFT
    for file in [f for f in files if f.src_uri.startswith(_UNSERVED)]:
        files.remove(file)
    for listing in site.lists:
        uri = f"{listing.url}index".strip("/")
        files.append(File.generated(config, f"{uri}.md", content="\n"))
        config.extra[STATE].lists[f"{uri}.md"] = listing
    return files


def _move(file: File, url: str) -> None:
    file.dest_uri = url.lstrip("/")
    for cached in ("url", "abs_dest_path"):
        vars(file).pop(cached, None)


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:  # noqa: ARG001
    config.extra[STATE].nav = nav
    return nav


def on_page_read_source(page: Page, config: MkDocsConfig) -> str | None:
    """Only the body, because the front matter has been read already. The empty line keeps MkDocs
    from looking for another kind of front matter."""
    body = page_context.markdown(_site(config), page.file.src_uri)
    return None if body is None else f"\n{body}"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    state = config.extra[STATE]
    page.meta = page_context.meta(_site(config), page.file.src_uri, state.lists)
    state.marks.language = page_context.language(_site(config), page.file.src_uri)
    return markdown


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    return page_context.public_html(_site(config), page.file.src_uri, html)


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    state = config.extra[STATE]
    state.env, state.files = templates.equip(env, state.site, config.theme["language"]), files
    return state.env  # type: ignore[no-any-return]


def on_page_context(
    context: dict[str, Any],
    page: Page,
    config: MkDocsConfig,
    nav: Navigation,  # noqa: ARG001
) -> dict[str, Any]:
    state = config.extra[STATE]
    rendered = page.content or ""
    context.update(page_context.context(state.site, page.file.src_uri, state.lists, rendered))
    return context


def on_post_build(config: MkDocsConfig) -> None:
    state = config.extra[STATE]
    site_files.write_public(state.site, Path(config.site_dir))
    if not command.serves:
        private = Path(config.site_dir).with_name("private")
        site_files.write_private(state.site, private, _shells(config))
        site_files.hold_back(state.site, Path(config.site_dir), private)


def _shells(config: MkDocsConfig) -> dict[str, str]:
    """The frames of the functions' pages, by language. A language that Material lacks has none, and
    its readers get the page in the site's first language."""
    languages = _site(config).edition.settings.languages
    known = [language for language in languages if _is_in_theme(language, config)]
    shells = {language: _shell(language, config) for language in known}
    config.theme["language"] = languages[0]
    return shells


def _is_in_theme(language: str, config: MkDocsConfig) -> bool:
    words = Path("partials", "languages", f"{language}.html")
    return any((folder / words).is_file() for folder in map(Path, config.theme.dirs))


def _shell(language: str, config: MkDocsConfig) -> str:
    state = config.extra[STATE]
    config.theme["language"] = language
    env = templates.equip(config.theme.get_env(), state.site, language)
    context = get_context(state.nav, state.files, config, base_url="/")
    return env.get_template("shell.html").render(page_context.rooted(context))
