"""template.yaml watches whatever may fail, and what it costs; each alarm says what to do."""

import json
import re

import pytest
from botocore import xform_name
from botocore.session import Session
from typer.testing import CliRunner

from infra import costs
from infra.alumni.main import app
from tests.infra.cloud.template_resources import (
    ALARMS,
    DEAD_LETTERS,
    FUNCTIONS,
    QUEUES,
    RESOURCES,
    ROOT,
    TEMPLATE,
    of,
    timeout,
)

SESSION = Session()


@pytest.mark.parametrize("queue", sorted(QUEUES.keys() - DEAD_LETTERS))
def test_a_queue_waits_for_its_function_and_has_a_dead_letter_queue(queue):
    (function,) = [
        name
        for name, properties in FUNCTIONS.items()
        for source in properties.get("Events", {}).values()
        if source["Properties"].get("Queue") == {"Fn::GetAtt": f"{queue}.Arn"}
    ]
    assert QUEUES[queue]["VisibilityTimeout"] >= 6 * timeout(function)
    target = QUEUES[queue]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"]
    assert target.removesuffix(".Arn") in DEAD_LETTERS


def test_every_event_source_reports_failed_records_individually():
    sources = [e for function in FUNCTIONS.values() for e in function.get("Events", {}).values()]
    assert len(sources) == 4
    for source in sources:
        assert source["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize("queue", sorted(DEAD_LETTERS))
def test_every_dead_letter_raises_an_alarm(queue):
    watched = [
        alarm["MetricName"]
        for alarm in ALARMS.values()
        for dimension in alarm.get("Dimensions", ())
        if dimension["Value"] == {"Fn::GetAtt": f"{queue}.QueueName"}
    ]
    assert watched == ["ApproximateNumberOfMessagesVisible"]


@pytest.mark.parametrize("alarm", ALARMS)
def test_every_alarm_has_a_metric_a_description_and_a_recipient(alarm):
    properties = ALARMS[alarm]
    assert properties["Namespace"]
    assert properties["MetricName"]
    assert properties["AlarmActions"] == [{"Ref": "Alarms"}]
    assert len(_advice(alarm)) > 20


ADVICE = re.compile(r"\b(See|see|Raise|Pause|Read|try|answer)\b|`(aws|alumni) [^`]+`")


@pytest.mark.parametrize("alarm", ALARMS)
def test_every_alarm_says_what_to_do(alarm):
    assert ADVICE.search(_advice(alarm))
    assert len(_advice(alarm)) < 1024  # CloudWatch's limit


def _watched(namespace: str, metric: str) -> list[dict[str, object]]:
    """The dimensions of each alarm on a metric."""
    return [
        {d["Name"]: d["Value"] for d in alarm.get("Dimensions", ())}
        for alarm in ALARMS.values()
        if (alarm["Namespace"], alarm["MetricName"]) == (namespace, metric)
    ]


def test_every_rule_whose_targets_cannot_be_invoked_raises_an_alarm():
    watched = _watched("AWS/Events", "FailedInvocations")
    assert sorted(dimensions["RuleName"]["Ref"] for dimensions in watched) == sorted(
        of("AWS::Events::Rule")
    )


@pytest.mark.parametrize("metric", ["4xx", "5xx"])
def test_an_api_that_refuses_or_fails_raises_an_alarm(metric):
    assert _watched("AWS/ApiGateway", metric) == [{"ApiId": {"Ref": "Api"}}]


def test_a_throttled_api_raises_an_alarm():
    (log,) = (f for f in of("AWS::Logs::MetricFilter").values() if "429" in f["FilterPattern"])
    assert log["LogGroupName"] == {"Ref": "ApiLogs"}
    stage = RESOURCES["ApiStage"]["Properties"]["AccessLogSettings"]["Format"]
    assert '"status":"$context.status"' in stage  # text, as the filter's pattern has it
    assert "ApiTooManyAlarm" in ALARMS


def test_a_throttled_table_and_a_throttled_index_raise_alarms():
    table, index = {"Ref": "TableName"}, "due"
    assert _watched("AWS/DynamoDB", "ReadThrottleEvents") == [{"TableName": table}]
    assert _watched("AWS/DynamoDB", "WriteThrottleEvents") == [
        {"TableName": table},
        {"TableName": table, "GlobalSecondaryIndexName": index},
    ]


def _advice(alarm: str) -> str:
    text = ALARMS[alarm]["AlarmDescription"]
    return text if isinstance(text, str) else text["Fn::Sub"]


def _commands(word: str) -> list[tuple[str, str]]:
    """The commands that begin with `word` and that alarms advise: (alarm, command)."""
    return [
        (alarm, command)
        for alarm in ALARMS
        for command in re.findall(rf"`({word} [^`]+)`", _advice(alarm))
    ]


@pytest.mark.parametrize(("alarm", "command"), _commands("aws"))
def test_an_aws_command_that_an_alarm_advises_is_one(alarm, command):
    _, service, operation, *options = command.split()
    model = SESSION.get_service_model(service)
    name = "".join(word.title() for word in operation.split("-"))
    shape = model.operation_model(name).input_shape
    given = dict(zip(options[::2], options[1::2], strict=True))
    assert given.pop("--region") == "${AWS::Region}"
    known = {f"--{xform_name(member, '-')}" for member in shape.members}
    needed = {f"--{xform_name(member, '-')}" for member in shape.required_members}
    assert needed <= given.keys() <= known
    (queue,) = (d["Value"]["Fn::GetAtt"] for d in ALARMS[alarm]["Dimensions"])
    name = queue.removesuffix(".QueueName")
    assert set(given.values()) <= {f"${{{name}}}", f"${{{name}.Arn}}"}


@pytest.mark.parametrize(("alarm", "command"), _commands("alumni"))
def test_an_alumni_command_that_an_alarm_advises_is_one(alarm, command):
    help_ = CliRunner().invoke(app, [*command.split()[1:], "--help"])
    assert help_.exit_code == 0, alarm


def test_dead_letters_that_are_put_back_come_from_one_queue_and_nothing_else():
    """SQS moves nothing back from a queue that EventBridge or Lambda writes to as well."""
    moved = [name for name, _ in _commands("aws sqs start-message-move-task")]
    (queue,) = (name.removesuffix("Alarm") for name in moved)
    arn = {"Fn::GetAtt": f"{queue}.Arn"}
    sources = [
        q for q in QUEUES.values() if q.get("RedrivePolicy", {}).get("deadLetterTargetArn") == arn
    ]
    assert len(sources) == 1
    rest = {**RESOURCES, **dict.fromkeys(QUEUES)}
    assert json.dumps(arn) not in json.dumps(rest)


def test_an_event_that_is_lost_because_no_queue_keeps_it_raises_an_alarm():
    watched = [
        alarm["Dimensions"]
        for alarm in ALARMS.values()
        if (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Events", "FailedInvocations")
    ]
    assert [{"Name": "RuleName", "Value": {"Ref": "MailEvents"}}] in watched


def test_no_queue_keeps_events_as_they_came_with_their_addresses():
    for name, rule in of("AWS::Events::Rule").items():
        assert not [target for target in rule["Targets"] if "DeadLetterConfig" in target], name


def test_every_function_that_keeps_failing_raises_an_alarm():
    watched = {
        alarm["Dimensions"][0]["Value"]["Ref"]
        for alarm in ALARMS.values()
        if (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "Errors")
    }
    assert watched == FUNCTIONS.keys()


def test_every_log_line_with_an_alarm_is_written_by_the_code():
    source = "\n".join(path.read_text() for path in (ROOT / "functions").rglob("*.py"))
    for name, log_filter in of("AWS::Logs::MetricFilter").items():
        if log_filter["LogGroupName"] == {"Ref": "ApiLogs"}:
            continue  # written by API Gateway
        for words in re.findall(r'= "([^"]+)"', log_filter["FilterPattern"]):
            assert f'"{words}"' in source, name


def test_an_automatic_pause_raises_an_alarm_in_both_functions():
    heard = {
        log_filter["LogGroupName"]["Ref"]
        for log_filter in of("AWS::Logs::MetricFilter").values()
        if "paused itself" in log_filter["FilterPattern"]
    }
    assert heard == {"NewsletterTickLogs", "FeedbackLogs"}


def test_every_counted_log_line_has_an_alarm():
    counted = {
        transformation["MetricName"]
        for log_filter in of("AWS::Logs::MetricFilter").values()
        for transformation in log_filter["MetricTransformations"]
    }
    assert counted <= {alarm["MetricName"] for alarm in ALARMS.values()}


# ---- What it costs


def test_a_month_that_costs_too_much_is_reported_to_the_address_of_the_alarms():
    (budget,) = of("AWS::Budgets::Budget").values()
    limit = {"Amount": {"Ref": "MonthlyBudget"}, "Unit": "USD"}
    assert budget["Budget"]["BudgetLimit"] == limit
    assert (budget["Budget"]["BudgetType"], budget["Budget"]["TimeUnit"]) == ("COST", "MONTHLY")
    notices = budget["NotificationsWithSubscribers"]
    assert {notice["Notification"]["NotificationType"] for notice in notices} == {
        "ACTUAL",
        "FORECASTED",
    }
    for notice in notices:
        (subscriber,) = notice["Subscribers"]
        assert subscriber == {"SubscriptionType": "EMAIL", "Address": {"Ref": "AlarmAddress"}}
        assert notice["Notification"]["Threshold"] == 100


def test_a_budget_needs_an_address_and_an_amount():
    assert RESOURCES["Budget"]["Condition"] == "HasBudget"
    assert TEMPLATE["Conditions"]["HasBudget"]["Fn::And"] == [
        {"Condition": "HasAlarmAddress"},
        {"Fn::Not": [{"Fn::Equals": [{"Ref": "MonthlyBudget"}, 0]}]},
    ]


def test_the_default_budget_covers_a_large_network_and_not_the_worst_month():
    budget = TEMPLATE["Parameters"]["MonthlyBudget"]["Default"]
    parts = costs.stack(TEMPLATE)
    month = sum(costs.month(costs.Network.typical(50_000), parts).values())
    assert month < budget < sum(costs.attack(parts).values())


def test_nothing_is_metered_that_no_alarm_needs():
    (stage,) = of("AWS::ApiGatewayV2::Stage").values()
    assert stage["DefaultRouteSettings"]["DetailedMetricsEnabled"] is False
    for log_filter in of("AWS::Logs::MetricFilter").values():
        for transformation in log_filter["MetricTransformations"]:
            assert "DefaultValue" not in transformation
