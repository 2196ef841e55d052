"""Every kind of work: the function that takes it further, and the one that clears up after it."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from functions.work.rules import Work

HasTime = Callable[[], bool]


@dataclass(frozen=True)
class Kind:
    """Names of functions, `package.module.function`, loaded when they are first needed.

    `advance(work, has_time)` takes steps by `functions.work.store.move` while there is time, and
    ends the work by `end`; whatever it raises is tried again. `clear(work)` deletes what belongs
    to work that was over a day ago, such as files; it may be called twice.
    """

    advance: str
    clear: str


KINDS: dict[str, Kind] = {
    "import_bring_in": Kind("imports.bringing_in.bring_in", "imports.bringing_in.clear"),
    "import_look": Kind("imports.bringing_in.look", "imports.bringing_in.clear"),
    "import_undo": Kind("imports.bringing_in.undo", "imports.bringing_in.clear"),
    "member states": Kind("figures.member_states.advance", "figures.member_states.clear"),
    "people file": Kind("exports.people_file.advance", "exports.people_file.clear"),
}


def advance(work: Work, has_time: HasTime) -> None:
    _function(KINDS[work.kind].advance)(work, has_time)


def clear(work: Work) -> None:
    _function(KINDS[work.kind].clear)(work)


def _function(name: str) -> Callable[..., None]:
    module, _, function = name.rpartition(".")
    loaded: Callable[..., None] = getattr(import_module(f"functions.{module}"), function)
    return loaded
