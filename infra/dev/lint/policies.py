"""Runs parliament on every policy of the template's roles, as AWS will hold it.

It knows each action's resources and condition keys, so it finds what the local cloud can't: a
misspelt action, a key that never matches, a resource that the action doesn't take.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from infra.cloud.deploying import rights
from infra.cloud.template import load
from infra.dev.lint import deployer_calls
from infra.paths import ROOT

PARLIAMENT = ROOT / ".venv-checkov" / "bin" / "parliament"
PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-north-1",
    "AWS::AccountId": "123456789012",
    "AWS::StackName": "alumni",
}
HERE = "eu-north-1:123456789012"
ARNS = {
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{HERE}:table/{{}}",
    "AWS::KMS::Key": f"arn:aws:kms:{HERE}:key/{{}}",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{HERE}:log-group:{{}}:*",
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::SQS::Queue": f"arn:aws:sqs:{HERE}:{{}}",
}
# What parliament finds in a policy and is right there, with the reason.
EXCEPTIONS = {
    "NewsletterSendRole-what-it-does": {
        "Unknown condition ses:FromAddress for action ses:SendBulkEmail": (
            "the condition is IfExists: it binds SendBulkTemplatedEmail, as which SES may check "
            "the same call, and SendBulkEmail as soon as SES knows the key there"
        )
    }
}
DEPLOYER = "deployer"
EXAMPLES = {"ParameterPrefix": "/alumni/alumni", "Sender": "Example Alumni <alumni@example.com>"}


class Policies:
    """The policies of a template, with CloudFormation's functions replaced by example values."""

    def __init__(self, template: dict[str, Any]) -> None:
        self._template = template
        self._resources = template["Resources"]

    def of_roles(self) -> dict[str, dict[str, Any]]:
        return {
            f"{role}-{policy['PolicyName']}": self._value(policy["PolicyDocument"])
            for role, resource in self._resources.items()
            if resource["Type"] == "AWS::IAM::Role"
            for policy in resource["Properties"].get("Policies", [])
        }

    def _value(self, node: Any) -> Any:
        if isinstance(node, list):
            return _flat([self._value(part) for part in node])
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((name, argument),) = node.items()
            if name == "Ref":
                return self._reference(argument)
            if name.startswith("Fn::"):
                return self._function(name, argument)
        return {key: self._value(part) for key, part in node.items()}

    def _function(self, name: str, argument: Any) -> Any:
        match name:
            case "Fn::If":
                return self._value(argument[1])  # the first branch is the one in AWS
            case "Fn::GetAtt":
                return self._attribute(argument)
            case "Fn::Sub":
                return self._substituted(argument)
            case "Fn::Join":
                return str(argument[0]).join(map(str, self._value(argument[1])))
            case "Fn::Select":
                return self._value(argument[1])[int(argument[0])]
            case "Fn::Split":
                return str(self._value(argument[1])).split(argument[0])
        raise ValueError(f"policies use {name}, which infra/dev/lint/policies.py doesn't know")

    def _substituted(self, argument: Any) -> str:
        text, values = (argument, {}) if isinstance(argument, str) else argument

        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name in values:
                return str(self._value(values[name]))
            return str(self._attribute(name) if "." in name else self._reference(name))

        return re.sub(r"\$\{([^}!]+)\}", value, text)

    def _reference(self, name: str) -> Any:
        if name in PSEUDO:
            return PSEUDO[name]
        default = self._template["Parameters"].get(name, {}).get("Default")
        return EXAMPLES.get(name) or default or name.lower()

    def _attribute(self, path: str | list[str]) -> str:
        name, attribute = path.split(".", 1) if isinstance(path, str) else path
        arn = ARNS.get(self._resources[name]["Type"], f"arn:aws:other:{HERE}:{{}}")
        if attribute == "StreamArn":
            return arn.format(name.lower()) + "/stream/2026"
        return arn.format(name.lower()) if attribute == "Arn" else name.lower()


def _flat(parts: list[Any]) -> list[Any]:
    """CloudFormation drops AWS::NoValue, and a function in a list may give a list."""
    flat: list[Any] = []
    for part in parts:
        flat.extend(part if isinstance(part, list) else [part])
    return [part for part in flat if part != "aws::novalue"]


def of_deployer(template: dict[str, Any]) -> dict[str, Any]:
    """Each call that CloudFormation makes for a deployer, with the resources that are granted."""
    granted = rights.policy("alumni", PSEUDO["AWS::Region"], {})["Statement"]
    calls = {
        call for kind in deployer_calls.kinds(template) for call in deployer_calls.actions(kind)
    }
    resources: dict[tuple[str, ...], list[str]] = {}
    for call in sorted(calls):
        of_call = [
            resource.replace(":*:", f":{PSEUDO['AWS::AccountId']}:")
            for statement in granted
            if any(fnmatchcase(call, action) for action in statement["Action"])
            for resource in statement["Resource"]
        ]
        resources.setdefault(tuple(sorted(of_call)), []).append(call)
    statements = [
        {"Effect": "Allow", "Action": actions, "Resource": list(arns)}
        for arns, actions in resources.items()
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def findings(policies: dict[str, dict[str, Any]]) -> list[str]:
    """What parliament finds, without what EXCEPTIONS allows."""
    if not PARLIAMENT.exists():
        return ["parliament is not installed: `make lint` installs it"]
    with tempfile.TemporaryDirectory() as folder:
        for name, policy in policies.items():
            (Path(folder) / f"{name}.json").write_text(json.dumps(policy, indent=1))
        done = subprocess.run(  # noqa: S603
            (str(PARLIAMENT), "--directory", folder, "--json"),
            cwd=ROOT,
            env=os.environ | {"PYTHONWARNINGS": "ignore"},  # of its own imports
            capture_output=True,
            text=True,
            check=False,
        )
    if done.stderr:
        return [done.stderr.strip()]
    return [text for line in done.stdout.splitlines() if (text := _finding(json.loads(line)))]


def _finding(finding: dict[str, Any]) -> str:
    """One finding as a line; empty if it is an exception."""
    policy = Path(finding["location"].get("filepath") or "").stem
    if policy == DEPLOYER and finding["issue"] != "RESOURCE_MISMATCH":
        return ""  # it knows no action of this year, and can't know what a deployer needs
    if str(finding["detail"]) in EXCEPTIONS.get(policy, {}):
        return ""
    return f"{policy}: {finding['title']}: {finding['detail']}"


def main() -> int:
    template = load(ROOT / "template.yaml")
    policies = {**Policies(template).of_roles(), DEPLOYER: of_deployer(template)}
    problems = findings(policies)
    print("\n".join(problems) or f"{len(policies)} policies checked")  # noqa: T201
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
