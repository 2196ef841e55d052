"""A test newsletter, sent by the deployed functions to SES's mailbox simulator and the operator.

The way is a real newsletter's: ledger, queue, worker, SES, EventBridge, queue, ledger. SES doesn't
count the simulator's emails for quota and reputation.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from functions.core import clock, tokens
from functions.core.addresses import address_hash
from functions.core.mail.placeholders import UNSUBSCRIBE_URL, marked
from functions.core.tokens import Purpose
from functions.newsletter import bulk_email, send_queue, words
from functions.newsletter.rules.ledger import Batch, Issue, Outcome, State, Variant
from functions.newsletter.store import batches, issues
from functions.people.store.members import member
from infra.cloud.doctor import http, ses_setup, traces, waiting
from infra.cloud.doctor.findings import RESTORE, Finding, Status, ok, problem, skipped
from infra.cloud.doctor.http import Answer
from infra.cloud.doctor.traces import Recipient
from infra.cloud.errors import CloudError

T = TypeVar("T")

SENT, LOST, BOUNCE, COMPLAINT = "Sending", "Delivery events", "Bounces", "Complaints"
SUPPRESSED, TO_OPERATOR, ONE_CLICK = "Suppressed addresses", "Test newsletter", "One-click leave"
SUCCESS, HARD, SPAM, LISTED, OPERATOR = "success", "bounce", "complaint", "suppressionlist", "you"
SIMULATED = (SUCCESS, HARD, SPAM, LISTED)
# The first batch goes to the simulator; the second as if its worker had died after the call, so
# that only SES's event can settle it; the third to the operator.
FIRST, UNSETTLED, LAST = range(3)
SUBJECT = "Test of the newsletter by alumni doctor"
DEADLINE_SECONDS = clock.HOUR
TEXT = "This is a test of your newsletter's way, by `alumni doctor`. There is nothing to do."
LINK = marked(UNSUBSCRIBE_URL)
CONTENT = json.dumps(
    {
        "subject": SUBJECT,
        "html": f'<p>{TEXT}</p><p><a href="{LINK}">Unsubscribe</a></p>',
        "text": f"{TEXT}\n\nUnsubscribe: {LINK}\n",
    }
).encode()
COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
NO_ADDRESS = "no address for the test emails is given: use --address"


def simulated_address(kind: str) -> str:
    return f"{kind}+{traces.SLUG}@simulator.amazonses.com"


@dataclass(frozen=True)
class Round:
    """One test newsletter; `address` is the operator's, or empty."""

    run: str
    address: str

    @property
    def slug(self) -> str:
        return traces.slug(self.run)

    @property
    def recipients(self) -> dict[str, Recipient]:
        """By kind."""
        simulated = {kind: simulated_address(kind) for kind in SIMULATED}
        recipients = {
            kind: Recipient(self.run, kind, address, address_hash(address))
            for kind, address in simulated.items()
        }
        if self.address:
            # A hash of its own: whatever comes of the test, the operator's address is not stopped.
            hashed = address_hash(f"{self.slug} {self.address}")
            recipients[OPERATOR] = Recipient(self.run, OPERATOR, self.address, hashed)
        return recipients

    @property
    def variant(self) -> Variant:
        key = traces.content_key(self.run)
        return Variant("en", key, hashlib.sha256(CONTENT).hexdigest(), "en")

    def batch(self, number: int, kinds: tuple[str, ...], state: State = State.PLANNED) -> Batch:
        ids = tuple(self.recipients[kind].id for kind in kinds)
        return Batch(self.slug, number, self.variant, ids, state, queued_at=clock.now())


def issue_of(a_round: Round) -> Issue:
    return _existing(issues.get(a_round.slug))


def batch_of(a_round: Round, number: int) -> Batch:
    return _existing(batches.get(a_round.slug, number))


def _existing(item: T | None) -> T:
    """Raises CloudError if it is gone: only the start of another doctor deletes it."""
    if item is None:
        raise CloudError("another `alumni doctor` has started on this stack: run one at a time")
    return item


# ---- Preparing


def prepare(s3: Any, bucket: str, a_round: Round) -> None:
    """Store the test newsletter and its recipients."""
    for recipient in a_round.recipients.values():
        traces.add_recipient(recipient)
    variant = a_round.variant
    s3.put_object(Bucket=bucket, Key=variant.key, Body=CONTENT, ContentType="application/json")
    traces.add_issue(a_round.run, SUBJECT, variant, clock.now() + DEADLINE_SECONDS)


# ---- Sending


def send_by_worker(a_round: Round, number: int, kinds: tuple[str, ...], patience: float) -> Batch:
    """Queue a batch for the deployed worker; returns it as it is when the worker is done with it,
    or when patience ends."""
    batch = replace(a_round.batch(number, kinds), sends_at=clock.now())
    traces.add_batch(batch)
    send_queue.put(a_round.slug, [batch])

    def is_done() -> bool:
        is_open = batch_of(a_round, number).state in {State.PLANNED, State.CLAIMED}
        return not is_open or issue_of(a_round).pause is not None

    waiting.until(is_done, patience)
    return batch_of(a_round, number)


def sending_verdict(check: str, batch: Batch, issue: Issue, *, in_sandbox: bool) -> Finding:
    """What became of the call to SES for a batch."""
    if issue.pause:
        seen = f"SES refuses the newsletter: {words.why_paused(issue.pause, 'en')}"
        remedy = (
            "Correct what SES above shows; if nothing is wrong there, search AWS for that code."
        )
        return problem(check, seen, remedy)
    if batch.state in {State.PLANNED, State.CLAIMED}:
        seen = "the function that sends newsletters has not sent it"
        return problem(check, seen, "See the alarms, and the log of NewsletterSend in CloudWatch.")
    if batch.state is State.UNCERTAIN:
        return problem(check, "SES's answer was lost", "Run `alumni doctor` again.")
    # What bounced was accepted before.
    failed = [outcome for outcome in batch.outcomes.values() if outcome.state is not State.SENT]
    reasons = {outcome.reason or outcome.state for outcome in failed} - {"bounce"}
    if reasons:
        remedy = "See the code in SES's documentation, under BulkEmailEntryResult."
        if in_sandbox:
            remedy = "Verify the address in SES (the sandbox sends to verified addresses only)."
        return problem(check, f"SES refuses a recipient: {', '.join(sorted(reasons))}", remedy)
    return ok(check, f"SES took {_emails(len(batch.recipients))}")


def _emails(count: int) -> str:
    return f"{count} email{'s' * (count != 1)}"


def send_unsettled(ses: Any, a_round: Round) -> None:
    """Send the second batch, whose result only SES's event can tell.

    Raises:
        ClientError: SES refused.
    """
    batch = a_round.batch(UNSETTLED, (SUCCESS,), State.UNCERTAIN)
    traces.add_batch(batch)
    readers = {0: a_round.recipients[SUCCESS].as_member}
    ses.send_bulk_email(**bulk_email.request(batch, readers))


# ---- The events that come back


@dataclass(frozen=True)
class Evidence:
    """What SES's events have changed in the table until now."""

    first: tuple[Outcome, ...]  # of the first batch, in SIMULATED's order
    unsettled: Outcome
    stopped: Mapping[str, str]  # kind → reason; empty while it still gets email

    def is_failed(self, kind: str) -> bool:
        return self.first[SIMULATED.index(kind)] == Outcome(State.FAILED, "bounce")

    @property
    def has_arrived(self) -> dict[str, bool]:
        """By check: did its event come all the way?"""
        return {
            LOST: self.unsettled.state is State.SENT,
            BOUNCE: self.is_failed(HARD) and self.stopped.get(HARD) == "bounce",
            COMPLAINT: self.stopped.get(SPAM) == "complaint",
            SUPPRESSED: self.is_failed(LISTED) and self.stopped.get(LISTED) == "bounce",
        }


@dataclass(frozen=True)
class Pipe:
    """The way of events between SES and the table."""

    rule: str
    is_enabled: bool
    is_connected: bool  # the rule's target is the queue, and the queue lets it in
    waiting: int  # events in the queue, and with the function
    given_up: int  # events in the dead letters


ARRIVED = {
    LOST: "an email whose answer was lost is settled by SES's event",
    BOUNCE: "a bounce is recorded, and the address gets no more email",
    COMPLAINT: "a complaint stops all email to the address",
    SUPPRESSED: "an address on SES's suppression list counts as bounced",
}


def event_verdicts(evidence: Evidence, pipe: Pipe, patience: float) -> Iterator[Finding]:
    if not any(evidence.has_arrived.values()):
        seen = f"none of SES's events has arrived within {patience:.0f} seconds"
        yield problem(LOST, seen, where_it_stops(pipe))
        return
    for check, arrived in evidence.has_arrived.items():
        if arrived:
            yield ok(check, ARRIVED[check])
        else:
            seen = f"SES's event has not arrived within {patience:.0f} seconds"
            yield problem(check, seen, where_it_stops(pipe))


def where_it_stops(pipe: Pipe) -> str:
    """What to do about events that don't arrive."""
    if not pipe.is_enabled:
        return f"Enable the rule {pipe.rule} in EventBridge: it is switched off."
    if not pipe.is_connected:
        return f"The rule {pipe.rule} doesn't reach FeedbackQueue. {RESTORE}"
    if pipe.given_up:
        return (
            f"{pipe.given_up} events failed again and again: see the log of Feedback in "
            "CloudWatch, then redrive the queue FeedbackDeadLetters."
        )
    if pipe.waiting:
        return (
            f"{pipe.waiting} events wait in FeedbackQueue: see the log and the errors of Feedback "
            "in CloudWatch, and whether its trigger is enabled."
        )
    return (
        f"No event waits behind the rule {pipe.rule} in EventBridge: see its metrics Invocations "
        "and FailedInvocations, and the event destination of the configuration set in SES."
    )


def evidence(a_round: Round) -> Evidence:
    first, unsettled = batch_of(a_round, FIRST), batch_of(a_round, UNSETTLED)
    return Evidence(
        tuple(first.outcome(at) for at in first.positions),
        unsettled.outcome(0),
        {kind: traces.why_stopped(a_round.recipients[kind]) for kind in SIMULATED},
    )


def read_pipe(events: Any, sqs: Any, rule: str, queue: str, dead: str) -> Pipe:
    """`rule` is its name, `queue` and `dead` are the addresses of the queues."""
    described = events.describe_rule(Name=rule)
    targets = events.list_targets_by_rule(Rule=rule)["Targets"]
    names = ["QueueArn", "Policy"]
    queue_facts = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    is_target = queue_facts["QueueArn"] in {target["Arn"] for target in targets}
    return Pipe(
        rule,
        is_enabled=described["State"] == "ENABLED",
        is_connected=is_target and described["Arn"] in queue_facts.get("Policy", ""),
        waiting=_messages(sqs, queue),
        given_up=_messages(sqs, dead),
    )


def _messages(sqs: Any, queue: str) -> int:
    answer = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=list(COUNTS))
    return sum(int(count) for count in answer["Attributes"].values())


# ---- Unsubscribing


def one_click_verdict(answer: Answer, *, is_unsubscribed: bool) -> Finding:
    """RFC 8058: an email provider's POST unsubscribes without a redirect, a cookie or an origin."""
    if answer.status == http.OK and is_unsubscribed:
        return ok(ONE_CLICK, "a POST to the header's link unsubscribes")
    seen = f"a POST to the header's link is answered with {answer.status}"
    if answer.status == http.OK:
        seen = "a POST to the header's link unsubscribes nobody"
    remedy = "See `Form` above and the log of MembershipWeb in CloudWatch."
    return problem(ONE_CLICK, seen, remedy)


def unsubscribe(recipient: Recipient) -> Finding:
    """Press the recipient's one-click link, as an email provider does."""
    link = bulk_email.unsubscribe_url(tokens.make(Purpose.UNSUBSCRIBE, recipient.id))
    answer = http.post(link, {"List-Unsubscribe": "One-Click"})
    reader = member(recipient.id)
    return one_click_verdict(answer, is_unsubscribed=reader is not None and not reader.newsletter)


# ---- All of it


@dataclass(frozen=True)
class Means:
    """What a round works with."""

    s3: Any
    ses: Any
    bucket: str
    read_pipe: Callable[[], Pipe]
    patience: float
    in_sandbox: bool


def check(means: Means, address: str) -> Iterator[Finding]:
    """Send the test newsletter and follow it; everything is deleted at the end, whatever happens.

    `address` is the operator's, or empty.
    """
    a_round = Round(uuid.uuid4().hex[:8], address)
    try:
        yield from _round(means, a_round)
    finally:
        traces.forget_run(means.s3, a_round.run)


def _round(means: Means, a_round: Round) -> Iterator[Finding]:
    prepare(means.s3, means.bucket, a_round)
    sent = send_by_worker(a_round, FIRST, SIMULATED, means.patience)
    verdict = sending_verdict(SENT, sent, issue_of(a_round), in_sandbox=means.in_sandbox)
    yield verdict
    if verdict.status is not Status.OK:
        return
    yield from _events(means, a_round)
    yield unsubscribe(a_round.recipients[SUCCESS])
    yield _to_operator(means, a_round)


def _events(means: Means, a_round: Round) -> Iterator[Finding]:
    send_unsettled(means.ses, a_round)
    waiting.until(lambda: all(evidence(a_round).has_arrived.values()), means.patience)
    yield from event_verdicts(evidence(a_round), means.read_pipe(), means.patience)


def _to_operator(means: Means, a_round: Round) -> Finding:
    if OPERATOR not in a_round.recipients:
        return skipped(TO_OPERATOR, NO_ADDRESS)
    if means.in_sandbox and not ses_setup.is_verified(means.ses, a_round.address):
        # Trying it would pause the test newsletter, and mail the team about that.
        seen = f"in the sandbox SES sends nothing to {a_round.address}"
        return problem(TO_OPERATOR, seen, f"Verify {a_round.address} in SES (Identities).")
    sent = send_by_worker(a_round, LAST, (OPERATOR,), means.patience)
    issue = issue_of(a_round)
    return sending_verdict(TO_OPERATOR, sent, issue, in_sandbox=means.in_sandbox)
