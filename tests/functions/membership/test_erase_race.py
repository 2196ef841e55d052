"""Erasing a person while somebody presses the button that makes them a member: one condition, on
the item that maps an address to its member, decides which came first."""

import pytest

from functions.core.aws import table
from functions.membership import store
from functions.people.store import members as people
from tests.functions.membership import actions
from tests.functions.membership.actions import erase, join, press_button
from tests.functions.support import dump


def remains():
    """Sort keys of what is left of the person, besides limits and emails that wait."""
    return [
        item["sk"] for item in dump() if "asa@" in str(item) or item["sk"] in {"MEMBER", "SIGNUP"}
    ]


def test_a_click_while_erasing_leaves_no_member(confirm_link, monkeypatch):
    actions.before_writing(monkeypatch, lambda: press_button(confirm_link))
    erase()
    assert remains() == []


def test_erasing_while_clicking_leaves_no_member(confirm_link, monkeypatch):
    actions.before_writing(monkeypatch, erase)
    assert press_button(confirm_link)["statusCode"] == 410
    assert remains() == []


def test_without_the_conditions_the_member_would_stay(confirm_link, monkeypatch):
    """The click deletes the sign-up and writes the address's item: both are looked at."""
    pointer, signup = (table.check(("OTHER", name), table.NEW) for name in ("MEMBER", "SIGNUP"))
    monkeypatch.setattr(people, "check_no_member_at", lambda _hash: pointer)
    monkeypatch.setattr(store, "drop_signup", lambda *_: signup)
    actions.before_writing(monkeypatch, lambda: press_button(confirm_link))
    erase()
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
    erase()
    assert remains() == []
