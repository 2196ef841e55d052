"""A deploy: code, keys, stack, in an order that can be interrupted anywhere and repeated.

See docs/deploying.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from infra.cloud import template as templates
from infra.cloud.aws import Aws
from infra.cloud.deploying import (
    artifact,
    code_bucket,
    existing_data,
    parameter_rules,
    restored_newsletters,
    ssm_secrets,
    stack,
    wheels,
)
from infra.cloud.deploying.existing_data import Existing, Situation
from infra.cloud.deploying.restored_newsletters import HeldBack
from infra.cloud.deploying.stack import Change, ChangeSet
from infra.cloud.deploying.wheels import Target
from infra.cloud.progress import Report, silent
from infra.paths import ROOT

TEMPLATE = ROOT / "template.yaml"
NAMELESS = "Without --parameter SiteUrl=https://... the site will be at CloudFront's own name."


WITHOUT_BYTECODE = (
    f"This machine has no Python {wheels.CLOUD.python} to compile the functions: the first request "
    "after a pause would take about three times as long. Install it "
    f"(`uv python install {wheels.CLOUD.python}`) and deploy again."
)


@dataclass(frozen=True)
class Proposal:
    """What a deploy would do, and where, for a person to confirm."""

    account: str
    region: str
    stack: str
    changes: tuple[Change, ...]
    is_first: bool = False
    notes: tuple[str, ...] = ()  # what to know before confirming


Confirm = Callable[[Proposal], bool]


def confirm_all(_proposal: Proposal) -> bool:
    return True


@dataclass(frozen=True)
class Deployed:
    stack: str
    changes: tuple[Change, ...]
    outputs: dict[str, str]
    code_key: str
    secrets_made: list[str] = field(default_factory=list)
    refused: bool = False  # `confirm` returned False, and the stack was not changed
    notes: tuple[str, ...] = ()
    held_back: HeldBack = field(default_factory=HeldBack)


def parameter_prefix(stack_name: str) -> str:
    return f"/alumni/{stack_name}"


def deploy(  # noqa: PLR0913 - each is an option of the command
    aws: Aws,
    stack_name: str,
    parameters: Mapping[str, str],
    *,
    target: Target = wheels.CLOUD,
    confirm: Confirm = confirm_all,
    report: Report = silent,
    template: Path = TEMPLATE,
) -> Deployed:
    """Bring the stack up to date; doing it twice changes nothing.

    `parameters` are the template's; those not named keep what the stack has, or follow from others.

    Raises:
        BuildError: the code can't be packed.
        CloudError: AWS refused or was unreachable.
        ParameterError: the parameters contradict each other or the account.
        StackFailedError: the stack began to change, failed, and was rolled back.
    """
    report("comparing with the account", 0, 0)
    stack.make_ready(aws, stack_name)
    is_first = stack.status(aws, stack_name) is None
    # Before anything is uploaded: most mistakes are found here.
    wanted, notes = _parameters(aws, stack_name, parameters, template)
    if wanted["AdoptTable"] == "yes" or not is_first:  # the table's keys depend on it
        ssm_secrets.require_address_key(aws, parameter_prefix(stack_name), wanted["TableName"])
    uploaded = _upload(aws, stack_name, target, template, report)
    notes += uploaded.notes
    report("preparing the changes", 0, 0)
    change_set = stack.prepare(
        aws, stack_name, uploaded.template_url, {**wanted, **uploaded.values}
    )
    changes = change_set.changes if change_set else ()
    code_key, secrets_made = uploaded.values["CodeKey"], uploaded.secrets_made
    deployed = Deployed(stack_name, changes, {}, code_key, secrets_made, notes=notes)
    if change_set:
        place = Proposal(aws.account(), aws.region, stack_name, changes, is_first, notes)
        if not _is_confirmed(aws, change_set, place, confirm):
            return replace(deployed, refused=True)
        used_so_far = "" if is_first else stack.outputs(aws, stack_name).get("TableName", "")
        held_back = _hold_back(aws, used_so_far, {**wanted, **uploaded.values})
        deployed = replace(deployed, held_back=held_back)
        stack.execute(aws, change_set, report)
    if is_first:
        _finish_first(aws, stack_name, uploaded.template_url, template, report)
    return replace(deployed, outputs=stack.outputs(aws, stack_name))


def _hold_back(aws: Aws, used_so_far: str, values: Mapping[str, str]) -> HeldBack:
    """Keep the newsletters of a restored table from going out again, before anything uses it."""
    adopts, table = values["AdoptTable"] == "yes", values["TableName"]
    if adopts and restored_newsletters.is_restored(aws, table, used_so_far):
        return restored_newsletters.hold_back(aws, values)
    return HeldBack()


@dataclass(frozen=True)
class _Uploaded:
    template_url: str
    values: dict[str, str]  # the parameters that name the code and the keys
    secrets_made: list[str]
    notes: tuple[str, ...]


def _upload(aws: Aws, stack_name: str, target: Target, template: Path, report: Report) -> _Uploaded:
    report("packing the functions", 0, 0)
    packed = artifact.make(target)
    report("uploading the functions", 0, 0)
    bucket = code_bucket.ensure_bucket(aws)
    code_key = code_bucket.upload_artifact(aws, bucket, packed)
    notes = () if code_key == packed.compiled_key else (WITHOUT_BYTECODE,)
    prefix = parameter_prefix(stack_name)
    secrets_made = ssm_secrets.ensure(aws, prefix)
    values = {
        "CodeBucket": bucket,
        "CodeKey": code_key,
        "ParameterPrefix": prefix,
        "OriginSecrets": ssm_secrets.origin_secrets(aws, prefix),
        "TicketPublicKey": ssm_secrets.ticket_public_key(aws, prefix),
    }
    template_url = code_bucket.upload_template(aws, bucket, template)
    return _Uploaded(template_url, values, secrets_made, notes)


def _parameters(
    aws: Aws, stack_name: str, given: Mapping[str, str], template: Path
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The template's parameters, and notes on what exists already."""
    current = stack.parameters(aws, stack_name)
    owned = stack.resources(aws, stack_name) if current else {}
    situation = Situation(given, current, owned)
    derived = parameter_rules.derive(given, current)
    resources = templates.load(template)["Resources"]
    identity = existing_data.find_identity(aws, derived["SenderDomain"], situation)
    data = existing_data.find(aws, stack_name, situation, resources)
    protection = {"DeletionProtection": "on" if current else "off"}
    address = _address(aws, stack_name, situation)
    values = {**derived, **address.values, **identity.values, **data.values, **protection}
    return values, (*address.notes, *identity.notes, *data.notes)


def _address(aws: Aws, stack_name: str, situation: Situation) -> Existing:
    """The address of a site without a domain, which is known once the stack stands."""
    given, current = situation.given, situation.current
    if given.get("SiteUrl", current.get("SiteUrl")):
        return Existing({}, ())
    if not current:
        return Existing({}, (NAMELESS,))
    distribution = stack.outputs(aws, stack_name)["DistributionDomain"]
    return Existing({"SiteUrl": parameter_rules.site_without_domain(distribution)}, ())


def _finish_first(
    aws: Aws, stack_name: str, template_url: str, template: Path, report: Report
) -> None:
    """Set what only a created stack can have: its table's protection, CloudFront's name."""
    values, _ = _parameters(aws, stack_name, {}, template)
    change_set = stack.prepare(aws, stack_name, template_url, values)
    if change_set:
        stack.execute(aws, change_set, report)


def _is_confirmed(aws: Aws, change_set: ChangeSet, proposal: Proposal, confirm: Confirm) -> bool:
    confirmed = False
    try:
        confirmed = confirm(proposal)
    finally:  # Ctrl-C at the question must not leave a change set behind either
        if not confirmed:
            stack.discard(aws, change_set)
    return confirmed
