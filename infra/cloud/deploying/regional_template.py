"""The template as a region's CloudFormation takes it.

In half of the regions, eu-north-1 among them, CloudFormation knows no AWS::Budgets::Budget. AWS
doesn't say that a condition keeps it from refusing the type, so the type isn't sent there.
"""

import re

# Where CloudFormation knows budgets, by its own schemas; a test holds this to them.
KNOWS_BUDGETS = frozenset(
    [
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "me-south-1",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    ]
)


def for_region(template: str, region: str) -> str:
    """The template, without the budget and its output where the type is unknown."""
    return template if region in KNOWS_BUDGETS else _without(template, "Budget")


def _without(template: str, name: str) -> str:
    """Drop each entry of this name below a section: its line, and all lines that are deeper."""
    return re.sub(rf"^  {name}:.*\n(?:    .*\n|\n(?=    ))*", "", template, flags=re.MULTILINE)
