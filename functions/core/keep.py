"""How long personal data is kept: `keep` in `extra.alumni`, with the values of those left out.

No I/O here: the site's build reads these, too. See docs/settings.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

MONTH = 2_629_800  # seconds: a twelfth of 365.25 days
# template.yaml ends the list of erasures soon after, and the audit needs the listing till then.
MOST_PROOF_YEARS = 4


@dataclass(frozen=True, slots=True)
class Keep:
    contact_months: int = 36  # a member without a sign of life
    consent_months: int = 24  # a consent that isn't used
    still_right_months: int = 12  # between two emails "is this still right?"; 0: none
    history_months: int = 24  # what was changed of a member's details
    proof_years: int = 3  # that somebody who is erased had agreed
    log_months: int = 24  # what the team did at the desk
    consent_ip_days: int = 0  # the network address of whoever consents; 0: never
    invitation_months: int = 6  # of somebody who left, and neither joins nor refuses
    invitation_reminder_days: int = 0  # until the one reminder of an invitation; 0: none


def keep_of(site: Mapping[str, Any]) -> Keep:
    """The settings in the catalogue's `site` part; one that it lacks has its usual value."""
    written: Mapping[str, int] = site.get("keep", {})
    names = [field.name for field in fields(Keep)]
    return Keep(**{name: written[name] for name in names if name in written})
