"""The text of a new issue's file: a draft until its author removes that line."""

from datetime import datetime

from microsite.content.company import Settings

SUBJECT = "Write the subject here"  # the check refuses to send it
PREHEADER = "Write here why readers should open it"
_EVERY = f"""\
---
subject: {SUBJECT}
preheader: {PREHEADER}
send_at: {{send_at}}
include: news since last issue
events: next 5 of the reader's offices
jobs: open
draft: true # delete this line when the issue is ready to go out
---

<!-- Write to everyone here. You may also write nothing: the lists above are enough for an issue.
Words for some readers stand between two lines that begin with three colons:

::: for: {{kind}}; office: {{office}}
Words.
:::
-->
"""
_DIGEST = f"""\
---
subject: {SUBJECT}
preheader: {PREHEADER}
send_at: {{send_at}}
digest: quarterly
include: news since last issue
events: next 3 of the reader's offices
jobs: open
draft: true # delete this line when the issue is ready to go out
---
"""


def text(send_at: datetime, known: Settings, *, digest: bool) -> str:
    return (_DIGEST if digest else _EVERY).format(
        send_at=f"{send_at:%Y-%m-%d %H:%M}",
        kind=known.kinds[-1].slug,
        office=known.offices[-1].slug,
    )
