"""An item for search engines: schema.org's JSON-LD, as plain data for `tojson`."""

from datetime import datetime
from typing import Any

from functions.core.dates import last_day
from functions.core.sign_up_facts import Attend
from microsite.content.company import Office, Settings
from microsite.content.items import Event, Item, Job, News

_MODES = {Attend.HERE: "Offline", Attend.ONLINE: "Online", Attend.BOTH: "Mixed"}


def json_ld(item: Item, offices: list[Office], settings: Settings, now: datetime) -> dict[str, Any]:
    """Empty if schema.org has no type for it."""
    company = {
        "@type": "Organization",
        "name": settings.company,
        "url": settings.site_url,
    }
    base = {
        "@context": "https://schema.org",
        "description": item.summary,
        "url": settings.site_url + item.url,
        **({"image": f"{settings.site_url}/{item.image}"} if item.image else {}),
    }
    match item:
        case News():
            return base | _news(item, company)
        case Event():
            return (
                base | _event(item, offices, company, base["url"]) | _offers(item, base["url"], now)
            )
        case Job():
            return base | _job(item, offices, company)
    return {}


def _news(item: News, company: dict[str, str]) -> dict[str, Any]:
    return {
        "@type": "NewsArticle",
        "headline": item.title,
        "datePublished": item.date.isoformat(),
        "publisher": company,
    }


def _event(item: Event, offices: list[Office], company: dict[str, str], url: str) -> dict[str, Any]:
    """The street is the event's own, or its first office's, as in the calendar."""
    street = item.address or _address(offices[0], item.lang)
    return {
        "@type": "Event",
        "name": item.title,
        **_times(item),
        **_status(item),
        "eventAttendanceMode": f"https://schema.org/{_MODES[item.attend]}EventAttendanceMode",
        "maximumAttendeeCapacity": item.seats,
        "location": _location(item, street, url),
        "organizer": company,
        "isAccessibleForFree": True,
    }


def _location(item: Event, street: Any, url: str) -> Any:
    """The link to an online event is no public fact: the data has the page where people sign up."""
    here = {"@type": "Place", "name": item.place, "address": street}
    online = {"@type": "VirtualLocation", "url": url}
    return {Attend.HERE: here, Attend.ONLINE: online, Attend.BOTH: [here, online]}[item.attend]


def _offers(event: Event, url: str, now: datetime) -> dict[str, Any]:
    """A place is free of charge. How many are left only the functions know; whether any is offered
    depends on the closing time, which the data holds, too."""
    availability = "InStock" if event.is_open(now) else "OutOfStock"
    offer = {
        "@type": "Offer",
        "price": 0,
        "url": f"{url}#signup",
        "availability": f"https://schema.org/{availability}",
        "availabilityEnds": event.closes.isoformat(),
    }
    return {"offers": offer}


def _times(item: Event) -> dict[str, str]:
    """Days of what lasts all day, otherwise moments with their offset from UTC."""
    if item.all_day:
        first, last = item.start.date(), last_day(item.end)
        return {"startDate": first.isoformat(), "endDate": last.isoformat()}
    return {"startDate": item.start.isoformat(), "endDate": item.end.isoformat()}


def _status(item: Event) -> dict[str, str]:
    if item.cancelled:
        return {"eventStatus": "https://schema.org/EventCancelled"}
    if item.moved_from:
        moved = {"previousStartDate": item.moved_from.isoformat()}
        return {"eventStatus": "https://schema.org/EventRescheduled", **moved}
    return {"eventStatus": "https://schema.org/EventScheduled"}


def _job(item: Job, offices: list[Office], company: dict[str, str]) -> dict[str, Any]:
    return {
        "@type": "JobPosting",
        "title": item.title,
        "datePosted": item.date.isoformat(),
        "validThrough": item.closes.isoformat(),
        "hiringOrganization": company,
        "jobLocation": [
            {"@type": "Place", "address": _address(office, item.lang)} for office in offices
        ],
    }


def _address(office: Office, lang: str) -> dict[str, str]:
    return {
        "@type": "PostalAddress",
        "streetAddress": office.address,
        "addressLocality": office.name.in_language(lang),
        "addressCountry": office.country_code,
    }
