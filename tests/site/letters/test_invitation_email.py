"""An event's invitation: an email in each language, an entry for the ledger beside the issues'."""

import re

import pytest
from microsite.output import catalogue

from functions.catalogue.rules import ISSUE, _require_shape
from functions.newsletter import preflight
from functions.newsletter.rules.ledger import IssueKind
from tests.site.project import Project

FIELD = re.compile(r"\{\{(.*?)\}\}")
FRONT = {"title": "Talk & “soup” {{x}}", "invite": "everyone", "invite_at": "2026-11-23 09:00"}


def publish(site: Project, **front: str):
    site.write("events/2026-12-03-talk.md", "Come!", **(FRONT | front))
    assert site.problems() == []
    whole = site.read()
    (invitation,) = whole.edition.invitations
    return whole, invitation


def test_the_email_is_in_every_language_with_two_links_to_answer(site: Project):
    whole, invitation = publish(site)
    rendered = {variant.language: variant for variant in whole.variants(invitation)}
    assert list(rendered) == list(whole.edition.settings.languages)
    home = whole.edition.settings.site_url
    for language, variant in rendered.items():
        assert set(FIELD.findall(variant.html)) == {"name_html", "unsubscribe_url", "answer_token"}
        assert set(FIELD.findall(variant.text)) == {"name_text", "unsubscribe_url", "answer_token"}
        for answer in ("yes", "no"):
            link = f"{home}/api/events/invitation?language={language}&answer={answer}&token="
            assert link + "{{answer_token}}" in variant.text
            assert link.replace("&", "&amp;") + "{{answer_token}}" in variant.html
        parts = {part: getattr(variant, part) for part in ("subject", "html", "text")}
        assert preflight.content_fault(parts, IssueKind.INVITATION) is None
    assert "Inbjudan: Talk" in rendered["sv"].subject
    assert "Jag kommer" in rendered["sv"].html


def test_a_translation_of_the_event_is_in_its_version(site: Project):
    site.write("events/2026-12-03-talk.sv.md", "Kom!", title="Föredrag", summary="Med soppa.")
    whole, invitation = publish(site)
    rendered = {variant.language: variant for variant in whole.variants(invitation)}
    assert rendered["sv"].subject == "Inbjudan: Föredrag"
    assert "Med soppa." in rendered["sv"].text
    assert "Talk" in rendered["en"].subject


def test_its_entry_says_when_to_whom_and_until_when(site: Project):
    whole, _ = publish(site, invite="{kind: retired}", closes="2026-12-01 12:00")
    document = catalogue.facts(whole.edition, {})
    entry = document["issues"]["talk"]
    _require_shape("talk", entry, ISSUE)
    assert (entry["kind"], entry["audience"]) == ("event_invitation", {"kind": ["retired"]})
    assert (entry["send_at"], entry["deadline"]) == ("2026-11-23T08:00:00Z", "2026-12-01T11:00:00Z")
    assert entry["url"].endswith("/events/talk/")
    assert not entry["pages"]
    assert document["events"]["talk"]["invite"] == {"kind": ["retired"]}


def test_an_event_that_takes_place_after_all_has_another_entry(site: Project):
    off, _ = publish(site, cancelled="true", reason="Ill.")
    entry = catalogue.facts(off.edition, {})["issues"]["talk"]
    assert entry["called_off"]
    on, _ = publish(site)
    assert "called_off" not in catalogue.facts(on.edition, {})["issues"]["talk"]


def test_an_event_without_invite_sends_nothing(site: Project):
    site.write("events/2026-12-03-talk.md", "Come!")
    assert site.read().edition.mailings == ()


def test_a_title_that_is_too_long_for_the_subject_is_reported(site: Project):
    site.write(
        "events/2026-12-03-talk.md",
        "Come!",
        **(FRONT | {"title": "Talk " * 14, "invite_at": "2026-12-01 09:00"}),
    )
    for problem in (problems := site.problems()):
        assert "talk.md:2: the invitation: subject has" in problem
    assert problems


@pytest.mark.parametrize(("attend", "says_so"), [("here", False), ("both", True)])
def test_an_event_that_can_be_attended_online_says_how(site: Project, attend: str, says_so):
    whole, invitation = publish(site, attend=attend)
    (english, *_) = whole.variants(invitation)
    assert ("You get the link by email" in english.text) is says_so
