"""Counting a sign-up's write units: nothing is forgotten, and the parts are the whole."""

import pytest

from infra.dev.bench import rsvp_writes
from infra.dev.bench.support import page_form


@pytest.fixture(scope="module")
def counted() -> dict[str, dict[str, int]]:
    """Of a member over IPv6."""
    return rsvp_writes._measure("member", rsvp_writes.IPV6)


def test_the_form_counts_networks_and_emails_and_stores_the_sign_up_and_an_email(counted) -> None:
    # Two networks and all emails; in a transaction the address's emails. The items' index, too.
    assert counted["the form"] == {"LIMIT": 2 + 1 + 2, "EVENT RSVP": 2 + 1, "OUTBOX": 2 + 1}


def test_the_click_takes_a_seat_and_leaves_the_index_of_what_is_pending(counted) -> None:
    taken = {"EVENT RSVP": 2 + 1, "EVENT": 2, "OUTBOX": 2 + 1}
    assert counted["the click"] == taken


def test_an_email_is_leased_deleted_and_leaves_a_line(counted) -> None:
    recorded = {"OUTBOX": 1 + 1 + 1, "MAILED": 1 + 1}
    assert counted["the email with the link"] == recorded
    assert counted["the email with the ticket"] == recorded | {"LIFE": 1}


def test_a_guest_is_no_member_and_ipv4_is_one_network(counted) -> None:
    guest = rsvp_writes._measure("guest", rsvp_writes.IPV4)
    spared = {"LIFE": 1, "networks": 1}
    assert rsvp_writes._units(counted) - rsvp_writes._units(guest) == sum(spared.values())


def test_the_parts_are_the_whole(counted) -> None:
    parts = rsvp_writes._details(counted)
    assert sum(part["number"] for part in parts) == rsvp_writes._units(counted)
    assert sum(part["percent"] for part in parts) == pytest.approx(100, abs=1)


def test_a_form_is_sent_with_what_the_page_put_into_it() -> None:
    page = """<form action="/search"><input name="q"></form>
        <form action="/api/a?language=en"><input name="token" value="a&amp;b"></form>
        <form action="/api/a"><input name="late" value="1"></form><input name="outside">"""
    assert page_form.fields(page, "/api/a") == {"token": "a&b"}
    with pytest.raises(RuntimeError, match="no form for /api/b"):
        page_form.fields(page, "/api/b")
