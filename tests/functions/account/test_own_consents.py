"""Consents on somebody's own page: word for word, and given and withdrawn there."""

import re

import pytest

from functions.core.aws import table
from functions.core.clock import DAY
from functions.core.keep import MONTH
from functions.core.site import KEY as SITE_KEY
from functions.core.site import forget
from functions.people.member import ConsentKind
from functions.people.store import consents
from functions.people.store import members as people
from tests.functions import sent_emails
from tests.functions.account.conftest import ASA, BO
from tests.functions.membership import actions as membership
from tests.functions.support import NOW, SITE, before_writing, but_limits

CONSENTS = "/me/consents"
WORDS = ("I agree.", "Write to me.", "Invite me.")
STOP = {"purpose": "invitations", "withdraw": "yes"}
GIVE = {"purpose": "invitations", "agree": membership.fingerprint("invitations")}


@pytest.fixture
def own_page(asa, browser):
    """Åsa's browser, signed in."""
    browser.sign_in(ASA)
    return browser


def shown(browser) -> dict[str, str]:
    """The section of each purpose, as text."""
    page = browser.open("/me/")["body"].partition('id="consents"')[2].partition("<h2")[0]
    parts = re.split(r"<h3>(.*?)</h3>", page)[1:]
    texts = (" ".join(re.sub(r"<[^>]+>", " ", part).split()) for part in parts)
    return dict(zip(texts, texts, strict=True))


def test_each_consent_is_shown_word_for_word_with_its_date(own_page):
    sections = shown(own_page)
    assert list(sections) == ["Membership", "Newsletter", "Invitations to events"]
    for words, section in zip(
        ("I agree.", "Write to me.", "Invite me."), sections.values(), strict=True
    ):
        assert words in section
        assert "In force since 18 November 2026" in section.replace("\N{NO-BREAK SPACE}", " ")


def test_the_words_stay_those_that_were_agreed_to_when_there_is_a_newer_text(own_page):
    newer = {"version": "2027-01", "text": {"en": "Write to me twice a day."}}
    item = table.get(SITE_KEY)
    texts = SITE["consents"] | {"newsletter": [*SITE["consents"]["newsletter"], newer]}
    table.write(table.put(item | {"site": item["site"] | {"consents": texts}}))
    forget()
    assert "Write to me." in shown(own_page)["Newsletter"]
    assert "twice" not in shown(own_page)["Newsletter"]
    own_page.post(CONSENTS, purpose="newsletter", withdraw="yes")
    section = shown(own_page)["Newsletter"]
    assert "Write to me. This is what you would agree to: Write to me twice a day." in section


def test_a_consent_of_two_years_ago_is_renewed_there(own_page, asa, cloud):
    assert "Yes, keep sending it" not in shown(own_page)["Newsletter"]
    cloud.pass_(24 * MONTH)
    own_page.sign_in(ASA)
    sections = shown(own_page)
    assert [name for name in sections if "Yes, keep sending it" in sections[name]] == ["Newsletter"]
    own_page.post(CONSENTS, purpose="newsletter", renew="yes")
    assert people.member(asa).agreed_at == cloud.now
    assert consents.of_member(asa)[-1].what is ConsentKind.NEWSLETTER_RENEWED
    assert "Yes, keep sending it" not in shown(own_page)["Newsletter"]


def test_only_the_newsletter_is_renewed(own_page, asa, cloud):
    cloud.pass_(24 * MONTH)
    own_page.sign_in(ASA)
    assert own_page.post(CONSENTS, purpose="invitations", renew="yes")["statusCode"] == 400
    assert ConsentKind.NEWSLETTER_RENEWED not in {line.what for line in consents.of_member(asa)}


def test_a_consent_is_withdrawn_and_given_again_there(own_page, asa, cloud):
    cloud.pass_(60)
    answer = own_page.post(CONSENTS, elapsed="20", **STOP)
    assert answer["statusCode"] == 303
    assert "step=saved" in answer["headers"]["Location"]
    member = people.member(asa)
    assert (member.newsletter, member.invitations) == (True, False)
    assert "Withdrawn on" in shown(own_page)["Invitations to events"]
    own_page.post(CONSENTS, **GIVE)
    assert people.member(asa).invitations
    withdrawn, given = consents.of_member(asa)[-2:]
    assert (withdrawn.what, given.what) == (
        ConsentKind.INVITATIONS_WITHDRAWN,
        ConsentKind.INVITATIONS_GIVEN,
    )
    assert (withdrawn.circumstances.page, withdrawn.circumstances.shown_at) == ("/me/", NOW + 40)
    assert (given.how, given.agreement.words) == ("button on their own page", "Invite me.")
    assert shown(own_page)["Invitations to events"].endswith(  # the newest first
        "All entries 18 November 2026, 12:07: You agreed to get invitations"
        " 18 November 2026, 12:07: You withdrew your consent to invitations"
        " 18 November 2026, 12:06: You agreed to get invitations"
    )


def test_who_left_it_out_can_agree_there(browser, cloud):
    membership.become_member(consent_newsletter=None, consent_invitations=None)
    browser.sign_in(ASA)
    section = shown(browser)["Newsletter"]
    assert section == "Not given This is what you would agree to: Write to me. I agree, subscribe"


def test_doing_it_twice_or_at_once_writes_one_line(own_page, asa, monkeypatch):
    before = len(consents.of_member(asa))
    before_writing(monkeypatch, lambda: own_page.post(CONSENTS, **STOP))
    own_page.post(CONSENTS, **STOP)
    own_page.post(CONSENTS, **STOP)
    assert len(consents.of_member(asa)) == before + 1


def test_a_text_that_has_changed_is_shown_again_and_nothing_is_written(own_page, asa):
    own_page.post(CONSENTS, **STOP)
    before = but_limits()
    answer = own_page.post(CONSENTS, purpose="invitations", agree="0" * 64)
    assert answer["statusCode"] == 400
    assert "This text has changed" in answer["body"]
    assert but_limits() == before


@pytest.mark.parametrize(
    "form",
    [
        {"purpose": "membership", "withdraw": "yes"},
        {"purpose": "food", "withdraw": "yes"},
        {"purpose": "revision", "withdraw": "yes"},
        {"purpose": "newsletter"},
        {"purpose": "newsletter", "agree": ""},
        {},
    ],
)
def test_a_form_that_no_page_sends_is_refused(own_page, form):
    before = but_limits()
    assert own_page.post(CONSENTS, **form)["statusCode"] == 400
    assert but_limits() == before


def test_another_site_and_somebody_not_signed_in_change_nothing(own_page, asa):
    before = but_limits()
    assert own_page.post(CONSENTS, origin="https://evil.example", **STOP)["statusCode"] == 400
    own_page.cookies.clear()
    assert "Sign in" in own_page.post(CONSENTS, **STOP)["body"]
    assert but_limits() == before
    assert people.member(asa).invitations


def test_a_bundled_consent_is_shown_as_one(own_page, asa):
    """As it was when one text was for all three."""
    for line in consents.lines_of(asa):
        key = (line["pk"], line["sk"])
        if line["what"] == "invitations given":
            table.write(table.delete(key))
        else:
            old = {"text_id": "membership", "text_sha256": membership.fingerprint("membership")}
            del line["words"]
            table.write(table.put(line | old))
    table.write(table.update(people.member_key(asa), "REMOVE #invitations", {}))
    sections = shown(own_page)
    assert "membership, newsletter and invitations together: I agree." in sections["Membership"]
    for name in ("Newsletter", "Invitations to events"):
        assert "In force since" in sections[name]
        assert "This is part of the one consent" in sections[name]
    own_page.post(CONSENTS, **STOP)
    assert "Withdrawn on" in shown(own_page)["Invitations to events"]
    assert "In force since" in shown(own_page)["Newsletter"]


def test_a_guest_sees_what_they_agreed_to_about_food(bo, browser):
    browser.sign_in(BO)
    assert list(shown(browser)) == ["What you eat: Autumn talk"]
    section = shown(browser)["What you eat: Autumn talk"]
    assert "Know my food." in section
    assert "the button is beside the event" in section
    assert browser.post(CONSENTS, **STOP)["statusCode"] == 200
    assert sent_emails.sent()


def test_consent_about_food_names_no_button_once_the_event_is_over(bo, browser, cloud):
    cloud.pass_(20 * DAY)
    browser.sign_in(BO)
    section = shown(browser)["What you eat: Autumn talk"]
    assert "the button is beside the event" not in section
    assert "is deleted with your sign-up" in section
