"""The cost of a month, calculated from list prices (us-east-1; Stockholm's are similar).

`python -m infra.costs` prints the tables in docs/costs.md, and a test compares the two.
Memory, rates and limits come from template.yaml. No free tiers but those that never end.

See docs/costs.md.
"""

from dataclasses import dataclass
from typing import Any

from infra.cloud.template import load
from infra.paths import ROOT

MILLION = 1_000_000
HOURS = 730
SECONDS = HOURS * 3600

# US dollars. Sources: the services' public price pages.
MAIL = 0.10 / 1000
LAMBDA_REQUEST = 0.20 / MILLION
LAMBDA_GB_SECOND = 0.0000133334  # arm64
WRITE_UNIT = 0.625 / MILLION
READ_UNIT = 0.125 / MILLION
TABLE_GB = 0.25 + 0.20  # storage and point-in-time recovery
HTTP_REQUEST = 1.00 / MILLION
QUEUE_REQUEST = 0.40 / MILLION
# AWS takes nothing for management events and this for custom ones and for data events that one opts
# into (aws.amazon.com/eventbridge/pricing). SES sends events only on request: these.
EVENT = 1.00 / MILLION
LOG_GB = 0.50
ALARM = 0.10
METRIC = 0.30
KEY = 1.00
CDN_REQUEST = 0.01 / 10_000
CDN_REQUESTS_FREE = 10 * MILLION
CDN_FUNCTION = 0.10 / MILLION
CDN_FUNCTION_CALLS_FREE = 2 * MILLION
S3_READ = 0.0004 / 1000

TICK_SECONDS = 0.1
REQUEST_SECONDS = 0.1
LOG_BYTES_PER_CALL = 700
ACCESS_LOG_BYTES = 250
METRICS_OF_A_ROUTE = 6  # what DetailedMetricsEnabled meters
# Lambda's guide: it begins with five pollers for a queue. A long poll that finds nothing ends after
# 20 seconds at most (SQS), and is charged as well.
POLLERS = 5
POLL_SECONDS = 20
# Nothing limits what reaches CloudFront. The budget's email comes within a day.
FLOOD_RATE = 1000
FLOOD_SECONDS = 24 * 3600
# Of one batch of a newsletter, through planner, worker and feedback: `make bench` measures it
# (dispatch_cost), and a test holds the two together.
BATCH_WRITES = 13
BATCH_READS = 11
BATCH_REQUESTS = 0.5
BATCH_GB_SECONDS = 0.3
BATCH_CALLS = 0.7


@dataclass(frozen=True)
class Network:
    members: int
    issues: int = 1  # a month
    rsvps: int = 0
    page_views: int = 0

    @classmethod
    def typical(cls, members: int) -> "Network":
        """One issue a month, one RSVP to ten members, four page views to each."""
        return cls(members, rsvps=members // 10, page_views=members * 4)


@dataclass(frozen=True)
class Stack:
    """What template.yaml sets."""

    web_gb: float  # memory of a function that answers requests, the largest
    ticked_gb: tuple[float, ...]  # memory of each function that the minute tick wakes
    polled_queues: int
    rate: float  # API requests a second, over all
    alarms: int
    metrics: int  # custom ones that report all the time
    mails_per_hour: int


def stack(template: dict[str, Any] | None = None) -> Stack:
    template = template or load(ROOT / "template.yaml")
    functions = _of(template, "AWS::Serverless::Function")
    common = template["Globals"]["Function"]["MemorySize"]
    memory_gb = {
        name: properties.get("MemorySize", common) / 1024 for name, properties in functions.items()
    }
    (stage,) = _of(template, "AWS::ApiGatewayV2::Stage").values()
    web = {_target(properties["IntegrationUri"]) for properties in _integrations(template)}
    rules = _of(template, "AWS::Events::Rule").values()
    ticked = [
        target
        for rule in rules
        if rule.get("ScheduleExpression") == "rate(1 minute)"
        for target in rule["Targets"]
    ]
    return Stack(
        web_gb=max(memory_gb[name] for name in web),
        ticked_gb=tuple(memory_gb[_target(properties["Arn"])] for properties in ticked),
        polled_queues=sum(map(_queues_of, functions.values())),
        rate=_rate(template, stage),
        alarms=len(_of(template, "AWS::CloudWatch::Alarm")),
        metrics=_metrics(template, stage),
        mails_per_hour=template["Parameters"]["MailsPerHour"]["Default"],
    )


Raw = dict[str, Any]


def _of(template: Raw, kind: str) -> dict[str, Raw]:
    """Name → properties of the resources of `kind`."""
    resources = template["Resources"].items()
    return {
        name: resource["Properties"] for name, resource in resources if resource["Type"] == kind
    }


def _integrations(template: Raw) -> list[Raw]:
    return list(_of(template, "AWS::ApiGatewayV2::Integration").values())


def _target(arn: Raw) -> str:
    """The resource of `!GetAtt X.Arn`."""
    return str(arn["Fn::GetAtt"]).partition(".")[0]


def _queues_of(function: Raw) -> int:
    return sum(event["Type"] == "SQS" for event in function.get("Events", {}).values())


def _rate(template: Raw, stage: Raw) -> float:
    """Routes with a rate of their own don't share the stage's."""
    own = stage.get("RouteSettings", {})
    routes = {route["RouteKey"] for route in _of(template, "AWS::ApiGatewayV2::Route").values()}
    shared = stage["DefaultRouteSettings"]["ThrottlingRateLimit"] if routes - own.keys() else 0
    return float(shared + sum(route["ThrottlingRateLimit"] for route in own.values()))


def _metrics(template: Raw, stage: Raw) -> int:
    filters = _of(template, "AWS::Logs::MetricFilter").values()
    reporting = {
        transformation["MetricName"]
        for log_filter in filters
        for transformation in log_filter["MetricTransformations"]
        if "DefaultValue" in transformation
    }
    is_detailed = stage["DefaultRouteSettings"].get("DetailedMetricsEnabled", False)
    routes = len(_of(template, "AWS::ApiGatewayV2::Route")) if is_detailed else 0
    return len(reporting) + routes * METRICS_OF_A_ROUTE


def _calls(number: float, seconds: float, memory_gb: float) -> float:
    logs = number * LOG_BYTES_PER_CALL / 1e9 * LOG_GB
    return number * (LAMBDA_REQUEST + seconds * memory_gb * LAMBDA_GB_SECOND) + logs


def ledger(letters: float) -> float:
    """The cost of emails beyond SES's price. For each: an event that is queued, received and
    deleted with nine others; two reads, of the reader and the suppression; a share of a batch.
    """
    batches = letters / 50
    a_mail = EVENT + (1 + 2 / 10) * QUEUE_REQUEST + 2 * READ_UNIT
    a_batch = (
        BATCH_WRITES * WRITE_UNIT
        + BATCH_READS * READ_UNIT
        + BATCH_REQUESTS * QUEUE_REQUEST
        + BATCH_GB_SECONDS * LAMBDA_GB_SECOND
        + BATCH_CALLS * (LAMBDA_REQUEST + LOG_BYTES_PER_CALL / 1e9 * LOG_GB)
    )
    return letters * a_mail + batches * a_batch


def month(network: Network, stack: Stack) -> dict[str, float]:
    """Part → US dollars a month."""
    letters = network.members * network.issues
    ticks = HOURS * 60
    cdn_requests = network.page_views * 12
    polls = stack.polled_queues * POLLERS * SECONDS / POLL_SECONDS
    return {
        "Newsletter by SES": letters * MAIL,
        "Newsletter's ledger": ledger(letters),
        # Sign-up form, confirming page, confirming click; three transactions; two mails.
        "Sign-ups for events": network.rsvps
        * (3 * HTTP_REQUEST + 35 * WRITE_UNIT + 12 * READ_UNIT + 2 * MAIL)
        + _calls(network.rsvps * 5, REQUEST_SECONDS, stack.web_gb),
        "Minute tick": sum(_calls(ticks, TICK_SECONDS, memory) for memory in stack.ticked_gb)
        + ticks * len(stack.ticked_gb) * READ_UNIT,
        "Polling of empty queues (estimate)": polls * QUEUE_REQUEST,
        "Pages": max(0, cdn_requests - CDN_REQUESTS_FREE) * CDN_REQUEST
        + max(0, cdn_requests - CDN_FUNCTION_CALLS_FREE) * CDN_FUNCTION
        + network.page_views * 2 * S3_READ,
        "Table": network.members * 1500 / 1e9 * TABLE_GB,
        "Key that signs digests": KEY,
        "Alarms and metrics": stack.alarms * ALARM + stack.metrics * METRIC,
    }


def attack(stack: Stack) -> dict[str, float]:
    """The worst month: the API at its rate, the breaker reached each hour, and for a day as many
    requests as an estimate says, of which nearly all are refused."""
    requests = stack.rate * SECONDS
    mails = stack.mails_per_hour * HOURS
    # API Gateway's page doesn't say that it gives refusals of an HTTP API for nothing.
    refusal = CDN_REQUEST + HTTP_REQUEST + _access_log(1)
    return {
        "API requests": requests * HTTP_REQUEST + _access_log(requests),
        "Functions": _calls(requests, REQUEST_SECONDS, stack.web_gb),
        "Table": requests * (WRITE_UNIT + 2 * READ_UNIT) + mails * 14 * WRITE_UNIT,
        "Emails": mails * MAIL,
        "CloudFront requests": max(0, requests - CDN_REQUESTS_FREE) * CDN_REQUEST,
        "A day of 1,000 refused requests a second (estimate)": FLOOD_RATE * FLOOD_SECONDS * refusal,
        "An ordinary month of 50,000 members": sum(month(Network.typical(50_000), stack).values()),
    }


def _access_log(requests: float) -> float:
    return requests * ACCESS_LOG_BYTES / 1e9 * LOG_GB


def rows() -> list[str]:
    """The two tables of docs/costs.md, as Markdown lines."""
    parts = stack()
    small, large = (month(Network.typical(members), parts) for members in (500, 50_000))
    lines = ["| a month | 500 members | 50,000 members |", "|---|---:|---:|"]
    lines += [f"| {name} | ${small[name]:.2f} | ${large[name]:.2f} |" for name in small]
    lines += [f"| **in all** | **${sum(small.values()):.2f}** | **${sum(large.values()):.2f}** |"]
    worst = attack(parts)
    lines += ["", "| at worst under attack, a month | |", "|---|---:|"]
    lines += [f"| {name} | ${cost:.0f} |" for name, cost in worst.items()]
    return [*lines, f"| **in all** | **${sum(worst.values()):.0f}** |"]


if __name__ == "__main__":
    print("\n".join(rows()))  # noqa: T201
