"""Each kind of email once, in one language, as SES takes it."""

from email.message import EmailMessage

from functions.approvals.rules import UNDO_SECONDS, Decision
from functions.approvals.store import applications as approvals
from functions.core import clock, site
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.events import asking, waiting_list
from functions.events.event_invitation import Invited
from functions.events.rules import Event
from functions.events.store import awaited_answers, invited_facts, reminders, rsvps, team_messages
from functions.events.store import events as stored_events
from functions.events.store.reminders import Which
from functions.events.store.team_messages import Message, To
from functions.newsletter.rules.ledger import Batch, IssueState, Variant
from functions.team.rules import Details, Role
from functions.team.store import team
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.desk.browser import Desk
from tests.functions.door import actions as door
from tests.functions.events import actions as events
from tests.functions.imports import lists as imports
from tests.functions.invitations import actions as invitations
from tests.functions.membership import actions as membership
from tests.functions.newsletter import issue_runs, team_emails


def emails_of_every_kind(language: str) -> list[EmailMessage]:
    """Somebody joins twice, signs in and up, changes, hears of changes, cancels, is asked whether
    they want to stay and whether all is right, and is erased. A colleague is invited, twice."""
    events.publish(time_zone="Asia/Hong_Kong")
    joined = membership.become_member(language=language)
    membership.join(language=language)
    sent_emails.deliver()
    membership.unsubscribe(joined)
    membership.join(language=language)
    membership.subscribe_again(joined)
    change_the_address_and_back()
    change = events.accepted(language=language)
    events.sign_up(language=language)
    sent_emails.deliver()
    events.press_button(change, action="save", guests="0", dietary="")
    sent_emails.deliver()
    events.press_button(change, action="newest")
    change = events.newest_link()
    for facts in ({"place": "Library"}, {"cancelled": "Sturm"}, {}):
        events.publish(time_zone="Asia/Hong_Kong", **facts)
        events.tick()
        sent_emails.deliver()
    events.press_button(change, action="cancel")
    sent_emails.deliver()
    mails_of_the_waiting_list(language)
    mails_where_the_contact_decides(language)
    mails_to_the_invited(language)
    mails_that_remind(language)
    mails_that_thank(language)
    mails_to_the_team(language)
    mails_to_a_team_member(language)
    mails_where_the_team_decides(language)
    membership.question(joined)
    sent_emails.deliver()
    membership.correct_address()
    sent_emails.deliver()
    membership.begin_erasing("asa@example.net")
    invitations.remind(language)
    imports.bring_in_a_member(language)
    membership.send_digest()
    return sent_emails.deliver()


def change_the_address_and_back() -> None:
    sent_emails.deliver()
    browser = Browser()
    browser.sign_in(str(membership.ASA["email"]))
    browser.post("/me/address", new_email="asa@example.org")
    browser.press_button(sent_emails.newest_link_to("/me/address/confirm"))
    browser.press_button(sent_emails.newest_link_to("/me/address/undo"))
    sent_emails.deliver()


def mails_where_the_team_decides(language: str) -> None:
    """Somebody waits, and is declined with a reason; somebody else isn't invited."""
    catalogue = table.get(site.KEY)
    assert catalogue
    here = {"language": language, **membership.shown_in(language)}
    team_emails.set_team(language)
    for mode, email in (("approve", "eva@example.com"), ("invited", "ida@example.com")):
        known = table.get(site.KEY)
        assert known
        table.write(table.put(known | {"site": known["site"] | {"joining": mode}}))
        site.forget()
        membership.join(email=email, **here)
        if mode == "approve":
            membership.press_button(membership.newest_link())
            sent_emails.deliver()
    decline("eva@example.com")
    sent_emails.deliver()
    table.write(table.put(catalogue))
    site.forget()


def decline(email: str) -> None:
    (member, *_) = team.team()
    application = approvals.get(address_hash(email))
    assert application
    approvals.decide(application, Decision.DECLINE, member, clock.now() - UNDO_SECONDS, "2")
    (due,) = approvals.due(clock.now(), 10)
    assert approvals.carry_out(due, clock.now())


def mails_to_a_team_member(language: str) -> None:
    """Berit may use the desk, and signs in."""
    details = Details(
        name="Berit Ek", email="berit@example.com", language=language, role=Role.OWNER
    )
    assert team.add(details, "somebody at a terminal", clock.now() - 1)
    Desk().sign_in(details.email)


def mails_of_the_waiting_list(language: str) -> None:
    """A place is offered and lapses; then places are given at once."""
    event = known_event()
    events.publish(seats=event.capacity - event.free + 1)
    held = events.accepted(language=language, email="bo@example.org", guests="0")
    wait_in_line(language, "cai@example.org")
    events.press_button(held, action="cancel")
    sent_emails.deliver()
    event, cai = known_event(), rsvps.get(events.SLUG, address_hash("cai@example.org"))
    assert cai
    offered = waiting_list.serve(event, cai, waiting_list.WaitingList(), clock.now())
    assert offered.after
    rsvps.save(cai, offered.after, offered.mail, clock.now())
    sent_emails.deliver()
    cai = offered.after
    lapsed = waiting_list.lapse(cai, cai.held_until)
    assert lapsed.after
    rsvps.save(cai, lapsed.after, lapsed.mail, clock.now())
    held = events.accepted(language=language, email="bo@example.org", guests="0")
    wait_in_line(language, "cai@example.org")
    cai = rsvps.get(events.SLUG, address_hash("cai@example.org"))
    assert cai
    events.press_button(held, action="cancel")
    given = waiting_list.promote(cai)
    assert given.after
    rsvps.save(cai, given.after, given.mail, clock.now())
    sent_emails.deliver()
    events.publish(time_zone="Asia/Hong_Kong")


def mails_where_the_contact_decides(language: str) -> None:
    """Eva asks to come and is declined; Fia is no member, where only members may come."""
    events.publish(approval=True)
    events.accepted(language=language, email="eva@example.org", guests="0")
    event, eva = known_event(), rsvps.get(events.SLUG, address_hash("eva@example.org"))
    assert eva
    declined = asking.decline(event, eva, eva.revision, clock.now())
    assert declined.after
    rsvps.save(eva, declined.after, declined.mail, clock.now())
    sent_emails.deliver()
    events.publish(open_to="members")
    events.sign_up(language=language, email="fia@example.org", guests="0")
    sent_emails.deliver()
    events.publish(time_zone="Asia/Hong_Kong")


def mails_to_the_invited(language: str) -> None:
    """Hedda holds an invitation when the event moves, and the team writes to her."""
    membership.become_member(email="hedda@example.org", language=language)
    hedda = membership.member_id("hedda@example.org")
    assert hedda
    invited = Invited("0.0", hedda, address_hash("hedda@example.org"))
    message = Message(
        events.SLUG, clock.now() - 1, To.UNANSWERED, "Tor", "tor" if language == "de" else "Tor"
    )
    assert team_messages.send(message, clock.now())
    assert team_messages.queue_to_invited(message, "", [invited], clock.now())
    sent_emails.deliver()
    events.publish(time_zone="Asia/Hong_Kong", place="Garden")
    batch = Batch(events.SLUG, 0, Variant("en", "", ""), (hedda,))
    number = events.event()["sequence"]
    assert invited_facts.queue(batch, {}, [0], [invited], number=number, now=clock.now())
    sent_emails.deliver()
    events.publish(time_zone="Asia/Hong_Kong")


def words(language: str) -> tuple[str, str]:
    """Subject and text of the team, in no language."""
    return "Tor", "tor" if language == "de" else "Tor"


def mails_that_remind(language: str) -> None:
    events.accepted(language=language, email="dan@example.net", guests="0")
    sent_emails.deliver()
    dan = rsvps.get(events.SLUG, address_hash("dan@example.net"))
    assert dan
    for which in (Which.FIRST, Which.LAST):
        reminders.remind(dan, which, clock.now())
    message = Message(
        events.SLUG, clock.now(), To.COMING, "Tor", "tor" if language == "de" else "Tor"
    )
    assert team_messages.send(message, clock.now())
    assert team_messages.queue(dan, message, clock.now())
    sent_emails.deliver()


def mails_that_thank(language: str) -> None:
    """Tove is a member, and was at the event."""
    membership.become_member(email="tove@example.net", language=language)
    events.accepted(language=language, email="tove@example.net", guests="0")
    sent_emails.deliver()
    tove = rsvps.get(events.SLUG, address_hash("tove@example.net"))
    assert tove
    yesterday = {"starts_at": "2026-11-17T16:30:00Z", "ends_at": "2026-11-17T19:00:00Z"}
    events.publish(time_zone="Asia/Hong_Kong", closes_at=yesterday["starts_at"], **yesterday)
    assert reminders.remind(tove, Which.THANKS, clock.now())
    sent_emails.deliver()
    events.publish(time_zone="Asia/Hong_Kong")


def known_event() -> Event:
    event = stored_events.get(events.SLUG)
    assert event
    return event


def wait_in_line(language: str, email: str) -> None:
    events.sign_up(language=language, email=email, guests="0")
    events.press_button(events.newest_link(), queue="yes")
    sent_emails.deliver()


def mails_to_the_team(language: str) -> None:
    """An event has no contact; one newsletter is not sent, then paused; then it is over, with all
    that a report can say."""
    team_emails.set_team(language)
    events.publish(approval=True, contact=None)
    events.accepted(language=language, email="gun@example.org", guests="0")
    due_now = {"due_kind": "REQUESTS", "due_at": clock.now()}
    table.write(table.put({"pk": f"EVENT#{events.SLUG}", "sk": "REQUESTS"} | due_now))
    assert awaited_answers.queue_due(clock.now())
    events.guest_list_link(contact=None)
    door.mail_the_door()
    issue_runs.publish()
    team_emails.mark_unsent(IssueState.MISSED)
    sent_emails.deliver()
    issue_runs.publish()
    issue_runs.tick()
    team_emails.pause()
    sent_emails.deliver()
    team_emails.end_with_uncertain_recipients()
    sent_emails.deliver()
