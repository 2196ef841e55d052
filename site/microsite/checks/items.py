"""Every reason not to publish, all at once, each with its file and line."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from microsite.checks import issues
from microsite.content import markdown_links
from microsite.content.items import Event, Item, Job, Newsletter, Page
from microsite.content.link_targets import NowhereError
from microsite.content.loading import CONTENT
from microsite.content.problems import ContentError, Problem
from microsite.edition import Edition, read
from microsite.letters.cards import MAIL_PICTURES

Found = Iterator[tuple[str | int, str]]  # the key, or the line, that is wrong, and why

LONGEST_MAIL_BODY = 60_000  # characters; Gmail cuts a mail off at 102 KB, and the frame takes some


def problems(root: Path) -> list[Problem]:
    """All problems of the project at `root`, in order of file and line."""
    try:
        return of(read(root))
    except ContentError as error:
        return list(error.problems)


def checked(edition: Edition) -> Edition:
    """The same edition. Raises ContentError with all problems at once."""
    found = of(edition)
    if found:
        raise ContentError(found)
    return edition


def of(edition: Edition) -> list[Problem]:
    """All problems of what is written, and of the mails that it makes."""
    found = written(edition)
    return sorted({*found, *_mails(edition, {problem.file for problem in found})})


def written(edition: Edition) -> list[Problem]:
    """Without rendering anything."""
    found = [*edition.content.problems, *_addresses(edition), *_home(edition)]
    for item in edition.content.items:
        found += _placed(_item(item, edition), item)
    return sorted(set(found))


def _item(item: Item, edition: Edition) -> Found:
    for rule in _RULES.get(type(item), ()):
        yield from rule(item)
    yield from _image(item, edition)
    if isinstance(item, Page):
        yield from _template(item, edition.root)
    if isinstance(item, Newsletter):
        yield from issues.of(item, edition)
    yield from _body(item, edition)


def _event(event: Event) -> Found:
    if event.end <= event.start:
        yield "end", f"end is not after start ({event.start:%Y-%m-%d %H:%M}): write a later time"
    elif event.closes > event.end:
        yield "closes", "closes is after the end of the event: write an earlier time"
    if event.max_guests >= event.seats:
        yield "max_guests", f"max_guests must be less than seats, which are {event.seats}"


def _job(job: Job) -> Found:
    if job.closes < job.date:
        yield "closes", f"closes is before date ({job.date}): write a later day"


def _newsletter(issue: Newsletter) -> Found:
    if issue.deadline and issue.deadline <= issue.send_at:
        yield "deadline", f"deadline is not after send_at ({issue.send_at:%Y-%m-%d %H:%M})"
    if len(issue.body) > LONGEST_MAIL_BODY:
        yield (
            issue.body_line,
            f"is too long for a mail: cut it below {LONGEST_MAIL_BODY} characters",
        )


_RULES: dict[type[Item], tuple[Callable[..., Found], ...]] = {
    Event: (_event,),
    Job: (_job,),
    Newsletter: (_newsletter,),
}


def _image(item: Item, edition: Edition) -> Found:
    if not item.image:
        return
    if item.image not in edition.content.files:
        yield "image", f"image '{item.image}' is not in {CONTENT}: write it like assets/talk.jpg"
    if not item.image_alt:
        yield "image", "image has no image_alt: add a line image_alt: what the picture shows"


def _template(page: Page, root: Path) -> Found:
    if "template" in page.lines and not (root / "site/theme" / page.template).is_file():
        yield "template", f"template '{page.template}' is not in site/theme"


def _body(item: Item, edition: Edition) -> Found:
    text = markdown_links.visible(item.body)
    before = item.body_line - 1
    for link in markdown_links.links(text):
        for problem in _link(item, link, edition):
            yield link.line + before, problem
    for line, tag in markdown_links.active(text):
        yield line + before, f"<{tag}> has no place in an item: take it out"
    if not isinstance(item, Page):
        for line in markdown_links.first_headings(text):
            yield line + before, "a heading with one # is the title's: begin with ##"


def _link(item: Item, link: markdown_links.Link, edition: Edition) -> Iterator[str]:
    if link.broken:
        yield f"link '{link.url}' can't be read: write %20 for a space in an address"
        return
    if not link.url:
        yield "link has no address: write it like [words](https://example.com/)"
        return
    try:
        found = edition.targets.resolve(item, link.url)
    except NowhereError as error:
        yield str(error)
        return
    if link.alt is not None:
        yield from _picture(item, link, found)


def _picture(item: Item, link: markdown_links.Link, found: str) -> Iterator[str]:
    if not link.alt:
        yield f"picture '{link.url}' has no text: write ![what it shows]({link.url})"
    if not found.startswith("/"):
        yield f"picture '{link.url}' is elsewhere: put it into {CONTENT}/assets"
    elif item.kind == "newsletters" and not found.lower().endswith(MAIL_PICTURES):
        yield f"picture '{link.url}' shows in no mail program: use PNG or JPEG"


def _mails(edition: Edition, wrong: set[str]) -> Iterator[Problem]:
    """Of issues to come. Rendering them takes packages that are slow to import: only those wait
    who have one."""
    if any(i.kind == "newsletters" and not i.is_past(edition.now) for i in edition.items):
        from microsite.checks.mail import every_issue

        yield from every_issue.of(edition, wrong)


def _placed(found: Found, item: Item) -> Iterator[Problem]:
    for where, text in found:
        line = where if isinstance(where, int) else item.lines.get(where, 1)
        yield Problem(f"{CONTENT}/{item.path}", line, text)


def _addresses(edition: Edition) -> Iterator[Problem]:
    """A slug is an item's identity over all kinds; and no two pages have the same address."""
    paths = edition.paths
    slugs: dict[str, str] = {}
    for path, item in paths.items():
        first = slugs.setdefault(item.slug, path) if not isinstance(item, Page) else path
        if first != path:
            text = f"slug '{item.slug}' is taken by {first}: add a line slug: with another"
            yield Problem(f"{CONTENT}/{path}", item.lines.get("slug", 1), text)
    lists = {made.url for made in edition.lists}
    counted = Counter(item.url for item in edition.pages.values())
    for path, item in paths.items():
        if item.url in lists or (isinstance(item, Page) and counted[item.url] > 1):
            text = f"the address {item.url} is taken: give it another name"
            yield Problem(f"{CONTENT}/{path}", item.lines.get("slug", 1), text)


def _home(edition: Edition) -> Iterator[Problem]:
    if "pages/home.md" not in edition.content.files:
        yield Problem(f"{CONTENT}/pages/home.md", 1, "is missing: it is the site's first page")
