"""`alumni publish`: check, build, and bring the buckets up to date."""

from dataclasses import asdict
from typing import Annotated

import typer

from infra.alumni import check_and_build, console, options
from infra.cloud.deploying import stack as stacks
from infra.cloud.place import Place
from infra.cloud.publishing import publication as publishing
from infra.cloud.publishing.publication import Destination, Published

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only say what would change; touch nothing.")
]
PublicBucket = Annotated[
    str | None,
    typer.Option(
        envvar="ALUMNI_PUBLIC_BUCKET",
        help="With the next two: for a publisher who may not look at the stack, as in CI.",
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
    typer.Option(envvar="SITE_URL", help="The site's address; else the stack's or mkdocs.yml's."),
]


def publish(
    *,
    dry_run: DryRun = False,
    public_bucket: PublicBucket = None,
    private_bucket: PrivateBucket = None,
    distribution: Distribution = None,
    site_url: SiteUrl = None,
) -> None:
    """Check, build, and upload only what changed; nothing is touched if anything is wrong."""
    place, stack = options.shared().place, options.shared().stack
    given = (public_bucket, private_bucket, distribution)
    if any(given) and not all(given):
        raise typer.BadParameter("--public-bucket, --private-bucket, --distribution go together")
    if public_bucket and private_bucket and distribution:
        to = Destination(public_bucket, private_bucket, distribution)
    else:
        to = publishing.destination(place, stack)
        site_url = site_url or stacks.outputs(place, stack)["SiteUrl"]
    done = publish_site(place, to, site_url, dry_run=dry_run)
    if options.wants_json():
        console.document(asdict(done) | {"dry_run": dry_run})
    else:
        tell(done, dry_run=dry_run)


def publish_site(
    place: Place, to: Destination, site_url: str | None, *, dry_run: bool = False
) -> Published:
    built = check_and_build.built_site(site_url)
    with console.progress() as report:
        return publishing.publish(
            place, to, built.site, built.private, dry_run=dry_run, report=report
        )


def tell(done: Published, *, dry_run: bool) -> None:
    if not (done.uploaded or done.deleted or done.private or done.sequence):
        console.line("Nothing has changed.")
        return
    if dry_run:
        for mark, keys in (("+", done.uploaded + done.private), ("-", done.deleted)):
            for key in keys:
                console.line(f"{mark} {key}")
    verb = "would be" if dry_run else "were"
    ups = len(done.uploaded) + len(done.private)
    console.line(f"{ups} files {verb} uploaded, {len(done.deleted)} deleted.")
    if done.sequence:
        console.line(f"The catalogue {'would be' if dry_run else 'is'} number {done.sequence}.")
