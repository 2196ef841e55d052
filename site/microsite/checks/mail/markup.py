"""Checks that a mail is complete: language, both parts, imprint, and no field left unfilled."""

import re
from collections.abc import Iterator

from functions.core.mail.placeholders import ANSWER, NAME_HTML, NAME_TEXT, UNSUBSCRIBE_URL, marked
from microsite.checks.mail.mail_page import Page
from microsite.content.company import Settings
from microsite.letters.variants import Variant

# Each part has its own, because a name that is escaped for one is wrong in the other.
_FIELDS = {
    "subject": (),
    "preheader": (),
    "html": (marked(NAME_HTML), marked(UNSUBSCRIBE_URL), marked(ANSWER)),
    "text": (marked(NAME_TEXT), marked(UNSUBSCRIBE_URL), marked(ANSWER)),
}
_LEFT_OVER = re.compile(r"\{\{[^}]*\}{0,2}|\{%.*?%\}|\{[%#]|%\(\w+\)[sd]")
_EMPTY_VALUE = re.compile(r"(?:.*[:/=] ?)?(?:None|undefined|Undefined)")
_TAG = re.compile(
    r"</?(?:p|br|hr|div|span|a|img|table|tr|td|th|li|ul|ol|em|strong|b|i|h[1-6])(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|nbsp|#\d+|#x[0-9a-f]+);", re.IGNORECASE)


def problems(variant: Variant, page: Page, settings: Settings) -> Iterator[str]:
    if not page.lang:
        yield "has no lang on its html, so screen readers mispronounce it: add it to layout.mjml"
    yield from _left_over(variant)
    yield from _nothing(variant, page)
    yield from _text_part(variant.text, page.words)
    imprint = _dense(settings.imprint.in_language(variant.language))
    for words, where in ((page.words, "HTML"), (variant.text, "text part")):
        if imprint not in _dense(words):
            yield f"has no imprint in its {where}: the law requires it, add {{{{ imprint }}}}"


def _dense(text: str) -> str:
    """Without spaces: a text part is wrapped, and the imprint may contain a link."""
    return "".join(text.split())


def _left_over(variant: Variant) -> Iterator[str]:
    for name, fields in _FIELDS.items():
        scraps = dict.fromkeys(_LEFT_OVER.findall(getattr(variant, name)))
        for scrap in scraps:
            if scrap not in fields:
                yield f"shows '{scrap[:40]}' to its readers: fill it in or remove it"


def _nothing(variant: Variant, page: Page) -> Iterator[str]:
    words = [text.words for text in page.texts] + page.values + variant.text.splitlines()
    for scrap in dict.fromkeys(word.strip() for word in words):
        if _EMPTY_VALUE.fullmatch(scrap):
            yield f"shows '{scrap}', which is not a value: fill it in or remove the line"


def _text_part(text: str, words: str) -> Iterator[str]:
    """Tags that the HTML part shows in its `words` as well are meant to be read."""
    if not text.strip():
        yield "has no text part: some readers see nothing else"
    for scrap in dict.fromkeys([*_TAG.findall(text), *_ENTITY.findall(text)]):
        if scrap not in words:
            yield f"has '{scrap}' in its text part, where HTML is shown as it is: remove it"
