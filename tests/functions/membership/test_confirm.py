"""What the link to confirm does; the sweep of what nobody confirmed; what the logs hold."""

import html
from hashlib import sha256

import pytest

from functions.core import site, tokens
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.clock import DAY
from functions.core.texts import JOINING
from functions.core.tokens import Purpose
from functions.membership import handler
from functions.people.member import Circumstances
from functions.people.store import consents
from functions.people.store import members as people
from tests.functions import sent_emails
from tests.functions.membership import actions
from tests.functions.membership.actions import (
    ASA,
    CONFIRM,
    join,
    open_link,
    press_button,
    send_request,
)
from tests.functions.sent_emails import Context
from tests.functions.support import NOW, SITE_URL, but_limits, dump, outbox, page_facts, written

OURS = {
    "is_counted",
    "pk",
    "sk",
    "address_hash",
    "revision",
    "joined_at",
}  # what no person typed or chose
NEWER = [{"version": "2026-12", "text": {"en": "I agree to more."}}]
WELCOME = f"{SITE_URL}/join/welcome/"

pytestmark = pytest.mark.usefixtures("cloud")


def test_confirming_creates_the_member(confirm_link, cloud):
    cloud.pass_(60)
    answer = press_button(confirm_link)
    assert (answer["statusCode"], answer["headers"]["Location"]) == (303, WELCOME)
    (member,) = actions.members()
    given = {"name": "Åsa Ek", "email": "asa@example.com", "office": "malmo", "kinds": ["engineer"]}
    given |= {"from_year": 1998, "to_year": 2019, "interests": ["energy", "law"], "language": "en"}
    ours = {"newsletter": True, "invitations": True, "revision": 1, "joined_at": NOW + 60}
    ours |= {"is_counted": True}
    assert member == {
        "pk": f"MEMBERS#{member['sk'][0]}",
        "sk": actions.member_id(),
        "address_hash": address_hash("asa@example.com"),
        **given,
        **ours,
    }
    assert actions.signup() == {}


def test_the_welcome_email_has_name_office_and_an_unsubscribe_link(confirm_link):
    press_button(confirm_link)
    mail = sent_emails.deliver()[-1]
    assert mail["Subject"] == "Welcome to the Fjärdholm alumni network"
    assert "Your office: Malmö" in sent_emails.text(mail)
    (way_out,) = actions.links(sent_emails.text(mail))
    assert way_out.startswith("/api/unsubscribe?token=")
    assert html.escape(SITE_URL + way_out) in sent_emails.html(mail)


def test_each_consent_is_a_line_with_its_text_and_all_that_is_known_of_how_it_came(cloud):
    join()
    cloud.pass_(30)
    link = actions.newest_link()
    sent = sent_emails.message_ids()[-1]
    cloud.pass_(30)
    press_button(link)
    given = consents.of_member(actions.member_id())
    assert [line.what for line in given] == [f"{purpose} given" for purpose in JOINING]
    assert [line.agreement.words for line in given] == ["I agree.", "Write to me.", "Invite me."]
    for line in given:
        assert line.agreement.text_sha256 == sha256(line.agreement.words.encode()).hexdigest()
        assert (line.agreement.version, line.agreement.language) == ("2026-11", "en")
        assert (line.agreement.ticked_at, line.at) == (NOW, NOW + 60)
        assert line.how == "join form, confirmed by mail"
        assert line.address_hash == address_hash("asa@example.com")
        assert line.circumstances == Circumstances(
            page="/join/", shown_at=NOW - 12, mailed_at=NOW + 30, message_id=sent
        )


def test_who_leaves_newsletter_and_invitations_out_gets_neither(cloud):
    join(consent_newsletter=None, consent_invitations=None)
    link = actions.newest_link()
    shown = page_facts(open_link(link))
    assert shown["Membership"] == "I agree."
    assert (shown["Newsletter"], shown["Invitations to events"]) == ("No", "No")
    press_button(link)
    member = people.member(actions.member_id())
    assert (member.newsletter, member.invitations) == (False, False)
    assert [line.what for line in consents.of_member(member.id)] == ["membership given"]
    text = sent_emails.text(sent_emails.deliver()[-1])
    assert "neither our newsletter nor invitations" in text
    assert "Unsubscribe" not in text


def test_a_sign_up_from_before_has_one_bundled_consent(confirm_link):
    """It waited for its confirmation while a version came that asks for each purpose by itself."""
    item = actions.signup()
    old = {"text_id": "membership", "version": "2026-10", "ticked_at": NOW, "language": "en"}
    del item["consents"], item["page"], item["shown_at"]
    table.write(table.put(item | {"consent": old}))
    assert page_facts(open_link(confirm_link))["Newsletter"] == "2026-10"
    press_button(confirm_link)
    member = people.member(actions.member_id())
    assert (member.newsletter, member.invitations) == (True, True)
    assert all(line.agreement.is_bundled for line in consents.of_member(member.id))


def test_opening_the_link_changes_nothing(confirm_link):
    before = dump()
    page = open_link(confirm_link)
    assert page["statusCode"] == 200
    assert "Confirm sign-up" in page["body"]
    assert open_link(confirm_link, "HEAD")["statusCode"] == 200
    assert dump() == before


def test_the_page_shows_all_that_confirming_will_store(cloud):
    join(name="Åsa O'Ek", language="sv")
    page = open_link(actions.newest_link())
    assert page_facts(page) == {
        "Namn": "Åsa O'Ek",
        "E-postadress": "asa@example.com",
        "Kontor där du senast arbetade": "Malmö hamn",
        "År": written("1998-2019"),
        "Vad passar in på dig?": "Ingenjör",
        "Vad intresserar dig?": "Energi, Juridik",
        "Språk för våra mejl till dig": "Svenska",
        "Medlemskap": "I agree.",
        "Nyhetsbrev": "Write to me.",
        "Inbjudningar till evenemang": "Invite me.",
    }
    press_button(actions.newest_link())
    (member,) = actions.members()
    shown = {"name", "email", "office", "from_year", "to_year", "kinds", "interests", "language"}
    assert set(member) == shown | {"newsletter", "invitations"} | OURS


def test_what_the_settings_have_dropped_since_is_shown_as_it_is_stored(confirm_link):
    item = table.get(site.KEY)
    facts_now = {
        "offices": [],
        "kinds": [],
        "topics": [],
        "consents": item["site"]["consents"] | dict.fromkeys(JOINING, NEWER),
    }
    table.write(table.put(item | {"site": item["site"] | facts_now}))
    site.forget()
    shown = page_facts(open_link(confirm_link))
    assert shown["Office where you last worked"] == "malmo"
    assert shown["What interests you?"] == "energy, law"
    assert shown["Membership"] == "I agree."


def test_a_head_request_gets_only_the_headers_of_the_page(confirm_link):
    got, head = open_link(confirm_link), open_link(confirm_link, "HEAD")
    assert head == got | {"body": ""}
    assert got["headers"]["Cache-Control"] == "no-store"
    assert got["headers"]["Referrer-Policy"] == "same-origin"


def test_confirming_twice_creates_one_member(confirm_link):
    press_button(confirm_link)
    after = but_limits()
    assert press_button(confirm_link)["headers"]["Location"] == WELCOME
    assert open_link(confirm_link)["headers"]["Location"] == WELCOME
    assert but_limits() == after


def test_two_concurrent_confirmations_create_one_member(confirm_link, monkeypatch):
    actions.before_writing(monkeypatch, lambda: press_button(confirm_link))
    assert press_button(confirm_link)["statusCode"] == 303
    assert len(actions.members()) == 1
    assert [mail["mail"] for mail in outbox()] == ["welcome"]


def test_without_the_condition_two_confirmations_would_create_two_members(
    confirm_link, monkeypatch
):
    monkeypatch.setattr(table, "NEW", "attribute_exists(#pk) OR attribute_not_exists(#pk)")
    expired = "#revision = :revision AND #expires_at > :now"
    delete = table.delete

    def unconditional(key, *, condition="", values=None):
        return delete(key) if condition == expired else delete(key, condition=condition)

    monkeypatch.setattr(table, "delete", unconditional)
    actions.before_writing(monkeypatch, lambda: press_button(confirm_link))
    press_button(confirm_link)
    assert len(actions.members()) == 2


def test_a_newer_form_makes_the_link_stale(confirm_link, monkeypatch):
    actions.before_writing(monkeypatch, lambda: join(office="stockholm"))
    assert press_button(confirm_link)["statusCode"] == 409
    assert actions.members() == []


def test_a_link_works_until_the_last_second_of_its_week(confirm_link, cloud):
    cloud.pass_(7 * DAY - 1)
    assert press_button(confirm_link)["statusCode"] == 303
    assert len(actions.members()) == 1


@pytest.mark.parametrize("days", [7, 8])
def test_an_expired_link_does_nothing_even_before_the_sweep(confirm_link, cloud, days):
    cloud.pass_(days * DAY)
    assert actions.signup()
    assert (open_link(confirm_link)["statusCode"], press_button(confirm_link)["statusCode"]) == (
        410,
        410,
    )
    assert actions.members() == []


@pytest.mark.parametrize("token", ["", "x", "å\x00", "a" * 5000, "W10.abc.def"])
def test_a_forged_link_is_refused_and_writes_nothing(confirm_link, token):
    before = dump()
    assert send_request("GET", CONFIRM, query={"token": token})["statusCode"] == 410
    assert send_request("POST", CONFIRM, form={"token": token})["statusCode"] == 410
    assert dump() == before


@pytest.mark.parametrize("purpose", [p for p in Purpose if p is not Purpose.CONFIRM_JOIN])
def test_a_link_for_another_purpose_creates_no_member(confirm_link, purpose):
    token = tokens.make(purpose, address_hash(ASA["email"]), actions.signup()["revision"])
    assert send_request("POST", CONFIRM, form={"token": token})["statusCode"] == 410
    assert actions.members() == []


def test_an_altered_link_is_refused(confirm_link):
    token = actions.token_of(confirm_link)
    other = ("A" if token[0] != "A" else "B") + token[1:]
    assert send_request("POST", CONFIRM, form={"token": other})["statusCode"] == 410


def test_an_old_link_never_matches_a_new_sign_up_after_the_sweep(confirm_link, cloud):
    cloud.pass_(7 * DAY)
    handler.tick({"tick": True}, Context())
    join()
    assert press_button(confirm_link)["statusCode"] in {409, 410}
    assert actions.members() == []


def test_an_unconfirmed_sign_up_is_deleted_on_the_eighth_day_and_not_sooner(confirm_link, cloud):
    cloud.pass_(7 * DAY - 1)
    handler.tick({"tick": True}, Context())
    assert actions.signup()
    cloud.pass_(1)
    handler.tick({"tick": True}, Context())
    assert actions.signup() == {}
    assert "asa@example.com" not in str(dump())


def test_the_sweep_spares_a_renewed_sign_up(cloud, monkeypatch):
    join()
    cloud.pass_(7 * DAY)
    actions.before_writing(monkeypatch, join, "write")
    handler.tick({"tick": True}, Context())
    assert actions.signup()["expires_at"] == cloud.now + 7 * DAY


def test_the_sweep_stops_before_its_time_is_up_and_continues_later(cloud):
    join()
    join(email="bo@example.org")
    cloud.pass_(7 * DAY)
    handler.tick({"tick": True}, Context(left_ms=4_000))
    assert len([item for item in dump() if item["sk"] == "SIGNUP"]) == 2
    handler.tick({"tick": True}, Context())
    assert [item for item in dump() if item["sk"] == "SIGNUP"] == []


def test_an_outdated_confirmation_email_is_dropped(cloud):
    join()
    cloud.pass_(7 * DAY)
    assert sent_emails.deliver() == []


def test_no_log_holds_an_address_a_name_or_a_token(cloud, caplog):
    join(name="Zebulon Xystus", email="zebulon@example.com")
    link = actions.newest_link()
    press_button(link)
    join(email="zebulon@example.com", name="Zebulon Xystus")
    out = actions.links(sent_emails.text(sent_emails.deliver()[-1]))[0]
    press_button(out)
    handler.tick({"tick": True}, Context())
    logged = str([record.__dict__ for record in caplog.records])
    assert "mail done" in logged
    for secret in ("zebulon", "Zebulon", "Xystus", actions.token_of(link), actions.token_of(out)):
        assert secret not in logged
