"""Every reason not to publish, all at once, each with its file and line."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from microsite.checks import stray_files
from microsite.checks.consent_rules import consent_problems
from microsite.checks.item_rules import item_problems
from microsite.checks.placing import placed
from microsite.content.edition import read
from microsite.content.items import Page
from microsite.content.link_targets import NowhereError
from microsite.content.loading import CONTENT
from microsite.content.mkdocs_yml.place import FILE
from microsite.content.pictures import picture_files
from microsite.content.problems import ContentError, Problem
from microsite.output import menu
from microsite.output.site import Site


def project_problems(root: Path) -> list[Problem]:
    """All problems of the project at `root`, in order of file and line."""
    try:
        return site_problems(Site(read(root)))
    except ContentError as error:
        return list(error.problems)


def checked(site: Site) -> Site:
    """The same site. Raises ContentError with all problems at once."""
    problems = site_problems(site)
    if problems:
        raise ContentError(problems)
    return site


def site_problems(site: Site) -> list[Problem]:
    """All problems of the items and of the emails rendered from them."""
    written = written_problems(site)
    return sorted({*written, *_mails(site, {problem.file for problem in written})})


def written_problems(site: Site) -> list[Problem]:
    """The problems of the items alone, without rendering any email."""
    content = site.edition.content
    problems = [*content.problems, *_addresses(site), *_history(site), *_menu(site)]
    problems += [*_files(site), *consent_problems(site.edition)]
    for item in (one for one in content.items if one.path in content.files):  # no standard page
        problems += placed(item_problems(item, site), item)
    return sorted(set(problems))


def _mails(site: Site, broken: set[str]) -> Iterator[Problem]:
    """Problems of the emails of coming issues. The packages for rendering are slow to import, so
    they are imported only if there is such an issue."""
    edition = site.edition
    if any(not issue.is_past(edition.now) for issue in edition.mailings):
        from microsite.checks.mail import mail_check

        yield from mail_check.coming_problems(site, broken)


def _addresses(site: Site) -> Iterator[Problem]:
    """A slug identifies an item among all kinds, and no two pages may have the same address."""
    paths = site.edition.paths
    slugs: dict[str, str] = {}
    for path, item in paths.items():
        first = slugs.setdefault(item.slug, path) if not isinstance(item, Page) else path
        if first != path:
            text = (
                f"slug '{item.slug}' is already used by {first}: add a line slug: with another one"
            )
            yield Problem(f"{CONTENT}/{path}", item.lines.get("slug", 1), text)
    lists = {listing.url for listing in site.lists}
    counts = Counter(item.url for item in site.edition.pages.values())
    for path, item in paths.items():
        if item.url in lists or (isinstance(item, Page) and counts[item.url] > 1):
            text = f"the address {item.url} is already taken: choose another name"
            yield Problem(f"{CONTENT}/{path}", item.lines.get("slug", 1), text)


def _menu(site: Site) -> Iterator[Problem]:
    for entry in site.edition.settings.nav:
        try:
            menu.url(entry, site.edition, site.targets)
        except NowhereError as error:
            yield Problem(FILE, entry.line, str(error))


def _files(site: Site) -> Iterator[Problem]:
    content = site.edition.root / CONTENT
    for name in sorted(site.edition.content.files):
        if text := stray_files.problem(name) or picture_files.problem(content / name):
            yield Problem(f"{CONTENT}/{name}", 1, text)


def _history(site: Site) -> Iterator[Problem]:
    try:
        _ = site.changed
    except ContentError as error:
        yield from error.problems
