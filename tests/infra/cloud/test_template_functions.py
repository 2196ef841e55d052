"""template.yaml holds what functions and doors need, as the architecture says, and no more."""

import ast
import json
import re
from pathlib import Path

import pytest

from tests.infra.cloud.template_resources import (
    FUNCTIONS,
    GLOBALS,
    RESOURCES,
    ROLES,
    ROOT,
    TEMPLATE,
    as_list,
    distribution,
    of,
    policies,
    timeout,
)

# Statements may name no resource only for these reasons.
LOCAL = "with Permissions=local only: the local cloud can't check the resource"
OF_NO_RESOURCE = {"dynamodb:ListStreams", "ses:GetAccount"}  # AWS has no finer permission
OF_DOORS_ONLY = {"ORIGIN_SECRETS"}  # variables of the functions that the API calls
OF_THE_TICK_ONLY = {"PUBLIC_BUCKET"}
OF_EVIDENCE_ONLY = {"EVIDENCE_KEY"}
OF_THE_DOOR_ONLY = {"TICKET_PUBLIC_KEY"}
WILDCARDS = {"ses:SendBulkEmail": LOCAL, "ses:SendRawEmail": LOCAL, "ssm:GetParameters": LOCAL}


def entry_points(handler: Path) -> set[str]:
    """The public functions of a handler.py that Lambda can call: event and context."""
    functions = (n for n in ast.parse(handler.read_text()).body if isinstance(n, ast.FunctionDef))
    room = handler.parent.name
    return {
        f"functions.{room}.handler.{function.name}"
        for function in functions
        if len(function.args.args) == 2
        and function.args.args[1].arg.lstrip("_") == "context"
        and not function.name.startswith("_")
    }


# ---- Functions


def test_every_handler_exists_and_is_in_the_template_once():
    existing = set().union(*map(entry_points, (ROOT / "functions").glob("*/handler.py")))
    assert sorted(function["Handler"] for function in FUNCTIONS.values()) == sorted(existing)


def test_the_documentation_lists_every_function():
    table = re.findall(r"^\| `(\w+)` \| `(functions\.[\w.]+)` \|", _document(), re.MULTILINE)
    assert dict(table) == {name: function["Handler"] for name, function in FUNCTIONS.items()}


def _document() -> str:
    return (ROOT / "docs" / "functions.md").read_text(encoding="utf-8")


def test_every_function_has_its_own_role():
    roles = [json.dumps(function["Role"]) for function in FUNCTIONS.values()]
    assert roles == [json.dumps({"Fn::GetAtt": f"{name}Role.Arn"}) for name in FUNCTIONS]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_write_only_its_own_log(function):
    writes = [s for s in policies(f"{function}Role") if "logs:PutLogEvents" in s["Action"]]
    assert [s["Resource"] for s in writes] == [{"Fn::GetAtt": f"{function}Logs.Arn"}]
    assert FUNCTIONS[function]["LoggingConfig"] == {"LogGroup": {"Ref": f"{function}Logs"}}


@pytest.mark.parametrize("role", ROLES)
def test_no_statement_allows_everything_without_a_reason(role):
    for statement in policies(role):
        actions = as_list(statement["Action"])
        assert not [action for action in actions if "*" in action]
        resource = statement["Resource"]
        if '"*"' in json.dumps(resource) and not set(actions) <= OF_NO_RESOURCE:
            assert set(actions) & WILDCARDS.keys()
            assert resource["Fn::If"][0] == "ExactPermissions"
            assert resource["Fn::If"][2] == "*"


SENDING = {
    "NewsletterSendRole": (
        "ses:SendBulkEmail",
        ["identity/*", "template/*", "configuration-set/${NewsletterSet}"],
        "StringEqualsIgnoreCaseIfExists",
    ),
    "PostRole": (
        "ses:SendRawEmail",
        ["identity/*", "configuration-set/${TransactionalSet}"],
        "StringEqualsIgnoreCase",
    ),
}
SES = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:"


@pytest.mark.parametrize("role", SENDING)
def test_email_goes_out_by_what_ses_asks_about_and_from_the_sender_only(role):
    """The local cloud refuses SES's resources and keys, so nothing else holds them."""
    action, resources, operator = SENDING[role]
    (statement,) = [s for s in policies(role) if action in as_list(s["Action"])]
    exact = [{"Fn::Sub": SES + name} for name in resources]
    assert statement["Resource"]["Fn::If"] == ["ExactPermissions", exact, "*"]
    condition, keys, local = statement["Condition"]["Fn::If"]
    assert (condition, local) == ("ExactPermissions", {"Ref": "AWS::NoValue"})
    assert _evaluated(keys[operator]["ses:FromAddress"]) == "alumni@example.com"


def _evaluated(value):
    """As CloudFormation evaluates Select and Split of the parameter Sender."""
    match value:
        case {"Ref": "Sender"}:
            return "Fjärdholm Alumni <alumni@example.com>"
        case {"Fn::Split": [mark, text]}:
            return _evaluated(text).split(mark)
        case {"Fn::Select": [index, parts]}:
            return _evaluated(parts)[index]


def test_nothing_else_sends_email():
    senders = {role for role in ROLES if "ses:Send" in json.dumps(policies(role))}
    assert senders == SENDING.keys()


def test_the_settings_that_functions_read_are_set():
    source = (ROOT / "functions/core/settings.py").read_text()
    read = set(re.findall(r'env(?:\.get\(|\[)"([A-Z_]+)"', source))
    of_some = OF_DOORS_ONLY | OF_THE_TICK_ONLY | OF_EVIDENCE_ONLY | OF_THE_DOOR_ONLY
    assert read == GLOBALS["Environment"]["Variables"].keys() | of_some


def test_only_functions_behind_the_api_get_the_origin_secrets():
    given = {name: own_variables(name) for name in FUNCTIONS}
    serving = {name for name, function in FUNCTIONS.items() if serves_requests(function["Handler"])}
    assert len(serving) == 5
    wanted = {name: set() for name in FUNCTIONS} | dict.fromkeys(serving, OF_DOORS_ONLY)
    wanted["DoorWeb"] = OF_DOORS_ONLY | OF_THE_DOOR_ONLY
    wanted |= {"NewsletterTick": OF_THE_TICK_ONLY, "EvidenceTick": OF_EVIDENCE_ONLY}
    assert given == wanted


def own_variables(function: str) -> set[str]:
    return set(FUNCTIONS[function].get("Environment", {}).get("Variables", {}))


def serves_requests(handler: str) -> bool:
    """Whether it lets the router of core/web answer, which alone reads the origin secrets."""
    module, _, door = handler.rpartition(".")
    body = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text()).body
    (function,) = (n for n in body if isinstance(n, ast.FunctionDef) and n.name == door)
    return "app.serve(" in ast.unparse(function)


def test_the_origin_secrets_are_read_by_the_router_only():
    files = {*(ROOT / "functions").rglob("*.py")} - {ROOT / "functions/core/settings.py"}
    reading = {path for path in files if "origin_secrets" in path.read_text()}
    assert reading == {ROOT / "functions/core/web/requests.py"}
    calling = {path for path in files if ".came_through_cloudfront(" in path.read_text()}
    assert calling == {ROOT / "functions/core/web/routes.py"}


def test_only_what_holds_a_ticket_may_read_the_key_that_signs_it():
    readers = {role for role in ROLES if "/ticket-key" in json.dumps(policies(role))}
    assert readers == {"AccountWebRole", "PostRole"}


def test_a_claim_lasts_longer_than_its_function():
    from functions.newsletter.rules.batches import CLAIM_SECONDS
    from functions.post.rules import LEASE_SECONDS

    assert timeout("NewsletterSend") < CLAIM_SECONDS
    assert timeout("Post") < LEASE_SECONDS


def test_functions_behind_the_api_time_out_before_the_api_and_the_distribution():
    origin = distribution()["Origins"][1]["CustomOriginConfig"]
    for integration in of("AWS::ApiGatewayV2::Integration").values():
        assert integration["TimeoutInMillis"] <= origin["OriginReadTimeout"] * 1000
        function = integration["IntegrationUri"]["Fn::GetAtt"].removesuffix(".Arn")
        assert timeout(function) * 1000 <= integration["TimeoutInMillis"]


# ---- Doors


def test_every_route_of_the_documentation_is_in_the_template():
    named = re.findall(r"`([A-Z+]+) (/(?:api|desk|door|me)/[^`]*)`", _document())
    wanted = {f"{method} {path}" for methods, path in named for method in methods.split("+")}
    assert wanted == {route["RouteKey"] for route in of("AWS::ApiGatewayV2::Route").values()}
    assert len(wanted) > 25


def test_every_page_linked_in_an_email_also_answers_head():
    routes = {route["RouteKey"] for route in of("AWS::ApiGatewayV2::Route").values()}
    shown = {key for key in routes if key.startswith("GET ") and not key.endswith("/seats")}
    assert {key.replace("GET", "HEAD") for key in shown} == {
        key for key in routes if key.startswith("HEAD ")
    }


def test_every_route_is_handled_by_the_package_that_defines_it():
    for route in of("AWS::ApiGatewayV2::Route").values():
        method, path = route["RouteKey"].split()
        room = route["Target"]["Fn::Sub"].removeprefix("integrations/${").split("Integration")[0]
        handler = (ROOT / "functions" / room.lower() / "handler.py").read_text()
        if path in {"/desk/", "/desk/{page+}", "/door/{page+}"}:
            continue  # what is below them, the desk's table of access and the door's handler know
        path = path.replace("{", "<").replace("}", ">")
        decorator = {"HEAD": "get"}.get(method, method.lower())  # core/routes answers HEAD as GET
        assert f'@app.{decorator}("{path}"' in handler


def test_the_access_log_holds_no_query_string_and_no_address():
    stage = of("AWS::ApiGatewayV2::Stage")["ApiStage"]
    variables = set(re.findall(r"\$context\.([\w.]+)", stage["AccessLogSettings"]["Format"]))
    assert not variables & {"path", "identity.sourceIp", "identity.userAgent"}
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0


SHARES = RESOURCES["ApiStage"]["Properties"]["RouteSettings"]


def test_every_route_has_a_share_of_its_own_and_exists_before_the_stage_names_it():
    routes = of("AWS::ApiGatewayV2::Route")
    assert {route["RouteKey"] for route in routes.values()} == SHARES.keys()
    assert set(RESOURCES["ApiStage"]["DependsOn"]) == routes.keys()


@pytest.mark.parametrize("limit", ["ThrottlingRateLimit", "ThrottlingBurstLimit"])
def test_all_shares_together_are_what_the_stage_allows_and_unsubscribing_has_the_most(limit):
    stage = RESOURCES["ApiStage"]["Properties"]["DefaultRouteSettings"]
    shares = {key: share[limit] for key, share in SHARES.items()}
    assert sum(shares.values()) <= stage[limit]
    most, second, *rest = sorted(shares, key=lambda key: -shares[key])
    assert [most, second] == ["POST /api/unsubscribe", "GET /api/unsubscribe"]
    # One client that uses up any other route's share leaves most of the API to the others.
    assert max(shares[key] for key in rest) <= stage[limit] / 10


def test_no_share_turns_detailed_metrics_on_again():
    """What a route's settings leave out is AWS's default, not the stage's."""
    assert all(
        set(share) == {"ThrottlingRateLimit", "ThrottlingBurstLimit"} for share in SHARES.values()
    )


def test_the_queues_functions_leave_concurrency_for_forms():
    """A new account has ten at once for everything."""
    scaling = {
        name: source["Properties"]["ScalingConfig"]["MaximumConcurrency"]
        for name, function in FUNCTIONS.items()
        for source in function.get("Events", {}).values()
        if source["Type"] == "SQS"
    }
    workers = TEMPLATE["Parameters"]["SendWorkers"]["Default"]
    assert scaling == {
        "Feedback": 5,
        "NewsletterSend": {"Fn::If": ["ExactPermissions", {"Ref": "SendWorkers"}, 2]},
    }
    assert scaling["Feedback"] + workers < 10


def test_the_tick_has_five_targets_and_may_call_them():
    targets = RESOURCES["MinuteTick"]["Properties"]["Targets"]
    assert len(targets) == 5
    for target in targets:
        assert json.loads(target["Input"]) == {"tick": True}
        permission = RESOURCES[f"{target['Id']}Ticking"]["Properties"]
        assert permission["FunctionName"] == {"Ref": target["Id"]}
        assert permission["SourceArn"] == {"Fn::GetAtt": "MinuteTick.Arn"}


def test_the_api_gets_the_viewers_address_but_neither_host_nor_cookies():
    policy = of("AWS::CloudFront::OriginRequestPolicy")["ApiRequestPolicy"]
    config = policy["OriginRequestPolicyConfig"]
    headers = {header.lower() for header in config["HeadersConfig"]["Headers"]}
    assert "host" not in headers
    assert {"cloudfront-viewer-address", "origin", "content-type"} <= headers
    assert config["CookiesConfig"]["CookieBehavior"] == "none"


def test_the_site_allows_only_its_own_scripts_and_no_frames():
    policy = of("AWS::CloudFront::ResponseHeadersPolicy")["SecurityHeaders"]
    headers = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    csp = headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    assert "unsafe" not in csp
    assert csp.startswith("default-src 'none'; script-src 'self';")
    behaviours = [distribution()["DefaultCacheBehavior"], *distribution()["CacheBehaviors"]]
    assert all(behaviour["ResponseHeadersPolicyId"] for behaviour in behaviours)


# ---- Mails to us


def test_emails_to_the_unsubscribe_address_only_invoke_their_function():
    (rule,) = (properties["Rule"] for properties in of("AWS::SES::ReceiptRule").values())
    assert rule["Recipients"] == [{"Ref": "UnsubscribeMailbox"}]
    assert rule["ScanEnabled"] is True
    function = {"Fn::GetAtt": "MembershipMail.Arn"}
    assert rule["Actions"] == [
        {"LambdaAction": {"FunctionArn": function, "InvocationType": "Event"}}
    ]


def test_only_this_accounts_receipt_rule_may_invoke_the_mail_function():
    permission = RESOURCES["MembershipMailReceiving"]
    assert permission["Properties"]["Principal"] == "ses.amazonaws.com"
    assert permission["Properties"]["SourceAccount"] == {"Ref": "AWS::AccountId"}
    (rule,) = of("AWS::SES::ReceiptRule").values()
    source = permission["Properties"]["SourceArn"]["Fn::Sub"]
    assert source.endswith(f":receipt-rule/{rule['Rule']['Name']['Fn::Sub']}")
    assert RESOURCES["UnsubscribeRule"]["DependsOn"] == "MembershipMailReceiving"
    for name in ("MembershipMailReceiving", "UnsubscribeRule", "UnsubscribeRules"):
        assert RESOURCES[name]["Condition"] == "HasUnsubscribeMailbox"


def test_an_unsubscribe_email_that_failed_is_retried():
    assert FUNCTIONS["MembershipMail"]["EventInvokeConfig"]["MaximumRetryAttempts"] == 2
