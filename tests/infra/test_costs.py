"""The README's sums are those that the template's own limits give."""

from infra import costs
from infra.cloud.place import ROOT

BEGIN, END = "<!--costs-->\n", "<!--/costs-->"


def test_the_readme_shows_what_is_calculated():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.partition(BEGIN)[2].partition(END)[0].strip()
    assert shown == "\n".join(costs.rows())


def test_a_larger_network_costs_more_by_its_mails():
    parts = costs.stack()
    small, large = (costs.month(costs.Network.typical(n), parts) for n in (500, 50_000))
    assert large["Newsletter by SES"] == 100 * small["Newsletter by SES"]
    assert large["Minute tick"] == small["Minute tick"]


def test_the_worst_month_grows_with_the_rate_that_the_template_allows():
    parts = costs.stack()
    slower = costs.Stack(parts.memory_gb, parts.rate // 2, parts.alarms, parts.mails_per_hour)
    assert costs.attack(slower)["API requests"] == costs.attack(parts)["API requests"] / 2
