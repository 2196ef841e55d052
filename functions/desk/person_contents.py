"""What a person's page at the desk shows, in the reader's words: everything that is known."""

import re
from dataclasses import dataclass
from typing import Any

from functions.account import contents
from functions.account.rules import Owner
from functions.account.visitors import Visitor, signups_of, visitor
from functions.core import dates
from functions.core.keep import keep_of
from functions.core.mail import sent_lines, suppression
from functions.core.translations import N_, translations
from functions.core.web.forms import Form
from functions.desk import person_form
from functions.desk.request import Request
from functions.events import rules
from functions.events.rules import Event, Rsvp
from functions.newsletter import words
from functions.newsletter.store import issues, received
from functions.newsletter.store.batches import to_batch
from functions.people.form import form_of
from functions.people.member import (
    EARLIER_ADDRESS,
    THEMSELVES,
    Consent,
    ConsentKind,
    Correction,
    Member,
)
from functions.people.store import address_moves, consents, corrections, search
from functions.people.store import members as people
from functions.team.store import team

Facts = dict[str, Any]

ID = re.compile(r"[0-9a-f]{32}")  # of members, and hashes of addresses
MOST_EMAILS = 50  # the file has all
ISSUES_BACK = 24  # a monthly newsletter's two years; the file has all
BY_THEMSELVES = N_("changed by themselves")
BY_TERMINAL = N_("changed by whoever runs the site")
WHAT = {
    ConsentKind.MEMBERSHIP_GIVEN: N_("Joined the network"),
    ConsentKind.NEWSLETTER_GIVEN: N_("Agreed to the newsletter"),
    ConsentKind.NEWSLETTER_RENEWED: N_("Agreed to keep getting the newsletter"),
    ConsentKind.NEWSLETTER_WITHDRAWN: N_("Unsubscribed from the newsletter"),
    ConsentKind.INVITATIONS_GIVEN: N_("Agreed to invitations"),
    ConsentKind.INVITATIONS_WITHDRAWN: N_("Withdrew the consent to invitations"),
    ConsentKind.NEWSLETTER_PREFERENCES: N_("Chose how to get the newsletter"),
}
HOWS = {  # as consents store it
    "form on their own page": N_("form on their page"),
    "button on their own page": N_("button on their page"),
    "mail to the unsubscribe address": N_("their email app's unsubscribe button"),
    "the team, as the person asked": N_("the alumni team, as they asked"),
}
WHY_STOPPED = {
    suppression.BOUNCE: N_("They get no email: one came back on %(when)s."),
    suppression.WISH: N_("They get no email: they asked us to stop on %(when)s."),
    suppression.COMPLAINT: N_("They get no email: one was reported as spam on %(when)s."),
}
NO_EMAIL = {
    "": N_("sent as usual"),
    suppression.BOUNCE: N_("stopped, because one came back"),
    suppression.WISH: N_("stopped, as they asked"),
    suppression.COMPLAINT: N_("stopped, because one was reported as spam"),
}
FIELDS = contents.FIELDS | {
    "kinds": N_("What describes them"),
    "interests": N_("Interests"),
    "language": N_("Language of our emails"),
    "frequency": N_("How often they get the newsletter"),
    "no_email": N_("Emails to them"),
}


@dataclass(frozen=True)
class Subject:
    """Whom a page is about."""

    visitor: Visitor
    signups: tuple[tuple[Event, Rsvp], ...]  # of a guest, those that the reader may see
    is_whole: bool  # False if a guest has others, too

    @property
    def member(self) -> Member | None:
        return self.visitor.member

    @property
    def address_hash(self) -> str:
        return self.visitor.address_hash

    @property
    def id(self) -> str:
        """For the log."""
        return self.member.id if self.member else self.address_hash

    @property
    def path(self) -> str:
        return f"/desk/people/{self.id}/" if self.member else f"/desk/guests/{self.id}/"

    @property
    def title(self) -> str:
        """The name; of a guest who hasn't confirmed it, the address."""
        return self.visitor.name or self.visitor.email

    @property
    def seen(self) -> str:
        """Differs once a member is changed: what concerns all of them is done as they are shown."""
        return str(self.member.revision) if self.member else self.address_hash


def find(request: Request, *, member_id: str = "", address_hash: str = "") -> Subject | None:
    """None if there is nobody whom the reader works with.

    Raises:
        TooManyError: not all of the table could be read now.
    """
    if not ID.fullmatch(member_id or address_hash):
        return None
    if address_hash:
        member_id = _member_id_at(address_hash)
    who = visitor(Owner(member_id, "" if member_id else address_hash))
    if who is None:
        return None
    known = signups_of(who.address_hash)
    if who.member:
        is_seen = request.actor.sees_any(search.shown(who.member).offices)
        return Subject(who, tuple(known), is_whole=True) if is_seen else None
    theirs = tuple(pair for pair in known if request.actor.sees(pair[0].facts["office"]))
    is_whole = not request.actor.offices or theirs == tuple(known)
    return Subject(who, theirs, is_whole=is_whole) if theirs or not request.actor.offices else None


def _member_id_at(address_hash: str) -> str:
    """Of somebody who was a guest and is a member since, or whose earlier address this was and is
    still reserved; empty if there is none."""
    if joined := people.member_id_at(address_hash):
        return joined
    reserved = address_moves.reservation(address_hash)
    return reserved.member_id if reserved else ""


def everything(subject: Subject, request: Request, wanted: Form) -> Facts:
    """The context of the page; `wanted` is what the reader wanted to change."""
    member, site = subject.member, request.site
    details = contents.details(form_of(member) | wanted, member, site) if member else {"values": {}}
    return details | {
        "subject": subject,
        "visitor": subject.visitor,
        "before": person_form.shown(member) if member else "",
        "since": _moment(member.joined_at, site) if member else "",
        "stopped": _stopped(subject.address_hash, site),
        "new_address": contents.new_address(member, site, request.now) if member else None,
        "signups": _signups(subject, request),
        "consents": [_consent(line, site) for line in _consents(member)],
        "emails": _emails(subject, request.site),
        "most_emails": MOST_EMAILS,
        "newsletters": _newsletters(member, request) if member else [],
        "history": _history(member, request) if member else [],
        "issues_back": ISSUES_BACK,
    }


def erasing(subject: Subject, request: Request) -> Facts:
    coming = _signups(subject, request)["coming"]
    years = keep_of(request.site).proof_years
    return {"subject": subject, "coming": coming, "proof_years": years}


def _stopped(address_hash: str, site: Facts) -> Facts | None:
    known = suppression.get(address_hash)
    if known is None:
        return None
    why = WHY_STOPPED[known["reason"]]
    text = translations(site["language"]).gettext(why) % {"when": _moment(known["at"], site)}
    return {"reason": known["reason"], "text": text}


def _signups(subject: Subject, request: Request) -> Facts:
    shown = contents.signups(list(subject.signups), request.site, request.now)
    now, known = request.now, list(subject.signups)
    coming = [pair for pair in reversed(known) if pair[0].ends_at > now]
    for signup, (event, rsvp) in zip(shown["coming"], coming, strict=True):
        status = rules.link_status(event, rsvp, rsvp.revision, now)
        signup |= {"slug": event.slug, "can_cancel": status is rules.Verdict.GO}
    return shown


def _consents(member: Member | None) -> list[Consent]:
    return list(reversed(consents.of_member(member.id))) if member else []


def _consent(line: Consent, site: Facts) -> Facts:
    how = translations(site["language"]).gettext(HOWS.get(line.how, ""))
    agreed = line.agreement
    return {
        "when": _moment(line.at, site),
        "what": WHAT[line.what],
        "how": how if line.how in HOWS else contents.in_words("how", line.how, site),
        "words": (agreed.words or agreed.version) if agreed else "",
        "language": agreed.language if agreed else "",
    }


def _emails(subject: Subject, site: Facts) -> list[Facts]:
    """Those that were sent, other than newsletters: to a member, and before they joined."""
    hashed = subject.address_hash
    ids = (subject.member.id, None) if subject.member else (None,)
    owners = [sent_lines.owner_of_line(member_id, hashed) for member_id in ids]
    lines = [line for owner in owners for line in sent_lines.newest_first(owner, MOST_EMAILS)]
    titles = {event.slug: event.facts["title"] for event, _rsvp in subject.signups}
    return [
        {
            "when": _moment(line.at, site),
            "what": contents.in_words("mail", line.mail, site),
            "event": titles.get(line.event, line.event),
        }
        for line in sorted(lines, key=lambda line: -line.at)[:MOST_EMAILS]
        if subject.is_whole or line.event in titles
    ]


def _newsletters(member: Member, request: Request) -> list[Facts]:
    """The newest issues in which the ledger has the member, with what became of theirs."""
    known = issues.newest_first()[:ISSUES_BACK]
    by_slug = {issue.slug: issue for issue in known}
    places, _unread = received.by_member(member.id, known)
    batches = [(to_batch(item), position) for item, position in places]
    return [
        {
            "slug": batch.issue,
            "subject": by_slug[batch.issue].subject,
            "when": _moment(by_slug[batch.issue].send_at, request.site),
            "state": words.states(by_slug[batch.issue])[batch.outcome(position).state],
        }
        for batch, position in batches
        if batch.moved_to(position) is None  # else the half that it moved to says
    ]


def _history(member: Member, request: Request) -> list[Facts]:
    names = {one.id: one.name for one in team.team()}
    changes = reversed(corrections.of_member(member.id))
    return [_change(change, names, request.site) for change in changes]


def _change(change: Correction, names: dict[str, str], site: Facts) -> Facts:
    by = {THEMSELVES: BY_THEMSELVES, EARLIER_ADDRESS: contents.WHO[EARLIER_ADDRESS]}
    who = names.get(change.by) or by.get(change.by, BY_TERMINAL)
    fields = [
        {
            "name": FIELDS[field],
            "before": _value(field, change.before.get(field, ""), site),
            "after": _value(field, change.after[field], site),
        }
        for field in change.after
    ]
    return {"when": _moment(change.at, site), "who": who, "fields": fields}


def _value(field: str, value: Any, site: Facts) -> str:
    if field == "no_email":
        return translations(site["language"]).gettext(NO_EMAIL.get(value, value))
    return contents.in_words(field, value, site)


def _moment(at: int, site: Facts) -> str:
    return dates.short_moment(dates.local(at, site["time_zone"]), translations(site["language"]))
