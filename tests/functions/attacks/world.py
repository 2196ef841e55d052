"""Who is there when an attack begins, in a table that is quick to restore and to compare.

Ann is a member and Gus a guest: the attackers. Bea is a member, too: nothing of hers may be seen
or changed by others.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from functions.account import rules as account_rules
from functions.core.addresses import address_hash
from functions.core.aws import table
from functions.core.tokens import Purpose, make
from functions.events.store import events as event_store
from functions.team.rules import Details, Role
from functions.team.store import team
from infra.dev.fake_aws.dynamodb import Table
from tests.functions import sent_emails
from tests.functions.account.browser import Browser
from tests.functions.conftest import Moment
from tests.functions.desk.browser import Desk
from tests.functions.door import actions as door
from tests.functions.events import actions as events
from tests.functions.invitations import actions as invitations
from tests.functions.lives.memory_table import MemoryTable
from tests.functions.membership import actions as membership
from tests.functions.support import EVENT, NOW, SITE_URL

ANN, BEA, GUS = "ann@example.com", "bea@example.org", "gus@example.com"
# Another member, who has moved once and is about to again.
CAYS_FIRST, CAY, CAYS_NEXT = "cay@example.org", "cay@example.com", "cay@example.net"
BEAS_WORDS = ("Beatrice Hemlin", BEA, "Hazelnuts", "Opera, Chromebook")
OPERA = "Mozilla/5.0 (X11; CrOS x86_64) Chrome/150.0 Safari/537.36 OPR/120.0"
DINNER = "dinner"  # an event that only Bea has signed up for
SESSION, SIGN_IN_HERE = "__Host-alumni", "__Host-sign-in"
DEE = "dee@example.com"  # may use the desk
OLA = "ola@example.com"  # is an owner there
ELSEWHERE = ("stockholm",)
SAM = "sam@example.com"  # may, too, but see nobody: all the others are of another office
DESK_SESSION, DESK_SIGN_IN_HERE = "__Host-desk", "__Host-desk-sign-in"

Items = dict[tuple[str, str], dict[str, Any]]


@dataclass
class World:
    memory: MemoryTable
    cookies: dict[str, str] = field(default_factory=dict)  # of Ann's and Gus's sessions
    live: dict[Purpose, str] = field(default_factory=dict)  # Ann's, and each works
    right_code: str = ""
    desk_code: str = ""  # Dee's
    desk: dict[str, str] = field(default_factory=dict)  # sessions there, of an owner and of Sam
    beas_ids: tuple[str, ...] = ()
    addresses: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def items(self) -> Items:
        """All but what counts requests."""
        return {
            key: item for key, item in self.memory.database.table.items.items() if key[1] != "LIMIT"
        }

    def beas_items(self) -> Items:
        """What is kept by one of her ids. Others may have typed it into fields of their own."""
        return {
            key: item
            for key, item in self.items.items()
            if any(beas in " ".join(key) for beas in self.beas_ids)
        }

    def keep(self) -> Table:
        """The table as it is now, to `restore` later. Items are replaced, never changed."""
        return _copy(self.memory.database.table)

    def restore(self, kept: Table) -> None:
        self.memory.database.table = _copy(kept)

    def headers(self, cookie: str = "", here: str = "") -> dict[str, str]:
        """Of a browser of ours in a network of its own, so that no limit is reached."""
        number = next(self.addresses)
        viewer = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}:4711"
        sent = {SESSION: cookie, SIGN_IN_HERE: here, DESK_SIGN_IN_HERE: here}
        return {
            "origin": SITE_URL,
            "cloudfront-viewer-address": viewer,
            "cookie": "; ".join(f"{name}={value}" for name, value in sent.items() if value),
        }


def _copy(of: Table) -> Table:
    copied = copy(of)
    copied.items = dict(of.items)
    copied.order, copied.due = of.order.copy(), of.due.copy()
    copied.order.update((pk, list(names)) for pk, names in of.order.items())
    copied.due.update((kind, set(keys)) for kind, keys in of.due.items())
    return copied


@pytest.fixture
def world(cloud: Moment, monkeypatch: pytest.MonkeyPatch) -> World:
    memory = MemoryTable()
    catalogue = table.get(("CATALOGUE", "CATALOGUE"))
    assert catalogue
    real = table.client
    monkeypatch.setattr(
        table, "client", lambda service: memory if service == "dynamodb" else real(service)
    )
    monkeypatch.setenv("MAILS_PER_HOUR", "100000")
    table.write(table.put(catalogue))
    for slug in (events.SLUG, DINNER):
        event_store.upsert(slug, EVENT | {"title": slug}, NOW)
    there = World(memory)
    _bea_comes(there)
    _gus_comes(there)
    _ann_comes(there)
    _cay_moves(there, cloud)
    _dee_asks_at_the_desk(there)
    there.desk = {
        "owner": _signed_in(OLA, Role.OWNER),
        "limited": _signed_in(SAM, offices=ELSEWHERE),
    }
    return there


def _bea_comes(there: World) -> None:
    details = {"name": "Beatrice Hemlin", "email": BEA}
    member_id = membership.become_member(**details)
    form = events.ASA | details | {"dietary": "Hazelnuts"}
    events.send_request("POST", f"/api/events/{DINNER}/rsvp", form=form)
    events.press_button(events.newest_link())
    sent_emails.deliver()
    browser = Browser(OPERA)
    browser.sign_in(BEA)
    browser.ask(BEA)
    sent_emails.deliver()
    hashed = address_hash(BEA)
    secret = browser.cookies[SESSION].partition(".")[2]
    sign_ins = [key[0] for key, item in there.items.items() if key[1] == "SIGNIN"]
    there.beas_ids = (
        member_id,
        hashed,
        account_rules.session_id(secret),
        *(pk.partition("#")[2] for pk in sign_ins),
    )


def _gus_comes(there: World) -> None:
    events.accepted(name="Gus Holm", email=GUS)
    browser = Browser()
    browser.sign_in(GUS)
    there.cookies["guest"] = browser.cookies[SESSION]


def _ann_comes(there: World) -> None:
    """With a token for each purpose, taken from the links of her emails."""
    host = events.guest_list_link(contact="anna")
    there.live[Purpose.DOOR] = events.token_of(door.mail_the_door())
    events.publish()
    change = events.accepted(name="Ann Ek", email=ANN)
    events.sign_up(name="Ann Berg", email="ann+two@example.com")
    confirm_rsvp = events.newest_link()
    membership.join(email="ann+three@example.com")
    confirm_join = events.newest_link()
    member_id = membership.become_member(name="Ann Ek", email=ANN)
    browser = Browser()
    browser.sign_in(ANN)
    there.cookies["member"] = browser.cookies[SESSION]
    browser.ask(ANN)
    sign_in = events.newest_link()
    there.right_code = "".join(_code())
    links = {
        Purpose.GUEST_LIST: host,
        Purpose.CHANGE_RSVP: change,
        Purpose.CONFIRM_RSVP: confirm_rsvp,
        Purpose.CONFIRM_JOIN: confirm_join,
        Purpose.SIGN_IN: sign_in,
    }
    there.live |= {purpose: events.token_of(link) for purpose, link in links.items()}
    there.live[Purpose.UNSUBSCRIBE] = make(Purpose.UNSUBSCRIBE, member_id)
    there.live[Purpose.INVITED], there.live[Purpose.LEAVE_ALONE] = _invitation()
    there.live[Purpose.NO_INVITATIONS] = make(Purpose.NO_INVITATIONS, member_id)
    there.live[Purpose.EVENT_INVITATION] = make(Purpose.EVENT_INVITATION, DINNER, member_id)
    thanks = make(Purpose.EVENT_THANKS, events.SLUG, address_hash(ANN), member_id)
    there.live[Purpose.EVENT_THANKS] = thanks
    there.live[Purpose.STILL_HERE] = make(Purpose.STILL_HERE, member_id, 0)
    there.live[Purpose.SIGN_IN_HERE] = browser.cookies[SIGN_IN_HERE]


def _invitation() -> list[str]:
    """Of another address of Ann's: to join, and to be left alone."""
    invitations.invite(name="Ann Holm", email="ann+four@example.com")
    paths = ("/api/invitation?", "/api/invitation/never?")
    return [events.token_of(sent_emails.newest_link_to(path)) for path in paths]


def _cay_moves(there: World, moment: Moment) -> None:
    """From an address that can be had back, and soon to the next one."""
    membership.become_member(name="Cay Berg", email=CAYS_FIRST)
    for address in (CAY, CAYS_NEXT):
        browser = Browser()
        browser.sign_in(CAYS_FIRST if address == CAY else CAY)
        browser.post("/me/address", new_email=address)
        link = sent_emails.newest_link_to("/me/address/confirm", address)
        if address == CAY:
            browser.press_button(link)
            moment.pass_(1)  # whoever asks to sign in from now on is the one who has it now
            undo = sent_emails.newest_link_to("/me/address/undo", CAYS_FIRST)
    there.live[Purpose.NEW_ADDRESS] = events.token_of(link)
    there.live[Purpose.UNDO_ADDRESS] = events.token_of(undo)


def _dee_asks_at_the_desk(there: World) -> None:
    details = Details(name="Dee Ek", email=DEE, language="en", role=Role.OWNER)
    assert team.add(details, "somebody at a terminal", NOW - 1)
    browser = Desk()
    browser.ask(DEE)
    there.live[Purpose.DESK_SIGN_IN] = events.token_of(
        sent_emails.newest_link_to("/desk/sign-in/link")
    )
    there.desk_code = "".join(_code())
    there.live[Purpose.DESK_SIGN_IN_HERE] = browser.cookies[DESK_SIGN_IN_HERE]


def _signed_in(email: str, role: Role = Role.COORDINATOR, offices: tuple[str, ...] = ()) -> str:
    """The session's cookie of a new team member."""
    details = Details(name=email, email=email, language="en", role=role, offices=offices)
    assert team.add(details, "somebody at a terminal", NOW - 1)
    browser = Desk()
    browser.sign_in(email)
    return browser.cookies[DESK_SESSION]


def _code() -> list[str]:
    lines = sent_emails.text(sent_emails.deliver()[-1]).splitlines()
    (line,) = (line for line in lines if line.startswith("Or type this code"))
    return line.partition(":")[2].split()
