"""Writes the files that are not pages: feeds, calendars, the stylesheet and the sitemap for the
public; the shell, the rendered issues and the catalogue for the functions."""

from collections.abc import Mapping
from pathlib import Path

from functions.core.handover import WAITING
from microsite.content.items import Event
from microsite.content.pictures.picture_files import is_picture, published
from microsite.output import calendars, catalogue, feeds, issue_pictures
from microsite.output.npm_scripts import npm_scripts
from microsite.output.site import Site


def write_public(site: Site, out: Path) -> None:
    edition = site.edition
    events = [item for item in edition.items if isinstance(item, Event)]
    files: dict[str, str | bytes] = {
        **feeds.feed_files(site.shelves, edition.settings),
        **npm_scripts(edition.root),
        **calendars.calendar_files(
            events, site.catalogue["events"], site.changed, edition.now, edition.settings
        ),
        site.stylesheet.name: site.stylesheet.text,
        feeds.SITEMAP: feeds.sitemap(site.urls, edition.settings),
    }
    for name, content in files.items():
        write(out / name, content)
    for name in edition.content.files:
        if is_picture(name) and (out / name).is_file():
            _write_clean(out / name)


def _write_clean(path: Path) -> None:
    """A picture without what a camera or an editor added."""
    copied = path.read_bytes()
    clean = published(copied)
    if clean != copied:
        path.write_bytes(clean)


def write_private(site: Site, out: Path, shells: Mapping[str, str]) -> None:
    """`shells` are the frames of the functions' pages, by language."""
    edition = site.edition
    entries = {}
    for issue in edition.mailings:
        variants = site.variants(issue)
        pages = [*catalogue.page_keys(issue, edition), *sorted(issue_pictures.beside(issue, site))]
        entries[issue.slug] = {**catalogue.issue_entry(issue, variants, edition), "pages": pages}
        for key, content in catalogue.variant_files(issue, variants).items():
            write(out / key, content)
    for language, shell in shells.items():
        write(out / "shell" / f"{language}.html", shell)
    whole = catalogue.with_variants(site.catalogue, entries)
    write(out / "catalogue.json", catalogue.dumps(whole))


def hold_back(site: Site, public: Path, private: Path) -> None:
    """Moves the pages and pictures of issues that have not begun out of the public site. They wait
    in the private bucket until the newsletter's tick makes them public."""
    edition = site.edition
    waiting = (issue for issue in edition.issues if not edition.has_begun(issue))
    pages = (key for issue in waiting for key in catalogue.page_keys(issue, edition))
    for key in [*pages, *issue_pictures.waiting(site)]:
        target = private / WAITING / key
        target.parent.mkdir(parents=True, exist_ok=True)
        (public / key).rename(target)


def write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
