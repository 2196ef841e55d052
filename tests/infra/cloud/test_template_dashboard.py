"""What the engineer looks at when something is wrong: the dashboard and the saved queries."""

import json
import re

from infra.paths import ROOT
from tests.infra.cloud.template_resources import ALARMS, FUNCTIONS, QUEUES, RESOURCES, TEMPLATE, of

BODY = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
WIDGETS = json.loads(BODY)["widgets"]
METRICS = [row for widget in WIDGETS for row in widget["properties"].get("metrics", [])]
QUERIES = of("AWS::Logs::QueryDefinition")
FREE_METRICS = 50  # a free dashboard holds at most so many
GRID_COLUMNS = 24


def test_the_dashboard_shows_every_alarm():
    (widget,) = (widget for widget in WIDGETS if widget["type"] == "alarm")
    assert set(widget["properties"]["alarms"]) == {f"${{{name}.Arn}}" for name in ALARMS}


def test_the_dashboard_shows_the_errors_of_every_function_and_every_queue():
    failing = {row[3] for row in METRICS if row[:2] == ["AWS/Lambda", "Errors"]}
    assert failing == {f"${{{name}}}" for name in FUNCTIONS}
    shown = {row[3] for row in METRICS if row[0] == "AWS/SQS"}
    assert shown == {f"${{{name}.QueueName}}" for name in QUEUES}


def test_the_dashboard_is_free_and_fits_the_grid():
    assert len(METRICS) <= FREE_METRICS
    assert all(widget["x"] + widget["width"] <= GRID_COLUMNS for widget in WIDGETS)


def test_the_dashboard_refers_to_nothing_that_the_template_lacks():
    names = {name.partition(".")[0] for name in re.findall(r"\$\{([\w.]+)\}", BODY)}
    assert names <= RESOURCES.keys() | TEMPLATE["Parameters"].keys()


def test_a_query_reads_logs_of_this_stack():
    groups = [group["Ref"] for query in QUERIES.values() for group in query["LogGroupNames"]]
    assert groups
    assert all(RESOURCES[group]["Type"] == "AWS::Logs::LogGroup" for group in groups)


def test_the_query_for_errors_reads_every_function():
    read = {group["Ref"] for group in QUERIES["ErrorsQuery"]["LogGroupNames"]}
    assert read == {f"{name}Logs" for name in FUNCTIONS}


def test_every_field_that_a_query_names_is_logged():
    source = "\n".join(path.read_text() for path in (ROOT / "functions").rglob("*.py"))
    stage = RESOURCES["ApiStage"]["Properties"]["AccessLogSettings"]["Format"]
    ours = {"level", "message"} | set(re.findall(r'"(\w+)":', source + stage))
    ours |= set(re.findall(r'extra=\{?\*?\*?.*?"(\w+)"', source))
    for name, query in QUERIES.items():
        text = re.sub(r'"[^"]*"|/[^/]*/| as \w+', "", query["QueryString"])
        words = set(re.findall(r"(?<![@\w])[a-z_]+(?![\w(])", text))
        keywords = {"fields", "filter", "sort", "limit", "stats", "by", "in", "desc", "h"}
        named = set(re.findall(r" as (\w+)", query["QueryString"]))
        assert words - keywords - named <= ours, name
