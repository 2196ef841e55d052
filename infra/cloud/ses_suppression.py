"""SES's suppression list of the account and region: plain addresses, which only we can take off."""

from collections.abc import Iterable

from botocore.exceptions import ClientError

from infra.cloud.aws import Aws


def listed(aws: Aws, addresses: Iterable[str]) -> list[str]:
    """Those of the addresses that are on the list."""
    return [address for address in addresses if _is_listed(aws, address)]


def _is_listed(aws: Aws, address: str) -> bool:
    try:
        aws.client("sesv2").get_suppressed_destination(EmailAddress=address)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise
        return False
    return True


def take_off(aws: Aws, addresses: Iterable[str]) -> None:
    """Take the addresses, which are listed, off the list."""
    for address in addresses:
        aws.client("sesv2").delete_suppressed_destination(EmailAddress=address)
