"""What became of every recipient, held against what SES accepted. DESIGN's words: lost, twice."""

from collections import Counter
from dataclasses import dataclass, field

from functions.core.aws import table
from functions.feedback import handler as feedback
from functions.newsletter.rules.ledger import FINAL, IssueState, State
from functions.newsletter.rules.report import tally
from functions.newsletter.store import batches, issues
from functions.people.store.members import member_key
from infra.dev.fake_aws.expressions import Raw
from tests.functions.newsletter.crash import readers
from tests.functions.newsletter.crash.queues import event
from tests.functions.newsletter.crash.unreliable_cloud import address_of, twice

# Who is in one of these has no mail; `failed` may have one that bounced.
NO_MAIL = {State.SUPPRESSED, State.WITHDRAWN, State.EXPIRED, State.CANCELLED}
Place = tuple[int, int]  # batch and position


@dataclass(frozen=True)
class Seen:
    """What a run saw besides the ledger."""

    mails: list[Raw]  # every entry that SES accepted
    troubled: frozenset[int]  # batches that lost worker or answer between claim and record
    is_over: bool
    after_leaving: int = 0
    in_flight: int = 0
    before_page: int = 0


@dataclass(frozen=True)
class Verdict:
    """Of one run. All but `counts`, `uncertain`, `settled` and `in_flight` are to be 0."""

    lost: int  # in no state, or sent without SES's acceptance
    twice: int  # accepted twice, or planned twice
    unexplained: int  # uncertain, though no worker died and no answer was lost while claimed
    unsettled: int  # uncertain, though SES's events told of them
    denied: int  # accepted, in a state that says there is no mail
    missing: int  # audience less the sum of the states
    endless: int  # 1 where the issue never came to its end
    after_leaving: int  # mails to who had left before their batch was read
    before_page: int  # mails whose link to the website led nowhere yet
    uncertain: int  # before the events came
    settled: int  # of these, by the events
    in_flight: int  # mails to who left while their batch was in flight
    counts: Counter[str] = field(default_factory=Counter)

    def wrong(self) -> dict[str, int]:
        """What is not 0 and has to be."""
        fine = {"counts", "uncertain", "settled", "in_flight"}
        return {name: n for name, n in vars(self).items() if name not in fine and n}


def judge(seen: Seen) -> Verdict:
    """Look at everybody twice: when the issue has ended, and when all of SES's events have come."""
    states, members = _ledger()
    uncertain = {place for place, state in states.items() if state is State.UNCERTAIN}
    _deliver_events(uncertain, seen)
    settled, _ = _ledger()
    mailed = _mailed(seen)
    of_state = {place: mailed[members[place]] for place in settled}
    return Verdict(
        lost=_lost(settled, of_state) + len(_unplanned(members)),
        twice=twice(mailed) + twice(Counter(members.values())),
        unexplained=sum(batch not in seen.troubled for batch, _ in uncertain),
        unsettled=sum(settled[p] is State.UNCERTAIN and of_state[p] > 0 for p in uncertain),
        denied=sum(state in NO_MAIL and of_state[p] > 0 for p, state in settled.items()),
        missing=_missing(),
        endless=int(not seen.is_over),
        after_leaving=seen.after_leaving,
        before_page=seen.before_page,
        uncertain=len(uncertain),
        settled=sum(settled[place] is not State.UNCERTAIN for place in uncertain),
        in_flight=seen.in_flight,
        counts=tally(batches.of_issue(readers.SLUG)),
    )


def _ledger() -> tuple[dict[Place, State], dict[Place, str]]:
    states: dict[Place, State] = {}
    members: dict[Place, str] = {}
    for batch in batches.of_issue(readers.SLUG):
        for at, member in enumerate(batch.recipients):
            states[batch.number, at] = batch.outcome(at).state
            members[batch.number, at] = member
    return states, members


def _deliver_events(uncertain: set[Place], seen: Seen) -> None:
    """Deliver SES's events for every uncertain recipient."""
    for mail in seen.mails:
        tags = {tag["Name"]: tag["Value"] for tag in mail["ReplacementTags"]}
        if (int(tags["batch"]), int(tags["position"])) in uncertain:
            feedback.settle({"Records": [event("Send", mail)]}, None)


def _mailed(seen: Seen) -> Counter[str]:
    """How many mails each member got, by id."""
    of_address = {i["email"]["S"]: i["sk"]["S"] for i in readers.items() if "email" in i}
    return Counter(of_address[address_of(mail)] for mail in seen.mails)


def _lost(states: dict[Place, State], mails: dict[Place, int]) -> int:
    no_end = sum(state not in FINAL for state in states.values())
    return no_end + sum(s is State.SENT and not mails[p] for p, s in states.items())


def _unplanned(members: dict[Place, str]) -> set[str]:
    """Subscribers of before and after who are in no batch; none where the issue was missed."""
    issue = issues.get(readers.SLUG)
    if issue and issue.state is IssueState.MISSED:
        return set()
    begun = {i["sk"]["S"] for i in readers.items() if i.get("newsletter") == {"BOOL": True}}
    people, _ = table.get_many(map(member_key, begun))
    stayed = {
        key[1]
        for key, person in people.items()
        if person[readers.consent()] and "frequency" not in person
    }
    return stayed - set(members.values())


def _missing() -> int:
    issue = issues.get(readers.SLUG)
    assert issue is not None
    counts = tally(batches.of_issue(readers.SLUG))
    finals = sum(count for state, count in counts.items() if state in FINAL)
    return abs(issue.planned - finals)
