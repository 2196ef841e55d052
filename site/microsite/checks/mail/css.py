"""As much of CSS as mails use: rules by tag, class and place; inline styles; the dark query."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_STEP = re.compile(r"(?P<tag>[a-z][a-z0-9]*|\*)?(?P<marks>(?:[.#][\w-]+)*)", re.IGNORECASE)
_DARK = re.compile(r"prefers-color-scheme\s*:\s*dark")


@dataclass(frozen=True, slots=True)
class Element:
    """`marks` are its classes and its id as selectors name them: `.said`, `#top`."""

    tag: str
    marks: frozenset[str]
    parent: "Element | None"


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a selector; `near` means that the part before it is its parent itself."""

    tag: str
    marks: frozenset[str]
    near: bool

    def fits(self, element: Element) -> bool:
        return self.tag in {"", "*", element.tag} and self.marks <= element.marks


@dataclass(frozen=True, slots=True)
class Rule:
    """`weight` is the selector's: marks count before tags."""

    steps: tuple[Step, ...]
    declared: Mapping[str, str]
    is_dark: bool

    @property
    def weight(self) -> tuple[int, int]:
        marks = sum(len(step.marks) for step in self.steps)
        return marks, sum(bool(step.tag) for step in self.steps)

    def fits(self, element: Element) -> bool:
        return self.steps[-1].fits(element) and _above(self.steps, element)


def _above(steps: tuple[Step, ...], element: Element) -> bool:
    """Whether what `steps` say of the element's ancestors holds."""
    if len(steps) == 1:
        return True
    other, near = element.parent, steps[-1].near
    while other is not None:
        if steps[-2].fits(other) and _above(steps[:-1], other):
            return True
        other = None if near else other.parent
    return False


def rules(text: str, *, is_dark: bool = False) -> Iterator[Rule]:
    """Media queries other than the dark one are about widths and printing, and left out."""
    for head, block in _blocks(_COMMENT.sub("", text)):
        if head.startswith("@"):
            if _DARK.search(head):
                yield from rules(block, is_dark=True)
            continue
        for selector in head.split(","):
            steps = _steps(selector)
            if steps:
                yield Rule(steps, declarations(block), is_dark)


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """What stands before each pair of outer braces, and what stands in them."""
    depth, begins, opened = 0, 0, 0
    for at, character in enumerate(text):
        if character == "{":
            depth += 1
            opened = at if depth == 1 else opened
        elif character == "}" and depth:
            depth -= 1
            if not depth:
                yield text[begins:opened].strip(), text[opened + 1 : at]
                begins = at + 1


def _steps(selector: str) -> tuple[Step, ...]:
    """Empty where the selector asks for more than a mail should need."""
    made: list[Step] = []
    near = False
    for word in re.sub(r"\s*>\s*", " > ", selector).split():
        if word == ">":
            near = True
            continue
        match = _STEP.fullmatch(word)
        if not match:
            return ()
        marks = frozenset(re.findall(r"[.#][\w-]+", match["marks"]))
        made.append(Step((match["tag"] or "").lower(), marks, near))
        near = False
    return tuple(made)


def declarations(block: str) -> dict[str, str]:
    """Property → value, in small letters; `!important` stays at the value's end."""
    pairs = (each.partition(":") for each in block.split(";"))
    return {name.strip().lower(): value.strip().lower() for name, colon, value in pairs if colon}
