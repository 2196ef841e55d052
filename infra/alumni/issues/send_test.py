"""`alumni issues test-send`: one published variant of an issue, to one address."""

from typing import Annotated

import typer

from infra.alumni import console, options


def send_test(
    slug: options.Slug,
    to: Annotated[str, typer.Option(help="Address to send the test email to.")],
    *,
    variant: Annotated[str, typer.Option(help="Variant to send, such as en.")] = "en",
) -> None:
    """Send one published variant of an issue to one address. It isn't counted in reports."""
    from infra.cloud import issue_test_email

    stack = options.connect()
    message_id = issue_test_email.send(options.shared().aws, stack, slug, variant, to)
    if options.wants_json():
        console.print_json({"slug": slug, "variant": variant, "to": to, "message_id": message_id})
    else:
        console.print_line(f"Sent to {to}: {message_id}")
