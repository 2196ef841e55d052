"""What a teardown leaves in the account: what people told us, and what it takes to read it."""

from collections.abc import Mapping
from dataclasses import dataclass

OUTPUTS = {
    "TableName": "table",
    "PublicBucket": "bucket",
    "PrivateBucket": "bucket",
    "EvidenceKeyArn": "key that signed the digests of consents, $1 a month",
}


@dataclass(frozen=True)
class Kept:
    """`kind` in words, such as `table`, and its name in the account."""

    kind: str
    name: str


def kept(parameters: Mapping[str, str], outputs: Mapping[str, str]) -> list[Kept]:
    """What stays when this stack is deleted, whether the stack or an earlier one created it."""
    return [
        *(Kept(kind, outputs[name]) for name, kind in OUTPUTS.items() if name in outputs),
        Kept("SES identity", parameters["SenderDomain"]),
        Kept("keys in SSM", f"{parameters['ParameterPrefix']}/"),
        Kept("bucket of code", parameters["CodeBucket"]),
    ]
