"""`alumni publish`: check, build, and upload what changed."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from infra.alumni import check_and_build, console, options
from infra.cloud.aws import Aws
from infra.cloud.deploying import stack as stacks
from infra.cloud.publishing import publication as publishing
from infra.cloud.publishing import published_issues
from infra.cloud.publishing.publication import Destination, Published

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="List what would change, but change nothing.")
]
PublicBucket = Annotated[
    str | None,
    typer.Option(
        envvar="ALUMNI_PUBLIC_BUCKET",
        help="The stack's PublicBucket. With the next two, nothing is read from the stack, "
        "as suits CI's narrow permissions.",
    ),
]
PrivateBucket = Annotated[
    str | None, typer.Option(envvar="ALUMNI_PRIVATE_BUCKET", help="The stack's PrivateBucket.")
]
Distribution = Annotated[
    str | None, typer.Option(envvar="ALUMNI_DISTRIBUTION", help="The stack's DistributionId.")
]
SiteUrl = Annotated[
    str | None,
    typer.Option(envvar="SITE_URL", help="Address of the site, instead of the stack's own."),
]


def publish(
    *,
    dry_run: DryRun = False,
    public_bucket: PublicBucket = None,
    private_bucket: PrivateBucket = None,
    distribution: Distribution = None,
    site_url: SiteUrl = None,
) -> None:
    """Check, build, and upload only what changed. Any problem stops it before it uploads."""
    aws, stack = options.shared().aws, options.shared().stack
    destination = (public_bucket, private_bucket, distribution)
    if any(destination) and not all(destination):
        raise typer.BadParameter(
            "--public-bucket, --private-bucket and --distribution need each other"
        )
    if public_bucket and private_bucket and distribution:
        to = Destination(public_bucket, private_bucket, distribution)
    else:
        to = publishing.destination(aws, stack)
        site_url = site_url or stacks.outputs(aws, stack)["SiteUrl"]
    done = publish_site(aws, to, site_url, dry_run=dry_run)
    if options.wants_json():
        console.print_json(asdict(done) | {"dry_run": dry_run})
    else:
        print_published(done, dry_run=dry_run)


def publish_site(
    aws: Aws,
    to: Destination,
    site_url: str | None,
    *,
    dry_run: bool = False,
    may_remove_events: bool = False,
) -> Published:
    known = published_issues.read(aws, to)
    built = check_and_build.build_site(site_url, published=known)
    _name_drafts(built.drafts)
    with console.progress() as report:
        return publishing.publish(
            *(aws, to, built.site, built.private),
            begun=known.begun,
            dry_run=dry_run,
            may_remove_events=may_remove_events,
            report=report,
        )


def _name_drafts(drafts: Sequence[str]) -> None:
    for path in drafts:
        console.note(f"Left out as a draft: {path}")
    if drafts:
        console.note("A draft is published once its line `draft: true` is gone.")


def print_published(done: Published, *, dry_run: bool) -> None:
    if not (done.uploaded or done.deleted or done.private or done.sequence):
        console.print_line("Nothing to publish: no changes.")
        return
    if dry_run:
        for mark, keys in (("+", done.uploaded + done.private), ("-", done.deleted)):
            for key in keys:
                console.print_line(f"{mark} {key}")
    uploads = len(done.uploaded) + len(done.private)
    if dry_run:
        console.print_line(f"To upload: {uploads} files. To delete: {len(done.deleted)} files.")
    else:
        console.print_line(f"Uploaded {uploads} files, deleted {len(done.deleted)} files.")
    if done.sequence:
        console.print_line(f"Catalogue: {'would be' if dry_run else 'now'} version {done.sequence}")
