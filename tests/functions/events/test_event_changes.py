"""An event changes: everybody who is coming gets one email about it, and nobody else."""

import pytest
from icalendar import Calendar

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import DAY, HOUR, MINUTE
from functions.events import changes, rules
from functions.events.store import event_facts, events, rsvps
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.support import EVENT, before_writing, outbox, written

pytestmark = pytest.mark.usefixtures("published")

LATER = {"starts_at": "2026-12-04T16:30:00Z", "ends_at": "2026-12-04T19:00:00Z"}
ILL = {"cancelled": "The speaker is ill."}
EVA = {"name": "Eva Berg", "email": "eva@example.com"}


def coming(*people, **form):
    """These people are signed up, and nothing is left in the outbox."""
    for person in people or ({},):
        actions.accepted(**person, **form)
    sent_emails.deliver()


def news():
    """The emails about changes that the next tick leads to."""
    before = len(sent_emails.sent())
    actions.tick()
    return sent_emails.deliver()[before:]


def calendar_entry(mail):
    (part,) = mail.iter_attachments()
    file = Calendar.from_ical(part.get_content())
    assert file["METHOD"] == part.get_param("method") == "PUBLISH"
    return file.walk("VEVENT")[0]


def test_a_new_time_is_mailed_with_the_old_one_beside_it():
    coming()
    actions.publish(**LATER)
    (mail,) = news()
    assert mail["Subject"] == "Please note what has changed: Autumn talk"
    text = sent_emails.text(mail)
    assert f"Was: {written('Thursday 3~December 2026, 17:30-20:00')}" in text
    assert f"Now: {written('Friday 4~December 2026, 17:30-20:00')}" in text
    assert written("Friday 4~December 2026, 17:30-20:00") in sent_emails.html(mail)


def test_the_mail_carries_the_new_calendar_file_and_the_link_to_cancel():
    coming()
    before = calendar_entry(sent_emails.sent()[-1])
    actions.publish(**LATER)
    (mail,) = news()
    entry = calendar_entry(mail)
    assert (entry["UID"], entry["STATUS"]) == (before["UID"], "CONFIRMED")
    assert entry["SEQUENCE"] > before["SEQUENCE"]
    assert entry["DTSTART"].to_ical() == b"20261204T163000Z"
    actions.press_button(actions.links(sent_emails.text(mail))[0], action="cancel")
    assert actions.rsvp()["status"] == "cancelled"


@pytest.mark.parametrize(
    ("facts", "label"),
    [
        ({"place": "Library"}, "Where"),
        ({"address": "Kajen 2, Malmö"}, "Where"),
        ({"time_zone": "Asia/Hong_Kong"}, "When"),
        ({"title": "Winter talk", "announce": True}, "Event"),
        ({"attend": "online"}, "How you attend"),
    ],
)
def test_what_people_must_know_is_mailed(facts, label):
    coming()
    actions.publish(**facts)
    (mail,) = news()
    assert label in sent_emails.text(mail).splitlines()


@pytest.mark.parametrize(
    "facts",
    [
        {"title": "Winter talk"},
        {"seats": 50},
        {"closes_at": "2026-12-01T11:00:00Z"},
        {"contact": None},
        {"url": "https://alumni.example.com/moved/"},
        {"announce": True},
    ],
)
def test_anything_else_mails_nobody(facts):
    coming()
    actions.publish(**facts)
    assert news() == []


def test_a_new_title_can_be_announced_afterwards():
    coming()
    actions.publish(title="Winter talk")
    assert news() == []
    actions.publish(title="Winter talk", announce=True)
    (mail,) = news()
    assert "Was: Autumn talk" in sent_emails.text(mail)


def test_a_cancelled_event_is_mailed_with_its_reason_and_crossed_out_in_the_calendar():
    coming()
    actions.publish(**ILL)
    (mail,) = news()
    assert mail["Subject"] == "Cancelled: Autumn talk"
    for body in (sent_emails.text(mail), sent_emails.html(mail)):
        assert "The speaker is ill." in body
        assert written("Thursday 3~December 2026, 17:30-20:00") in body
    assert "token" not in sent_emails.text(mail)
    assert calendar_entry(mail)["STATUS"] == "CANCELLED"


def test_taking_a_cancellation_back_is_mailed_too():
    coming()
    actions.publish(**ILL)
    news()
    actions.publish(**LATER)
    (mail,) = news()
    assert mail["Subject"] == "It takes place after all: Autumn talk"
    assert calendar_entry(mail)["STATUS"] == "CONFIRMED"


def test_a_better_reason_for_cancelling_mails_nobody_again():
    coming()
    actions.publish(**ILL)
    news()
    actions.publish(cancelled="The speaker has a cold.")
    assert news() == []


def test_everybody_who_is_coming_gets_it_once_whatever_is_repeated():
    coming({}, EVA)
    actions.publish(place="Library")
    assert {mail["To"] for mail in news()} == {"asa@example.com", "eva@example.com"}
    actions.publish(place="Library")
    assert news() == []


def test_nobody_is_mailed_twice_when_a_tick_dies_half_way(monkeypatch):
    coming({}, EVA)
    actions.publish(place="Library")
    move_on = event_facts.move_on

    def die(*_):
        raise RuntimeError("killed")

    monkeypatch.setattr(event_facts, "move_on", die)
    with pytest.raises(RuntimeError):
        actions.tick()
    monkeypatch.setattr(event_facts, "move_on", move_on)
    before = len(sent_emails.sent())
    actions.tick()
    assert len(sent_emails.deliver()) == before + 2


def test_pages_of_people_are_walked_to_the_end_over_several_ticks(monkeypatch):
    people = [{"email": f"guest{number}@example.com"} for number in range(5)]
    coming(*people)
    actions.publish(place="Library")
    monkeypatch.setattr(changes, "PAGE", 2)
    monkeypatch.setattr(changes, "AT_ONCE", 1)
    assert [len(news()) for _ in range(4)] == [2, 2, 1, 0]
    assert event_facts.read_change(actions.SLUG) is None


def test_a_second_change_takes_the_place_of_mail_that_has_not_left():
    coming()
    actions.publish(place="Library")
    actions.tick()
    actions.publish(place="Town hall")
    (mail,) = news()
    text = sent_emails.text(mail)
    assert "Was: Harbour hall, Kajen 1, Malmö" in text
    assert "Now: Town hall, Kajen 1, Malmö" in text
    assert "Library" not in text


def test_a_second_change_while_the_first_is_being_mailed_reaches_everybody(monkeypatch):
    people = [{"email": f"guest{number}@example.com"} for number in range(3)]
    coming(*people)
    actions.publish(place="Library")
    monkeypatch.setattr(changes, "PAGE", 1)
    monkeypatch.setattr(changes, "AT_ONCE", 1)
    (first,) = news()
    actions.publish(place="Town hall")
    monkeypatch.setattr(changes, "AT_ONCE", 9)
    later = news()
    was = {mail["To"]: "Library" in sent_emails.text(mail) for mail in later}
    assert len(was) == len(later) == 3
    assert [to for to, has_heard in was.items() if has_heard] == [first["To"]]


def test_a_change_that_is_taken_back_before_anybody_hears_of_it_mails_nobody():
    coming()
    actions.publish(place="Library")
    actions.tick()
    actions.publish()
    assert news() == []


def test_mail_that_is_overtaken_by_another_change_waits_for_the_newer_one():
    coming()
    actions.publish(place="Library")
    actions.tick()
    actions.publish(place="Town hall")
    before = len(sent_emails.sent())
    assert len(sent_emails.deliver()) == before
    (mail,) = news()
    assert "Was: Harbour hall" in sent_emails.text(mail)
    assert "Now: Town hall" in sent_emails.text(mail)


def test_who_has_cancelled_or_not_confirmed_hears_nothing():
    actions.press_button(actions.accepted(), action="cancel")
    actions.sign_up(**EVA)
    sent_emails.deliver()
    actions.publish(place="Library")
    assert news() == []


def test_who_cancels_before_the_email_leaves_hears_nothing():
    link = actions.accepted()
    actions.publish(place="Library")
    actions.tick()
    actions.press_button(link, action="cancel")
    assert [mail["Subject"] for mail in sent_emails.deliver()][-1].startswith("You are no longer")


def test_who_confirms_after_the_change_knows_it_already():
    actions.sign_up()
    link = actions.newest_link()
    actions.publish(place="Library")
    actions.press_button(link)
    sent_emails.deliver()
    assert news() == []


def test_who_confirms_while_the_event_changes_hears_of_it(monkeypatch):
    actions.sign_up()
    link = actions.newest_link()
    before_writing(monkeypatch, lambda: actions.publish(place="Library"))
    actions.press_button(link)
    assert actions.rsvp()["sequence"] == actions.event()["sequence"]
    assert "Library" in sent_emails.text(sent_emails.deliver()[-1])


def test_an_event_that_is_over_mails_nobody(published):
    coming()
    published.pass_(17 * DAY)
    actions.publish(place="Library", **ILL)
    assert news() == []


def test_mail_about_an_event_that_is_over_by_now_is_dropped(published):
    coming()
    published.pass_(15 * DAY + 7 * HOUR)
    actions.publish(place="Library")
    actions.tick()
    published.pass_(2 * HOUR)
    before = len(sent_emails.sent())
    assert len(sent_emails.deliver()) == before


def test_a_new_event_mails_nobody():
    assert events.upsert("another", EVENT, 0)
    assert event_facts.read_change("another") is None


def test_the_email_about_a_change_holds_no_address_before_it_is_sent():
    coming()
    actions.publish(place="Library")
    actions.tick()
    (item,) = outbox()
    assert "asa@example.com" not in str(item)


# ---- Emails that leave, or fail, while the event changes again


def claim_waiting_mail():
    """As post does when it is about to send."""
    for item in outbox():
        key = (item["pk"], item["sk"])
        values = {":tries": 1, ":until": item["due_at"] + MINUTE}
        table.write(table.update(key, "SET #tries = :tries, #due_at = :until", values))


def test_a_change_taken_back_while_its_email_leaves_is_mailed(monkeypatch):
    coming()
    actions.publish(place="Library")
    actions.tick()
    actions.publish()
    before_writing(monkeypatch, claim_waiting_mail)
    (mail,) = news()
    assert "Was: Library, Kajen 1, Malmö" in sent_emails.text(mail)
    assert "Now: Harbour hall, Kajen 1, Malmö" in sent_emails.text(mail)


def test_mail_that_failed_at_first_is_dropped_when_newer_mail_reports_the_same(published):
    coming()
    actions.publish(place="Library")
    actions.tick()
    claim_waiting_mail()
    actions.publish(place="Town hall")
    actions.tick()
    actions.publish(place="Library")
    actions.tick()
    before = len(sent_emails.sent())
    published.pass_(5 * MINUTE)
    mails = sent_emails.deliver()[before:]
    assert ["Now: Library" in sent_emails.text(mail) for mail in mails] == [True]


def test_a_change_that_came_and_went_while_its_email_failed_is_reported_at_last(published):
    coming()
    actions.publish(place="Library")
    actions.tick()
    claim_waiting_mail()
    actions.publish()
    actions.tick()
    before = len(sent_emails.sent())
    published.pass_(5 * MINUTE)
    mails = sent_emails.deliver()[before:]
    assert ["Was: Library" in sent_emails.text(mail) for mail in mails] == [True]


def test_an_address_that_is_corrected_meanwhile_hears_of_it_too(published):
    coming()
    actions.publish(**ILL)
    actions.tick()
    before = rsvps.of_event(actions.SLUG)[0]
    hashed = address_hash("asa.ek@example.com")
    after = rules.moved(before, None, hashed, "asa.ek@example.com", published.now)
    table.transact(*rsvps.moving(before, None, after, published.now, mail=True))
    mails = sent_emails.deliver()
    assert [(mail["To"], mail["Subject"]) for mail in mails[2:]] == [
        ("asa.ek@example.com", "Cancelled: Autumn talk")
    ]
