"""What somebody who is invited does: join with few fields, or ask to be left alone."""

import re
from urllib.parse import urlsplit

import pytest

from functions.core import tokens
from functions.core.addresses import address_hash
from functions.core.clock import DAY
from functions.core.keep import MONTH
from functions.core.tokens import Purpose
from functions.core.web.requests import FORM_TYPE
from functions.invitations.rules import Outcome
from functions.membership import handler
from functions.people.store import consents
from functions.people.store import members as people
from tests.functions import sent_emails
from tests.functions.invitations.actions import EMAIL, invitation, invite
from tests.functions.membership import actions as membership
from tests.functions.membership.actions import open_link, press_button
from tests.functions.sent_emails import Context, newest_link_to, query_of
from tests.functions.support import NOW, SITE_URL, before_writing, but_limits, dump, request

pytestmark = pytest.mark.usefixtures("cloud")

JOIN, NEVER = "/api/invitation", "/api/invitation/never"
FILLED = {"kinds": "engineer", "consent_membership": membership.fingerprint("membership")}


def link(path=JOIN):
    return next(
        link for link in sent_emails.links(sent_emails.text(sent_emails.deliver()[-1]))
        if urlsplit(link).path == path
    )  # fmt: skip


@pytest.fixture
def join_link():
    invite()
    return link()


def fields(page):
    """The form as a browser would send it: field → what is filled in."""
    boxes = re.findall(r'<input type="checkbox" name="(\w+)" value="([\w-]+)" checked', page)
    typed = r'<input id="join-\w+" name="(\w+)" type="(?:text|email)" value="([^"]*)"'
    chosen = r'<select id="join-(\w+)".*?value="([\w-]+)"[^>]* selected'
    return dict(boxes + re.findall(typed, page) + re.findall(chosen, page, re.DOTALL))


def join(link, **typed):
    return press_button(link, **fields(open_link(link)["body"]) | FILLED | typed)


def test_what_is_known_is_filled_in_and_two_things_are_left_to_do(join_link):
    page = open_link(join_link)["body"]
    assert fields(page) == {
        "name": "Åsa Ek",
        "office": "malmo",
        "from_year": "1998",
        "to_year": "2026",
        "interests": "energy",
        "language": "en",
    }
    to_fill, known = page.split("<details")
    assert "What describes you?" in to_fill
    assert to_fill.count("required") == 1  # the consent to membership
    assert EMAIL in known
    assert "checked" not in to_fill


def test_one_form_makes_them_a_member_without_a_second_email(join_link):
    answer = join(join_link)
    assert (answer["statusCode"], answer["headers"]["Location"]) == (
        303,
        SITE_URL + "/join/welcome/",
    )
    member = people.member(membership.member_id())
    assert (member.name, member.email, member.office) == ("Åsa Ek", EMAIL, "malmo")
    assert (member.from_year, member.to_year, member.kinds) == (1998, 2026, ("engineer",))
    assert sent_emails.deliver()[-1]["Subject"].startswith("Welcome")
    assert [mail["To"] for mail in sent_emails.sent()] == [EMAIL, EMAIL]


def test_they_agree_to_what_they_tick_and_to_nothing_else(join_link):
    join(join_link, consent_newsletter=membership.fingerprint("newsletter"))
    member = people.member(membership.member_id())
    assert (member.newsletter, member.invitations) == (True, False)
    lines = consents.of_member(member.id)
    assert {line.what for line in lines} == {"membership given", "newsletter given"}
    assert {line.how for line in lines} == {"invitation by email"}
    came = lines[0].circumstances
    assert (came.page, came.mailed_at) == (JOIN, NOW)
    assert came.message_id == sent_emails.message_ids()[0]


def test_without_the_consent_to_membership_nobody_is_stored(join_link):
    answer = join(join_link, consent_membership="")
    assert answer["statusCode"] == 400
    assert "tick the box" in answer["body"]
    assert membership.members() == []
    assert invitation()


def test_a_mistake_in_what_is_folded_up_unfolds_it(join_link):
    assert "<details>" in join(join_link, kinds="")["body"]
    assert "<details open>" in join(join_link, from_year="soon")["body"]


def test_what_they_did_not_take_over_is_deleted(join_link):
    join(join_link, interests="law")
    left = str([item for item in but_limits() if item["pk"] != "CATALOGUE"])
    assert not any(text in left for text in ("Bridge engineer", "2028", "exit talk"))
    assert people.member(membership.member_id()).interests == ("law",)


def test_the_address_of_the_email_stays_whatever_is_typed(join_link):
    join(join_link, email="somebody.else@example.com")
    assert people.member(membership.member_id()).email == EMAIL


def test_pressing_twice_makes_one_member(join_link, monkeypatch):
    before_writing(monkeypatch, lambda: join(join_link))
    answers = [join(join_link), join(join_link)]
    assert [answer["statusCode"] for answer in answers] == [303, 303]
    assert len(membership.members()) == 1


def test_opening_the_links_changes_nothing(join_link):
    before = but_limits()
    for path in (join_link, link(NEVER)):
        assert open_link(path)["statusCode"] == 200
        assert open_link(path, "HEAD")["statusCode"] == 200
    assert but_limits() == before


def test_a_sign_up_that_waits_is_deleted_too(join_link):
    membership.join()
    join(join_link)
    assert membership.signup() == {}


# ---- Never again


def test_never_again_is_one_button_and_leaves_only_a_code_of_the_address():
    invite()
    answer = press_button(link(NEVER))
    assert (answer["statusCode"], "deleted" in answer["body"]) == (200, True)
    (item,) = [item for item in dump() if item["pk"].startswith("ADDRESS#")]
    assert item == {"pk": f"ADDRESS#{address_hash(EMAIL)}", "sk": "LEFT_ALONE", "at": NOW}
    assert invite() is Outcome.LEFT_ALONE


def test_pressing_it_again_or_after_the_end_is_harmless():
    invite()
    never = link(NEVER)
    press_button(never)
    assert press_button(never)["statusCode"] == 200


def test_their_own_form_still_lets_them_join_later(join_link):
    press_button(link(NEVER))
    assert "no longer exists" in open_link(join_link)["body"]
    membership.become_member()
    assert people.member(membership.member_id()).newsletter


def test_whoever_has_joined_since_is_shown_where_to_leave(join_link):
    never = link(NEVER)
    join(join_link)
    answer = press_button(never)
    assert answer["statusCode"] == 409
    assert "/me/" in answer["body"]
    assert membership.member_id()
    assert not [item for item in dump() if item["sk"] == "LEFT_ALONE"]


def test_never_again_wins_over_a_form_that_is_sent_at_the_same_moment(join_link, monkeypatch):
    before_writing(monkeypatch, lambda: press_button(link(NEVER)))
    assert join(join_link)["statusCode"] == 410
    assert membership.members() == []


# ---- Never again, by the button of an email app (RFC 8058)


def one_click(link, body="List-Unsubscribe=One-Click", kind=FORM_TYPE):
    """As an email provider sends it: to the header's address, without Origin."""
    event = request("POST", NEVER, query=query_of(link), body=body)
    del event["headers"]["origin"]
    event["headers"]["content-type"] = kind
    return handler.web(event, None)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("List-Unsubscribe=One-Click", FORM_TYPE),
        ("--x\r\n\r\nOne-Click\r\n--x--", "multipart/form-data; boundary=x"),
        (None, ""),
        ("\xff" * 200_000, "text/plain"),
    ],
)
def test_one_click_is_never_again_whatever_the_body(body, kind):
    invite()
    answer = one_click(link(NEVER), body, kind)
    assert (answer["statusCode"], answer["body"]) == (200, "")
    assert invitation() is None
    assert invite() is Outcome.LEFT_ALONE


def test_one_click_works_after_years_and_twice(cloud):
    invite()
    never = link(NEVER)
    cloud.pass_(12 * 365 * DAY)
    assert [one_click(never)["statusCode"] for _ in range(2)] == [200, 200]
    assert invite() is Outcome.LEFT_ALONE


def test_one_click_of_somebody_who_has_joined_since_ends_the_newsletter(join_link):
    never = link(NEVER)
    join(join_link, consent_newsletter=membership.fingerprint("newsletter"))
    assert people.member(membership.member_id()).newsletter
    assert one_click(never)["statusCode"] == 200
    assert not people.member(membership.member_id()).newsletter
    assert not [item for item in dump() if item["sk"] == "LEFT_ALONE"]


def test_one_click_without_a_token_of_ours_changes_nothing():
    invite()
    before = dump()
    answer = one_click(f"{NEVER}?token=forged")
    assert (answer["statusCode"], dump()) == (410, before)


# ---- A letter on paper


def paper_link(invitation_id):
    return f"{JOIN}?token={tokens.make(Purpose.INVITED, invitation_id, 0)}&language=en"


def test_a_letter_proves_no_address_so_the_usual_email_confirms_it(cloud):
    invite(email="")
    (item,) = [item for item in dump() if item["sk"] == "INVITATION"]
    letter = paper_link(item["pk"].partition("#")[2])
    answer = join(letter, email=EMAIL)
    assert answer["headers"]["Location"] == SITE_URL + "/join/check-your-mail/"
    assert membership.members() == []
    assert [item for item in dump() if item["sk"] == "INVITATION"]
    membership.press_button(newest_link_to("/api/join/confirm"))
    assert people.member(membership.member_id()).office == "malmo"
    assert not [item for item in dump() if item["sk"] == "INVITATION"]


def test_a_letter_to_somebody_whose_address_is_known_does_not_prove_it_either():
    invite(agreed=None)
    join(paper_link(address_hash(EMAIL)), email="asa@example.net")
    assert membership.members() == []
    (mail,) = sent_emails.deliver()
    assert mail["To"] == "asa@example.net"


def test_refusing_by_a_letter_is_remembered_where_an_address_is_known():
    invite(agreed=None)
    letter = paper_link(address_hash(EMAIL)).replace(JOIN, NEVER)
    press_button(letter)
    assert invite() is Outcome.LEFT_ALONE
    invite(email="")
    (item,) = [item for item in dump() if item["sk"] == "INVITATION"]
    press_button(paper_link(item["pk"].partition("#")[2]).replace(JOIN, NEVER))
    assert [item["sk"] for item in dump() if item["pk"].startswith("ADDRESS#")] == ["LEFT_ALONE"]


@pytest.mark.parametrize("purpose", [Purpose.CONFIRM_JOIN, Purpose.UNSUBSCRIBE])
@pytest.mark.parametrize("path", [JOIN, NEVER])
def test_a_token_of_another_purpose_opens_nothing(purpose, path):
    invite()
    link = f"{path}?token={tokens.make(purpose, address_hash(EMAIL))}"
    assert open_link(link)["statusCode"] == 410
    assert press_button(link)["statusCode"] == 410
    assert invitation()


# ---- The end


def test_an_invitation_lapses_and_nothing_of_it_is_left(cloud, join_link):
    cloud.pass_(6 * MONTH - 1)
    handler.tick({"tick": True}, Context())
    assert invitation()
    cloud.pass_(1)
    handler.tick({"tick": True}, Context())
    assert not [item for item in dump() if item["pk"].startswith("ADDRESS#")]
    assert "no longer exists" in open_link(join_link)["body"]


def test_the_page_is_in_the_language_of_the_person():
    invite(language="sv")
    assert open_link(link())["body"].startswith("<html lang='sv'>")
    page = join(link(), consent_membership=membership.fingerprint("membership", "sv"),
                page_language="sv")  # fmt: skip
    assert page["statusCode"] == 200
    member = people.member(membership.member_id())
    assert member.language == "sv"
