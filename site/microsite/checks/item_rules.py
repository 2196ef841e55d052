"""Checks one item beyond its keys: dates that contradict each other, pictures, links, HTML."""

from collections.abc import Callable, Iterator
from pathlib import Path

from functions.core.sign_up_facts import OpenTo
from microsite.checks import issue_rules
from microsite.checks.placing import Findings
from microsite.content import rendered_body
from microsite.content.items import Event, Item, Job, Newsletter, Page
from microsite.content.line_traps import line_traps
from microsite.content.link_targets import NowhereError
from microsite.content.loading import CONTENT
from microsite.content.pictures.picture_files import CHOICE, is_picture
from microsite.letters.cards import MAIL_PICTURES
from microsite.output.site import Site

LONGEST_MAIL_BODY = 60_000  # characters; Gmail cuts off at 102 KB, with the layout


def item_problems(item: Item, site: Site) -> Findings:
    for rule in _RULES.get(type(item), ()):
        yield from rule(item)
    yield from _image(item, site)
    if isinstance(item, Page):
        yield from _template(item, site.edition.root)
    if isinstance(item, Newsletter):
        yield from issue_rules.issue_problems(item, site.edition)
    yield from _body(item, site)


def _event(event: Event) -> Findings:
    if event.end <= event.start:
        yield "end", f"end is not after start ({event.start:%Y-%m-%d %H:%M}): write a later time"
    elif event.closes > event.end:
        yield "closes", "closes is after the end of the event: write an earlier time"
    if event.cancelled and not event.reason:
        yield (
            "cancelled",
            "cancelled has no reason: add a line reason: why, for those who signed up",
        )
    if event.reason and not event.cancelled:
        yield (
            "reason",
            "reason is for cancelled events only: add a line cancelled: true, or remove it",
        )
    if event.moved_from == (event.start.date() if event.all_day else event.start):
        yield "moved_from", "moved_from is the same as start: write the earlier start, or remove it"
    if event.opens and event.opens >= event.closes:
        yield "opens", "opens is not before closes: write an earlier time"
    yield from _invitation(event)
    if event.max_guests >= event.seats:
        yield "max_guests", f"max_guests must be less than seats ({event.seats})"


def _invitation(event: Event) -> Findings:
    if event.open_to == OpenTo.INVITED and event.invite is None:
        yield "open_to", "open_to is invited, but nobody is: add a line invite: whom you invite"
    if event.invite is None and event.invite_at:
        yield (
            "invite_at",
            "invite_at has no invite: add a line invite: everyone, or whom you invite",
        )
    elif event.invite is not None and event.invite_at is None:
        yield (
            "invite",
            "invite has no invite_at: add a line invite_at: when the invitation goes out",
        )
    elif event.invite_at and event.invite_at >= event.closes:
        closes = f"{event.closes:%Y-%m-%d %H:%M}"
        yield (
            "invite_at",
            f"invite_at is not before sign-up closes ({closes}): write an earlier time",
        )
    elif event.invite_at and event.opens and event.invite_at < event.opens:
        opens = f"{event.opens:%Y-%m-%d %H:%M}"
        yield "invite_at", f"invite_at is before sign-up opens ({opens}): write a later time"


def _job(job: Job) -> Findings:
    if job.closes < job.date:
        yield "closes", f"closes is before date ({job.date}): write a later day"


def _newsletter(issue: Newsletter) -> Findings:
    if issue.deadline and issue.deadline <= issue.send_at:
        yield "deadline", f"deadline is not after send_at ({issue.send_at:%Y-%m-%d %H:%M})"
    if len(issue.body) > LONGEST_MAIL_BODY:
        yield (
            issue.body_line,
            f"is too long for an email: shorten it to {LONGEST_MAIL_BODY} characters",
        )


_RULES: dict[type[Item], tuple[Callable[..., Findings], ...]] = {
    Event: (_event,),
    Job: (_job,),
    Newsletter: (_newsletter,),
}


def _image(item: Item, site: Site) -> Findings:
    if not item.image:
        return
    if item.image not in site.edition.content.files:
        yield "image", f"image '{item.image}' is not in {CONTENT}: write it like assets/talk.jpg"
    elif not is_picture(item.image):
        yield "image", f"image '{item.image}' is no picture: use {CHOICE}"
    elif isinstance(item, Newsletter) and not item.image.lower().endswith(MAIL_PICTURES):
        yield "image", f"image '{item.image}' is not shown by email apps: use PNG or JPEG"
    if not item.image_alt:
        yield "image", "image has no image_alt: add a line image_alt: what the picture shows"


def _template(page: Page, root: Path) -> Findings:
    if "template" in page.lines and not (root / "site/theme" / page.template).is_file():
        yield "template", f"template '{page.template}' is not in site/theme"


def _body(item: Item, site: Site) -> Findings:
    body = rendered_body.read_item(item, site.edition.settings)
    before = item.body_line - 1
    for link in body.links:
        for problem in _link(item, link, site):
            yield link.line + before, problem
    for line, text in line_traps(item.body):
        yield line + before, text
    for line, text in body.dead:
        how = "write [words](https://example.com/), or <https://example.com/> for a bare address"
        yield line + before, f"'{text}' is no link: {how}"
    for line, url in body.wordless:
        yield line + before, f"link '{url}' has no words: write [words]({url})"
    for line, text in body.tags:
        yield line + before, text
    if not isinstance(item, Page):
        for line in body.titles:
            yield line + before, "a heading with one # is reserved for the title: start with ##"


def _link(item: Item, link: rendered_body.Link, site: Site) -> Iterator[str]:
    if link.broken or (" " in link.url and not link.url.startswith("tel:")):
        yield f"link '{link.url}' is not understood: write a space in an address as %20"
        return
    if not link.url:
        yield "link has no address: write it like [words](https://example.com/)"
        return
    try:
        address = site.targets.resolve(item, link.url)
    except NowhereError as error:
        yield str(error)
        return
    if link.alt is not None:
        yield from _picture(item, link, address)


def _picture(item: Item, link: rendered_body.Link, address: str) -> Iterator[str]:
    if not link.alt:
        yield f"picture '{link.url}' has no alternative text: write ![what it shows]({link.url})"
    if not address.startswith("/"):
        yield f"picture '{link.url}' is on another site: put the file into {CONTENT}/assets"
    elif not is_picture(address):
        yield f"'{link.url}' is no picture: use {CHOICE}"
    elif item.kind == "newsletters" and not address.lower().endswith(MAIL_PICTURES):
        yield f"picture '{link.url}' is not shown by email apps: use PNG or JPEG"
