"""An event's invitation as the issue of the ledger that it is: one version for each language."""

from microsite.content.items import Event, Newsletter

# The lines of an event's file that the email's parts come from.
WRITTEN_AS = {"subject": "title", "preheader": "summary", "send_at": "invite_at"}


def invitation(event: Event, lang: str) -> Newsletter:
    """In `lang`, also if nobody has translated the event. It has the event's slug, which no
    newsletter has, so that nobody can be invited twice."""
    assert event.invite is not None
    assert event.invite_at
    lines = {part: event.lines[key] for part, key in WRITTEN_AS.items() if key in event.lines}
    return Newsletter(
        kind=event.kind,
        slug=event.slug,
        lang=lang,
        path=event.path,
        title=event.title,
        summary=event.summary,
        draft=event.draft,
        body_line=event.body_line,
        lines=event.lines | lines,
        send_at=event.invite_at,
        deadline=event.closes,
        subject=event.title,  # the email's is translated with its other words
        audience=event.invite,
        web=False,
        event=event,
    )
