"""template.yaml keeps people's data, watches what may fail, and grants no more than is needed."""

import json
import re

import pytest
from botocore import xform_name
from botocore.session import Session
from cfnlint.helpers import REGIONS
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
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
    as_list,
    of,
    policies,
    timeout,
)

SESSION = Session()

# ---- What is kept


KEPT = ("Table", "PublicBucket", "PrivateBucket", "SenderDomainIdentity")


@pytest.mark.parametrize("kept", KEPT)
def test_data_outlives_the_stack_but_not_a_failed_first_deploy(kept):
    assert RESOURCES[kept]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert RESOURCES[kept]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("kept", KEPT)
def test_what_exists_can_be_used_instead_of_created(kept):
    condition = TEMPLATE["Conditions"][RESOURCES[kept]["Condition"]]
    assert condition in (
        {"Fn::Equals": [{"Ref": "SenderIdentity"}, "create"]},
        {"Fn::Not": [{"Condition": f"Adopts{kept}"}]},
    )


def test_nothing_refers_to_what_may_not_be_created_except_beside_what_is_adopted():
    """CloudFormation refuses a reference to a resource whose condition is false."""

    def references(node):
        match node:
            case {"Fn::If": [_, _, _]}:
                return []
            case {"Ref": name} | {"Fn::GetAtt": name}:
                return [str(name).partition(".")[0]]
            case {"Fn::Sub": str(text)}:
                return [part.partition(".")[0] for part in re.findall(r"\$\{([\w.]+)", text)]
            case dict():
                return [name for value in node.values() for name in references(value)]
            case list():
                return [name for value in node for name in references(value)]
        return []

    everything = {name: TEMPLATE[name] for name in ("Globals", "Resources", "Outputs")}
    assert not set(KEPT) & set(references(everything))


def test_a_failed_first_deploy_can_be_undone_because_the_table_is_protected_only_afterwards():
    protection = of("AWS::DynamoDB::Table")["Table"]["DeletionProtectionEnabled"]
    assert protection == {"Fn::If": ["ProtectsTable", True, False]}
    assert TEMPLATE["Parameters"]["DeletionProtection"]["Default"] == "on"


def test_buckets_are_closed_and_their_etags_are_md5_sums():
    for bucket in of("AWS::S3::Bucket").values():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        rules = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rules == [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]


def test_the_table_has_a_keys_only_stream_an_expiry_and_one_index():
    table = of("AWS::DynamoDB::Table")["Table"]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["StreamSpecification"] == {"StreamViewType": "KEYS_ONLY"}
    assert table["TimeToLiveSpecification"]["AttributeName"] == "expires_at"
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "due"
    assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}


def test_every_log_is_kept_for_a_month():
    groups = of("AWS::Logs::LogGroup")
    assert {group["RetentionInDays"] for group in groups.values()} == {30}
    assert {f"{function}Logs" for function in FUNCTIONS} | {"ApiLogs"} == groups.keys()


# ---- Queues and alarms


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
    assert len(sources) == 3
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


def test_a_budget_needs_an_address_an_amount_and_a_cloud_that_knows_budgets():
    assert RESOURCES["Budget"]["Condition"] == "HasBudget"
    assert TEMPLATE["Conditions"]["HasBudget"]["Fn::And"] == [
        {"Condition": "HasAlarmAddress"},
        {"Condition": "ExactPermissions"},
        {"Condition": "RegionKnowsBudgets"},
        {"Fn::Not": [{"Fn::Equals": [{"Ref": "MonthlyBudget"}, 0]}]},
    ]


def test_the_regions_with_a_budget_are_those_in_which_cloudformation_knows_the_type():
    conditions = TEMPLATE["Conditions"]
    parts = [half["Condition"] for half in conditions["RegionKnowsBudgets"]["Fn::Or"]]
    equals = [rule["Fn::Equals"] for part in parts for rule in conditions[part]["Fn::Or"]]
    regions = {region for _, region in equals}
    # The template is for AWS's commercial partition.
    elsewhere = re.compile("cn-|us-gov-|us-iso|eu-iso|eusc-")
    known = {region for region in REGIONS if not elsewhere.match(region) and _knows_budgets(region)}
    assert regions == known


def _knows_budgets(region: str) -> bool:
    return "AWS::Budgets::Budget" in PROVIDER_SCHEMA_MANAGER.get_resource_types(region)


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


# ---- Mail


def test_ses_keeps_no_list_of_addresses_of_its_own():
    for name, properties in of("AWS::SES::ConfigurationSet").items():
        assert properties["SuppressionOptions"] == {"SuppressedReasons": []}, name


def test_opens_and_clicks_are_not_tracked():
    for name, properties in of("AWS::SES::ConfigurationSet").items():
        assert "TrackingOptions" not in properties, name
    for properties in of("AWS::SES::ConfigurationSetEventDestination").values():
        types = set(properties["EventDestination"]["MatchingEventTypes"])
        assert types == {"send", "bounce", "complaint", "reject", "renderingFailure"}


def test_email_events_reach_the_queue_without_addresses():
    (target,) = RESOURCES["MailEvents"]["Properties"]["Targets"]
    paths = target["InputTransformer"]["InputPathsMap"]
    words = "destination|headers|Recipients|diagnostic|source|subject"
    assert not [path for path in paths.values() if re.search(words, path)]
    assert not [path for path in paths.values() if path in {"$", "$.detail", "$.detail.mail"}]


def test_an_event_without_optional_fields_can_be_read_by_feedback():
    from functions.feedback.rules import read

    (target,) = RESOURCES["MailEvents"]["Properties"]["Targets"]
    template = target["InputTransformer"]["InputTemplate"].replace("<event>", "Send")
    notice = read(json.loads(re.sub(r"<\w+>", "", template)))
    assert (notice.issue, notice.batch, notice.address_hash, notice.stops) == ("", None, "", "")


def test_an_event_carries_why_a_reader_complained():
    from functions.feedback.rules import read

    (target,) = RESOURCES["MailEvents"]["Properties"]["Targets"]
    paths = target["InputTransformer"]["InputPathsMap"]
    assert paths["complaint_type"] == "$.detail.complaint.complaintFeedbackType"
    template = target["InputTransformer"]["InputTemplate"].replace("<event>", "Complaint")
    filled = template.replace("<complaint_type>", "not-spam")
    assert read(json.loads(re.sub(r"<\w+>", "", template))).stops == "complaint"
    assert read(json.loads(re.sub(r"<\w+>", "", filled))).stops == ""


def test_an_event_with_everything_stops_the_address():
    from functions.feedback.rules import read

    (target,) = RESOURCES["MailEvents"]["Properties"]["Targets"]
    template = target["InputTransformer"]["InputTemplate"]
    given = {"event": "Bounce", "bounce_type": "Permanent", "batch": "3", "position": "7"}
    notice = read(json.loads(re.sub(r"<(\w+)>", lambda m: given.get(m[1], m[1]), template)))
    assert (notice.issue, notice.batch, notice.position) == ("issue", 3, 7)
    assert (notice.address_hash, notice.stops) == ("address", "bounce")


# ---- Names


GLOBAL = ("AWS::CloudFront::", "AWS::IAM::", "AWS::Budgets::", "AWS::CloudWatch::Dashboard")
NAMES = {"Name", "RoleName", "PolicyName", "ManagedPolicyName", "BudgetName", "DashboardName"}


def _names(value, key=""):
    """Every name that the template gives, however deep."""
    if isinstance(value, dict) and key not in NAMES:
        for inner, part in value.items():
            yield from _names(part, inner)
    elif isinstance(value, list):
        for part in value:
            yield from _names(part)
    elif key in NAMES:
        yield value


@pytest.mark.parametrize(
    "resource",
    [name for name, properties in RESOURCES.items() if properties["Type"].startswith(GLOBAL)],
)
def test_a_name_that_is_global_to_an_account_carries_the_region(resource):
    kind, properties = RESOURCES[resource]["Type"], RESOURCES[resource]["Properties"]
    inline = {"Policies"} if kind == "AWS::IAM::Role" else set()  # named within the role
    for name in _names({key: part for key, part in properties.items() if key not in inline}):
        assert "${AWS::StackName}-${AWS::Region}" in json.dumps(name)


# ---- Publishing and parameters


def test_the_publisher_may_only_write_two_buckets_and_invalidate():
    actions = {action for s in policies("PublisherRole") for action in as_list(s["Action"])}
    assert actions == {
        "cloudfront:CreateInvalidation",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
    }


def test_the_publisher_may_read_the_lease_and_the_catalogue():
    from infra.cloud.publishing import lease, publication

    (read,) = [s for s in policies("PublisherRole") if s["Action"] == "s3:GetObject"]
    names = {
        resource["Fn::Sub"].removeprefix("arn:${AWS::Partition}:s3:::${PrivateBucketName}/")
        for resource in read["Resource"]
    }
    assert names == {lease.KEY, publication.CATALOGUE}


def test_every_parameter_has_a_constraint_and_a_description():
    for name, parameter in TEMPLATE["Parameters"].items():
        limited = {"AllowedPattern", "AllowedValues", "MinValue"} & parameter.keys()
        assert limited, name
        assert parameter["Description"], name
        assert "AllowedPattern" not in parameter or parameter["ConstraintDescription"], name


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("SiteUrl", "https://alumni.example.com/", "ftp://example.com"),
        ("SiteUrl", "http://localhost:8000", "https://example.com/path/"),
        ("Sender", "Fjärdholm Alumni <alumni@example.com>", "alumni@example.com"),
        ("Sender", "A <a@example.com>", "A <a@example.com>\nBcc: b@example.com"),
        ("SenderDomain", "example.com", "localhost"),
        ("OriginSecrets", "a" * 43 + "," + "b" * 43, "short"),
        ("ApiOriginPath", "/_aws/execute-api", "/x/"),
        ("ParameterPrefix", "/alumni/alumni", "alumni"),
        ("UnsubscribeMailbox", "leave@in.example.com", "leave@localhost"),
        ("UnsubscribeMailbox", "", "a>, <mailto:b@example.com"),
    ],
)
def test_parameters_accept_only_valid_values(name, good, bad):
    pattern = TEMPLATE["Parameters"][name]["AllowedPattern"]
    assert re.fullmatch(pattern, good)
    assert not re.fullmatch(pattern, bad)


GITHUB = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
GITLAB = "arn:aws:iam::123456789012:oidc-provider/gitlab.com"
OWN_GITLAB = "arn:aws:iam::123456789012:oidc-provider/git.example.com/gitlab"


@pytest.mark.parametrize(
    "subject",
    [
        "repo:org/site:ref:refs/heads/main",
        "repo:org/site:ref:refs/heads/release/2027.1",
        "repo:org/site:environment:production",
        "repo:org/site:environment:the live site",
        "repo:org@123/site@456:ref:refs/heads/main",
        "repo:org@123/site@456:environment:production",
        "project_path:group/project:ref_type:branch:ref:main",
        "project_path:group/sub-group/a.project:ref_type:branch:ref:feature/one",
    ],
)
def test_one_repository_and_one_branch_or_environment_may_publish(subject):
    assert re.fullmatch(TEMPLATE["Parameters"]["OidcSubject"]["AllowedPattern"], subject)


@pytest.mark.parametrize(
    "subject",
    [
        "*",
        "repo:*",
        "repo:org/*:ref:refs/heads/main",
        "repo:org/site:*",
        "repo:org/site:ref:refs/heads/*",
        "repo:org/site:ref:refs/heads/ma?n",
        "repo:org@*/site@456:ref:refs/heads/main",
        "repo:org@123/site@456",
        "repo:org@me/site@456:ref:refs/heads/main",
        "repo:org/site:pull_request",
        "repo:org/site:ref:refs/tags/v1",
        "repo:org/site:environment:*",
        "repo:org/site:ref:refs/heads/${aws:username}",
        'repo:org/site:environment:a", "x": "b',
        "repo:org/site:environment:a\\u002a",
        "project_path:group/*:ref_type:branch:ref:main",
        "project_path:group/project:ref_type:branch:ref:*",
        "project_path:group/project:ref_type:*:ref:main",
        "project_path:group/project:ref_type:tag:ref:v1",
        "project_path:project:ref_type:branch:ref:main",
    ],
)
def test_no_wildcard_and_nothing_wider_may_publish(subject):
    assert not re.fullmatch(TEMPLATE["Parameters"]["OidcSubject"]["AllowedPattern"], subject)


@pytest.mark.parametrize("provider", ["", GITHUB, GITLAB, OWN_GITLAB])
def test_the_providers_of_both_code_hosts_may_be_named(provider):
    assert re.fullmatch(TEMPLATE["Parameters"]["OidcProviderArn"]["AllowedPattern"], provider)


@pytest.mark.parametrize(
    "provider", [f"{GITLAB}/*", "gitlab.com", "arn:aws:iam::1:oidc-provider/x.com", f'{GITLAB}"']
)
def test_nothing_else_is_a_provider(provider):
    assert not re.fullmatch(TEMPLATE["Parameters"]["OidcProviderArn"]["AllowedPattern"], provider)


@pytest.mark.parametrize(
    ("provider", "host"),
    [
        (GITHUB, "token.actions.githubusercontent.com"),
        (GITLAB, "gitlab.com"),
        (OWN_GITLAB, "git.example.com/gitlab"),
    ],
)
def test_the_trust_policy_asks_for_the_keys_of_its_provider(provider, host):
    text, names = _trust()["Fn::If"][1]["Fn::Sub"]
    split = names["Host"]["Fn::Select"][1]["Fn::Split"]
    assert split == [":oidc-provider/", {"Ref": "OidcProviderArn"}]
    subject = "repo:org@123/site@456:ref:refs/heads/main"
    values = {"OidcProviderArn": provider, "OidcAudience": "sts.amazonaws.com"}
    values |= {"OidcSubject": subject, "Host": provider.split(split[0])[1]}
    policy = json.loads(re.sub(r"\$\{(\w+)\}", lambda name: values[name[1]], text))
    (statement,) = policy["Statement"]
    assert statement["Principal"] == {"Federated": provider}
    assert statement["Condition"] == {
        "StringEquals": {f"{host}:aud": "sts.amazonaws.com", f"{host}:sub": subject}
    }


def test_without_a_provider_the_accounts_own_people_publish():
    condition, _, otherwise = _trust()["Fn::If"]
    assert condition == "HasOidc"
    (statement,) = otherwise["Statement"]
    assert statement["Principal"]["AWS"]["Fn::Sub"].endswith(":root")


def test_a_provider_needs_a_subject_and_no_repository_is_trusted_by_default():
    assert TEMPLATE["Parameters"]["OidcSubject"]["Default"] == ""
    rule = TEMPLATE["Rules"]["PublishingByCi"]
    assert rule["RuleCondition"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "OidcProviderArn"}, ""]}]}
    (assertion,) = rule["Assertions"]
    assert assertion["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "OidcSubject"}, ""]}]}


def _trust():
    return RESOURCES["PublisherRole"]["Properties"]["AssumeRolePolicyDocument"]


def test_the_outputs_are_the_documented_ones():
    names = "TableName PublicBucket PrivateBucket DistributionId DistributionDomain ApiId"
    names += " SendQueueUrl PublisherRoleArn AlarmTopicArn"
    assert set(names.split()) <= TEMPLATE["Outputs"].keys()
    assert {f"{function}Name" for function in FUNCTIONS} <= TEMPLATE["Outputs"].keys()
