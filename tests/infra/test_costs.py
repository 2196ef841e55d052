"""The costs in the README are those that the template's own limits give."""

from infra import costs
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
    slower = costs.Stack(parts.memory_gb, parts.rate // 2, parts.alarms, parts.mails_per_hour)
    assert costs.attack(slower)["API requests"] == costs.attack(parts)["API requests"] / 2
