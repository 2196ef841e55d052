"""Which HTML an item may hold: tags of a text, without scripts, each closed where it ends."""

from collections.abc import Iterable
from dataclasses import dataclass, field

_VOID = {"br", "col", "hr", "img", "wbr"}
# HTML lets these end by themselves.
_UNCLOSED = {"colgroup", "dd", "dt", "li", "p", "rp", "rt"} | {
    *("tbody", "td", "tfoot", "th", "thead", "tr"),
}
_OF_TEXTS = (
    "a abbr address article aside b bdi bdo big blockquote caption center cite code data del "
    "details dfn div dl em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup i ins kbd "
    "label main mark nav ol pre q ruby s samp section small span strike strong sub summary sup "
    "table time tt u ul var"
)
_ALLOWED = {*_OF_TEXTS.split(), *_VOID, *_UNCLOSED}
_ACTIVE = "is not allowed in an item: remove it"


@dataclass
class Tags:
    """Follows the tags of a page. `wrong` are what to search for in the source, and its problem."""

    wrong: list[tuple[str, str]] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def start(self, tag: str, attributes: Iterable[tuple[str, str | None]]) -> None:
        names = dict(attributes)
        for name in names:
            if name.startswith("on") or name == "formaction":
                self.wrong.append((name, f"{name}= {_ACTIVE}"))
        # Of task lists, which an extension makes.
        is_tick = tag == "input" and names.get("type") == "checkbox" and "disabled" in names
        if tag not in _ALLOWED and not is_tick:
            text = f"<{tag}> {_ACTIVE}, or write &lt;{tag}> to show it as text"
            self.wrong.append((f"<{tag}", text))
        elif tag not in _VOID and not is_tick:
            self._open.append(tag)

    def end(self, tag: str) -> None:
        if tag in self._open:
            while (last := self._open.pop()) != tag:
                self._never_closed(last)
        elif tag in _ALLOWED - _VOID - _UNCLOSED:
            self.wrong.append((f"</{tag}", f"</{tag}> closes nothing: remove it"))

    def close(self) -> None:
        for tag in self._open:
            self._never_closed(tag)

    def _never_closed(self, tag: str) -> None:
        if tag not in _UNCLOSED:
            text = f"<{tag}> is never closed: write </{tag}> where it ends"
            self.wrong.append((f"<{tag}", text))
