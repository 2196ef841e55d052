"""`alumni deploy`: updates code, keys, stack and site, and lists the steps left to people."""

from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from infra.alumni import console, options
from infra.alumni import publish as publishing_command
from infra.alumni.console import Exit
from infra.cloud.aws import Aws
from infra.cloud.deploying import deployment as deploying
from infra.cloud.deploying import manual_steps, stack, wheels
from infra.cloud.deploying import rights as policies
from infra.cloud.deploying.deployment import Deployed, Proposal
from infra.cloud.deploying.manual_steps import Step
from infra.cloud.deploying.restored_newsletters import HeldBack
from infra.cloud.deploying.stack import Change
from infra.cloud.publishing import publication as publishing
from infra.cloud.publishing.publication import Published


class Wheels(StrEnum):
    CLOUD = "cloud"
    HERE = "here"


FIRST = (
    "This is the first deploy; it takes some ten minutes. A new AWS account must be verified "
    'before CloudFront creates a distribution: if that fails with "must be verified", open a case '
    "with AWS Support (Account and billing, free of charge), wait for the answer, and deploy again."
)
TARGETS = {Wheels.CLOUD: wheels.CLOUD, Wheels.HERE: wheels.HERE}

Parameters = Annotated[
    list[str] | None,
    typer.Option(
        "--parameter",
        metavar="NAME=VALUE",
        help="A parameter of template.yaml; may be repeated. Others keep their values.",
    ),
]
Platform = Annotated[
    Wheels | None,
    typer.Option(
        "--wheels",
        help="Platform of the compiled packages: Lambda (cloud) or this machine (here). "
        "Default: here with --endpoint-url, else cloud.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Apply the changes without asking.")]
NoPublish = Annotated[bool, typer.Option("--no-publish", help="Don't build and publish the site.")]

YOURS = "you@example.com"

Rights = Annotated[
    bool,
    typer.Option(
        "--rights",
        help="Only print the rights that deploying needs, as an IAM policy. Needs none itself.",
    ),
]


def deploy(
    *,
    parameter: Parameters = None,
    wheels: Platform = None,
    yes: Yes = False,
    no_publish: NoPublish = False,
    rights: Rights = False,
) -> None:
    """Update code, keys, stack and site. Running it again changes nothing.

    The first deploy needs the parameter Sender. Without SiteUrl the site is at
    CloudFront's name. Others follow from these, or keep their values.
    """
    aws = options.shared().aws
    values = _values(parameter or [])
    if rights:
        console.print_json(policies.policy(options.shared().stack, aws.region, values))
        return
    platform = wheels or (Wheels.HERE if aws.endpoint_url else Wheels.CLOUD)
    deployed = _deploy(values, platform, is_confirmed=yes or options.wants_json())
    if deployed.refused:
        console.error("The stack was not changed.")
        raise typer.Exit(Exit.PROBLEMS)
    published = None if no_publish else _publish(aws, deployed)
    _print_deployed(aws, deployed, published)


def _values(assignments: Sequence[str]) -> dict[str, str]:
    values = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not (name and equals):
            raise typer.BadParameter(f"{assignment!r} is not NAME=VALUE", param_hint="--parameter")
        values[name] = value
    return values


def _deploy(values: dict[str, str], platform: Wheels, *, is_confirmed: bool) -> Deployed:
    with console.progress() as report:

        def confirm(proposal: Proposal) -> bool:
            with report.paused():
                if not options.wants_json():
                    _show(proposal)
                return is_confirmed or console.confirm("Apply these changes?")

        return deploying.deploy(
            options.shared().aws,
            options.shared().stack,
            values,
            target=TARGETS[platform],
            confirm=confirm,
            report=report,
        )


def _show(proposal: Proposal) -> None:
    """Show what would change, and where."""
    if proposal.is_first:
        console.note(f"{len(proposal.changes)} resources would be created.")
    else:
        _show_changes(proposal.changes)
    for note in proposal.notes:
        console.note(note)
    if proposal.is_first:
        console.note(FIRST)
    console.note(f"Stack {proposal.stack}, account {proposal.account}, region {proposal.region}.")


def _show_changes(changes: Sequence[Change]) -> None:
    for change in changes:
        new = ", REPLACING the old one" if change.replaces else ""
        console.note(f"  {change.action:<7}{change.resource} ({change.kind}){new}")


def _publish(aws: Aws, deployed: Deployed) -> Published:
    to = publishing.destination(aws, deployed.stack)
    # The demo starts with whatever content there is: nobody real has signed up for its events.
    return publishing_command.publish_site(
        aws, to, deployed.outputs["SiteUrl"], may_remove_events=aws.endpoint_url is not None
    )


def _print_deployed(aws: Aws, deployed: Deployed, published: Published | None) -> None:
    parameters = stack.parameters(aws, deployed.stack)
    remaining = manual_steps.steps(aws, parameters, deployed.outputs)
    if options.wants_json():
        console.print_json(
            {
                "stack": deployed.stack,
                "account": aws.account(),
                "region": aws.region,
                "notes": deployed.notes,
                "held_back": asdict(deployed.held_back),
                "changes": [asdict(change) for change in deployed.changes],
                "outputs": deployed.outputs,
                "secrets_made": deployed.secrets_made,
                "published": asdict(published) if published else None,
                "left_to_do": [asdict(step) for step in remaining],
            }
        )
        return
    changes = f"{len(deployed.changes)} resources changed" if deployed.changes else "up to date"
    console.print_line(f"{deployed.stack}: {changes}")
    for name in deployed.secrets_made:
        console.print_line(f"New key in SSM: {name}. Back it up: alumni secrets export")
    _print_held_back(deployed.held_back)
    if published:
        publishing_command.print_published(published, dry_run=False)
    outputs = deployed.outputs
    console.print_line(f"Site: {outputs['SiteUrl']}")
    console.print_line(
        f"Distribution: {outputs['DistributionDomain']} ({outputs['DistributionId']})"
    )
    _print_remaining(remaining)
    console.print_line(f"\nSee whether it works: alumni doctor --address {YOURS}")


def _print_held_back(held_back: HeldBack) -> None:
    """Newsletters of a restored table, which a person decides about."""
    for slug in held_back.paused:
        console.print_line(
            f"Paused: {slug} was going out. The restored table doesn't know who has received it "
            f"since; `alumni issues cancel {slug}`, or `resume` if nobody can have."
        )
    for slug in held_back.cancelled:
        console.print_line(
            f"Cancelled: {slug} was due, and may have been sent since the time of the restored "
            "table. If it wasn't, publish it again under another name."
        )


def _print_remaining(steps: Sequence[Step]) -> None:
    if not steps:
        return
    console.print_line("\nLeft to do:")
    for step in steps:
        console.print_line(f"- {step.what}")
        for command in step.commands:
            console.print_line(f"    {command}")
        for record in step.records:  # two lines, never wrapped: people copy names and values
            console.print_line(f"    {record.name}")
            console.print_line(f"      {record.kind}  {record.value}")
