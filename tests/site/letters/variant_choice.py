"""Which variant a member gets, as docs/content-format.md says: the tests' own reading of it."""

from typing import Any

Member = dict[str, Any]
LANGUAGES = ("en", "sv", "de")


def size(member: Member, alternative: dict[str, list[str]]) -> int:
    """How much of the member the alternative names; -1 if it is for others."""
    has = {"kind": set(member["kinds"]), "office": {member["office"]}}
    best = [
        max((len(v.split("+")) for v in wanted if set(v.split("+")) <= has[key]), default=-1)
        for key, wanted in alternative.items()
    ]
    return -1 if -1 in best else sum(best)


def chosen(member: Member, variants: dict[str, dict[str, Any]]) -> str:
    """`variants` as in the catalogue, by name. Two that fit equally would be a toss-up."""
    written = {variant["language"] for variant in variants.values()}
    fallback = next(code for code in LANGUAGES if code in written)
    language = member["language"] if member["language"] in written else fallback
    fitting = [
        (size(member, alternative), name)
        for name, variant in variants.items()
        for alternative in variant["readers"]
        if variant["language"] == language and size(member, alternative) >= 0
    ]
    most = max(keys for keys, _ in fitting)
    (name,) = {name for keys, name in fitting if keys == most}
    return name
