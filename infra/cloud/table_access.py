"""Access to a deployed table through the functions' own stores."""

import os
from collections.abc import Mapping

from infra.cloud.aws import Aws
from infra.cloud.deploying import stack as stacks
from infra.cloud.errors import CloudError


def connect(aws: Aws, stack: str) -> dict[str, str]:
    """Point `functions.*` at this stack by their environment; return its outputs and parameters.

    Raises:
        CloudError: there is no such stack.
    """
    values = stacks.parameters(aws, stack) | stacks.outputs(aws, stack)
    missing = {"TableName", "PrivateBucket", "ParameterPrefix"} - values.keys()
    if missing:
        raise CloudError(f"stack {stack} is not an alumni stack: it has no {min(missing)}")
    point_at(aws, values)
    return values


def point_at(aws: Aws, values: Mapping[str, str]) -> None:
    """Point `functions.*` at a table by their environment, whether or not a stack uses it yet."""
    os.environ.update(
        TABLE_NAME=values["TableName"],
        PRIVATE_BUCKET=values["PrivateBucket"],
        PARAMETER_PREFIX=values["ParameterPrefix"],
        SITE_URL=values["SiteUrl"],
        SENDER=values["Sender"],
        AWS_DEFAULT_REGION=aws.region,
    )
    if aws.endpoint_url:
        os.environ["AWS_ENDPOINT_URL"] = aws.endpoint_url
    if aws.profile:
        os.environ["AWS_PROFILE"] = aws.profile
