"""What publishing and the newsletter must agree on about an issue: how late it may be."""

from functions.core.clock import DAY

ISSUE_LATE_SECONDS = DAY  # an issue first published so long after its time is never sent
