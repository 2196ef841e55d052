"""What search engines read of an event says what its page and calendar say."""

from dataclasses import replace

import pytest
from microsite.content import edition
from microsite.content.items import Event
from microsite.output import structured_data

from tests.company_project import COMPANY

EDITION = edition.read(COMPANY)
SETTINGS = EDITION.settings


def location(address: str) -> object:
    event = next(item for item in EDITION.items if isinstance(item, Event))
    event = replace(event, place="The canteen", address=address)
    offices = [SETTINGS.office[slug] for slug in event.office]
    return structured_data.json_ld(event, offices, SETTINGS)["location"]["address"]


def test_an_event_at_an_office_has_the_offices_street() -> None:
    event = next(item for item in EDITION.items if isinstance(item, Event))
    office = SETTINGS.office[event.office[0]]
    address = location("")
    assert isinstance(address, dict)
    assert address["streetAddress"] == office.address


@pytest.mark.parametrize("street", ["Kajen 1, Malmö"])
def test_an_event_elsewhere_has_its_own_street(street: str) -> None:
    assert location(street) == street
