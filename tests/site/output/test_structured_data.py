"""What search engines read of an event says what its page and calendar say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from microsite.content import edition
from microsite.content.items import Event
from microsite.output import structured_data

from functions.core.sign_up_facts import Attend
from tests.company_project import COMPANY

EDITION = edition.read(COMPANY)
SETTINGS = EDITION.settings
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def json_ld(**fields: Any) -> dict[str, Any]:
    event = next(item for item in EDITION.items if isinstance(item, Event))
    offices = [SETTINGS.office[slug] for slug in event.office]
    return structured_data.json_ld(replace(event, **fields), offices, SETTINGS, NOW)


def location(address: str) -> object:
    return json_ld(place="The canteen", address=address)["location"]["address"]


def test_an_event_at_an_office_has_the_offices_street() -> None:
    event = next(item for item in EDITION.items if isinstance(item, Event))
    office = SETTINGS.office[event.office[0]]
    address = location("")
    assert isinstance(address, dict)
    assert address["streetAddress"] == office.address


@pytest.mark.parametrize("street", ["Kajen 1, Malmö"])
def test_an_event_elsewhere_has_its_own_street(street: str) -> None:
    assert location(street) == street


EARLIER = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "status", "previous"),
    [
        ({}, "EventScheduled", None),
        ({"moved_from": EARLIER}, "EventRescheduled", "2026-11-26T17:30:00+00:00"),
        ({"moved_from": EARLIER, "cancelled": True}, "EventCancelled", None),
    ],
)
def test_an_events_status_is_in_its_data(
    fields: dict[str, Any], status: str, previous: str | None
) -> None:
    data = json_ld(**fields)
    assert data["eventStatus"] == f"https://schema.org/{status}"
    assert data.get("previousStartDate") == previous


@pytest.mark.parametrize(
    ("attend", "mode", "kinds"),
    [
        (Attend.HERE, "Offline", ["Place"]),
        (Attend.ONLINE, "Online", ["VirtualLocation"]),
        (Attend.BOTH, "Mixed", ["Place", "VirtualLocation"]),
    ],
)
def test_where_people_attend_is_in_its_data(attend: Attend, mode: str, kinds: list[str]) -> None:
    data = json_ld(attend=attend)
    assert data["eventAttendanceMode"] == f"https://schema.org/{mode}EventAttendanceMode"
    places = data["location"] if isinstance(data["location"], list) else [data["location"]]
    assert [place["@type"] for place in places] == kinds


@pytest.mark.parametrize(
    ("fields", "availability"),
    [
        ({"closes": NOW + timedelta(days=1)}, "InStock"),
        ({"closes": NOW}, "OutOfStock"),
        ({"closes": NOW + timedelta(days=1), "cancelled": True}, "OutOfStock"),
    ],
    ids=["open", "closed", "cancelled"],
)
def test_a_place_is_free_and_offered_until_sign_up_closes(
    fields: dict[str, Any], availability: str
) -> None:
    data = json_ld(**fields)
    assert data["isAccessibleForFree"] is True
    offer = data["offers"]
    assert (offer["price"], offer["url"]) == (0, f"{data['url']}#signup")
    assert offer["availability"] == f"https://schema.org/{availability}"
    assert offer["availabilityEnds"] == fields["closes"].isoformat()
