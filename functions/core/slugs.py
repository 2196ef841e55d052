"""What a slug can be: an item's identity, part of its path and of its key in the table.

Pure, because the site imports it as well.
"""

import re

LONGEST = 200
PATTERN = r"[a-z0-9]+(-[a-z0-9]+)*"
_SLUG = re.compile(PATTERN)


def is_slug(text: str) -> bool:
    return len(text) <= LONGEST and _SLUG.fullmatch(text) is not None


# "engineer+retired" in a variant's readers: somebody who is both. No slug has it.
ALL_OF = "+"


def all_of(value: str) -> frozenset[str]:
    """The slugs that one value of a condition asks for together."""
    return frozenset(filter(None, value.split(ALL_OF)))
