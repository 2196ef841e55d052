"""template.yaml as the tests look at it: resources by kind, with their properties."""

from typing import Any

from infra.cloud.template import load
from infra.paths import ROOT

TEMPLATE = load(ROOT / "template.yaml")
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]
GLOBALS = TEMPLATE["Globals"]["Function"]


def of(kind: str) -> dict[str, dict[str, Any]]:
    resources = {name: resource for name, resource in RESOURCES.items() if resource["Type"] == kind}
    return {name: resource.get("Properties", {}) for name, resource in resources.items()}


FUNCTIONS = of("AWS::Serverless::Function")
QUEUES = of("AWS::SQS::Queue")
ALARMS = of("AWS::CloudWatch::Alarm")
ROLES = of("AWS::IAM::Role")
DEAD_LETTERS = {name for name in QUEUES if name.endswith("DeadLetters")}


def policies(role: str) -> list[dict[str, Any]]:
    documents = [policy["PolicyDocument"] for policy in ROLES[role]["Policies"]]
    return [statement for document in documents for statement in document["Statement"]]


def as_list(value: Any) -> list[Any]:
    """A policy's actions; without those that the local cloud alone asks for."""
    return [action for action in (value if isinstance(value, list) else [value]) if _in_aws(action)]


def _in_aws(action: Any) -> bool:
    return not isinstance(action, dict) or action["Fn::If"][0] != "ExactPermissions"


def timeout(function: str) -> int:
    return int(FUNCTIONS[function].get("Timeout", GLOBALS["Timeout"]))


def distribution() -> dict[str, Any]:
    return RESOURCES["Distribution"]["Properties"]["DistributionConfig"]  # type: ignore[no-any-return]
