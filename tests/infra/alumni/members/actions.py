"""What the tests of `alumni members` act with: the command, SES's list, the tick that erases."""

import json

from botocore.exceptions import ClientError
from typer.testing import CliRunner

from functions.membership import handler
from functions.membership.rules import GOODBYE_SECONDS
from infra.alumni import main
from tests.functions.sent_emails import Context


class SuppressionList(set):
    """SES's, of the account: moto has none."""

    def get_suppressed_destination(self, EmailAddress):  # noqa: N803 - SES's name
        if EmailAddress not in self:
            raise ClientError({"Error": {"Code": "NotFoundException"}}, "GetSuppressedDestination")

    def delete_suppressed_destination(self, EmailAddress):  # noqa: N803 - SES's name
        self.remove(EmailAddress)


def run(*arguments, **options):
    return CliRunner().invoke(main.app, ["members", *arguments], **options)


def shown(person):
    return json.loads(run("show", person, "--json").stdout)


def finish_erasing(cloud):
    cloud.pass_(GOODBYE_SECONDS)
    handler.tick({"tick": True}, Context())
