"""What publishing and the functions must agree on: how late an issue may be, where its pages wait
in the private bucket until it begins, and how an event's revisions are numbered."""

from functions.core.clock import DAY

ISSUE_LATE_SECONDS = DAY  # an issue first published so long after its time is never sent

# Before the key that a page will have in the public bucket.
WAITING = "waiting/"
# Before the slug of an issue that has begun. Its pages are public for good, so every later publish
# follows this marker.
BEGUN = "begun/"

SEQUENCE_BEGINS = 1_577_836_800  # 2020-01-01: a calendar's SEQUENCE counts the minutes since
