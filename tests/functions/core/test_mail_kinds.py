"""The table of the kinds of email is whole, and the code keeps to it."""

from dataclasses import fields, replace

import pytest

from functions.core.mail import outbox
from functions.core.mail_kinds import KINDS, Basis, Door, Subscription
from functions.people.member import Member, Profile, new_member
from functions.post.mails import MAILS
from functions.post.render import TEMPLATES
from tests.functions import mail_doors
from tests.functions.membership import actions as membership
from tests.functions.newsletter.issue_runs import PROFILE

ISSUE = "issue"
ISSUES = {ISSUE, "event_invitation"}  # templates of the ledger stand beside the folders


def test_each_kind_has_its_templates_and_each_template_its_kind():
    folders = {file.parent.name for file in TEMPLATES.glob("*/subject.txt")}
    assert folders | ISSUES == set(KINDS)
    files = [TEMPLATES / f"{name}.{ending}" for name in ISSUES for ending in ("html", "txt")]
    assert all(file.exists() for file in files)


def test_post_sends_each_kind_but_those_that_need_a_consent():
    assert set(MAILS) == {name for name, kind in KINDS.items() if not kind.needs}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_has_a_limit_and_its_basis_is_consent_if_it_needs_one(kind):
    assert kind.doors or kind.once
    assert (kind.basis is Basis.CONSENT) == (bool(kind.needs) or kind.agreed)


def test_every_door_belongs_to_a_kind():
    assert {door for kind in KINDS.values() for door in kind.doors} == set(Door)


def test_a_needed_consent_is_one_that_a_member_has():
    assert set(Subscription) <= {field.name for field in fields(Member)}


def test_only_a_consent_in_force_lets_a_member_get_the_newsletter():
    asa = new_member(Profile(email="asa@example.com", **PROFILE), "a", 0)
    withdrawn = replace(asa, newsletter=False)
    assert (asa.may_get(ISSUE), withdrawn.may_get(ISSUE)) == (True, False)
    assert withdrawn.may_get("sign_in")


def test_an_invitation_needs_a_consent_of_its_own(monkeypatch):
    invitation = replace(KINDS[ISSUE], needs=Subscription.INVITATIONS)
    monkeypatch.setitem(KINDS, "invitation", invitation)
    asa = new_member(Profile(email="asa@example.com", **PROFILE), "a", 0)
    assert asa.may_get("invitation")
    assert not replace(asa, invitations=False).may_get("invitation")
    assert replace(asa, newsletter=False).may_get("invitation")


def test_what_needs_a_consent_is_not_sent_past_the_newsletters_ledger():
    with pytest.raises(ValueError, match="consent"):
        outbox.mail(ISSUE, "a", {}, 0, 0)


# ---- Limits: every test of a handler checks them, see mail_doors


def test_an_email_that_a_form_causes_counts_against_a_door_of_its_kind(cloud, monkeypatch):
    monkeypatch.setitem(KINDS, "confirm_join", replace(KINDS["confirm_join"], doors=(Door.EVENT,)))
    membership.join()
    assert mail_doors.wrong == {("confirm_join", frozenset({"join"}))}
    mail_doors.wrong.clear()
