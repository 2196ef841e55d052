"""What the links in rsvp's mails do: confirm, change, cancel; and what they refuse."""

import pytest

from functions.core import tokens
from functions.core.clock import DAY
from functions.core.tokens import Purpose
from functions.rsvp import store
from tests.functions import mailbox
from tests.functions.rsvp import scene
from tests.functions.rsvp.scene import ask, look, press, sign_up
from tests.functions.stage import dump, outbox


@pytest.fixture(autouse=True)
def published(cloud):
    scene.publish()
    return cloud


@pytest.fixture
def asked():
    """Åsa has signed up with one guest; the link to confirm."""
    sign_up()
    return scene.newest_link()


@pytest.fixture
def comes():
    """Åsa comes with one guest; the link to change."""
    return scene.accepted()


def but_limits():
    return [item for item in dump() if item["sk"] != "LIMIT"]


def test_the_confirming_click_takes_the_seats(asked):
    answer = press(asked)
    assert answer["statusCode"] == 200
    assert "You are signed up" in answer["body"]
    assert (scene.rsvp()["status"], scene.event()["free"]) == ("accepted", 38)
    assert [mail["mail"] for mail in outbox()] == ["rsvp_accepted"]


def test_pressing_again_is_harmless(asked):
    first = press(asked)
    after = but_limits()
    assert press(asked)["body"] == first["body"]
    assert but_limits() == after


def test_two_clicks_at_once_take_one_partys_seats(asked, monkeypatch):
    scene.before_writing(monkeypatch, lambda: press(asked))
    assert press(asked)["statusCode"] == 200
    assert scene.event()["free"] == 38
    assert [mail["mail"] for mail in outbox()] == ["rsvp_accepted"]


def test_looking_at_a_link_changes_nothing(asked):
    before = dump()
    assert "Yes, I am coming" in look(asked)["body"]
    assert dump() == before
    press(asked)
    change = scene.newest_link()
    before = dump()
    assert "Cancel my sign-up" in look(change)["body"]
    assert look(asked)["statusCode"] == 200
    assert dump() == before


def test_the_page_of_a_link_is_nobodys_to_keep(asked):
    headers = look(asked)["headers"]
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "same-origin")


def test_when_the_last_seat_is_taken_meanwhile_nothing_is(asked, monkeypatch):
    scene.before_writing(monkeypatch, lambda: scene.publish(seats=1))
    before = scene.rsvp()
    answer = press(asked)
    assert (answer["statusCode"], scene.event()["free"]) == (409, 1)
    assert "Only one seat is left" in answer["body"]
    assert (scene.rsvp(), outbox()) == (before, [])


def test_nobody_is_seated_past_those_who_wait(asked):
    from functions.core import table

    queue = table.update(store.event_key(scene.SLUG), "SET #waiting = :one", {":one": 1})
    table.write(queue)
    answer = press(asked)
    assert (answer["statusCode"], scene.event()["free"]) == (409, 40)
    assert "are taken" in answer["body"]


def test_after_closing_the_link_to_confirm_does_nothing(asked, published):
    scene.publish(closes_at="2026-11-18T12:00:00Z")
    published.pass_(3600)
    assert (look(asked)["statusCode"], press(asked)["statusCode"]) == (409, 409)
    assert scene.rsvp()["status"] == "pending"


def test_an_expired_link_does_nothing_even_before_the_sweep(asked, published):
    published.pass_(2 * DAY)
    assert (look(asked)["statusCode"], press(asked)["statusCode"]) == (410, 410)
    assert scene.event()["free"] == 40


@pytest.mark.parametrize("path", [scene.CONFIRM, scene.CHANGE])
@pytest.mark.parametrize("token", ["", "x", "å\x00", "a" * 5000, "W10.abc.def"])
def test_a_forged_link_is_gone_and_writes_nothing(comes, path, token):
    before = but_limits()
    got = ask("GET", path, query={"token": token})
    sent = ask("POST", path, form={"token": token, "action": "cancel"})
    assert (got["statusCode"], sent["statusCode"]) == (410, 410)
    assert but_limits() == before


def test_a_link_of_one_purpose_serves_no_other(asked):
    token = scene.token_of(asked)
    assert ask("POST", scene.CHANGE, form={"token": token})["statusCode"] == 410


def test_a_link_to_what_is_no_more_is_gone(asked):
    other = tokens.make(Purpose.CONFIRM_RSVP, "no-such", "0" * 32, 1)
    assert ask("POST", scene.CONFIRM, form={"token": other})["statusCode"] == 410


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"body": "{}", "headers": {"content-type": "application/json"}}, 415),
        ({"body": "token=" + "x" * 70_000}, 413),
        ({"body": "token=%ff%fe"}, 400),
        ({"body": "&".join("a=1" for _ in range(200))}, 400),
        ({"body": ""}, 410),
    ],
)
def test_what_is_no_form_of_ours_is_refused(sent, status):
    for path in (scene.CONFIRM, scene.CHANGE):
        assert ask("POST", path, **sent)["statusCode"] == status


def test_a_wrong_method_is_no_defect():
    assert ask("DELETE", scene.CHANGE)["statusCode"] == 410


def test_changing_moves_the_difference_and_makes_old_links_stale(comes):
    answer = press(comes, action="save", guests="0", dietary="Vegan")
    assert answer["statusCode"] == 200
    assert (scene.event()["free"], scene.rsvp()["party"]) == (39, 1)
    assert scene.rsvp()["dietary"] == "Vegan"
    assert look(comes)["statusCode"] == 409
    assert press(comes, action="cancel")["statusCode"] == 409
    press(scene.newest_link(), action="save", guests="1", dietary="")
    assert scene.event()["free"] == 38


def test_the_form_to_change_shows_what_was_answered(comes):
    page = look(comes)["body"]
    assert '<option value="1" selected>' in page
    assert ">No nuts, please</textarea>" in page


def test_saving_twice_saves_once(comes):
    press(comes, action="save", guests="0", dietary="")
    after = but_limits()
    assert press(comes, action="save", guests="0", dietary="")["statusCode"] == 200
    assert but_limits() == after


def test_saving_what_is_so_already_changes_nothing(comes):
    before = but_limits()
    assert press(comes, action="save", guests="1", dietary="No nuts, please")["statusCode"] == 200
    assert but_limits() == before


def test_more_guests_than_seats_change_nothing(comes):
    scene.publish(seats=2, max_guests=3)
    before = but_limits()
    answer = press(comes, action="save", guests="3", dietary="")
    assert answer["statusCode"] == 409
    assert "Nothing has changed for you" in answer["body"]
    assert but_limits() == before


def test_a_seat_that_somebody_took_meanwhile_is_not_taken_twice(monkeypatch):
    scene.publish(seats=3)
    bo = scene.accepted(email="bo@example.org", guests="0")
    sign_up()
    link = scene.newest_link()
    scene.before_writing(monkeypatch, lambda: press(link))
    assert press(bo, action="save", guests="1", dietary="")["statusCode"] == 409
    assert (scene.event()["free"], scene.rsvp("bo@example.org")["party"]) == (0, 1)


@pytest.mark.parametrize(
    "wrong", [{"guests": "2"}, {"guests": "x"}, {"dietary": "x" * 301}, {"dietary": "\x07"}]
)
def test_a_mistake_in_a_change_comes_back_with_its_message(comes, wrong):
    before = but_limits()
    answer = press(comes, action="save", **({"guests": "1", "dietary": ""} | wrong))
    assert answer["statusCode"] == 400
    assert 'class="field-error"' in answer["body"]
    assert but_limits() == before


def test_guests_once_accepted_may_stay_when_hr_allows_fewer(comes):
    scene.publish(max_guests=0)
    answer = press(comes, action="save", guests="1", dietary="Vegan")
    assert (answer["statusCode"], scene.rsvp()["party"]) == (200, 2)


def test_cancelling_frees_the_seats_and_ends_the_links(comes):
    answer = press(comes, action="cancel")
    assert "You are no longer signed up" in answer["body"]
    assert (scene.rsvp()["status"], scene.event()["free"]) == ("cancelled", 40)
    after = but_limits()
    assert press(comes, action="cancel")["statusCode"] == 200
    assert look(comes)["statusCode"] == 409
    assert press(comes, action="save", guests="0", dietary="")["statusCode"] == 409
    assert but_limits() == after


def test_two_cancelling_clicks_free_the_seats_once(comes, monkeypatch):
    scene.before_writing(monkeypatch, lambda: press(comes, action="cancel"))
    assert press(comes, action="cancel")["statusCode"] == 200
    assert scene.event()["free"] == 40


def test_whoever_cancelled_can_come_after_all(comes):
    press(comes, action="cancel")
    scene.accepted(guests="0")
    assert (scene.rsvp()["status"], scene.event()["free"]) == ("accepted", 39)


def test_after_closing_one_can_still_bring_fewer_or_cancel(comes, published):
    scene.publish(closes_at="2026-11-18T12:00:00Z", max_guests=3)
    published.pass_(3600)
    assert press(comes, action="save", guests="2", dietary="")["statusCode"] == 409
    assert press(comes, action="save", guests="0", dietary="")["statusCode"] == 200
    assert press(scene.newest_link(), action="cancel")["statusCode"] == 200
    assert scene.event()["free"] == 40


def test_once_it_has_begun_nothing_can_be_changed(comes, published):
    published.pass_(16 * DAY)
    assert look(comes)["statusCode"] == 409
    assert press(comes, action="cancel")["statusCode"] == 409
    assert scene.rsvp()["status"] == "accepted"


def test_capacity_lowered_puts_nobody_out(comes):
    scene.publish(seats=1)
    assert (scene.event()["free"], scene.rsvp()["status"]) == (-1, "accepted")
    assert sign_up(email="bo@example.org", guests="0")["statusCode"] == 409
    press(comes, action="cancel")
    assert scene.event()["free"] == 1


def test_capacity_changed_while_somebody_confirms_counts_both(asked, monkeypatch):
    scene.before_writing(monkeypatch, lambda: press(asked), "write")
    scene.publish(seats=50)
    assert (scene.event()["capacity"], scene.event()["free"]) == (50, 48)


def test_every_mail_has_its_links_and_stale_ones_are_not_sent(asked):
    press(asked)  # not delivered yet: its mail is overtaken by the change
    change = tokens.make(
        Purpose.CHANGE_RSVP, scene.SLUG, scene.rsvp()["sk"][5:], scene.rsvp()["revision"]
    )
    ask("POST", scene.CHANGE, form={"token": change, "guests": "0", "dietary": ""})
    subjects = [mail["Subject"] for mail in mailbox.deliver()]
    assert subjects == [
        "One click and you are signed up: Autumn talk",
        "Your answer is changed: Autumn talk",
    ]
