"""What CloudFormation calls for each resource of the template, with the deployer's rights.

Its resource schemas list that; cfn-lint brings them.
"""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import Any

SCHEMAS = Path(str(files("cfnlint"))) / "data" / "schemas"
REGION = "eu-north-1"
# What AWS::Serverless::Function becomes here.
SERVERLESS = ("Function", "EventInvokeConfig", "EventSourceMapping")
BUDGETS = {"AWS::Budgets::Budget": ["budgets:ModifyBudget", "budgets:ViewBudget"]}  # no schema
# What the handlers may call for properties that the template doesn't have.
UNUSED = {
    "s3:getObject": "an API from a file",
    "s3:REST.PUT.OBJECT": "no action of IAM's",
    "s3:GetObjectMetadata": "no action of IAM's",
    "dynamodb:*Item": "items are for functions only",
    "dynamodb:Query": "items are for functions only",
    "dynamodb:Scan": "items are for functions only",
    "dynamodb:*Import*": "a table's import",
    "dynamodb:*Replica": "replicas in other regions",
    "dynamodb:*KinesisStreamingDestination": "Kinesis",
    "dynamodb:*ContributorInsights": "contributor insights",
    "dynamodb:*ResourcePolicy": "a policy of the table's own",
    "kinesis:*": "Kinesis",
    "firehose:*": "Firehose",
    "kms:*crypt": "keys of the customer's own",
    "kms:*Grant": "keys of the customer's own",
    "kms:GenerateDataKey": "keys of the customer's own",
    "kms:ListAliases": "keys of the customer's own",
    "kms:EnableKey*": "a key that is switched off, or replaced each year",
    "kms:DisableKey*": "a key that is switched off, or replaced each year",
    "ec2:*": "a VPC",
    "elasticfilesystem:*": "a file system",
    "s3files:*": "a file system",
    "s3tables:*": "tables in buckets",
    "lambda:GetLayerVersion": "layers",
    "lambda:GetCodeSigningConfig": "signed code",
    "lambda:PutFunctionCodeSigningConfig": "signed code",
    "lambda:PassCapacityProvider": "capacity providers",
    "iam:CreateServiceLinkedRole": "replicas in other regions",
    "iam:*RolePermissionsBoundary": "boundaries of roles",
    "cloudfront:*ConnectionGroup": "tenants of a distribution",
    "cloudfront:GetVpcOrigin": "a VPC",
    "cloudfront:UpdateDistributionWithStagingConfig": "staging distributions",
    "logs:*KmsKey": "keys of the customer's own",
    "logs:*DataProtectionPolicy": "masking of logs",
    "logs:*IndexPolicy": "indexes of logs",
    "logs:PutBearerTokenAuthentication": "logs from outside AWS",
    "logs:PutLogGroupDeletionProtection": "protection of logs",
    "logs:*LogStream": "a table's import",
    "logs:PutLogEvents": "a table's import",
}


def kinds(template: dict[str, Any]) -> set[str]:
    """The template's kinds of resources, as the SAM transform leaves them."""
    declared = {resource["Type"] for resource in template["Resources"].values()}
    functions = {f"AWS::Lambda::{name}" for name in SERVERLESS}
    return declared - {"AWS::Serverless::Function"} | functions


def actions(kind: str) -> list[str]:
    """The IAM actions to create, change and delete such a resource."""
    calls = BUDGETS.get(kind) or list(_handler_calls(kind))
    return [call for call in calls if not any(fnmatchcase(call, unused) for unused in UNUSED)]


def _handler_calls(kind: str) -> Iterator[str]:
    names = json.loads((SCHEMAS / "providers" / f"{REGION}.json").read_text())
    schema = json.loads((SCHEMAS / "resources" / f"{names[kind]}.json").read_text())
    for name in ("create", "read", "update", "delete"):
        yield from schema["handlers"].get(name, {}).get("permissions", ())
