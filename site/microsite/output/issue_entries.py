"""An issue's entry in the catalogue, as far as it follows from its rendered variants."""

from collections.abc import Sequence
from typing import Any

from microsite import words
from microsite.content.items import Newsletter
from microsite.edition import Edition
from microsite.letters import rendering
from microsite.letters.letter import Letter
from microsite.letters.variant import Variant


def N_(msgid: str) -> str:  # noqa: N802  # gettext's own name for "extract, translate later"
    return msgid


_LACKS = {
    "news": N_("no news since the last issue"),
    "events": N_("no event to come"),
    "jobs": N_("no opening"),
}


def entry(
    issue: Newsletter, made: Sequence[Variant], edition: Edition
) -> tuple[dict[str, Any], dict[str, str]]:
    """Its "variants" and "nothing", and the files that they name: {key: content}."""
    if all(variant.is_silent for variant in made):
        return {"variants": {}, "nothing": nothing(issue, edition)}, {}
    files = {_key(issue, one): one.document for one in made if not one.is_silent}
    return {"variants": {one.name: _facts(issue, one) for one in made}, "nothing": ""}, files


def of(issue: Newsletter, edition: Edition) -> tuple[dict[str, Any], dict[str, str]]:
    return entry(issue, rendering.variants(issue, edition), edition)


def nothing(issue: Newsletter, edition: Edition) -> str:
    """Why nobody gets it, in one sentence for those who look after the newsletter."""
    team = edition.settings.team
    _ = words.translations(team.language if team else edition.settings.language).gettext
    versions = edition.versions(issue)
    kinds = {one.kind for version in versions for one in Letter(version, edition).includes}
    lacks = [_("no text"), *(_(text) for kind, text in _LACKS.items() if kind in kinds)]
    return _("There is nothing to say: {reasons}.").format(reasons=", ".join(lacks))


def _key(issue: Newsletter, variant: Variant) -> str:
    """Named by its content: what is being sent is not overwritten by a later publishing."""
    return f"newsletters/{issue.slug}/{variant.name}-{variant.hash[:12]}.json"


def _facts(issue: Newsletter, variant: Variant) -> dict[str, Any]:
    silent = variant.is_silent
    return {
        "key": "" if silent else _key(issue, variant),
        "hash": "" if silent else variant.hash,
        "language": variant.language,
        "readers": list(variant.readers),
    }
