"""How often and about what: the page behind a mail's link, its form, and what is kept of it."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.core import tokens
from functions.core.aws import table
from functions.core.clock import DAY
from functions.core.tokens import Purpose
from functions.membership import handler
from functions.people.member import Preferences
from functions.people.store import consents
from functions.people.store import members as people
from tests.functions import sent_emails
from tests.functions.membership import actions
from tests.functions.membership.actions import UNSUBSCRIBE, send_request
from tests.functions.support import SITE_URL, but_limits, dump, left_of, outbox, request

PREFERENCES = "/api/preferences"
RARELY = {"frequency": "quarterly", "interests": ["energy"]}
AGAIN = actions.AGAIN
BOX = f'name="again" value="{AGAIN["again"]}"'

pytestmark = pytest.mark.usefixtures("cloud")


def link(member_id):
    return f"{UNSUBSCRIBE}?token={tokens.make(Purpose.UNSUBSCRIBE, member_id)}"


def save(member_id, **form):
    """As a browser sends it that opened the page from a mail programme: without our Origin."""
    query = {"token": tokens.make(Purpose.UNSUBSCRIBE, member_id)}
    return send_request("POST", PREFERENCES, query=query, form=form, headers={"origin": "null"})


def stop(member_id):
    actions.press_button(link(member_id))


def body(member_id):
    return actions.open_link(link(member_id))["body"]


def ticked(html):
    """The values of the boxes and dots that are ticked."""
    return re.findall(r'value="([^"]+)" checked', html)


def chosen(member_id):
    member = people.member(member_id)
    return member.frequency, member.interests, member.newsletter


def kinds(member_id):
    return [consent.what for consent in consents.of_member(member_id)]


def test_the_page_offers_unsubscribing_first_and_ticks_the_stored_preferences(asa):
    html = body(asa)
    assert html.index("/api/unsubscribe") < html.index(PREFERENCES)
    assert ticked(html) == ["every", "energy", "law"]
    assert "asa@" not in html
    assert "Åsa" not in html


def test_a_choice_is_stored_shown_and_recorded(asa, cloud):
    cloud.pass_(DAY)
    answer = save(asa, **RARELY)
    assert answer["statusCode"] == 303
    assert chosen(asa) == ("quarterly", ("energy",), True)
    record = consents.of_member(asa)[-1]
    assert (record.what, record.how) == ("newsletter preferences", "form on the page")
    assert record.preferences == Preferences("quarterly", ("energy",))
    assert record.at == cloud.now
    assert ticked(body(asa)) == ["quarterly", "energy"]


def test_saving_shows_a_confirmation_and_the_stored_preferences(asa):
    location = save(asa, **RARELY)["headers"]["Location"]
    assert location == f"{SITE_URL}{link(asa)}&saved=yes"
    query = {"token": actions.token_of(location), "saved": "yes"}
    html = send_request("GET", UNSUBSCRIBE, query=query)["body"]
    assert "From now on you get one email a quarter." in html
    assert ticked(html) == ["quarterly", "energy"]


def test_the_order_of_topics_and_repeated_topics_make_no_difference(asa):
    save(asa, frequency="every", interests=["law", "energy", "law"])
    assert people.member(asa).interests == ("energy", "law")


def test_choosing_no_topic_is_allowed(asa):
    save(asa, frequency="every")
    assert chosen(asa) == ("every", (), True)


def test_saving_the_same_preferences_twice_records_them_once(asa):
    save(asa, **RARELY)
    before = but_limits()
    assert save(asa, **RARELY)["statusCode"] == 303
    assert but_limits() == before


def test_a_second_change_in_the_same_second_is_stored_and_recorded(asa):
    save(asa, **RARELY)
    save(asa, frequency="every", interests=["law"])
    assert chosen(asa) == ("every", ("law",), True)
    assert [consent.preferences.frequency for consent in consents.of_member(asa)[-2:]] == [
        "quarterly",
        "every",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"frequency": "daily"},
        {"frequency": ""},
        {"interests": ["energy"]},
        {"frequency": "every", "interests": ["energy", "gossip"]},
        {"frequency": "every", "interests": [""]},
        {"List-Unsubscribe": "One-Click"},
    ],
)
def test_an_unknown_value_returns_the_form_and_writes_nothing(asa, wrong):
    before = but_limits()
    answer = save(asa, **wrong)
    assert answer["statusCode"] == 400
    assert "error-summary" in answer["body"]
    assert PREFERENCES in answer["body"]
    assert but_limits() == before


def test_the_form_is_returned_as_it_was_filled_in(asa):
    html = save(asa, frequency="quarterly", interests=["law", "gossip"])["body"]
    assert ticked(html) == ["quarterly", "law"]


def test_hostile_values_are_escaped_in_the_form(asa):
    html = save(asa, frequency='"><script>', interests=["<b>"])["body"]
    assert "<script>" not in html
    assert "<b>" not in html


# ---- Those who have stopped it


def test_saving_preferences_alone_never_resubscribes(asa):
    stop(asa)
    save(asa, **RARELY)
    assert chosen(asa) == ("quarterly", ("energy",), False)
    assert sorted(kinds(asa)[3:]) == ["newsletter preferences", "newsletter withdrawn"]
    assert "You're unsubscribed" in body(asa)


def test_ticking_the_consent_resubscribes(asa, cloud):
    stop(asa)
    cloud.pass_(DAY)
    answer = save(asa, **RARELY, **AGAIN)
    assert answer["statusCode"] == 303
    assert chosen(asa) == ("quarterly", ("energy",), True)
    given = next(consent for consent in consents.of_member(asa) if consent.at == cloud.now)
    assert given.what == "newsletter given"
    assert (given.agreement.text_id, given.agreement.version) == ("newsletter", "2026-11")
    assert given.agreement.text_sha256 == AGAIN["again"]
    assert given.how == "form on the page"


@pytest.mark.parametrize("text", ["yes", "0" * 64, actions.fingerprint("membership")])
def test_consent_to_an_older_or_another_text_does_not_resubscribe(asa, text):
    stop(asa)
    before = but_limits()
    answer = save(asa, **RARELY, **AGAIN | {"again": text})
    assert (answer["statusCode"], but_limits()) == (400, before)
    assert "This text has changed" in answer["body"]
    assert f"{BOX} checked" not in answer["body"]


@pytest.mark.parametrize("box", ["", " "])
def test_a_box_without_a_tick_does_not_resubscribe(asa, box):
    stop(asa)
    save(asa, **RARELY, **AGAIN | {"again": box})
    assert not people.member(asa).newsletter
    html = save(asa, frequency="daily", **AGAIN | {"again": box})["body"]
    assert f"{BOX}>" in html


def test_a_member_who_is_subscribed_again_gets_an_email_that_says_so_with_a_way_out(asa):
    stop(asa)
    save(asa, **RARELY, **AGAIN)
    mail = sent_emails.deliver()[-1]
    assert (mail["To"], mail["Subject"]) == (
        "asa@example.com",
        "You get the Fjärdholm alumni newsletter again",
    )
    words = sent_emails.text(mail)
    assert "somebody you forwarded an email to" in words
    assert "one email a quarter" in words
    (way_out,) = sent_emails.links(words)
    actions.press_button(way_out)
    assert not people.member(asa).newsletter


def test_only_subscribing_again_sends_an_email(asa):
    before = len(sent_emails.sent())
    save(asa, **RARELY, **AGAIN)
    stop(asa)
    save(asa, frequency="every")
    assert len(sent_emails.deliver()) == before


def test_no_email_says_so_to_somebody_who_has_unsubscribed_since(asa):
    stop(asa)
    before = len(sent_emails.sent())
    save(asa, **RARELY, **AGAIN)
    stop(asa)
    assert len(sent_emails.deliver()) == before


def test_without_the_email_nobody_is_subscribed_again(asa, cloud):
    """A forwarded link neither floods an inbox nor starts anything behind its owner's back."""
    answers = []
    for _ in range(6):
        cloud.pass_(1)
        stop(asa)
        answers.append(save(asa, **RARELY, **AGAIN)["statusCode"])
    assert answers == [303] * 5 + [429]
    assert not people.member(asa).newsletter
    assert len([mail for mail in outbox() if mail["mail"] == "subscribed_again"]) == 5


def test_a_member_who_joins_again_is_offered_the_newsletter_with_one_button(asa):
    stop(asa)
    before = actions.members()
    assert actions.join() == actions.join(email="new@example.org")
    assert actions.members() == before
    mail = next(m for m in sent_emails.deliver() if "already a member" in m["Subject"])
    words = sent_emails.text(mail)
    assert "you don't get the newsletter" in words
    assert "you don't need to do anything" not in words
    (again,) = sent_emails.links(words)
    page = open_again(again)
    assert "Write to me." in page
    assert page.count("<button") == 1
    assert not people.member(asa).newsletter


def open_again(link):
    query = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    return send_request("GET", UNSUBSCRIBE, query=query)["body"]


def test_the_one_button_subscribes_again_with_the_consent_and_keeps_the_preferences(asa, cloud):
    save(asa, **RARELY)
    stop(asa)
    cloud.pass_(DAY)
    page = open_again(f"{link(asa)}&again=yes")
    hidden = re.findall(r'type="(?:hidden|submit)" name="(\w+)" value="([^"]*)"', page)
    assert save(asa, **dict(hidden))["statusCode"] == 303
    assert chosen(asa) == ("quarterly", ("energy",), True)
    given = consents.of_member(asa)[-1]
    assert (given.what, given.at) == ("newsletter given", cloud.now)
    assert given.agreement.text_sha256 == AGAIN["again"]
    assert "You get the newsletter" in open_again(f"{link(asa)}&again=yes")


def test_subscribers_are_not_asked_for_consent_again(asa):
    assert 'name="again"' not in body(asa)
    stop(asa)
    html = body(asa)
    assert "Write to me." in html
    assert f"{BOX}>" in html
    assert "/api/unsubscribe" not in html


def test_unsubscribing_while_saving_wins(asa, monkeypatch):
    actions.before_writing(monkeypatch, lambda: stop(asa))
    save(asa, **RARELY)
    assert chosen(asa) == ("quarterly", ("energy",), False)


# ---- Links


def test_a_one_click_request_never_saves_preferences(asa):
    token = tokens.make(Purpose.UNSUBSCRIBE, asa)
    form = {**RARELY, "List-Unsubscribe": "One-Click"}
    assert send_request("POST", UNSUBSCRIBE, query={"token": token}, form=form)["statusCode"] == 200
    assert chosen(asa) == ("every", ("energy", "law"), False)


def test_opening_the_page_changes_nothing_even_with_choices_in_the_query(asa):
    before = dump()
    query = {"token": tokens.make(Purpose.UNSUBSCRIBE, asa), "frequency": "quarterly"}
    for method in ("GET", "HEAD"):
        assert send_request(method, UNSUBSCRIBE, query=query)["statusCode"] == 200
    assert dump() == before


def test_a_link_still_works_after_years_and_after_changes(asa, cloud):
    table.write(table.update(people.member_key(asa), "SET #revision = :n", {":n": 99}))
    old = tokens.make(Purpose.UNSUBSCRIBE, asa)
    cloud.pass_(12 * 365 * DAY)
    assert send_request("POST", PREFERENCES, query={"token": old}, form=RARELY)["statusCode"] == 303
    assert chosen(asa)[0] == "quarterly"


@pytest.mark.parametrize("forged", ["", "x", "W10.abc.def"])
def test_a_forged_link_saves_nothing(asa, forged):
    before = dump()
    assert (
        send_request("POST", PREFERENCES, query={"token": forged}, form=RARELY)["statusCode"] == 410
    )
    assert dump() == before


def test_the_unsubscribe_button_saves_no_preferences(asa):
    form = {"token": tokens.make(Purpose.UNSUBSCRIBE, asa), **RARELY}
    assert send_request("POST", PREFERENCES, form=form)["statusCode"] == 410
    assert chosen(asa)[0] == "every"


def test_a_body_that_is_not_a_form_is_refused(asa):
    event = request("POST", PREFERENCES, query={"token": actions.token_of(link(asa))}, body="{}")
    event["headers"]["content-type"] = "application/json"
    assert handler.web(event, None)["statusCode"] == 415


def test_the_page_is_in_the_members_language(cloud):
    html = body(actions.become_member(language="sv"))
    assert "<html lang='sv'>" in html
    assert "Hur ofta vill du ha nyhetsbrevet?" in html


# ---- Those who were erased


def test_an_erased_member_gets_a_page_about_it_and_is_not_created_again(asa):
    actions.erase()
    before = but_limits()
    assert "This membership has been erased" in body(asa)
    answer = save(asa, **RARELY)
    assert (answer["statusCode"], but_limits()) == (410, before)
    assert save(asa, frequency="daily")["statusCode"] == 410


def test_a_member_erased_while_saving_is_not_created_again(asa, monkeypatch):
    actions.before_writing(monkeypatch, actions.erase)
    assert save(asa, **RARELY)["statusCode"] == 410
    assert left_of(asa) == ["ERASED"]
