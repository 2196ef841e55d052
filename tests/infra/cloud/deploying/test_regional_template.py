"""A region's CloudFormation gets no resource type that it doesn't know."""

import re

import pytest
import yaml
from cfnlint.helpers import REGIONS
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from infra.cloud import template as templates
from infra.cloud.deploying.regional_template import KNOWS_BUDGETS, for_region
from infra.paths import ROOT

BUDGET = "AWS::Budgets::Budget"
TEMPLATE = (ROOT / "template.yaml").read_text(encoding="utf-8")
# The template is for AWS's commercial partition.
ELSEWHERE = re.compile("cn-|us-gov-|us-iso|eu-iso|eusc-")


def test_budgets_are_sent_where_cloudformation_knows_them():
    regions = {region for region in REGIONS if not ELSEWHERE.match(region)}
    types = PROVIDER_SCHEMA_MANAGER.get_resource_types
    assert {region for region in regions if BUDGET in types(region)} == KNOWS_BUDGETS
    assert "eu-north-1" not in KNOWS_BUDGETS, "the default region"


def test_a_region_that_knows_all_types_gets_the_template_as_it_is():
    assert for_region(TEMPLATE, "eu-west-1") == TEMPLATE


def test_elsewhere_budget_and_output_are_left_out_and_nothing_else(tmp_path):
    path = tmp_path / "template.yaml"
    path.write_text(for_region(TEMPLATE, "eu-north-1"), encoding="utf-8")
    whole, sent = templates.load(ROOT / "template.yaml"), templates.load(path)
    del whole["Resources"]["Budget"], whole["Outputs"]["Budget"]
    assert sent == whole
    assert BUDGET not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("rest", ["", "  Next: {a: 1}\n", "\n  Next: {a: 1}\n", "\nOutputs: {}\n"])
def test_an_entry_ends_where_the_next_begins(rest):
    entry = "  Budget:\n    Type: AWS::Budgets::Budget\n\n    Properties:\n      Budget: {}\n"
    kept = yaml.safe_load("Resources:\n  Table: {b: 2}\n" + rest)
    assert yaml.safe_load(for_region("Resources:\n  Table: {b: 2}\n" + entry + rest, "x")) == kept
