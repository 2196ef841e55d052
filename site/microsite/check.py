"""Every reason not to publish, all at once."""

from pathlib import Path

from microsite import reading, settings
from microsite.edition import Edition
from microsite.problems import ContentError, Problem


def problems(root: Path) -> list[Problem]:
    from microsite import edition

    try:
        edition.prepare(root)
    except ContentError as error:
        return list(error.problems)
    return []


def of(edition: Edition) -> list[Problem]:
    return sorted(edition.content.problems)
