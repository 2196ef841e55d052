"""Events at the desk: seats for everybody, guests for those who work with people of that office."""

import pytest

from functions.core import clock
from functions.core.clock import DAY
from functions.events.store import events as stored_events
from functions.events.store import rsvps
from functions.team.rules import Deed, Details, Role
from functions.team.store import deeds, passkeys, team
from tests.functions.door.actions import Phone, code_of
from tests.functions.events import actions
from tests.functions.excel_files import downloaded
from tests.functions.support import SITE_URL

LIST, EVENT = "/desk/events/", f"/desk/events/{actions.SLUG}/"


@pytest.fixture
def coming(cloud):
    """Åsa comes with one guest, and Bo has not confirmed."""
    actions.publish()
    actions.accepted()
    actions.sign_up(name="Bo Berg", email="bo@example.org", guests="0", dietary="")
    return cloud


def test_who_is_coming_and_what_they_do_not_eat_is_two_clicks_away(coming, desk):
    hr = desk()
    assert f'href="{EVENT}"' in hr.get(LIST)["body"]
    page = hr.get(EVENT)["body"]
    assert "Åsa Ek" in page
    assert "No nuts, please" in page
    wanted, _, others = page.partition("Not coming, or not confirmed</h2>")
    assert "Bo Berg" not in wanted
    assert "Bo Berg</a></th><td>not confirmed yet</td>" in others
    assert "2 of 40 places are taken." in page
    assert "<dt>Not confirmed yet</dt><dd>1</dd>" in page


def test_an_editor_sees_seats_and_nobody(coming, desk):
    editor = desk(Role.EDITOR)
    page = editor.get(EVENT)["body"]
    assert "2 of 40 places are taken." in page
    assert "Åsa" not in page
    assert "nuts" not in page
    assert "Åsa" not in str(editor.post(f"{EVENT}file"))


def test_events_of_another_office_are_not_there(coming, desk):
    lund = desk(Role.COORDINATOR, ("lund",))
    assert actions.SLUG not in lund.get(LIST)["body"]
    assert lund.get(EVENT)["statusCode"] == 410
    assert lund.post(f"{EVENT}file")["statusCode"] == 410
    assert "Åsa Ek" in desk(Role.COORDINATOR, ("malmo",)).get(EVENT)["body"]


@pytest.mark.parametrize("slug", ["no-event", "..", "EVENT%23autumn-talk", "long" * 70])
def test_an_event_that_does_not_exist_is_gone(coming, desk, slug):
    assert desk().get(f"/desk/events/{slug}/")["statusCode"] == 410


def test_the_list_is_a_file_for_excel_and_the_log_says_who_has_it(cloud, desk):
    actions.publish()
    actions.accepted()
    cloud.pass_(60)
    actions.accepted(name="Cai Dam", email="cai@example.net", dietary="=1+1")
    hr = desk(language="sv")
    answer = hr.post(f"{EVENT}file")
    assert answer["headers"]["Content-Disposition"] == 'attachment; filename="autumn-talk.xlsx"'
    assert downloaded(answer) == [
        ("Namn", "Platser", "Gästernas namn", "Mat", "E-post", "Språk"),
        ("Cai Dam", 2, "", "=1+1", "cai@example.net", "en"),
        ("Åsa Ek", 2, "", "No nuts, please", "asa@example.com", "en"),
    ]
    lines = deeds.lines(clock.month_of(clock.now()))
    (line,) = (line for line in lines if line.deed is Deed.GUESTS_DOWNLOADED)
    assert (line.by, line.about, line.facts) == (hr.actor.id, actions.SLUG, {"rows": "2"})


def test_a_past_event_is_listed_until_its_sign_ups_are_erased(coming, desk):
    coming.pass_(30 * DAY)
    page = desk().get(LIST)["body"]
    assert page.index("No event is coming.") < page.index("Autumn talk")
    assert "60 days" in page


def test_a_cancelled_event_says_so(coming, desk):
    actions.publish(cancelled="The hall is flooded.")
    hr = desk()
    assert "called off" in hr.get(LIST)["body"]
    assert "called off" in hr.get(EVENT)["body"]


def test_without_events_the_page_says_what_comes_here(cloud, desk):
    assert "As soon as one is published, it is here." in desk().get(LIST)["body"]


# ---- The door


def test_a_coordinator_opens_the_door_in_their_browser_and_the_log_says_so(desk, coming):
    browser = desk()
    answer = browser.post(f"{EVENT}door")
    assert (answer["statusCode"], answer["headers"]["Location"]) == (
        303,
        f"{SITE_URL}/door/{actions.SLUG}/",
    )
    phone = Phone()
    phone.cookies = browser.cookies
    assert [party["name"] for party in phone.list()["parties"]] == ["Åsa Ek"]
    month = clock.day_of(coming.now)[:7]
    assert Deed.DOOR_OPENED in {line.deed for line in deeds.lines(month)}


@pytest.mark.parametrize(
    "changed",
    [{"offices": ("stockholm",)}, {"role": Role.EDITOR}, {"email": "other@fjardholm.test"}],
    ids=["offices", "role", "address"],
)
def test_a_door_closes_for_a_team_member_who_may_not_open_it_any_more(changed, desk, coming):
    browser, phone = desk(), Phone()
    browser.post(f"{EVENT}door")
    phone.cookies = browser.cookies
    actor = browser.actor
    assert phone.open(f"/door/{actions.SLUG}/list")["statusCode"] == 200
    who = {"name": actor.name, "email": actor.email, "language": actor.language}
    wanted = Details(**who | {"role": actor.role} | changed)
    team.change(actor, wanted, "somebody at a terminal", coming.now)
    assert phone.open(f"/door/{actions.SLUG}/list")["statusCode"] == 401


def test_a_reset_of_passkeys_closes_the_door_that_was_opened_before(desk, coming):
    browser, phone = desk(), Phone()
    browser.post(f"{EVENT}door")
    phone.cookies = browser.cookies
    passkeys.reset(browser.actor, "somebody at a terminal", coming.now)
    assert phone.open(f"/door/{actions.SLUG}/list")["statusCode"] == 401


def test_an_editor_opens_no_door(desk, coming):
    assert desk(Role.EDITOR).post(f"{EVENT}door")["statusCode"] == 400


def test_the_page_says_who_came(desk, coming):
    browser, phone = desk(), Phone()
    browser.post(f"{EVENT}door")
    phone.cookies = browser.cookies
    phone.send(phone.tap(code_of(), people=2), phone.tap("+7K3M9QXA", name="Kim Li"))
    page = browser.get(EVENT)["body"]
    assert "2 of 2 guests came. 1 came without a sign-up." in page


def test_the_figures_say_who_came_also_when_the_sign_ups_are_erased(desk, coming):
    browser, phone = desk(), Phone()
    browser.post(f"{EVENT}door")
    phone.cookies = browser.cookies
    phone.send(phone.tap(code_of(), people=1), phone.tap("+7K3M9QXA", name="Kim Li"))
    year = clock.day_of(stored_events.get(actions.SLUG).starts_at)[:4]
    came = "1 of 2 guests came. No-shows: 50\N{NO-BREAK SPACE}%. 1 came without a sign-up."
    assert came in desk().get(f"/desk/figures/?year={year}")["body"]
    coming.pass_(100 * DAY)
    actions.tick()
    assert rsvps.of_event(actions.SLUG) == []
    assert came in desk().get(f"/desk/figures/?year={year}")["body"]
