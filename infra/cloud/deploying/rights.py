"""The rights that somebody needs to deploy and tear down a stack, as an IAM policy.

CloudFormation acts with the deployer's rights, so they cover each resource of the template.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ANY = ("*",)  # where AWS knows no resource, or none before it is created


@dataclass(frozen=True)
class Right:
    """`{stack}` and `{region}` in a resource are filled in; so are the names of adopted data."""

    name: str
    service: str
    verbs: str  # of the service's actions, separated by spaces
    resources: tuple[str, ...]

    @property
    def actions(self) -> list[str]:
        return [f"{self.service}:{verb}" for verb in self.verbs.split()]


RIGHTS = (
    Right(
        "Stack",
        "cloudformation",
        "*ChangeSet DescribeStack* DeleteStack ListStackResources",
        (
            "arn:aws:cloudformation:{region}:*:stack/{stack}/*",
            "arn:aws:cloudformation:{region}:aws:transform/Serverless-2016-10-31",
        ),
    ),
    Right(
        "TemplateAndFailures",
        "cloudformation",
        "GetTemplateSummary DescribeEvents",
        ANY,
    ),
    Right(
        "Buckets",
        "s3",
        "*",
        (
            "arn:aws:s3:::alumni-code-*-{region}",
            "arn:aws:s3:::alumni-code-*-{region}/*",
            "arn:aws:s3:::{PublicBucketName}",
            "arn:aws:s3:::{PublicBucketName}/*",
            "arn:aws:s3:::{PrivateBucketName}",
            "arn:aws:s3:::{PrivateBucketName}/*",
        ),
    ),
    # Nothing that writes items; deploying a restored table takes more.
    Right(
        "Table",
        "dynamodb",
        "*Table Describe* UpdateTimeToLive UpdateContinuousBackups Query "
        "ListTagsOfResource GetResourcePolicy TagResource UntagResource",
        (
            "arn:aws:dynamodb:{region}:*:table/{TableName}",
            "arn:aws:dynamodb:{region}:*:table/{TableName}/*",
        ),
    ),
    Right(
        "Roles",
        "iam",
        "*Role *RolePolicy *RolePolicies UpdateRoleDescription UpdateAssumeRolePolicy",
        ("arn:aws:iam::*:role/{stack}-*",),
    ),
    Right(
        "Functions",
        "lambda",
        "*",
        ("arn:aws:lambda:{region}:*:function:{stack}-*",),
    ),
    Right(
        "WhatWakesFunctions",
        "lambda",
        "*EventSourceMapping ListEventSourceMappings ListTags TagResource UntagResource",
        ANY,
    ),
    Right(
        "Api",
        "apigateway",
        "*",
        (
            "arn:aws:apigateway:{region}::/apis",
            "arn:aws:apigateway:{region}::/apis/*",
            "arn:aws:apigateway:{region}::/tags/*",
        ),
    ),
    Right(
        "Distribution",
        "cloudfront",
        "*Distribution *DistributionWithTags GetDistributionConfig *Function "
        "*Invalidation *OriginAccessControl* *CachePolicy* "
        "*OriginRequestPolicy* *ResponseHeadersPolicy* ListTagsForResource "
        "TagResource UntagResource",
        ANY,
    ),
    Right(
        "Certificate",
        "acm",
        "ListCertificates DescribeCertificate RequestCertificate",
        ANY,
    ),
    Right(
        "Logs",
        "logs",
        "*LogGroup *RetentionPolicy *MetricFilter ListTags* TagResource "
        "UntagResource GetDataProtectionPolicy",
        (
            "arn:aws:logs:{region}:*:log-group:/alumni/{stack}/*",
            "arn:aws:logs:{region}:*:log-group:/aws/vendedlogs/{stack}/*",
        ),
    ),
    Right(
        "LogsOfTheAccount",
        "logs",
        "Describe* *QueryDefinition *LogDelivery ListLogDeliveries *ResourcePolicy",
        ANY,
    ),
    Right(
        "Alarms",
        "cloudwatch",
        "PutMetricAlarm DeleteAlarms *Dashboard* ListTagsForResource TagResource UntagResource",
        (
            "arn:aws:cloudwatch:{region}:*:alarm:{stack}-*",
            "arn:aws:cloudwatch::*:dashboard/{stack}*",
        ),
    ),
    Right(
        "AlarmsOfTheAccount",
        "cloudwatch",
        "DescribeAlarms",
        ANY,
    ),
    Right(
        "Rules",
        "events",
        "*",
        ("arn:aws:events:{region}:*:rule/{stack}-*",),
    ),
    Right(
        "Queues",
        "sqs",
        "*Queue GetQueueUrl *QueueAttributes ListQueueTags",
        ("arn:aws:sqs:{region}:*:{stack}-*",),
    ),
    Right(
        "Topic",
        "sns",
        "*",
        ("arn:aws:sns:{region}:*:{stack}-*",),
    ),
    # Nothing that sends.
    Right(
        "Email",
        "ses",
        "*EmailIdentity* *ConfigurationSet* ListTagsForResource TagResource UntagResource",
        (
            "arn:aws:ses:{region}:*:identity/*",
            "arn:aws:ses:{region}:*:configuration-set/{stack}-*",
        ),
    ),
    Right(
        "Subscriptions",
        "sns",
        "GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe",
        ANY,
    ),
    Right(
        "EmailOfTheAccount",
        "ses",
        "GetAccount *ReceiptRule* CreateEmailIdentity CreateConfigurationSet "
        "DescribeConfigurationSet",
        ANY,
    ),
    Right(
        "Budget",
        "budgets",
        "ModifyBudget ViewBudget",
        ("arn:aws:budgets::*:budget/*",),
    ),
    # Nothing that signs.
    Right(
        "SigningKey",
        "kms",
        "CreateKey DescribeKey GetKeyPolicy PutKeyPolicy GetKeyRotationStatus "
        "ScheduleKeyDeletion UpdateKeyDescription ListResourceTags TagResource UntagResource",
        ANY,
    ),
    Right(
        "Keys",
        "ssm",
        "GetParameter GetParameters PutParameter",
        ("arn:aws:ssm:{region}:*:parameter/alumni/{stack}/*",),
    ),
)


def policy(stack: str, region: str, given: Mapping[str, str]) -> dict[str, Any]:
    """The policy document; `given` are template parameters, of which some name adopted data."""
    names = {
        "TableName": f"{stack}-*",
        "PublicBucketName": f"{stack.lower()}-public-*",
        "PrivateBucketName": f"{stack.lower()}-private-*",
    }
    values = names | {name: given[name] for name in names.keys() & given.keys()}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": right.name,
                "Effect": "Allow",
                "Action": right.actions,
                "Resource": [
                    resource.format(stack=stack, region=region, **values)
                    for resource in right.resources
                ],
            }
            for right in RIGHTS
        ],
    }
