"""Table, buckets and SES identity that exist before a deploy: they are adopted, never created over.

Teardown keeps them, and a restored table is a new one. What is adopted gets the settings of the
template, but is no resource of the stack.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.cloud.aws import Aws
from infra.cloud.deploying import adopted_settings, code_bucket
from infra.cloud.errors import ParameterError

IDENTITY = "SenderDomainIdentity"  # its logical name in the template

Values = Mapping[str, str]


@dataclass(frozen=True)
class Kind:
    """A resource of the template that holds data: its logical name, and its default name."""

    logical: str
    name: str  # the parameter
    adopt: str  # the parameter
    what: str
    exists: Callable[[Aws, str], bool]


@dataclass(frozen=True)
class Situation:
    """What decides: the given parameters, the stack's own, its resources by logical name."""

    given: Values
    current: Values
    owned: Values


@dataclass(frozen=True)
class Existing:
    """The parameters that say what exists, and what a person should know about it."""

    values: dict[str, str]
    notes: tuple[str, ...]


def find(aws: Aws, stack: str, situation: Situation, resources: Mapping[str, Any]) -> Existing:
    """Decide what the stack creates and what it adopts; adopted data gets the template's settings.

    Raises:
        ParameterError: what is named does not exist, or is something else.
    """
    defaults = default_names(aws, stack)
    current = situation.current
    values: dict[str, str] = {}
    notes = []
    for kind in KINDS:
        name = _name(kind, situation) or _new_name(stack, defaults[kind.name])
        adopts = _adopts(aws, kind, name, situation, defaults)
        values |= {kind.name: name, kind.adopt: "yes" if adopts else "no"}
        if adopts:
            values |= adopted_settings.bring(aws, kind.logical, name, resources[kind.logical])
            if current.get(kind.adopt) != "yes" or current.get(kind.name) != name:
                notes.append(f"The {kind.what} {name} exists: it is adopted with all it holds.")
    return Existing(values, tuple(notes))


def default_names(aws: Aws, stack: str) -> dict[str, str]:
    """The names of what a stack creates: always the same, so a deploy finds what was kept."""
    account = aws.account()
    return {
        "TableName": f"{stack}-data",
        "PublicBucketName": f"{stack.lower()}-public-{account}-{aws.region}",
        "PrivateBucketName": f"{stack.lower()}-private-{account}-{aws.region}",
    }


def _name(kind: Kind, situation: Situation) -> str:
    """Empty if the stack has none yet. A stack from before these parameters has a generated one."""
    given, current, owned = situation.given, situation.current, situation.owned
    return given.get(kind.name) or current.get(kind.name) or owned.get(kind.logical, "")


def _new_name(stack: str, name: str) -> str:
    if stack != stack.lower():
        # Its buckets would be those of the stack whose name differs in case only.
        raise ParameterError(f"name the stack in lowercase: {stack.lower()}")
    return name


def _adopts(aws: Aws, kind: Kind, name: str, situation: Situation, defaults: Values) -> bool:
    if situation.owned.get(kind.logical) == name:
        # Naming a resource that had no name of its own would replace it.
        return kind.name not in situation.current
    if kind.exists(aws, name):
        return True
    if name == defaults[kind.name]:
        return False
    raise ParameterError(
        f"there is no {kind.what} {name} in {aws.region}: correct {kind.name}, or leave it out"
    )


def _has_table(aws: Aws, name: str) -> bool:
    try:
        aws.client("dynamodb").describe_table(TableName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return False
    return True


def _has_bucket(aws: Aws, name: str) -> bool:
    return code_bucket.exists(aws.client("s3"), name, aws.account())


KINDS = (
    Kind("Table", "TableName", "AdoptTable", "table", _has_table),
    Kind("PublicBucket", "PublicBucketName", "AdoptPublicBucket", "bucket", _has_bucket),
    Kind("PrivateBucket", "PrivateBucketName", "AdoptPrivateBucket", "bucket", _has_bucket),
)


def find_identity(aws: Aws, domain: str, situation: Situation) -> Existing:
    """Whether the stack creates SES's identity of the sender's domain or uses the existing one.

    Raises:
        ParameterError: the given SenderIdentity is impossible.
    """
    given = situation.given.get("SenderIdentity")
    exists = _has_identity(aws, domain)
    if exists and situation.owned.get(IDENTITY) != domain:
        if given == "create":
            raise ParameterError(
                f"SES already knows {domain} in {aws.region}: leave SenderIdentity out, or say "
                "SenderIdentity=existing"
            )
        is_news = situation.current.get("SenderIdentity") != "existing"
        note = f"SES already knows {domain}: the stack uses it, and leaves its settings alone."
        return Existing({"SenderIdentity": "existing"}, (note,) if is_news else ())
    if given == "existing" and not exists:
        raise ParameterError(
            f"SES does not know {domain} in {aws.region}: leave SenderIdentity out, or verify it"
        )
    return Existing({"SenderIdentity": given or "create"}, ())


def _has_identity(aws: Aws, domain: str) -> bool:
    try:
        aws.client("sesv2").get_email_identity(EmailIdentity=domain)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise
        return False
    return True
