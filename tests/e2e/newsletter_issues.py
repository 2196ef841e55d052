"""The issues of all newsletter tests: published at once, because publishing takes seconds.

Only TALK is due at once. The others are due tomorrow, or when a test calls `reach_send_time`.
"""

from pathlib import Path

from tests.e2e.project_copy import EVENT, minutes_ago, write_issue

DAY = 24 * 60  # minutes
TALK, TALK_SUBJECT = "journey", "News from the journey"
TALK_BODY = f"""Good to have you here.

## The next talk

[Sign up](/events/{EVENT}/) while there are seats.
"""
DELETED = "withdrawn"

SOUP = "soup"
SOUP_SUBJECT, SOUP_SUBJECT_SV = "Soup on Thursday", "Ärtsoppa på torsdag"
SOUP_BODY = """Everybody reads this.

::: for: retired
The long lunch is laid for you.
:::

::: office: Malmö
Forty faces hang in Bryggan.
:::
"""
SOUP_BODY_SV = """Det här läser alla.

::: for: retired
Den långa lunchen är dukad.
:::

::: office: Malmö
Fyrtio ansikten hänger på Bryggan.
:::
"""
DIGEST = "quarter"
DIGEST_SUBJECT, DIGEST_SUBJECT_DE = "The quarter in two minutes", "Das Quartal"
CORRECTION = "friday"
CORRECTION_SUBJECTS = ("It is Friday", "Det är på fredag")

DIM_SUM, DIM_SUM_SUBJECT = "far-away", "Dim sum on Friday"
IN_HONG_KONG = {"office": "hong-kong", "kinds": "partner"}
IN_BRUSSELS = {"office": "brussels", "kinds": "partner"}
EMPTY, EMPTY_SUBJECT = "no-news", "What is new"
TEA, TEA_SUBJECT = "tea-time", "Tea on Monday"  # is paused and cancelled at the desk


def write_issues(folder: Path) -> None:
    _write_talks(folder)
    _write_soup(folder)
    _write_dim_sum(folder)


def _write_talks(folder: Path) -> None:
    fields = {"subject": TALK_SUBJECT, "preheader": "Short", "deadline": minutes_ago(-DAY)}
    write_issue(folder, TALK, TALK_BODY, 0, **fields)
    write_issue(folder, DELETED, TALK_BODY, -3 * DAY, subject="Never sent", preheader="Short")


def _write_soup(folder: Path) -> None:
    write_issue(folder, SOUP, SOUP_BODY, 2 - DAY, subject=SOUP_SUBJECT, preheader="Soup")
    write_issue(folder, f"{SOUP}.sv", SOUP_BODY_SV, subject=SOUP_SUBJECT_SV, preheader="Soppa")
    digest = {"digest": "quarterly", "events": "next 9 of the reader's offices"}
    fields = {"subject": DIGEST_SUBJECT, "preheader": "Short", **digest}
    write_issue(folder, DIGEST, "", 2 - DAY, **fields)
    write_issue(folder, f"{DIGEST}.de", "", subject=DIGEST_SUBJECT_DE, preheader="Kurz")
    english, swedish = CORRECTION_SUBJECTS
    fields = {"subject": english, "preheader": "Sorry", "corrects": SOUP}
    write_issue(folder, CORRECTION, "Friday!", -DAY, **fields)
    write_issue(folder, f"{CORRECTION}.sv", "Fredag!", subject=swedish, preheader="Förlåt")


def _write_dim_sum(folder: Path) -> None:
    fields = {"subject": DIM_SUM_SUBJECT, "preheader": "Short"}
    audience = "{office: hong-kong, kind: partner}"
    write_issue(folder, DIM_SUM, "Dim sum.", 1 - DAY, audience=audience, **fields)
    fields = {"subject": TEA_SUBJECT, "preheader": "Short"}
    brussels = "{office: brussels, kind: partner}"
    write_issue(folder, TEA, "Tea.", -4 * DAY, audience=brussels, **fields)
    fields = {"subject": "Dim sum på fredag", "preheader": "Kort"}
    write_issue(folder, f"{DIM_SUM}.sv", "Dim sum.", **fields)
    fields = {"subject": EMPTY_SUBJECT, "preheader": "News", "include": "news since last issue"}
    write_issue(folder, EMPTY, "", -DAY, **fields)
