"""Walks through all pages of the desk, so that a test can read them in each language.

A new page gets a line here, or a walk of its own in WALKS.
"""

from collections.abc import Callable
from typing import Any

from functions.approvals.rules import UNDO_SECONDS
from functions.approvals.store import applications as approvals
from functions.core import clock, site
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import DAY
from functions.core.mail import suppression
from functions.desk import passkey_pages, person_pages
from functions.events.opinions import FEWEST
from functions.events.store import declines, given_opinions
from functions.invitations.rules import Agreed
from functions.membership import handler as membership_handler
from functions.people.store import members as people
from functions.team.rules import PASSKEYS_MOST, Role
from functions.work import handler as work
from tests.functions import sent_emails
from tests.functions.desk import passkey_steps
from tests.functions.desk.authenticator import Authenticator
from tests.functions.desk.browser import Desk
from tests.functions.events import actions as events
from tests.functions.invitations import actions as invitations
from tests.functions.membership import actions as membership
from tests.functions.newsletter import issue_runs
from tests.functions.sent_emails import Context
from tests.functions.support import SITE

SignIn = Callable[..., Desk]
TERMS = {
    "ground": "agreed to be invited",
    "agreed_on": "2026-05-31",
    "how": "reunion",
    "office": "malmo",
    "language": "en",
}
LATER = {  # than the other walks take
    "starts_at": "2027-02-03T16:30:00Z",
    "ends_at": "2027-02-03T19:00:00Z",
    "closes_at": "2027-02-03T16:30:00Z",
}


def through_the_team(desk: SignIn, moment: Any) -> None:
    owner, other = desk(Role.OWNER), desk(Role.EDITOR, ("malmo",))
    for path in ("", "team/", "team/new/", f"team/{other.actor.id}/", "log/"):
        owner.get(f"/desk/{path}")
    owner.get(f"/desk/team/{other.actor.id}/remove/")
    owner.post("/desk/team/new/", name="", email="x", role="")
    owner.post(f"/desk/team/{owner.actor.id}/remove/")
    owner.get("/desk/log/?month=2025-01")
    owner.get("/desk/log/?by=nobody")
    other.get("/desk/team/")
    for step in ("saved", "added", "removed"):
        owner.get(f"/desk/team/?step={step}")


def through_opinions(desk: SignIn, moment: Any) -> None:
    """An event that is over: fewer have said what they think than are shown, then enough."""
    events.publish(starts_at="2026-11-17T16:30:00Z", ends_at="2026-11-17T19:00:00Z")
    for number in range(FEWEST):
        mark = (events.SLUG, f"7K3M9QX{number}")
        table.write(given_opinions.answering(*mark, {"liked": "very"}, moment.now))
        table.write(given_opinions.adding_words(*mark, "Tor\nTor"))
        if number in {0, FEWEST - 1}:
            desk().get(f"/desk/events/{events.SLUG}/")
    desk().get(f"/desk/figures/?year={clock.day_of(moment.now)[:4]}")


def through_an_event(desk: SignIn, moment: Any) -> None:
    """Full, with one who waits and one who has an offer."""
    hr, page = desk(), f"/desk/events/{events.SLUG}"
    events.publish(seats=2, **LATER)
    link = events.accepted()
    for name in ("bo", "cai"):
        sent_emails.deliver()
        events.sign_up(name=name.title(), email=f"{name}@example.org", guests="0")
        events.press_button(events.newest_link(), queue="yes")
    hr.get(f"{page}/sign-up/")
    events.press_button(link, action="save", guests="0", dietary="")
    events.tick()
    for step in ("", "?step=given", "?step=seats", "?step=closed", "?step=opened", "?step=entered"):
        hr.get(f"{page}/{step}")
    cai = address_hash("cai@example.org")
    for guest in (events.ASA["email"], "bo@example.org", "cai@example.org"):
        sign_up = f"{page}/guests/{address_hash(guest)}/"
        for step in ("", "?step=changed", "?step=cancelled"):
            hr.get(f"{sign_up}{step}")
        revision = str(events.rsvp(guest)["revision"])
        hr.post(sign_up, action="save", guests="9", revision=revision)
        hr.post(sign_up, action="save", guests="1", revision=revision)
        hr.post(sign_up, action="save", revision="0")
    hr.post(f"{page}/give-place", who=cai, why="")
    hr.post(f"{page}/give-place", who=cai, why="Speaks")
    hr.post(f"{page}/give-place", who="nobody", why="Speaks")
    sent_emails.deliver()  # so that the newest email is hers
    gro = membership.become_member(name="Gro", email="gro@example.org")
    declines.decline(events.SLUG, gro, moment.now)
    asking = {"approval": True, "attend": "both", "invite": {"office": ["malmo"]}}
    events.publish(seats=2, **asking, **LATER)
    events.accepted(name="Fia", email="fia@example.org", guests="0")
    for step in ("", "?step=answered", "?step=link"):
        hr.get(f"{page}/{step}")
    hr.post(f"{page}/link", url="meet")
    hr.get(f"{page}/?step=written")
    hr.get(f"{page}/write/")
    hr.post(f"{page}/write/", action="preview", to="x", subject="", text="")
    hr.post(f"{page}/write/", action="preview", to="coming", subject="Tor", text="Tor")
    hr.post(f"{page}/answer", who=cai, revision="1", action="approve")
    events.publish(seats=2, **LATER)
    hr.post(f"{page}/seats", seats="many")
    hr.post(f"{page}/close", action="close")
    hr.get(f"{page}/")
    hr.post(f"{page}/sign-up/", name="", email="asa@example.com", guests="7")
    hr.post(f"{page}/sign-up/", name="Bo", email="bo@example.org", guests="0")
    hr.post(f"{page}/sign-up/", name="Dan", email="dan@example.org", guests="0")
    events.publish(starts_at="2026-11-17T16:30:00Z", ends_at="2026-11-17T19:00:00Z")
    hr.post(f"{page}/sign-up/", name="Eva", email="eva@example.org", guests="0")


def through_the_sign_in(desk: SignIn, moment: Any) -> None:
    browser = desk()
    language = browser.actor.language
    browser.cookies.clear()
    for step in ("", "sent", "signed-out"):
        browser.open(f"/desk/?step={step}&language={language}")
    browser.ask("no address", page_language=language)


def through_events_and_newsletters(desk: SignIn, moment: Any) -> None:
    hr, editor = desk(), desk(Role.EDITOR)
    for browser in (hr, editor):
        for path in ("events/", "newsletters/", "figures/"):
            browser.get(f"/desk/{path}")
    events.publish()
    events.accepted(name="Bo", dietary="")
    issue_runs.join()
    issue_runs.publish(at=60)
    for browser in (hr, editor):
        browser.get("/desk/events/")
        browser.get(f"/desk/events/{events.SLUG}/")
        browser.get("/desk/newsletters/")
        browser.get(f"/desk/newsletters/{issue_runs.SLUG}/")
    moment.pass_(60)
    issue_runs.tick()
    for step in ("pause", "resume", "resume"):
        hr.post(f"/desk/newsletters/{issue_runs.SLUG}/{step}")
        hr.get(f"/desk/newsletters/{issue_runs.SLUG}/?step={step}d")
    hr.get(f"/desk/newsletters/{issue_runs.SLUG}/cancel")
    hr.post(f"/desk/newsletters/{issue_runs.SLUG}/cancel")
    hr.get(f"/desk/newsletters/{issue_runs.SLUG}/?step=cancelled")
    hr.post(f"/desk/newsletters/{issue_runs.SLUG}/pause")
    moment.pass_(30 * DAY)
    events.publish(cancelled="x")
    hr = desk()  # the session has ended
    hr.post("/desk/figures/count")
    hr.get("/desk/figures/")
    work.advance({"tick": True}, Context())
    moment.pass_(1)
    for path in ("newsletters/", "events/", "figures/", "figures/?by=month"):
        hr.get(f"/desk/{path}")


def through_people(desk: SignIn, moment: Any) -> None:
    events.publish()
    membership.become_member(name="Åsa Nyström")
    browser = desk()
    for query in (
        "",
        "?q=nys",
        "?q=xyzzy",
        "?q=nobody%40example.org",
        "?segment=x",
        "?segment=active",
    ):
        browser.get(f"/desk/people/{query}")
    for segment in ("active", "joined: 2020"):
        answer = browser.post("/desk/files/people", segment=segment)
        path = "/desk/" + answer["headers"]["Location"].partition("/desk/")[2]
        browser.get(path)
        work.advance({"tick": True}, Context())
        browser.get(path)


def through_the_leavers(desk: SignIn, moment: Any) -> None:
    coordinator = desk()
    for path in ("", "new/"):
        coordinator.get(f"/desk/leavers/{path}")
    coordinator.post("/desk/leavers/new/", name="", agreed="yes", first_day="x", returns_from="x")
    language = coordinator.actor.language
    known = {"name": "Eva", "role": "", "language": language, "agreed": Agreed("2026-11-12", "HR")}
    for number, changes in enumerate(({}, {"agreed": None}, {"email": ""}, {"office": ""})):
        invitations.invite(**{"email": f"eva{number}@example.com"} | known | changes)
    form = {"name": "Eva", "email": "eva0@example.com", "office": "malmo", "contact": "anna"}
    coordinator.post(
        "/desk/leavers/new/", **form | {"last_day": "2026-11-30", "language": language}
    )
    path = f"/desk/leavers/{address_hash('eva0@example.com')}/"
    for step in ("", "?step=letter", "letter/"):
        coordinator.get(f"{path}{step}")
    for step in ("mailed", "deleted"):
        coordinator.get(f"/desk/leavers/?step={step}")


def through_a_person(desk: SignIn, moment: Any) -> None:
    events.publish()
    hr, address = desk(), "eva@example.net"
    language = hr.actor.language  # that of the words which she agrees to
    eva = membership.become_member(
        name="Eva Ask", email=address, language=language, **membership.shown_in(language)
    )
    events.accepted(name="Eva Ask", email=address, **membership.shown_in(language))
    events.accepted(name="Bo Berg", email="bo@example.org", guests="0", dietary="")
    bo = f"/desk/guests/{address_hash('bo@example.org')}/"
    page = f"/desk/people/{eva}/"
    for path in (page, bo, f"{page}erase", f"{bo}erase", "/desk/people/x/", "/desk/guests/x/"):
        hr.get(path)
    for step in person_pages.SAYS:
        hr.get(f"{page}?step={step}")
    hr.post(f"{page}correct", name="Åsa Nyström", works_at="", before='{"name": ["Åsa"]}')
    hr.post(f"{page}unsubscribe")
    hr.post(f"{page}cancel", event="none")
    known = people.member(eva)
    assert known
    seen = str(known.revision)
    for reason in suppression.RANKS:
        suppression.stop(address_hash(address), reason, clock.now())
        hr.get(page)
        hr.post(f"{page}resume", why="", seen=seen)
        hr.post(f"{page}resume", why="x", seen=seen)
        moment.pass_(1)
    for deed in ("stop", "erase"):
        hr.post(f"{page}{deed}", seen="0")
        hr.post(f"{page}{deed}", seen=seen, name="x")
    hr.post(f"{page}erase", seen=seen, name=known.name)
    hr.get(f"{page}?step=erased")


def through_lists(desk: SignIn, moment: Any) -> None:
    hr = desk()
    path = upload(hr, b"Name;E-post\nBo;bo@example.com\nBo;\n")
    hr.get(path)
    for step, form in (("start", {}), ("start", TERMS), ("undo", {})):
        work.advance({"tick": True}, Context())
        hr.get(path)
        hr.post(f"{path}{step}", **form)
        hr.get(path)
    work.advance({"tick": True}, Context())
    hr.get(path)
    hr.get(upload(hr, b"Bo\n\xc3\x85sa\n"))
    hr.upload("/desk/imports/", "file", "a.pdf", b"%PDF")


def upload(hr: Desk, content: bytes) -> str:
    answer = hr.upload("/desk/imports/", "file", "a.csv", content)
    return "/desk" + str(answer["headers"]["Location"]).rpartition("/desk")[2]


def through_passkeys(desk: SignIn, moment: Any) -> None:
    owner, lucky = desk(Role.OWNER), desk(Role.OWNER)
    passkey_steps.set_setting("required")
    for one in (owner, lucky):
        one.get("/desk/")
        one.post(f"{passkey_steps.OWN}new")
        passkey_steps.set_up(one, Authenticator())
    (passkey,) = passkey_steps.current(owner).passkeys
    owner.post(f"{passkey_steps.OWN}{passkey}/remove")
    for step in passkey_pages.SAYS:
        owner.get(f"{passkey_steps.OWN}?step={step}")
    for _ in range(PASSKEYS_MOST - 1):
        passkey_steps.set_up(owner, Authenticator())
    owner.post(f"{passkey_steps.OWN}new")
    waiting = passkey_steps.again(owner)
    waiting.get("/desk/")
    waiting.post(f"{passkey_steps.OWN}confirm")
    for one in (owner, lucky):
        owner.get(f"/desk/team/{one.actor.id}/")
        owner.post(f"/desk/team/{one.actor.id}/reset-passkeys/")
    owner.get("/desk/team/?step=reset")
    owner.get("/desk/log/")
    passkey_steps.set_setting("optional")


def through_approvals(desk: SignIn, moment: Any) -> None:
    known = SITE | {"joining": "approve"}
    table.write(table.put({"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 2, "site": known}))
    site.forget()
    browser = desk()
    browser.get("/desk/approvals/")
    for email in ("eva@example.com", "ida@example.com"):
        language = browser.actor.language
        membership.join(email=email, language=language, **membership.shown_in(language))
        membership.press_button(sent_emails.newest_link_to("/api/join/confirm"))
        path = f"/desk/approvals/{address_hash(email)}/"
        browser.get("/desk/")
        browser.get(path)
        form = {"send_reason": "yes", "reason": "x" * 600}
        for decision in ("nothing", "decline", "approve"):
            application = approvals.get(address_hash(email))
            assert application
            browser.post(path, decision=decision, step=str(application.step), **form)
            form = {}
            browser.get("/desk/approvals/")
    moment.pass_(UNDO_SECONDS)
    membership_handler.tick({"tick": True}, Context())
    browser.get("/desk/approvals/")


WALKS = (
    through_lists,
    through_people,
    through_the_leavers,
    through_a_person,
    through_the_sign_in,
    through_the_team,
    through_passkeys,
    through_events_and_newsletters,
    through_an_event,
    through_opinions,
    through_approvals,  # the last: from now on nobody joins by themselves
)
