"""The keys of mkdocs.yml around extra.alumni: MkDocs' own, as far as this site uses them."""

import re
from typing import Any
from urllib.parse import urlsplit

import yaml
from markdown import Markdown  # type: ignore[import-untyped]

from functions.core.mail.domains import in_ascii
from microsite.content.company import MenuEntry
from microsite.content.mkdocs_yml import readers
from microsite.content.mkdocs_yml.alumni_keys import ALUMNI, MOVED
from microsite.content.mkdocs_yml.place import Place, Read, Setting, SettingError, Table, mapping

_NO_ADDRESS = "site_url '{}' is not a web address: write it like https://alumni.example.com/"
_LOCAL = {"localhost", "127.0.0.1"}
_MOVED = {
    "logo": "write it as logo under extra.alumni",
    "favicon": "write it as favicon under extra.alumni",
    "palette": "write colours under extra.alumni",
    "language": "the first of languages under extra.alumni is the site's",
    "features": "it has no effect here, so remove it",
    "icon": "it has no effect here, so remove it",
}
_UNUSED = dict.fromkeys(
    (
        *("copyright", "edit_uri", "extra_javascript", "extra_templates", "INHERIT"),
        *("not_in_nav", "repo_name", "repo_url", "site_author", "use_directory_urls", "validation"),
    ),
    "it has no effect here, so remove it",
)


def _exactly(wanted: Any, written: str = "") -> Read:
    def read(value: Any, place: Place) -> Any:
        if value != wanted or type(value) is not type(wanted):
            name = place.name
            raise SettingError(f"{name} can't be changed: write {name}: {written or wanted}")
        return value

    return read


def _text(value: Any, place: Place) -> str:
    """A text for MkDocs too, which takes `no` for false, and knows dates."""
    word = readers.line(value, place)
    if not isinstance(yaml.safe_load(word), str):
        raise SettingError(f"{place.name} must be a text: write other words")
    return word


def _site_url(value: Any, place: Place) -> str:
    """Without the slash at its end. Pages link to each other from the root of their host."""
    url = readers.line(value, place)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise SettingError(_NO_ADDRESS.format(url)) from error
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOCAL):
        raise SettingError(f"site_url '{url}' must begin with https://")
    if not host.isascii():
        hint = f"write its ASCII name, https://{in_ascii(host)}/"
        raise SettingError(f"site_url '{url}' is not known to CloudFront in this form: {hint}")
    if not re.fullmatch(r"[a-z0-9.-]+", host) or parts.username is not None:
        raise SettingError(_NO_ADDRESS.format(url))
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        hint = f"write {parts.scheme}://{parts.netloc}/"
        raise SettingError(f"site_url '{url}' must be a host of its own, without a path: {hint}")
    return url.rstrip("/")


def _markdown_extensions(value: Any, place: Place) -> tuple[Any, ...]:
    """As MkDocs takes them: a name, or a name with its options."""
    if not isinstance(value, list):
        raise SettingError("markdown_extensions must be a list")
    return place.read_each(_markdown_extension, value)


def _markdown_extension(value: Any, _place: Place) -> Any:
    name, options = (*value.items(),)[0] if isinstance(value, dict) and value else (value, {})
    if not isinstance(name, str):
        raise SettingError("markdown_extensions has an entry without a name: remove it")
    try:
        Markdown(extensions=[name], extension_configs={name: options or {}})
    except Exception as error:
        text = f"Markdown extension '{name}' can't be used ({error}): correct or remove it"
        raise SettingError(text) from error
    return value


def _nav(value: Any, place: Place) -> tuple[MenuEntry, ...]:
    if not isinstance(value, list):
        raise SettingError("nav must be a list: begin each entry with a hyphen")
    return place.read_each(_entry, value)


def _entry(value: Any, place: Place) -> MenuEntry:
    if not isinstance(value, dict) or len(value) != 1:
        raise SettingError("an entry of nav needs a label: write it like - News: news/index.md")
    ((label, target),) = value.items()
    if not isinstance(target, str) or not isinstance(label, str):
        raise SettingError(f"'{label}' must lead to one page: the menu has no second level")
    return MenuEntry(_text(label, place), target, place.line)


def _files(value: Any, place: Place) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise SettingError(f"{place.name} must be a list: begin each entry with a hyphen")
    return place.read_each(readers.file, value)


def labels_of(nav: Any) -> tuple[str, ...]:
    entries = nav if isinstance(nav, list) else []
    return tuple(str(label) for entry in entries if isinstance(entry, dict) for label in entry)


def _wanted(wanted: Any, written: str = "") -> Setting:
    return Setting(_exactly(wanted, written), written or str(wanted), "", required=True)


THEME: Table = {
    "name": _wanted("material"),
    "custom_dir": _wanted("site/theme"),
    "font": _wanted(wanted=False, written="false"),
}
EXTRA: Table = {
    "alumni": Setting(mapping(ALUMNI, dict, MOVED), "{ … }", "", required=True),
}
SITE: Table = {
    "site_name": Setting(_text, "Example Alumni", "", required=True),
    "site_url": Setting(_site_url, "https://alumni.example.com/", "", required=True),
    "site_description": Setting(_text, "News and events …", ""),
    "docs_dir": _wanted("site/content"),
    "site_dir": _wanted("build/site"),
    "theme": Setting(mapping(THEME, dict, _MOVED), "{ … }", "", required=True),
    "plugins": _wanted([], "[]"),
    "hooks": _wanted(["site/hooks.py"], "[site/hooks.py]"),
    "markdown_extensions": Setting(_markdown_extensions, "[tables]", ""),
    "nav": Setting(_nav, "[News: news/index.md]", "", required=True),
    "extra": Setting(mapping(EXTRA, dict), "{ … }", "", required=True),
    "extra_css": Setting(_files, "[assets/brand/own.css]", ""),
    "strict": Setting(readers.yes_or_no, "true", ""),
}
SITE_KEYS = mapping(SITE, dict, _UNUSED)
