"""Issues in the table: read, schedule, begin, pause, finish, and the emails to the team.

Each change is one write, conditional on the issue's state. Planner and workers read that state with
each page and each batch, so a pause takes effect within one of them.
"""

import uuid
from dataclasses import asdict

from functions.core import clock
from functions.core.aws import table
from functions.core.aws.table import Item, Key, Write
from functions.core.mail import outbox
from functions.events.store import events
from functions.newsletter.rules.issues import first_state
from functions.newsletter.rules.ledger import (
    CANCELLABLE,
    CHANGEABLE,
    RUNNING,
    Cause,
    Issue,
    IssueKind,
    IssueState,
    Lack,
    Pause,
    SkipReason,
    Variant,
)
from functions.people.member import EVERY

FOREVER = 2**53
# The index `due` holds issues under one of these: unfinished, with a report to come, over.
KINDS = ("ISSUE", "REPORT", "PAST")


def issue_key(slug: str) -> Key:
    return (f"ISSUE#{slug}", "ISSUE")


# ---- Reading


def get(slug: str) -> Issue | None:
    item = table.get(issue_key(slug))
    return to_issue(item) if item else None


def newest_first() -> list[Issue]:
    """All issues."""
    keys = [key for kind in KINDS for key in table.due(kind, FOREVER, limit=0)]
    items, _unread = table.get_many(keys)
    return sorted(map(to_issue, items.values()), key=lambda issue: issue.send_at, reverse=True)


def begun_at(kind: IssueKind = IssueKind.NEWSLETTER) -> list[int]:
    """When each issue so far was sent that is a use of the consent: a newsletter is one of the
    consent to invitations, too.

    Raises:
        TimeoutError: not all issues could be read; the next tick tries again.
    """
    keys = [key for kind in KINDS for key in table.due(kind, FOREVER, limit=0)]
    items, unread = table.get_many(keys, only=("send_at", "planned", "kind"))
    if unread:
        raise TimeoutError("not all issues could be read")
    uses = (kind, IssueKind.NEWSLETTER)
    return [
        item["send_at"]
        for item in items.values()
        if item.get("planned") and item.get("kind", IssueKind.NEWSLETTER) in uses
    ]


def due(now: int) -> list[str]:
    """Slugs of issues to plan, or going out."""
    return [pk.partition("#")[2] for pk, _ in table.due("ISSUE", now)]


def to_issue(item: Item) -> Issue:
    return Issue(
        slug=item["pk"].partition("#")[2],
        state=IssueState(item["state"]),
        subject=item["subject"],
        send_at=item["send_at"],
        deadline=item["deadline"],
        variants=tuple(map(to_variant, item["variants"])),
        audience=item.get("audience", {}),
        kind=IssueKind(item.get("kind", IssueKind.NEWSLETTER)),
        frequency=item.get("frequency", EVERY),
        corrects=item.get("corrects", ""),
        url=item.get("url", ""),
        pages=tuple(item.get("pages", ())),
        is_online=item.get("online", False),
        event_number=item.get("event_number", 0),
        nothing=tuple(Lack(code) for code in item.get("nothing", ()) if code in list(Lack)),
        revision=item.get("revision", ""),
        unused_before=item.get("unused_before", 0),
        cursor=item.get("cursor", ""),
        batches=item.get("batches", 0),
        planned=item.get("planned", 0),
        silent=item.get("silent", 0),
        counts=item.get("counts", {}),
        # An earlier version stored sentences here and in `nothing`: of those nothing is known.
        skipped=SkipReason(item["reason"]) if item.get("reason") in list(SkipReason) else None,
        pause=_to_pause(item["pause"]) if "pause" in item else None,
        paused_at=item.get("paused_at", 0),
        resumed_at=item.get("resumed_at", 0),
        waited=item.get("waited", 0),
        accepted=item.get("accepted", 0),
        bounces=item.get("bounces", 0),
        complaints=item.get("complaints", 0),
        complained=item.get("complained", 0),
    )


def _to_pause(item: Item) -> Pause:
    return Pause(**item | {"cause": Cause(item["cause"])})


def to_variant(item: Item) -> Variant:
    """A variant's name begins with its language, as the site gives it."""
    language = item.get("language") or item["name"].partition("-")[0]
    readers = tuple(item.get("readers") or ({},))
    return Variant(item["name"], item["key"], item["hash"], language, readers)


# ---- Publishing


_CHANGEABLE_VALUES: Item = {f":was{n}": state for n, state in enumerate(CHANGEABLE)}
_CHANGEABLE = f"#state IN ({', '.join(_CHANGEABLE_VALUES)})"


def schedule(slug: str, facts: Item, now: int) -> bool:
    """Store the catalogue's entry for an issue; returns False once planning has begun."""
    send_at = clock.epoch(facts["send_at"])
    deadline = clock.epoch(facts["deadline"]) if facts.get("deadline") else None
    state = first_state(send_at, deadline, now, is_archived=facts.get("archived", False))
    item = {
        **table.keyed(issue_key(slug)),
        **_about_event(slug, facts),
        "state": state,
        "subject": facts["subject"],
        "url": facts.get("url", ""),
        "deadline": deadline,
        "send_at": send_at,
        "variants": [{"name": name} | variant for name, variant in facts["variants"].items()],
        "audience": facts.get("audience", {}),
        "kind": facts.get("kind", IssueKind.NEWSLETTER),
        "frequency": facts.get("frequency", EVERY),
        "corrects": facts.get("corrects") or "",
        "pages": facts.get("pages", []),
        "nothing": facts.get("nothing", []),
        "revision": uuid.uuid4().hex,
        "due_kind": "ISSUE" if state is IssueState.SCHEDULED else "PAST",
        "due_at": send_at,
    }
    condition = f"{table.NEW} OR {_CHANGEABLE}"
    return table.try_write(table.put(item, condition=condition, values=_CHANGEABLE_VALUES))


def _about_event(slug: str, facts: Item) -> Item:
    """An invitation's content names the event's facts as they are now: both were published at once,
    and the event is stored first."""
    is_invitation = facts.get("kind") == IssueKind.INVITATION
    event = events.get(slug) if is_invitation else None
    return {"event_number": event.sequence} if event else {}


def follow_event(slug: str) -> None:
    """The event has changed; its invitation, if it has one, hasn't: until planning has begun, it
    names the newest facts all the same."""
    event = events.get(slug)
    if event is None:
        return
    is_invitation = f"#kind = :invitation AND {_CHANGEABLE}"
    values = {":number": event.sequence, ":invitation": IssueKind.INVITATION} | _CHANGEABLE_VALUES
    expression = "SET #event_number = :number"
    table.try_write(table.update(issue_key(slug), expression, values, condition=is_invitation))


def unschedule(slug: str) -> bool:
    """Delete an issue that HR withdrew; returns False if planning has begun, or there is none."""
    return table.try_write(
        table.delete(issue_key(slug), condition=_CHANGEABLE, values=dict(_CHANGEABLE_VALUES))
    )


# ---- From scheduled to planning


# A decision about a scheduled issue holds only for the revision that was read.
_AS_SCHEDULED = "#state = :old AND (#revision = :revision OR attribute_not_exists(#revision))"


def begin(issue: Issue, unused_before: int = 0) -> bool:
    """Fix the content and start planning, unless HR has changed the issue since it was read."""
    values = {":planning": IssueState.PLANNING, ":none": 0, ":start": ""} | _as_read(issue)
    values[":unused"] = unused_before
    zero = "#batches = :none, #planned = :none, #silent = :none"
    expression = f"SET #state = :planning, #cursor = :start, #unused_before = :unused, {zero}"
    return table.try_write(_update(issue.slug, expression, values, _AS_SCHEDULED))


def miss(issue: Issue, now: int) -> bool:
    """The issue's deadline passed before planning: it is not sent, and the team gets an email."""
    values = {":missed": IssueState.MISSED, ":past": "PAST"} | _as_read(issue)
    expression = "SET #state = :missed, #due_kind = :past"
    missed = _update(issue.slug, expression, values, _AS_SCHEDULED)
    return table.try_write(missed, team_mail("issue_skipped", issue.slug, now))


def skip(issue: Issue, reason: SkipReason, now: int) -> bool:
    """There is nothing to send, or no recipient: the team gets an email with the reason."""
    values = {":skipped": IssueState.SKIPPED, ":past": "PAST", ":reason": reason}
    expression = "SET #state = :skipped, #due_kind = :past, #reason = :reason"
    skipped = _update(issue.slug, expression, values | _as_read(issue), _AS_SCHEDULED)
    return table.try_write(skipped, team_mail("issue_skipped", issue.slug, now))


def _as_read(issue: Issue) -> Item:
    return {":old": IssueState.SCHEDULED, ":revision": issue.revision}


# ---- While it goes out


def mark_online(slug: str) -> bool:
    """Remember that the issue's pages are public, so that no later tick looks after them."""
    return table.try_write(_update(slug, "SET #online = :yes", {":yes": True}, table.EXISTS))


def pause(slug: str, why: Pause, now: int, *also: Write, notify_team: bool = False) -> bool:
    """Pause an issue that is being planned or sent, and do the writes in `also`; returns False if
    it is in another state.

    `notify_team` queues an email to the team in the same transaction: if several workers pause at
    once, only one email is queued.
    """
    were = {f":was{n}": state for n, state in enumerate(RUNNING)}
    values = {":paused": IssueState.PAUSED, ":pause": _pause_item(why), ":now": now} | were
    sets = "#resumes_as = #state, #state = :paused, #pause = :pause, #paused_at = :now"
    paused = _update(slug, f"SET {sets}", values, f"#state IN ({', '.join(were)})")
    mails = (team_mail("issue_paused", slug, now),) if notify_team else ()
    return table.try_write(paused, *mails, *also)


def _pause_item(why: Pause) -> Item:
    return {name: value for name, value in asdict(why).items() if value}


def resume(slug: str, now: int = 0, *also: Write) -> bool:
    """Continue where the issue was paused, and do the writes in `also`; returns False if it is not
    paused.

    The first tick after `now` queues every waiting batch again, even one queued a moment ago. The
    counters restart, because resuming accepts the bounces and complaints so far.
    """
    gone = "#resumes_as, #pause, #paused_at, #accepted, #bounces, #complaints"
    expression = f"SET #state = #resumes_as, #resumed_at = :now REMOVE {gone}"
    values = {":paused": IssueState.PAUSED, ":now": now}
    return table.try_write(_update(slug, expression, values, "#state = :paused"), *also)


def resume_by_itself(issue: Issue, now: int) -> bool:
    """Continue an issue that waited for SES's quota; returns False if its pause has changed.

    The counters go on, because nobody has accepted the bounces and complaints so far.
    """
    values: Item = {":paused": IssueState.PAUSED, ":at": issue.paused_at, ":now": now}
    values[":waited"] = now - issue.paused_at
    sets = "SET #state = #resumes_as, #resumed_at = :now REMOVE #resumes_as, #pause, #paused_at"
    expression = f"{sets} ADD #waited :waited"
    condition = "#state = :paused AND #paused_at = :at"
    return table.try_write(_update(issue.slug, expression, values, condition))


def cancel(issue: Issue, *also: Write, because: SkipReason | None = None) -> bool:
    """Send nothing more, for good, and do the writes in `also`; returns False if the state is no
    longer the one that was read.

    The tick ends the batches that wait. An issue that is not yet planned has none.
    """
    if issue.state not in CANCELLABLE:
        return False
    values: Item = {":cancelled": IssueState.CANCELLED, ":old": issue.state}
    sets = "SET #state = :cancelled"
    if issue.state is IssueState.SCHEDULED:
        sets, values = f"{sets}, #due_kind = :past", values | {":past": "PAST"}
    if because:
        sets, values = f"{sets}, #reason = :reason", values | {":reason": because}
    expression = f"{sets} REMOVE #resumes_as"
    return table.try_write(_update(issue.slug, expression, values, "#state = :old"), *also)


def count(slug: str, counter: str, number: int) -> None:
    """Add to `accepted`, `bounces` or `complaints`, which may pause the issue.

    These counters are not part of the ledger: if a worker dies before counting, the issue pauses a
    little sooner or later, and nothing else happens. Resuming resets them; `complained` is kept for
    the report, because the ledger has no state for a complaint.
    """
    also = ", #complained :number" if counter == "complaints" else ""
    expression = f"ADD #{counter} :number{also}"
    table.try_write(_update(slug, expression, {":number": number}, table.EXISTS))


def count_batch(issue: Issue) -> Write:
    """Takes the batch number `issue.batches`, unless another worker or the planner took it."""
    values = {":one": 1, ":seen": issue.batches}
    return _update(issue.slug, "ADD #batches :one", values, "#batches = :seen")


# ---- The end, and the report


def finish(issue: Issue, counts: dict[str, int], report_at: int = 0) -> bool:
    """Nothing is left to do; a cancelled issue stays cancelled. The report is due at `report_at`,
    if that is given."""
    is_cancelled = issue.state is IssueState.CANCELLED
    values = {
        ":end": IssueState.CANCELLED if is_cancelled else IssueState.SENT,
        ":old": issue.state,
        ":counts": dict(counts),
        ":kind": "REPORT" if report_at else "PAST",
        ":due": report_at or issue.send_at,
    }
    expression = "SET #state = :end, #counts = :counts, #due_kind = :kind, #due_at = :due"
    return table.try_write(_update(issue.slug, expression, values, "#state = :old"))


def due_reports(now: int) -> list[str]:
    """Slugs of issues that ended a day ago, and of which the team has no report yet."""
    return [pk.partition("#")[2] for pk, _ in table.due("REPORT", now)]


def send_report(slug: str, now: int) -> bool:
    """Write the report's email to the team, once; returns False if another tick was first, or the
    issue goes out again."""
    over = _update(
        slug,
        "SET #due_kind = :past",
        {":past": "PAST", ":report": "REPORT", ":now": now},
        "#due_kind = :report AND #due_at <= :now",
    )
    return table.try_write(over, team_mail("issue_report", slug, now))


def team_mail(name: str, slug: str, now: int) -> Write:
    """Writes the email `name` about an issue to the team, as part of a transaction.

    It holds no address: post reads the recipient when it sends. Its revision is the time, so that
    an email about an earlier pause is recognised as stale.
    """
    return outbox.mail(name, "", {"issue": slug}, now, now)


def reopen(issue: Issue, now: int) -> Write:
    """Lets a finished issue go out again, for the recipients that a person released; an issue that
    is still running only has to be in the state that was read."""
    values: Item = {":old": issue.state}
    if issue.state is not IssueState.SENT:
        return table.check(issue_key(issue.slug), "#state = :old", values)
    values |= {":sending": IssueState.SENDING, ":issue": "ISSUE", ":now": now}
    expression = "SET #state = :sending, #due_kind = :issue, #due_at = :now"
    return _update(issue.slug, expression, values, "#state = :old")


def _update(slug: str, expression: str, values: Item, condition: str) -> Write:
    return table.update(issue_key(slug), expression, values, condition=condition)
