"""The link to the guest list: when the contact gets it, what it shows, and when it ends."""

from urllib.parse import urlsplit

import pytest

from functions.core import site
from functions.core.aws import table
from functions.core.clock import DAY, HOUR, epoch
from functions.events import handler
from functions.events.guest_list import sent_at
from functions.events.store import events, guest_list_links
from tests.functions import sent_emails
from tests.functions.events import actions
from tests.functions.events.actions import SLUG, open_link, press_button, send_request
from tests.functions.support import EVENT, SITE, dump, outbox

pytestmark = pytest.mark.usefixtures("cloud")

EVE = epoch("2026-12-02T08:00:00Z")  # nine in the morning in Stockholm
ENDS_AT = epoch(EVENT["ends_at"])
LIST = "/api/guest-list"
ANNA = "anna@fjardholm.test"


def publish(moment, **facts):
    actions.publish(**facts)
    guest_list_links.schedule(SLUG, EVENT | facts, moment.now)


def tick(moment, at=None):
    """The minute tick; returns the emails about guest lists that were ever sent."""
    moment.now = at or moment.now
    handler.tick({"tick": True}, None)
    mails = sent_emails.deliver()
    return [mail for mail in mails if mail["Subject"].startswith(("Guest list", "Gäst"))]


def link_of(mail):
    (link,) = sent_emails.links(sent_emails.text(mail))
    assert link in sent_emails.html(mail).replace("&amp;", "&")
    return link


def set_site(**changed):
    known = SITE | changed
    table.write(table.put({"pk": "CATALOGUE", "sk": "CATALOGUE", "sequence": 2, "site": known}))
    site.forget()


@pytest.fixture
def link(cloud):
    """Åsa comes with one guest; the link that Anna gets on the day before."""
    publish(cloud)
    actions.accepted()
    (mail,) = tick(cloud, EVE)
    return link_of(mail)


# ---- When it is sent, and to whom


def test_the_contact_gets_the_link_on_the_day_before_at_nine_and_once(cloud):
    publish(cloud)
    assert tick(cloud, EVE - 1) == []
    (mail,) = tick(cloud, EVE)
    assert mail["To"] == ANNA
    publish(cloud)
    assert len(tick(cloud, EVE + 60)) == 1


@pytest.mark.parametrize(
    ("zone", "starts_at", "due"),
    [
        ("Europe/Stockholm", "2026-12-03T16:30:00Z", "2026-12-02T08:00:00Z"),
        ("Asia/Hong_Kong", "2026-12-03T16:30:00Z", "2026-12-03T01:00:00Z"),  # there it is the 4th
        ("Europe/Stockholm", "2026-10-26T08:00:00Z", "2026-10-25T08:00:00Z"),  # summer time ended
    ],
)
def test_nine_is_nine_on_the_clock_of_the_event(zone, starts_at, due):
    assert sent_at({"time_zone": zone, "starts_at": starts_at}) == epoch(due)


def test_the_email_has_numbers_and_one_link_but_no_name_address_or_food_of_a_guest(cloud):
    publish(cloud)
    actions.accepted()
    (mail,) = tick(cloud, EVE)
    link_of(mail)
    assert "2 of 40" in sent_emails.text(mail)
    everything = sent_emails.decoded(mail)
    for personal in ("Åsa", "Ek", "asa@", "nuts"):
        assert personal not in everything


def test_an_event_that_is_published_late_has_its_link_sent_at_once(cloud):
    cloud.now = EVE + DAY
    publish(cloud)
    assert len(tick(cloud)) == 1


def test_a_past_event_has_none(cloud):
    cloud.now = ENDS_AT + 6 * HOUR
    publish(cloud)
    assert tick(cloud) == []


def test_the_link_moves_with_the_event(cloud):
    publish(cloud)
    later = {"starts_at": "2026-12-10T16:30:00Z", "ends_at": "2026-12-10T19:00:00Z"}
    publish(cloud, **later)
    assert tick(cloud, EVE) == []
    assert len(tick(cloud, EVE + 7 * DAY)) == 1


def test_another_hour_or_place_sends_no_second_link_but_another_day_does(cloud):
    publish(cloud)
    tick(cloud, EVE)
    publish(cloud, starts_at="2026-12-03T17:00:00Z", place="Library")
    assert len(tick(cloud)) == 1
    publish(cloud, starts_at="2026-12-05T17:00:00Z", ends_at="2026-12-05T19:00:00Z")
    assert len(tick(cloud, EVE + 2 * DAY)) == 2


def test_an_event_that_is_taken_off_the_site_has_its_link_neither_sent_nor_kept(cloud):
    publish(cloud)
    guest_list_links.unschedule(SLUG)
    assert tick(cloud, EVE) == []
    publish(cloud)
    handler.tick({"tick": True}, None)
    events.withdraw(SLUG)
    assert sent_emails.deliver() == []


def test_no_link_is_sent_to_a_cancelled_event_unless_it_takes_place_after_all(cloud):
    publish(cloud)
    publish(cloud, cancelled="Storm")
    assert tick(cloud, EVE) == []
    publish(cloud)
    assert len(tick(cloud)) == 1


def test_two_ticks_at_once_queue_one_email(cloud, monkeypatch):
    publish(cloud)
    cloud.now = EVE
    actions.before_writing(monkeypatch, lambda: guest_list_links.queue_due(EVE))
    assert guest_list_links.queue_due(EVE) == 0
    assert [mail["mail"] for mail in outbox()] == ["guest_list"]


def test_a_new_contact_gets_a_link_of_their_own_and_the_earlier_one_ends(cloud, link):
    bo = {"name": "Bo Ek", "role": "Host", "email": "bo@example.org"}
    set_site(contacts=SITE["contacts"] | {"bo": bo})
    publish(cloud, contact="bo")
    assert tick(cloud)[-1]["To"] == "bo@example.org"
    assert [open_link(link)["statusCode"], press_button(link)["statusCode"]] == [409, 409]
    assert "Åsa" not in press_button(link)["body"]


def test_the_contact_reads_it_in_their_language(cloud):
    set_site(contacts={"anna": SITE["contacts"]["anna"] | {"language": "sv"}})
    publish(cloud)
    (mail,) = tick(cloud, EVE)
    assert mail["Subject"] == "Gästlista: Autumn talk"


@pytest.mark.parametrize("contact", [None, "left-the-company"])
def test_without_a_contact_the_team_gets_it_in_its_language(cloud, contact):
    set_site(team={"email": "team@fjardholm.test", "language": "de"})
    publish(cloud, contact=contact)
    (mail,) = tick(cloud, EVE)
    assert (mail["To"], mail["Subject"]) == ("team@fjardholm.test", "Gästeliste: Autumn talk")


def test_with_neither_contact_nor_team_nothing_is_sent(cloud):
    publish(cloud, contact=None)
    assert tick(cloud, EVE) == []
    assert outbox() == []


# ---- What it shows, and when it ends


def test_opening_the_link_shows_no_guest_and_changes_nothing(link):
    before = dump()
    page = open_link(link)
    assert (page["statusCode"], page["headers"]["Cache-Control"]) == (200, "no-store")
    assert "Show the guest list" in page["body"]
    assert "Åsa" not in page["body"]
    assert dump() == before


def test_the_button_shows_who_is_coming_with_food_and_is_not_stored(link):
    actions.sign_up(email="bo@example.org", name="Bo Berg")
    answer = press_button(link)
    for shown in ("Åsa Ek", "No nuts, please", "Not confirmed yet</dt><dd>1<"):
        assert shown in answer["body"]
    for hidden in ("asa@example.com", "Bo Berg"):
        assert hidden not in answer["body"]
    assert answer["headers"]["Cache-Control"] == "no-store"


def test_what_a_guest_typed_is_escaped(cloud, link):
    actions.accepted(email="eva@example.org", name="Eva", dietary="<img src=x>&")
    assert "&lt;img src=x&gt;&amp;" in press_button(link)["body"]


def test_the_link_works_until_six_hours_after_the_end(cloud, link):
    cloud.now = ENDS_AT + 6 * HOUR - 1
    assert "Åsa" in press_button(link)["body"]
    cloud.now += 1
    for answer in (open_link(link), press_button(link)):
        assert answer["statusCode"] == 410
        assert "This guest list is closed" in answer["body"]
        assert "Åsa" not in answer["body"]


def test_looking_at_the_list_counts_against_the_network(link, monkeypatch):
    monkeypatch.setattr("functions.core.mail.limits.WIDER", 1)
    statuses = {press_button(link)["statusCode"] for _ in range(61)}
    assert statuses == {200, 429}


@pytest.mark.parametrize("token", ["", "x", "å\x00", "W10.abc.def"])
def test_a_forged_link_shows_nothing(link, token):
    assert send_request("GET", LIST, query={"token": token})["statusCode"] == 410
    assert send_request("POST", LIST, form={"token": token})["statusCode"] == 410


def test_no_other_link_opens_the_list(cloud, link):
    change = actions.accepted(email="eva@example.org")
    for path in (LIST, actions.CHANGE):
        token = actions.token_of(change if path == LIST else link)
        assert send_request("POST", path, form={"token": token})["statusCode"] == 410


def test_the_link_names_neither_contact_nor_guest(link):
    assert "anna" not in urlsplit(link).query
