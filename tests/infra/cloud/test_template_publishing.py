"""Who may publish, and which parameters template.yaml takes."""

import json
import re

import pytest

from tests.infra.cloud.template_resources import (
    FUNCTIONS,
    RESOURCES,
    ROLES,
    TEMPLATE,
    as_list,
    policies,
)


def test_the_publisher_may_only_write_two_buckets_and_invalidate():
    actions = {action for s in policies("PublisherRole") for action in as_list(s["Action"])}
    assert actions == {
        "cloudfront:CreateInvalidation",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
    }


PRIVATE = "arn:${AWS::Partition}:s3:::${PrivateBucketName}/"
PUBLIC = "arn:${AWS::Partition}:s3:::${PublicBucketName}/*"


def objects(action):
    """What the publisher may do this to, of both buckets."""
    statements = [s for s in policies("PublisherRole") if action in as_list(s["Action"])]
    lists = [
        s["Resource"] if isinstance(s["Resource"], list) else [s["Resource"]] for s in statements
    ]
    return [resource["Fn::Sub"].removeprefix(PRIVATE) for many in lists for resource in many]


def test_the_publisher_may_read_the_lease_and_the_catalogue():
    from infra.cloud.publishing import lease, publication

    assert set(objects("s3:GetObject")) == {lease.KEY, publication.CATALOGUE}


def test_the_publisher_writes_its_own_part_of_the_private_bucket_and_deletes_nothing_there():
    """So whoever takes over CI can neither touch the evidence of consents nor hide an erasure."""
    own = {"catalogue.json", "newsletters/*", "publisher.json", "shell/*", "waiting/*"}
    assert set(objects("s3:PutObject")) == {PUBLIC} | own
    assert objects("s3:DeleteObject") == [PUBLIC]


def test_evidence_is_written_by_its_function_only_and_never_over():
    writing = {}
    for role in ROLES:
        for statement in policies(role):
            if "s3:PutObject" in as_list(statement["Action"]):
                resources = json.dumps(statement["Resource"])
                if "}/evidence/" in resources or "${PrivateBucketName}/*" in resources:
                    writing[role] = statement.get("Condition")
    never_over = {"Null": {"s3:if-none-match": "false"}}
    assert writing == {
        "EvidenceTickRole": {"Fn::If": ["ExactPermissions", never_over, {"Ref": "AWS::NoValue"}]}
    }


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
