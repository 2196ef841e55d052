"""`alumni teardown`: deletes the stack, and lists what stays in the account."""

from collections.abc import Sequence
from dataclasses import asdict

import typer

from infra.alumni import console, options
from infra.alumni.console import Exit
from infra.cloud.deploying import stack as stacks
from infra.cloud.deploying import teardown as tearing_down
from infra.cloud.deploying.teardown import Kept


def teardown(*, yes: options.Yes = False) -> None:
    """Delete the stack: the site goes offline, and forms and newsletters stop.

    What people told you stays: table, buckets, keys and SES identity. `alumni
    deploy` takes them over again.
    """
    aws, stack = options.shared().aws, options.shared().stack
    kept = tearing_down.kept(stacks.parameters(aws, stack), stacks.outputs(aws, stack))
    if not yes and not _confirm(kept):
        console.error("Nothing was changed.")
        raise typer.Exit(Exit.PROBLEMS)
    with console.progress() as report:
        stacks.remove(aws, stack, report)
    if options.wants_json():
        console.print_json({"stack": stack, "kept": [asdict(resource) for resource in kept]})
        return
    console.print_line(f"{stack} is deleted. These stay, for `alumni deploy` to take over:")
    _print(kept)


def _confirm(kept: Sequence[Kept]) -> bool:
    aws, stack = options.shared().aws, options.shared().stack
    for resource in kept:
        console.note(f"  stays: {resource.kind} {resource.name}")
    question = f"Delete stack {stack} in account {aws.account()}, {aws.region}?"
    return console.confirm(question)


def _print(kept: Sequence[Kept]) -> None:
    for resource in kept:
        console.print_line(f"- {resource.kind} {resource.name}")
