"""`alumni deploy`: code, secrets, stack, first publish, and what is left for people to do."""

from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from infra.alumni import console, options
from infra.alumni import publish as publishing_command
from infra.alumni.console import Exit
from infra.cloud.deploying import deployment as deploying
from infra.cloud.deploying import manual_steps, stack, wheels
from infra.cloud.deploying.deployment import Deployed
from infra.cloud.deploying.manual_steps import Step
from infra.cloud.deploying.stack import Change
from infra.cloud.place import Place
from infra.cloud.publishing import publication as publishing
from infra.cloud.publishing.publication import Published


class Wheels(StrEnum):
    CLOUD = "cloud"
    HERE = "here"


TARGETS = {Wheels.CLOUD: wheels.CLOUD, Wheels.HERE: wheels.HERE}

Parameters = Annotated[
    list[str] | None,
    typer.Option(
        "--parameter",
        metavar="NAME=VALUE",
        help="A parameter of template.yaml; again for more. Unnamed ones stay as they are.",
    ),
]
Platform = Annotated[
    Wheels | None,
    typer.Option(
        "--wheels",
        help="Compiled packages for Lambda (cloud) or for this machine (here); "
        "if not said: here with --endpoint-url, else cloud.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask before changing the stack.")]
NoPublish = Annotated[bool, typer.Option("--no-publish", help="Leave the site as it is.")]


def deploy(
    *,
    parameter: Parameters = None,
    wheels: Platform = None,
    yes: Yes = False,
    no_publish: NoPublish = False,
) -> None:
    """Bring the cloud up to date: code, secrets, stack and site. Doing it twice changes nothing.

    The first time needs SiteUrl, Sender and SenderDomain.
    """
    place = options.shared().place
    values = _values(parameter or [])
    platform = wheels or (Wheels.HERE if place.endpoint_url else Wheels.CLOUD)
    deployed = _deploy(values, platform, ask=not (yes or options.wants_json()))
    if deployed.refused:
        console.complain("Nothing was changed.")
        raise typer.Exit(Exit.PROBLEMS)
    published = None if no_publish else _publish(place, deployed)
    _tell(place, deployed, published)


def _values(given: Sequence[str]) -> dict[str, str]:
    values = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not (name and equals):
            raise typer.BadParameter(f"{each!r} is not NAME=VALUE", param_hint="--parameter")
        values[name] = value
    return values


def _deploy(values: dict[str, str], platform: Wheels, *, ask: bool) -> Deployed:
    with console.progress() as report:

        def confirm(changes: tuple[Change, ...]) -> bool:
            with report.paused():
                return _agreed(changes)

        return deploying.deploy(
            options.shared().place,
            options.shared().stack,
            values,
            target=TARGETS[platform],
            confirm=confirm if ask else deploying.yes,
            report=report,
        )


def _agreed(changes: Sequence[Change]) -> bool:
    for change in changes:
        new = " - as a NEW one instead of the old" if change.replaces else ""
        console.err.print(f"  {change.action:<7}{change.resource} ({change.kind}){new}")
    return typer.confirm("Shall I?", err=True)


def _publish(place: Place, deployed: Deployed) -> Published:
    to = publishing.destination(place, deployed.stack)
    return publishing_command.publish_site(place, to, deployed.outputs["SiteUrl"])


def _tell(place: Place, deployed: Deployed, published: Published | None) -> None:
    parameters = stack.parameters(place, deployed.stack)
    left = manual_steps.steps(place, parameters, deployed.outputs)
    if options.wants_json():
        console.document(
            {
                "stack": deployed.stack,
                "changes": [asdict(change) for change in deployed.changes],
                "outputs": deployed.outputs,
                "secrets_made": deployed.secrets_made,
                "published": asdict(published) if published else None,
                "left_to_do": [asdict(step) for step in left],
            }
        )
        return
    done = (
        f"{len(deployed.changes)} resources changed." if deployed.changes else "Nothing to change."
    )
    console.line(f"{deployed.stack}: {done}")
    for name in deployed.secrets_made:
        console.line(f"New secret in SSM: {name}. Back it up.")
    if published:
        publishing_command.tell(published, dry_run=False)
    console.line(f"The site: {deployed.outputs['SiteUrl']}")
    _tell_left(left)


def _tell_left(left: Sequence[Step]) -> None:
    if not left:
        return
    console.line("\nLeft to do:")
    for step in left:
        console.line(f"- {step.what}")
        if step.records:
            rows = ((record.name, record.kind, record.value) for record in step.records)
            console.table(("  name", "type", "value"), ((f"  {a}", b, c) for a, b, c in rows))
