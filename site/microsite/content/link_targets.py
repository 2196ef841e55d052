"""Resolves links: to every address that the site will have, from any way to write a link."""

import posixpath
import re
from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from microsite.content import fields, rendered_body
from microsite.content.edition import Edition
from microsite.content.items import Item, Newsletter
from microsite.content.problems import suggestion

BY_FUNCTIONS = ("/me/",)  # pages that a function answers, and anybody may link to
_HOST = re.compile(r"www\.|[\w-]+(\.[\w-]+)*\.(com|de|eu|net|org|se|example)(/|$)", re.IGNORECASE)
_ID = re.compile(r"\bid=[\"']([\w-]+)[\"']")


class NowhereError(ValueError):
    """A link that leads nowhere; the message gives the remedy."""


class Targets:
    """`generated` are the addresses of lists, feeds and calendars, which are no items; each begins
    with a slash."""

    def __init__(self, edition: Edition, generated: Collection[str]) -> None:
        self._edition = edition
        self._generated = generated
        self._anchors: dict[str, frozenset[str]] = {}

    @cached_property
    def _pages(self) -> dict[str, str]:
        """Addresses by file; also of files that have problems of their own."""
        content = self._edition.content
        return {**content.unread, **{path: i.url for path, i in self._edition.pages.items()}}

    @cached_property
    def _urls(self) -> set[str]:
        edition = self._edition
        return {
            *self._pages.values(),
            *(f"/{name}" for name in edition.content.files if not name.endswith(".md")),
            *(f"/{name}" for name in _files(edition.root / "site" / "theme")),
            *self._generated,
            *BY_FUNCTIONS,
        }

    @cached_property
    def _theme_ids(self) -> set[str]:
        """Anchors that templates put on pages: forms, sections."""
        root = self._edition.root
        templates = [*(root / "site/theme").rglob("*.html"), *root.glob("functions/*/pages/*.html")]
        return {i for path in templates for i in _ID.findall(path.read_text(encoding="utf-8"))}

    @cached_property
    def _pageless(self) -> dict[str, str]:
        """Files that have no page for readers, and their addresses, by the reason."""
        reasons: dict[str, str] = {}
        for item in self._edition.content.items:
            if isinstance(item, Newsletter) and not item.web:
                reason = "a newsletter that is kept off the site (web: false): remove the link"
            elif item.path not in self._edition.pages:
                reasons[item.path] = "a translation, which has no page: link to its original"
                continue
            elif item.draft:
                reason = "a draft: remove the link or publish the draft"
            else:
                continue
            reasons |= {item.path: reason, item.url: reason}
        return reasons

    def _refuse_pageless(self, item: Item, target: str, path: str) -> None:
        reason = self._pageless.get(target, "")
        if reason and not (item.draft and reason.startswith("a draft")):
            raise NowhereError(f"link '{path}' leads to {reason}")

    def exists(self, path: str) -> bool:
        """True if the site has a page or a file at `path`, which begins with a slash."""
        return unquote(path) in self._urls

    def resolve(self, item: Item, url: str) -> str:
        """The address that a link in `item` leads to: from the site's root, or external as it is.

        Raises NowhereError."""
        parts = urlsplit(url)
        if parts.scheme or parts.netloc:
            return self._external(item, url)
        path, anchor = unquote(parts.path), unquote(parts.fragment)
        if not path:
            self._check_anchor(item.path, anchor, url)
            return item.url + (f"#{anchor}" if anchor else "")
        lead = self._from_root if path.startswith("/") else self._relative
        address = lead(item, path)
        if path.endswith(".md") and anchor:
            self._check_anchor(_join(item.path, path), anchor, url)
        query, fragment = f"?{parts.query}", f"#{anchor}"
        return address + (query if parts.query else "") + (fragment if anchor else "")

    def absolute(self, item: Item, url: str) -> str:
        """Like `resolve`, with the site's own host: for mails and feeds."""
        address = self.resolve(item, url)
        return self._edition.settings.site_url + address if address.startswith("/") else address

    def _external(self, item: Item, url: str) -> str:
        problem = fields.link_problem(url)
        if problem:
            raise NowhereError(f"link {problem}")
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" == self._edition.settings.site_url:
            self._from_root(item, unquote(parts.path) or "/")
        return url

    def _from_root(self, item: Item, path: str) -> str:
        self._refuse_pageless(item, path, path)
        if path in self._urls:
            return path
        if f"{path}/" in self._urls:
            raise NowhereError(f"link '{path}' needs a slash at the end: write {path}/")
        raise NowhereError(f"link '{path}' leads nowhere: {_near(path, self._urls)}")

    def _relative(self, item: Item, path: str) -> str:
        target = _join(item.path, path)
        content = self._edition.content
        self._refuse_pageless(item, target, path)
        if target in self._pages:
            return self._pages[target]
        if not target.endswith(".md") and target in content.files:
            return f"/{target}"
        if _HOST.match(path):
            raise NowhereError(f"link '{path}' leads nowhere: write https://{path}")
        known = {posixpath.relpath(name, posixpath.dirname(item.path)) for name in content.files}
        raise NowhereError(f"link '{path}' leads nowhere: {_near(path, known)}")

    def _check_anchor(self, path: str, anchor: str, url: str) -> None:
        if not anchor or path not in self._edition.pages:
            return
        if path not in self._anchors:
            page = self._edition.pages[path]
            self._anchors[path] = rendered_body.read_item(page, self._edition.settings).ids
        known = self._anchors[path] | self._theme_ids
        if anchor not in known:
            ids = sorted(self._anchors[path])
            hint = suggestion(anchor, ids) if ids else "remove it, the page has no headings"
            raise NowhereError(f"link '{url}' has an anchor that doesn't exist: {hint}")


def _join(base: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path))


def _near(word: str, known: Collection[str]) -> str:
    hint = suggestion(word, sorted(known))
    return hint if hint.startswith("did") else "write the path of a file, or remove the link"


def _files(folder: Path) -> list[str]:
    files = (p for p in folder.rglob("*") if p.is_file() and p.suffix != ".html")
    return [p.relative_to(folder).as_posix() for p in files]
