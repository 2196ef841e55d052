"""Erasing a person while somebody presses the button that makes them a member: one condition, on
the item that maps an address to its member, decides which came first."""

import pytest

from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.membership import store
from functions.people import store as people
from tests.functions.membership import actions
from tests.functions.membership.actions import ASA, join, press_button
from tests.functions.support import NOW, dump


def erase():
    return store.erase(address_hash(str(ASA["email"])), NOW + 5)


def remains():
    """Sort keys of what is left of the person, besides limits and emails that wait."""
    return [
        item["sk"] for item in dump() if "asa@" in str(item) or item["sk"] in {"MEMBER", "SIGNUP"}
    ]


def test_a_click_while_erasing_leaves_no_member(confirm_link, monkeypatch):
    actions.before_writing(monkeypatch, lambda: press_button(confirm_link))
    assert erase()
    assert remains() == []


def test_erasing_while_clicking_leaves_no_member(confirm_link, monkeypatch):
    actions.before_writing(monkeypatch, erase)
    assert press_button(confirm_link)["statusCode"] == 410
    assert remains() == []


def test_without_the_condition_the_member_would_stay(confirm_link, monkeypatch):
    nothing = table.check(("OTHER", "ITEM"), table.NEW)
    monkeypatch.setattr(people, "check_no_member_at", lambda _hash: nothing)
    actions.before_writing(monkeypatch, lambda: press_button(confirm_link))
    assert erase() is None
    assert len(actions.members()) == 1


def test_a_form_while_erasing_is_erased_or_starts_anew(confirm_link, monkeypatch):
    actions.before_writing(monkeypatch, lambda: join(office="stockholm"))
    erase()
    assert remains() == []
    assert press_button(confirm_link)["statusCode"] == 410


@pytest.mark.parametrize("members_before", [0, 1])
def test_erasing_twice_at_once_erases_once(confirm_link, monkeypatch, members_before):
    if members_before:
        press_button(confirm_link)
    actions.before_writing(monkeypatch, erase)
    assert erase() is None
    assert remains() == []
