"""The options that commands share, declared once: `--json`, and those that choose the cloud.

They work at every level: `alumni --stack test members list`, `alumni members list --stack test`.
"""

import shlex
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup

from infra.alumni import console, demo_access
from infra.cloud import table_access
from infra.cloud.aws import Aws
from infra.cloud.local_access import STATE

STACK = "alumni"  # the demo's has this name, too
REGION = "eu-north-1"
CLOUD = "Cloud"  # the heading of its options in every help
NO_CREDENTIALS = (
    "No credentials for AWS. Looked for AWS_ACCESS_KEY_ID in the environment, then for a profile "
    "(--profile, AWS_PROFILE or 'default') in ~/.aws/credentials and ~/.aws/config.\n"
    "For the demo on this machine add --demo, as in: alumni --demo members list"
)

Slug = Annotated[str, typer.Argument(help="Slug of the issue.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask for confirmation.")]


@dataclass(frozen=True)
class Shared:
    """The values of the shared options for this run of the command."""

    stack: str = STACK
    region: str | None = None
    endpoint_url: str | None = None
    profile: str | None = None
    demo: bool = False
    demo_state: Path = STATE
    json: bool = False

    @property
    def command(self) -> str:
        """What to type in front of a command for it to reach the demo, too."""
        if not self.demo:
            return console.ALUMNI
        state = (
            "" if self.demo_state == STATE else f" --demo-state {shlex.quote(str(self.demo_state))}"
        )
        return f"{console.ALUMNI} --demo{state}"

    @property
    def aws(self) -> Aws:
        """The region is the one that was typed, the environment's, the profile's or the default."""
        if self.demo:
            return demo_access.enter(self.demo_state)
        profile = self.profile or None
        region = self.region or _region_of(profile) or REGION
        return Aws(region, self.endpoint_url or None, profile)


def _region_of(profile: str | None) -> str | None:
    """The region in a profile of ~/.aws/config; without a name, in the default one."""
    import botocore.session

    region = botocore.session.Session(profile=profile).get_config_variable("region")
    return str(region) if region else None


_shared: ContextVar[Shared] = ContextVar("_shared")


cloud_option = partial(typer.Option, rich_help_panel=CLOUD)
StackName = Annotated[
    str,
    cloud_option("--stack", envvar="ALUMNI_STACK", help="Name of the CloudFormation stack."),
]
Region = Annotated[
    str | None,
    cloud_option(
        "--region",
        envvar=["AWS_REGION", "AWS_DEFAULT_REGION"],
        help=f"AWS region of the stack. Default: the profile's, or {REGION}.",
    ),
]
EndpointUrl = Annotated[
    str | None,
    cloud_option(
        "--endpoint-url", envvar="AWS_ENDPOINT_URL", help="Use this cloud instead of AWS."
    ),
]
Profile = Annotated[
    str | None,
    cloud_option(
        "--profile",
        envvar="AWS_PROFILE",
        help="AWS profile with the credentials. Default: AWS_ACCESS_KEY_ID in the environment, "
        "then 'default' in ~/.aws/credentials and ~/.aws/config.",
    ),
]
Demo = Annotated[
    bool,
    cloud_option(
        "--demo",
        help="Use the demo that runs on this machine, instead of the four options above.",
    ),
]
DemoState = Annotated[
    Path,
    cloud_option(
        "--demo-state",
        help="Folder of the demo's data, if `make demo` got another one by --state.",
        show_default="build/local",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]


def declare(  # noqa: PLR0913 - every option that commands share
    *,
    stack: StackName = STACK,
    region: Region = None,
    endpoint_url: EndpointUrl = None,
    profile: Profile = None,
    demo: Demo = False,
    demo_state: DemoState = STATE,
    json: Json = False,
) -> None:
    """The callback of the whole command; options after a subcommand override these."""
    _use(Shared(stack, region, endpoint_url, profile, demo, demo_state, json))


def _use(chosen: Shared) -> None:
    _shared.set(chosen)
    console.alumni_command.set(chosen.command)


def shared() -> Shared:
    """The options of the command that is running."""
    chosen = _shared.get()
    return replace(chosen, stack=STACK) if chosen.demo else chosen


def wants_json() -> bool:
    return shared().json


def connect() -> dict[str, str]:
    """Point `functions.*` at the stack of the options; returns its outputs and parameters."""
    return table_access.connect(shared().aws, shared().stack)


class _AcceptsShared:
    """A command that takes options of the whole command as well as its own."""

    accepts: ClassVar[frozenset[str]] = frozenset()

    def get_params(self, ctx: Any) -> list[Any]:
        own = super().get_params(ctx)  # type: ignore[misc] # of the class beside this one
        at = len(self.params)  # type: ignore[attr-defined] # --help stays the last
        return [*own[:at], *self._accepted(ctx), *own[at:]]

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        remaining = super().parse_args(ctx, args)  # type: ignore[misc]
        values = {option.name: ctx.params.pop(option.name) for option in self._accepted(ctx)}
        typed = {name: value for name, value in values.items() if _is_typed(ctx, name)}
        if typed:
            _use(replace(_shared.get(), **typed))
        return remaining

    def _accepted(self, ctx: Any) -> list[Any]:
        root = ctx.find_root().command
        if root is self:
            return []
        return [option for option in root.params if option.name in self.accepts]


def _is_typed(ctx: Any, name: str) -> bool:
    """Defaults and the environment were read by the whole command already."""
    return bool(ctx.get_parameter_source(name).name == "COMMANDLINE")


class Command(_AcceptsShared, TyperCommand):
    """A command that needs no cloud."""

    accepts = frozenset({"json"})


class CloudCommand(_AcceptsShared, TyperCommand):
    accepts = frozenset(Shared.__dataclass_fields__)


class CloudGroup(_AcceptsShared, TyperGroup):
    accepts = frozenset(Shared.__dataclass_fields__)
