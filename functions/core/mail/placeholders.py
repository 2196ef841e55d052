"""The fields that SES fills in for each reader of a newsletter or invitation: `{{name_html}}`, ...

SES escapes nothing, so the reader's name comes once for HTML and once for text.
"""

import html

NAME_HTML, NAME_TEXT, UNSUBSCRIBE_URL = "name_html", "name_text", "unsubscribe_url"
PLACEHOLDERS = (NAME_HTML, NAME_TEXT, UNSUBSCRIBE_URL)
ANSWER = "answer_token"  # by which an invitation's reader answers
INVITATION_PLACEHOLDERS = (*PLACEHOLDERS, ANSWER)


def marked(name: str) -> str:
    """The placeholder as it stands in a template: `{{name}}`."""
    return "{{" + name + "}}"


def values_for(name: str, unsubscribe_url: str, answer_token: str = "") -> dict[str, str]:
    """Every placeholder's value for one reader, of an invitation if there is an `answer_token`.
    `name` must not contain control characters."""
    values = {NAME_HTML: html.escape(name), NAME_TEXT: name, UNSUBSCRIBE_URL: unsubscribe_url}
    return values | {ANSWER: answer_token} if answer_token else values
