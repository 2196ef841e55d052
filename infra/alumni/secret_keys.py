"""`alumni secrets`: replaces keys step by step, checks those that are stored, backs them up."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from functions.core import token_keys
from functions.core.errors import UnusableSecretError
from infra.alumni import console, options
from infra.alumni.console import Exit
from infra.cloud.aws import Aws
from infra.cloud.deploying import deployment, rotation, ssm_secrets, stack, stack_events
from infra.cloud.deploying.rotation import Step, Wait
from infra.cloud.deploying.ssm_secrets import Stored
from infra.cloud.errors import CloudError

# Outputs: the functions that the API calls.
DOORS = ("AccountWebName", "DeskWebName", "DoorWebName", "EventsWebName", "MembershipWebName")


class Rotating(StrEnum):
    """The address key is missing on purpose: members are stored under hashes that depend on it."""

    TOKEN_KEYS = "token-keys"  # noqa: S105 - a name
    ORIGIN_SECRETS = "origin-secrets"


Name = Annotated[
    Rotating,
    typer.Argument(
        help="token-keys sign the links in emails; origin-secrets prove to the API that a request "
        "came through CloudFront."
    ),
]
Leaked = Annotated[
    bool,
    typer.Option(
        "--leaked",
        help="Others know the key that signs now: once the new key signs, links of the old one "
        "only unsubscribe.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the next step without taking it.")]


def rotate(
    name: Name, *, leaked: Leaked = False, dry_run: DryRun = False, yes: options.Yes = False
) -> None:
    """Take the next step in replacing a secret. Run it again for the step after.

    A new key is accepted before it is used, and an old one stays accepted as long
    as anything may carry it, so no link breaks. The address key can't be replaced:
    members are stored under hashes that depend on it.
    """
    if leaked and name is not Rotating.TOKEN_KEYS:
        raise typer.BadParameter("is for token-keys only", param_hint="--leaked")
    aws, prefix = options.shared().aws, _prefix()
    stored = ssm_secrets.read(aws, prefix, name)
    step = _next(aws, name, stored, leaked=leaked)
    if isinstance(step, Wait):
        console.error(step.why)
        raise typer.Exit(Exit.PROBLEMS)
    if not dry_run:
        _require_yes(step, yes=yes)
        ssm_secrets.replace(aws, prefix, name, stored, step.value)
    _print_step(name, step, dry_run=dry_run)


def _prefix() -> str:
    return deployment.parameter_prefix(options.shared().stack)


def _next(aws: Aws, name: str, stored: Stored, *, leaked: bool) -> Step | Wait:
    new = ssm_secrets.make(name)
    if name == Rotating.ORIGIN_SECRETS:
        return rotation.next_of_origin_secrets(stored.value, _deployed(aws), new)
    keys, now = token_keys.parse(stored.value), int(time.time())
    return rotation.next_of_token_keys(keys, stored.changed_at, now, new, leaked=leaked)


def _deployed(aws: Aws) -> str:
    """The origin secrets that the stack's functions have; empty while they differ or change."""
    name = options.shared().stack
    if stack.status(aws, name) not in stack_events.SETTLED:
        return ""
    outputs = stack.outputs(aws, name)
    values = {_origin_secrets_of(aws, outputs[door]) for door in DOORS}
    return values.pop() if len(values) == 1 else ""


def _origin_secrets_of(aws: Aws, function: str) -> str:
    configuration = aws.client("lambda").get_function_configuration(FunctionName=function)
    return str(configuration["Environment"]["Variables"]["ORIGIN_SECRETS"])


def _require_yes(step: Step, *, yes: bool) -> None:
    if not (yes or console.confirm(f"{step.does}\nTake this step?")):
        console.error("Nothing was changed.")
        raise typer.Exit(Exit.PROBLEMS)


def _print_step(name: str, step: Step, *, dry_run: bool) -> None:
    if options.wants_json():
        console.print_json(
            {"secret": name, "step": step.does, "next": step.then, "dry_run": dry_run}
        )
        return
    console.print_line(f"{name}{', next step' if dry_run else ''}: {step.does}")
    console.print_line(f"{'Then' if dry_run else 'Next'}: {step.then}")


def check() -> None:
    """Check that functions can use each stored secret, and show how far a rotation is."""
    states = {name: _state(name) for name in ssm_secrets.MAKERS}
    if options.wants_json():
        console.print_json({name: asdict(state) for name, state in states.items()})
    else:
        rows = ((name, state.words) for name, state in states.items())
        console.print_table(("secret", "state"), rows)
    if not all(state.usable for state in states.values()):
        raise typer.Exit(Exit.PROBLEMS)


@dataclass(frozen=True)
class State:
    usable: bool
    words: str


def _state(name: str) -> State:
    try:
        value = ssm_secrets.read(options.shared().aws, _prefix(), name).value
    except (CloudError, UnusableSecretError) as error:
        return State(usable=False, words=str(error))
    return State(usable=True, words=_WORDS[name](value))


def _of_token_keys(value: str) -> str:
    keys = token_keys.parse(value)
    before = f"; accepted: {len(keys.earlier)} that signed before" if keys.earlier else ""
    return f"one key signs{before}" + ("; accepted: one that will sign" if keys.following else "")


def _of_address_key(_value: str) -> str:
    return "usable; it never changes"


def _of_ticket_key(_value: str) -> str:
    return "signs the tickets of guests; it never changes"


def _of_origin_secrets(value: str) -> str:
    if rotation.NEXT in value:
        return "CloudFront sends one; accepted: one that it will send"
    return "CloudFront sends one" + ("; accepted: one that it sent before" if "," in value else "")


_WORDS: dict[str, Callable[[str], str]] = {
    "token-keys": _of_token_keys,
    "address-key": _of_address_key,
    "origin-secrets": _of_origin_secrets,
    "ticket-key": _of_ticket_key,
}


# ---- Backing up


def export() -> None:
    """Print the secrets as JSON. Keep them safe, outside this AWS account.

    Without the address key, a restored table's members can't be found by their addresses.
    """
    aws, prefix = options.shared().aws, _prefix()
    console.print_json(
        {name: ssm_secrets.read(aws, prefix, name).value for name in ssm_secrets.MAKERS}
    )


def restore(
    file: Annotated[Path, typer.Argument(help="What `alumni secrets export` printed.")],
) -> None:
    """Store the secrets of a backup where they are missing, before the first deploy.

    A secret that exists is never overwritten.
    """
    backup = _read_backup(file)
    aws, prefix = options.shared().aws, _prefix()
    restored = [n for n, value in backup.items() if ssm_secrets.create(aws, f"{prefix}/{n}", value)]
    differing = [
        n for n, value in backup.items() if ssm_secrets.read(aws, prefix, n).value != value
    ]
    if options.wants_json():
        console.print_json({"restored": restored, "differing": differing})
    else:
        console.print_line(f"Restored: {', '.join(restored) or 'none, all exist'}")
    if differing:
        console.error(f"Kept as they are, and not as in the backup: {', '.join(differing)}")
        raise typer.Exit(Exit.PROBLEMS)


def _read_backup(file: Path) -> dict[str, str]:
    """The backup's secrets, each of which functions can use."""
    try:
        backup = json.loads(file.read_text(encoding="utf-8"))
        for name, value in backup.items():
            ssm_secrets.READERS[name](value)
    except OSError as error:
        raise UnusableSecretError(f"{file} can't be read: {error.strerror}") from None
    except KeyError as error:
        raise UnusableSecretError(
            f"{file} is not a backup of secrets: {error} is not the name of one"
        ) from None
    except (ValueError, TypeError, AttributeError) as error:
        raise UnusableSecretError(f"{file} is not a backup of secrets: {error}") from None
    return dict(backup)
