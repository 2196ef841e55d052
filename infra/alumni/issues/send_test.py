"""`alumni issues test-send`: one published variant, to one address."""

from typing import Annotated

import typer

from infra.alumni import console, options
from infra.cloud import issue_test_email


def send_test(
    slug: options.Slug,
    to: Annotated[str, typer.Option(help="The address that gets the test mail.")],
    *,
    variant: Annotated[str, typer.Option(help="Which variant, such as en.")] = "en",
) -> None:
    """Send one published variant of an issue to one address. The ledger knows nothing of it."""
    stack = options.connect()
    message_id = issue_test_email.send(options.shared().place, stack, slug, variant, to)
    if options.wants_json():
        console.document({"slug": slug, "variant": variant, "to": to, "message_id": message_id})
    else:
        console.line(f"Sent to {to}: {message_id}")
