"""The fields that SES fills in for each reader of a newsletter: `{{name_html}}` and so on.

SES escapes nothing, so the reader's name comes once for HTML and once for text.
"""

import html

NAME_HTML, NAME_TEXT, UNSUBSCRIBE_URL = "name_html", "name_text", "unsubscribe_url"
PLACEHOLDERS = (NAME_HTML, NAME_TEXT, UNSUBSCRIBE_URL)


def marked(name: str) -> str:
    """The placeholder as it stands in a template: `{{name}}`."""
    return "{{" + name + "}}"


def values_for(name: str, unsubscribe_url: str) -> dict[str, str]:
    """Every placeholder's value for one reader. `name` must not contain control characters."""
    return {NAME_HTML: html.escape(name), NAME_TEXT: name, UNSUBSCRIBE_URL: unsubscribe_url}
