"""Which variant a member gets, as docs/content-format.md says: the tests' own reading of it."""

from typing import Any

Member = dict[str, str]
LANGUAGES = ("en", "sv", "de")


def fits(member: Member, alternative: dict[str, list[str]]) -> bool:
    return all(member[key] in wanted for key, wanted in alternative.items())


def chosen(member: Member, variants: dict[str, dict[str, Any]]) -> str:
    """`variants` as in the catalogue, by name. Two that fit equally would be a toss-up."""
    written = {variant["language"] for variant in variants.values()}
    fallback = next(code for code in LANGUAGES if code in written)
    language = member["language"] if member["language"] in written else fallback
    fitting = [
        (len(alternative), name)
        for name, variant in variants.items()
        for alternative in variant["readers"]
        if variant["language"] == language and fits(member, alternative)
    ]
    most = max(keys for keys, _ in fitting)
    (name,) = {name for keys, name in fitting if keys == most}
    return name
