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
CDN_REQUEST = 0.01 / 10_000
CDN_REQUESTS_FREE = 10 * MILLION
S3_READ = 0.0004 / 1000

TICKED_FUNCTIONS = 5
TICK_SECONDS = 0.1
REQUEST_SECONDS = 0.1
LOG_BYTES_PER_CALL = 700
# Of one batch of a newsletter, through planner, worker and feedback: `make bench` measures it
# (dispatch_cost), and a test holds the two together.
BATCH_WRITES = 13
BATCH_READS = 11
BATCH_REQUESTS = 0.5
BATCH_GB_SECONDS = 0.6
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

    memory_gb: float
    rate: int  # API requests a second, over all
    alarms: int
    mails_per_hour: int


def stack(template: dict[str, Any] | None = None) -> Stack:
    template = template or load(ROOT / "template.yaml")
    resources = template["Resources"].values()
    stage = next(r for r in resources if r["Type"] == "AWS::ApiGatewayV2::Stage")
    return Stack(
        memory_gb=template["Globals"]["Function"]["MemorySize"] / 1024,
        rate=stage["Properties"]["DefaultRouteSettings"]["ThrottlingRateLimit"],
        alarms=sum(r["Type"] == "AWS::CloudWatch::Alarm" for r in resources),
        mails_per_hour=template["Parameters"]["MailsPerHour"]["Default"],
    )


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
    ticks = TICKED_FUNCTIONS * HOURS * 60
    return {
        "Newsletter by SES": letters * MAIL,
        "Newsletter's ledger": ledger(letters),
        # Sign-up form, confirming page, confirming click; three transactions; two mails.
        "Sign-ups for events": network.rsvps
        * (3 * HTTP_REQUEST + 30 * WRITE_UNIT + 12 * READ_UNIT + 2 * MAIL)
        + _calls(network.rsvps * 5, REQUEST_SECONDS, stack.memory_gb),
        "Minute tick": _calls(ticks, TICK_SECONDS, stack.memory_gb) + ticks * READ_UNIT,
        "Pages": max(0, network.page_views * 12 - CDN_REQUESTS_FREE) * CDN_REQUEST
        + network.page_views * 2 * S3_READ,
        "Table": network.members * 1500 / 1e9 * TABLE_GB,
        "Alarms": stack.alarms * ALARM,
    }


def attack(stack: Stack) -> dict[str, float]:
    """The worst month the limits allow: the API at its rate, the breaker reached each hour."""
    requests = stack.rate * SECONDS
    mails = stack.mails_per_hour * HOURS
    return {
        "API requests": requests * HTTP_REQUEST,
        "Functions": _calls(requests, REQUEST_SECONDS, stack.memory_gb),
        "Table": requests * (WRITE_UNIT + 2 * READ_UNIT) + mails * 14 * WRITE_UNIT,
        "Emails": mails * MAIL,
        "CloudFront requests": max(0, requests - CDN_REQUESTS_FREE) * CDN_REQUEST,
    }


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
