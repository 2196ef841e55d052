"""`alumni issues test-send`: one variant of an issue, to one address."""

from typing import TYPE_CHECKING, Annotated

import typer

from infra.alumni import console, options
from infra.alumni.issues import preview
from infra.paths import ROOT

if TYPE_CHECKING:
    from microsite.content.edition import Edition

    from infra.cloud.issue_test_email import Email


def send_test(
    slug: options.Slug,
    to: Annotated[str, typer.Option(help="Address to send the test email to.")],
    *,
    variant: Annotated[
        str | None,
        typer.Option(help="Variant to send, such as en-malmo. Default: the site's language."),
    ] = None,
) -> None:
    """Send one variant of an issue to one address: as published, or a draft as it is in your files.

    It isn't counted in reports.
    """
    from microsite.content.edition import read

    from infra.cloud import issue_test_email

    stack, aws = options.connect(), options.shared().aws
    edition = read(ROOT, stack["SiteUrl"])
    variant = variant or edition.settings.language
    drafted = draft_emails(slug, edition)
    if drafted is None:
        email = issue_test_email.published(aws, stack["PrivateBucket"], slug, variant)
    else:
        email = issue_test_email.chosen(drafted, slug, variant)
        console.note(f"{slug} is a draft: pictures that aren't published yet will be missing.")
    message_id = issue_test_email.send(aws, stack, email, to)
    if options.wants_json():
        console.print_json({"slug": slug, "variant": variant, "to": to, "message_id": message_id})
    else:
        console.print_line(f"Sent to {to}: {message_id}")
        console.print_line("Its link to the website works once the issue has begun to go out.")


def draft_emails(slug: str, edition: "Edition") -> "dict[str, Email | None] | None":
    """Each variant of a draft, rendered from the working copy, None for readers who get no email.

    Returns None if the issue is no draft there.

    Raises:
        ContentError: with the problems that make rendering impossible.
    """
    from microsite.content.items import Newsletter
    from microsite.output.site import Site

    from infra.cloud.issue_test_email import Email

    items = edition.paths.values()
    drafts = (item for item in items if isinstance(item, Newsletter) and item.draft)
    issue = next((draft for draft in drafts if draft.slug == slug), None)
    if issue is None:
        return None
    site = Site(edition)
    preview.problems(issue, site)
    return {
        variant.name: None
        if variant.is_silent
        else Email(variant.subject, variant.html, variant.text)
        for variant in site.variants(issue)
    }
