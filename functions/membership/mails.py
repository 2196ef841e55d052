"""Membership's emails: each reads its person again, and is skipped if that has changed since."""

from dataclasses import replace
from typing import Any

from functions.account.rules import owner_of
from functions.core import clock, dates, tokens
from functions.core.aws.table import Item, Write
from functions.core.figures import figure
from functions.core.keep import keep_of
from functions.core.mail.message import Mail, Skip
from functions.core.settings import settings
from functions.core.site import site
from functions.core.texts import translated
from functions.core.tokens import Purpose
from functions.core.translations import translations
from functions.core.web.links import link, own_page
from functions.membership import store
from functions.membership.member_links import still_here_url, unsubscribe_url
from functions.membership.rules import Erasure
from functions.people import silence as silence_rules
from functions.people.member import Act, Activity, Correction, Member, Profile
from functions.people.silence import Silence, Stage
from functions.people.store import activities, address_moves, corrections, signs_of_life
from functions.people.store import members as people

CONTACT = ("name", "role", "email")


def confirm_join(waiting: Item) -> Mail | Skip:
    signup = store.signup(waiting["address_hash"])
    if signup is None or signup.expires_at <= clock.now():
        return Skip("expired")
    if signup.revision != waiting["revision"]:
        return Skip("a newer form was sent")
    token = tokens.make(Purpose.CONFIRM_JOIN, waiting["address_hash"], signup.revision)
    url = link("/api/join/confirm", token, signup.profile.language)
    # Nothing that was typed into the form, not even the name: the address may be a stranger's.
    unknown = replace(signup.profile, name="")
    return _to(unknown, "confirm_join", url=url, days=settings().signup_days)


def note_confirm_join(waiting: Item, message_id: str, now: int) -> None:
    store.note_mailed(waiting["address_hash"], waiting["revision"], message_id, now)


def already_member(waiting: Item) -> Mail | Skip:
    member_id = people.member_id_at(waiting["address_hash"])
    member = people.member(member_id) if member_id else None
    if member is None:
        return Skip("no member")
    return _to(member, "already_member", newsletter=member.newsletter, **_ways(member))


def welcome(waiting: Item) -> Mail | Skip:
    member = people.member(waiting["ref"]["member_id"])
    if member is None:
        return Skip("no member")
    office, contact = _office(member.office, member.language)
    gets = {"newsletter": member.newsletter, "invited": member.invitations}
    return _to(member, "welcome", office=office, contact=contact, **gets, **_ways(member))


def goodbye(waiting: Item) -> Mail | Skip:
    """To somebody whom no use finds any more; the address is kept for this email only."""
    erasure = store.erasure(waiting["address_hash"], waiting["ref"]["erasure"])
    if erasure is None:
        return Skip("erased")
    return _to(erasure, "goodbye", is_member=erasure.is_member)


def address_changed(waiting: Item) -> Mail | Skip:
    """To the new address, without the name, as nobody has confirmed it; and to the old one."""
    member, change = _changed(waiting)
    if member is None or change is None:
        return Skip("no member")
    ref = waiting["ref"]
    is_new = ref["to"] == "new"
    address = (change.after if is_new else change.before)["email"]
    if is_new and member.email != address:
        return Skip("changed again")
    person = replace(member, email=address, name="" if is_new else member.name)
    undo = _way_back(member, waiting["address_hash"], ref["at"])
    return _to(person, "address_changed", is_new=is_new, **_ways(member), **undo)


def _changed(waiting: Item) -> tuple[Member | None, Correction | None]:
    ref = waiting["ref"]
    change = corrections.get(ref["member_id"], ref["at"], waiting["revision"])
    return people.member(ref["member_id"]), change


def _way_back(member: Member, from_hash: str, at: int) -> dict[str, str]:
    """The link that takes the change of address back, and until when; nothing if none does."""
    owner = owner_of(member.id)
    move = address_moves.move(owner, from_hash)
    if move is None or move.at != at or not move.can_be_undone(clock.now()):
        return {"undo_url": "", "undo_until": ""}
    token = tokens.make(Purpose.UNDO_ADDRESS, owner, from_hash, at)
    until = dates.local(move.ends_at, site()["time_zone"])
    return {
        "undo_url": link("/me/address/undo", token, member.language),
        "undo_until": dates.moment(until, translations(member.language)),
    }


def address_undone(waiting: Item) -> Mail | Skip:
    """To the address that is no longer the member's, without the name: it may be a stranger's."""
    member, change = _changed(waiting)
    if member is None or change is None:
        return Skip("no member")
    return _to(replace(member, email=change.before["email"], name=""), "address_undone")


def digest(waiting: Item) -> Mail | Skip:
    """To the team: numbers only, and the command that shows who."""
    team, counts = site().get("team"), waiting["ref"]["counts"]
    if not team:
        return Skip("no team is set")
    language = team.get("language") or site()["languages"][0]
    since = dates.local(waiting["ref"]["since"], site()["time_zone"])
    figures = {act.value: figure(counts.get(act, 0), language) for act in Act}
    if not counts.get(Act.UNREACHABLE):
        figures[Act.UNREACHABLE] = ""  # most networks have none for years
    context = {
        **figures,
        "since": dates.moment(since, translations(language)),
        "command": f"alumni members activity --since {since:%Y-%m-%dT%H:%M}",
    }
    return Mail("digest", language, name="", address=team["email"], context=context)


def still_there(waiting: Item) -> Mail | Skip:
    """Asks whether the member wants to stay, and names the day on which they are erased if not."""
    silence = signs_of_life.silence_of(waiting["ref"]["member_id"])
    member = people.member(waiting["ref"]["member_id"])
    if silence is None or member is None:
        return Skip("no member")
    if not _calls_for(silence, waiting):
        return Skip("heard from since")
    end = silence_rules.promised_end(silence, keep_of(site()), clock.now())
    day = dates.local(end, site()["time_zone"])
    context = {
        "url": still_here_url(member),
        "last_day": dates.full_date(day, translations(member.language)),
        "is_last": silence.stage is Stage.WARNED,
    }
    return _to(member, "still_there", **context)


def _calls_for(silence: Silence, waiting: Item) -> bool:
    ref = waiting["ref"]
    return (silence.stage, silence.since) == (ref["stage"], ref["since"])


def still_there_taken(waiting: Item, now: int, *, reached: bool) -> tuple[Write, ...]:
    """What is stored when SES takes that email, or none for this address: then the team hears of
    it, and has until the end to find another way."""
    silence = signs_of_life.silence_of(waiting["ref"]["member_id"])
    if silence is None or not _calls_for(silence, waiting):
        return ()
    unreached = Activity(now, Act.UNREACHABLE, silence.member_id)
    is_first = silence.stage is Stage.QUIET
    notes = () if reached or not is_first else (activities.note(unreached),)
    return (signs_of_life.warned(silence, now), *notes)


def still_right(waiting: Item) -> Mail | Skip:
    """Asks whether what is stored is still right. It shows little of that: mails get forwarded."""
    member = people.member(waiting["ref"]["member_id"])
    if member is None:
        return Skip("no member")
    office, _contact = _office(member.office, member.language)
    context = {
        "url": still_here_url(member, is_right=True),
        "office": office["name"],
        "newsletter": member.newsletter,
        "frequency": member.frequency,
        "page_url": own_page(member.language),
    }
    return _to(member, "still_right", **context)


def still_right_taken(waiting: Item, now: int, *, reached: bool) -> tuple[Write, ...]:  # noqa: ARG001 - as for any email
    return (signs_of_life.ask_again_later(waiting["ref"]["member_id"], now),)


def subscribed_again(waiting: Item) -> Mail | Skip:
    member = people.member(waiting["ref"]["member_id"])
    if member is None:
        return Skip("no member")
    if not member.newsletter:
        return Skip("stopped since")
    return _to(member, "subscribed_again", frequency=member.frequency, **_ways(member))


def _ways(member: Member) -> dict[str, str]:
    """The links out of the newsletter and back to it, and to the member's own page."""
    url = unsubscribe_url(member)
    page_url = own_page(member.language)
    return {"unsubscribe_url": url, "again_url": f"{url}&again=yes", "page_url": page_url}


def _office(slug: str, language: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The office's name and its contact; both may be missing: offices close, contacts leave."""
    local_site = translated(site(), language)
    offices: dict[str, dict[str, Any]] = {
        office["slug"]: office for office in local_site["offices"]
    }
    office = offices.get(slug, {})
    contact = local_site["contacts"].get(office.get("contact", ""), {})
    return {"name": office.get("name")}, {key: contact.get(key) for key in CONTACT}


def _to(person: Profile | Erasure, template: str, **context: Any) -> Mail:
    return Mail(
        template=template,
        language=person.language,
        name=person.name,
        address=person.email,
        context=context,
    )
