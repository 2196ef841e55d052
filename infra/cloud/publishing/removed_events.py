"""Refuses to take a published event off the site before it has ended.

People may have signed up; CI's role can't read the table to know.
"""

from typing import Any

from microsite.content.loading import CONTENT
from microsite.content.problems import ContentError, Problem

from functions.core.clock import epoch

Events = dict[str, dict[str, Any]]  # slug → entry in the catalogue


def require_none(published: Events, built: Events, now: int) -> None:
    """Return if every published event that hasn't ended is in the build, too.

    Raises:
        ContentError: it was deleted or renamed, is a draft, or has another slug.
    """
    problems = [
        _problem(slug, facts)
        for slug, facts in sorted(published.items())
        if slug not in built and epoch(facts["ends_at"]) > now
    ]
    if problems:
        raise ContentError(problems)


def _problem(slug: str, facts: dict[str, Any]) -> Problem:
    # Catalogues of earlier versions don't name the file.
    file = f"{CONTENT}/{facts.get('file', f'events/{slug}.md')}"
    until = f"until its end ({facts['ends_at'][:10]})"
    back = f"'{slug}' is published: put it back, with this slug and without draft: true"
    if facts.get("cancelled"):
        return Problem(file, 1, f"{back}. Its page must say {until} that it is cancelled")
    instead = "add cancelled: true and reason: ..., and everybody who is coming gets an email"
    return Problem(
        file, 1, f"{back}. People may have signed up, so it must stay {until}: {instead}"
    )
