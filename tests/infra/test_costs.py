"""The costs in the README are those that the template's own limits give."""

from dataclasses import replace

import pytest

from infra import costs
from infra.cloud.template import load
from infra.paths import ROOT


def test_the_readme_names_the_sums_that_are_calculated():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    parts = costs.stack()
    for members in (500, 50_000):
        month = costs.month(costs.Network.typical(members), parts)
        assert f"${sum(month.values()):.2f}" in readme


def test_a_larger_network_costs_more_for_its_emails():
    parts = costs.stack()
    small, large = (costs.month(costs.Network.typical(n), parts) for n in (500, 50_000))
    assert large["Newsletter by SES"] == 100 * small["Newsletter by SES"]
    assert large["Minute tick"] == small["Minute tick"]


def test_the_worst_month_grows_with_the_rate_that_the_template_allows():
    parts = costs.stack()
    slower = replace(parts, rate=parts.rate / 2)
    requests = (costs.attack(stack)["Functions"] for stack in (slower, parts))
    assert next(requests) == next(requests) / 2


@pytest.fixture
def template():
    return load(ROOT / "template.yaml")


def properties(template, name):
    return template["Resources"][name]["Properties"]


def test_a_function_counts_with_its_own_memory(template):
    properties(template, "EventsWeb")["MemorySize"] = 2048
    properties(template, "Catalogue")["MemorySize"] = 256
    parts = costs.stack(template)
    assert parts.web_gb == 2
    assert sorted(parts.ticked_gb) == [0.25, 0.5, 0.5, 1, 1, 1]


def test_a_route_with_a_rate_of_its_own_adds_to_the_worst_month(template):
    before = costs.stack(template).rate
    stage = properties(template, "ApiStage")
    stage["RouteSettings"] = stage.get("RouteSettings", {}) | {"GET /x": {"ThrottlingRateLimit": 5}}
    assert costs.stack(template).rate == before + 5


def test_the_stages_rate_counts_only_while_a_route_shares_it(template):
    stage = properties(template, "ApiStage")
    shares = [share["ThrottlingRateLimit"] for share in stage["RouteSettings"].values()]
    assert costs.stack(template).rate == sum(shares)
    del stage["RouteSettings"]["POST /api/unsubscribe"]
    default = stage["DefaultRouteSettings"]["ThrottlingRateLimit"]
    assert costs.stack(template).rate == sum(shares) - shares[0] + default


def test_metrics_per_route_and_of_silent_filters_cost(template):
    before = costs.stack(template)
    properties(template, "ApiStage")["DefaultRouteSettings"]["DetailedMetricsEnabled"] = True
    (counted,) = properties(template, "PostGivenUp")["MetricTransformations"]
    counted["DefaultValue"] = 0
    kinds = [resource["Type"] for resource in template["Resources"].values()]
    routes = kinds.count("AWS::ApiGatewayV2::Route")
    assert costs.stack(template).metrics == before.metrics + 6 * routes + 1


def test_an_empty_queue_is_polled_all_the_month():
    parts = costs.stack()
    assert parts.polled_queues == 2
    polls = costs.month(costs.Network.typical(0), parts)["Polling of empty queues (estimate)"]
    assert polls == pytest.approx(2 * 5 * 3 * 60 * 730 * 0.40 / 1_000_000)
