"""A deploy: code, keys, stack, in an order that can be interrupted anywhere and repeated.

See docs/deploying.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.cloud.aws import Aws
from infra.cloud.deploying import artifact, code_bucket, ssm_secrets, stack, wheels
from infra.cloud.deploying.stack import Change, ChangeSet
from infra.cloud.deploying.wheels import Target
from infra.cloud.progress import Report, silent
from infra.paths import ROOT

TEMPLATE = ROOT / "template.yaml"

Confirm = Callable[[tuple[Change, ...]], bool]


def confirm_all(_changes: tuple[Change, ...]) -> bool:
    return True


@dataclass(frozen=True)
class Deployed:
    stack: str
    changes: tuple[Change, ...]
    outputs: dict[str, str]
    code_key: str
    secrets_made: list[str] = field(default_factory=list)
    refused: bool = False  # `confirm` returned False, and nothing was changed


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

    `parameters` are the template's; those not named keep what the stack has, or the default.

    Raises:
        BuildError: the code can't be packed.
        CloudError: AWS refused or was unreachable.
        StackFailedError: the stack began to change, failed, and was rolled back.
    """
    report("packing the functions", 0, 0)
    packed = artifact.make(target)
    report("uploading the functions", 0, 0)
    bucket = code_bucket.ensure_bucket(aws)
    code_bucket.upload_artifact(aws, bucket, packed)
    template_url = code_bucket.upload_template(aws, bucket, template)
    prefix = parameter_prefix(stack_name)
    new_keys = ssm_secrets.ensure(aws, prefix)
    values = {
        **parameters,
        "CodeBucket": bucket,
        "CodeKey": packed.key,
        "ParameterPrefix": prefix,
        "OriginSecrets": ssm_secrets.origin_secrets(aws, prefix),
    }
    report("preparing the changes", 0, 0)
    change_set = stack.prepare(aws, stack_name, template_url, values)
    if change_set is None:
        return Deployed(stack_name, (), stack.outputs(aws, stack_name), packed.key, new_keys)
    if not _is_confirmed(aws, change_set, confirm):
        return Deployed(stack_name, change_set.changes, {}, packed.key, new_keys, refused=True)
    stack.execute(aws, change_set, report)
    outputs = stack.outputs(aws, stack_name)
    return Deployed(stack_name, change_set.changes, outputs, packed.key, new_keys)


def _is_confirmed(aws: Aws, change_set: ChangeSet, confirm: Confirm) -> bool:
    confirmed = False
    try:
        confirmed = confirm(change_set.changes)
    finally:  # Ctrl-C at the question must not leave a change set behind either
        if not confirmed:
            stack.discard(aws, change_set)
    return confirmed
