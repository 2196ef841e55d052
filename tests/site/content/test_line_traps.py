"""What HR writes in lines is shown as written, or refused."""

import pytest
from microsite.content.line_traps import line_traps


@pytest.mark.parametrize(
    ("body", "line", "remedy"),
    [
        ("18. September: Herbstfest\n25. Oktober: Kino", 2, "write 25\\. for a date"),
        ("18. September: Herbstfest\n\n18. Oktober: Kino", 3, "write 18\\. for a date"),
        ("a\n\n#Klimat2027 is here", 3, "write \\#Klimat2027"),
        ("- #Klimat2027", 1, "write \\#Klimat2027"),
        ("We have:\n- soup\n", 2, "put an empty line before the list"),
        ("We have:\n1. soup\n", 2, "put an empty line before the list"),
        ("Food\n\n\u2022 soup\n\u2022 bread", 3, "begin its lines with a hyphen"),
        ("We have:\n\u00b7\tsoup\n\u00b7\tbread", 2, "begin its lines with a hyphen"),
        ("1) soup\n2) bread", 1, "or with 1. and so on"),
        ("\u2013 soup\n\u2013 bread", 1, "begin its lines with a hyphen"),
        ("Words.\n\nAnna Berg\n---\n", 3, "put an empty line below it"),
        ("- a\n  - b", 2, "by four spaces"),
        ("1. a\n   - b", 2, "by four spaces"),
    ],
)
def test_a_line_that_would_be_shown_otherwise_is_refused(body, line, remedy):
    (first, text), *_ = line_traps(body)
    assert first == line
    assert remedy in text


@pytest.mark.parametrize(
    "body",
    [
        "18. September: Herbstfest",
        "3. a\n4. b",
        "1. a\n1. b",
        "1. a\n2. b\n\nwords\n\n1. c",
        "1. a\n    1. b\n    2. c\n2. d",
        "- a\nand more\n- b",
        "## Heading\n- a",
        "\u2013 Hello, said Anna.\n\n\u2013 Hello, said Bo.",
        "\u2022 One\n\n\u2022 Two",
        "Anna Berg\n\n---\n\nBo Ek\nMalm\u00f6\n---",
        "a | b\n--- | ---\nc | d",
        "| a |\n|---|\n| b |",
        "::: for: retired\n- a\n:::\n- b",
        "We meet on\n18. September at noon",
        "18\\. September\n25\\. Oktober",
        "```\n#x\ny\n- z\n```",
        "We are \\#1, and #2 too",
        "- a\n\n    more of a\n\n- b",
    ],
)
def test_what_is_shown_as_written_is_accepted(body):
    assert list(line_traps(body)) == []
