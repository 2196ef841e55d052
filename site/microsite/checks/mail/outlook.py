"""That nothing stands where it does by CSS that Outlook on Windows lacks: it draws with Word."""

import re
from collections.abc import Iterator

_STYLED = re.compile(r"\bstyle=\"([^\"]*)\"")
_SHEET = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_QUERY = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")  # which Word doesn't read
_LACKED = re.compile(
    r"(?<![\w-])(display\s*:\s*(?:inline-)?(?:flex|grid)|position\s*:\s*(?!static)\w+|float\s*:\s*(?!none)\w+"
    r"|(?:flex|grid)(?:-[\w-]+)?\s*:|transform\s*:)"
)


def problems(html: str) -> Iterator[str]:
    styles = [*_STYLED.findall(html), *(_QUERY.sub("", each) for each in _SHEET.findall(html))]
    found = (" ".join(lacked.split()) for style in styles for lacked in _LACKED.findall(style))
    for each in dict.fromkeys(found):
        yield f"is laid out by '{each}', which Outlook on Windows lacks: use a table instead"
