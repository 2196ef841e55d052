"""What a browser sends for a page's form: its fields with the values that the page gave them."""

from html.parser import HTMLParser
from urllib.parse import urlsplit


def fields(page: str, action: str) -> dict[str, str]:
    """The fields of the page's first form that is sent to the path `action`.

    Raises:
        RuntimeError: the page has no such form.
    """
    parser = _Parser(action)
    parser.feed(page)
    if not parser.seen:
        raise RuntimeError(f"no form for {action}: {page[-500:]}")
    return parser.fields


class _Parser(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.seen = self._is_inside = False
        self._action = action

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.seen:
            self.seen = self._is_inside = urlsplit(values.get("action", "")).path == self._action
        elif tag == "input" and self._is_inside and "name" in values:
            self.fields[values["name"]] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = self._is_inside and tag != "form"
