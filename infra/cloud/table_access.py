"""Access to a deployed table through the functions' own stores."""

import os

from infra.cloud.deploying import stack as stacks
from infra.cloud.errors import CloudError
from infra.cloud.place import Place


def connect(place: Place, stack: str) -> dict[str, str]:
    """Point `functions.*` at this stack by their environment; return its outputs and parameters.

    Raises:
        CloudError: there is no such stack.
    """
    found = stacks.parameters(place, stack) | stacks.outputs(place, stack)
    missing = {"TableName", "PrivateBucket", "ParameterPrefix"} - found.keys()
    if missing:
        raise CloudError(f"stack {stack} is not an alumni stack: it has no {min(missing)}")
    os.environ.update(
        TABLE_NAME=found["TableName"],
        PRIVATE_BUCKET=found["PrivateBucket"],
        PARAMETER_PREFIX=found["ParameterPrefix"],
        SITE_URL=found["SiteUrl"],
        SENDER=found["Sender"],
        AWS_DEFAULT_REGION=place.region,
    )
    if place.endpoint_url:
        os.environ["AWS_ENDPOINT_URL"] = place.endpoint_url
    if place.profile:
        os.environ["AWS_PROFILE"] = place.profile
    return found
