"""Ends SES's receiving by our receipt rule set, because SES deletes none that is active."""

from infra.cloud.aws import Aws
from infra.cloud.deploying.manual_steps import active_rules


def deactivate(aws: Aws, rule_set: str) -> None:
    """Let SES receive nothing by this rule set. Another one that is active stays so."""
    if rule_set and active_rules(aws) == rule_set:
        aws.client("ses").set_active_receipt_rule_set()
