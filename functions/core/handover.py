"""What publishing and the newsletter must agree on about an issue: how late it may be, and where
its pages wait in the private bucket until it begins."""

from functions.core.clock import DAY

ISSUE_LATE_SECONDS = DAY  # an issue first published so long after its time is never sent

# Before the key that a page will have in the public bucket.
WAITING = "waiting/"
# Before the slug of an issue that has begun. Its pages are public for good, so every later publish
# follows this marker.
BEGUN = "begun/"
