"""The keys that `alumni deploy` created in SSM, read once per container."""

from functools import cache

from functions.core.aws.clients import client
from functions.core.settings import settings


@cache
def secrets() -> dict[str, str]:
    """Name (`token-keys`, `address-key`) → value."""
    prefix = settings().parameter_prefix
    names = [f"{prefix}/token-keys", f"{prefix}/address-key"]
    answer = client("ssm").get_parameters(Names=names, WithDecryption=True)
    if answer["InvalidParameters"]:
        raise RuntimeError(f"missing in SSM: {answer['InvalidParameters']}; run `alumni deploy`")
    return {
        parameter["Name"].rsplit("/", 1)[1]: parameter["Value"]
        for parameter in answer["Parameters"]
    }
