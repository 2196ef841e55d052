"""Options that several commands share, and their defaults from the environment."""

from typing import Annotated

import typer

from infra.cloud.place import Place

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]
Stack = Annotated[
    str, typer.Option("--stack", envvar="ALUMNI_STACK", help="The CloudFormation stack's name.")
]
Region = Annotated[
    str, typer.Option("--region", envvar="AWS_REGION", help="The AWS region of the stack.")
]
Endpoint = Annotated[
    str | None,
    typer.Option(
        "--endpoint-url",
        envvar="AWS_ENDPOINT_URL",
        help="Another cloud than AWS: the local one is http://localhost:4566.",
    ),
]
Profile = Annotated[
    str | None,
    typer.Option("--profile", envvar="AWS_PROFILE", help="The AWS profile with the credentials."),
]

Slug = Annotated[str, typer.Argument(help="The issue's slug.")]

STACK = "alumni"
REGION = "eu-north-1"


def place(region: str, endpoint_url: str | None, profile: str | None) -> Place:
    return Place(region, endpoint_url or None, profile or None)
