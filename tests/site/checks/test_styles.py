"""A mail's CSS is understood as the standard has it, where a light reading of it went wrong."""

import pytest
import tinycss2
from microsite.checks.mail import mail_page, outlook
from microsite.checks.mail.styles import media_holds

DARK = "@media (prefers-color-scheme: dark)"


def colours(css: str, html: str = "<p>a</p>") -> tuple[str, str]:
    """Of the first text, by day and in the dark."""
    text = mail_page.read(f"<style>{css}</style>{html}").texts[0]
    return text.day.colour, text.night.colour


def day(css: str, html: str = "<p>a</p>") -> str:
    return colours(css, html)[0]


@pytest.mark.parametrize(
    ("css", "html"),
    [
        ("a, p:first-child { color: #111111 }", "<p>a</p>"),
        ("p:first-child { color: #111111 } p { color: #222222 }", "<p>a</p>"),
        ("p + p { color: #222222 } p { color: #111111 }", "<div><p>a</p><p>b</p></div>"),
        ("[data-x='a>b'] { color: #111111 }", "<p data-x='a>b'>a</p>"),
        ("a[href^='https'] { color: #111111 }", "<a href='https://example.com/'>a</a>"),
        (":not(.b) { color: #111111 } .b { color: #222222 }", "<p>a</p>"),
        ("div > p { color: #111111 }", "<div><p>a</p></div>"),
        ("p { color: #111111 } p:hover { color: #222222 }", "<p>a</p>"),
        ("p { color: #111111 } p::first-line { color: #222222 }", "<p>a</p>"),
        ("p { color: /* } */ #111111 }", "<p>a</p>"),
        ("p { color: #111111; content: '}' ; } ", "<p>a</p>"),
        ("p { color: #111111 !important; color: #222222 }", "<p>a</p>"),
        ("p { color: #111111 ! important } #x { color: #222222 }", "<p id=x>a</p>"),
        ("p { color: #111111 !important }", "<p style='color: #222222'>a</p>"),
        ("p { color: #222222 !important }", "<p style='color: #111111 !important'>a</p>"),
        ("p { color: #111111 } @font-face { color: #222222 }", "<p>a</p>"),
        ("p { color: #111111 } p, p:nonsense { color: #222222 }", "<p>a</p>"),
        ("@media screen { p { color: #111111 } }", "<p>a</p>"),
        ("p { color: hsl(0 0% 6.7%) }", "<p>a</p>"),
        ("p { color: rgb(17 17 17 / 100%) }", "<p>a</p>"),
        (".x { color: #111111 }", "<p class='x'>a<p class='y'>b"),
    ],
)
def test_rules_apply_in_the_order_of_the_css_cascade(css, html):
    assert day(css, html) == "#111111"


@pytest.mark.parametrize(
    "css",
    [
        f"p {{ color: #111111 }} {DARK} {{ p {{ color: #eeeeee }} }}",
        f"p {{ color: #111111 }} @media screen {{ {DARK} {{ p {{ color: #eeeeee }} }} }}",
        f"p {{ color: #111111 }} @media screen {{ p {{ x: y }} }} {DARK} {{ p {{ color: #eee }} }}",
        f"{DARK} {{ p {{ color: #eeeeee !important }} }} p {{ color: #111111 }}",
        "p { color: #eee } @media (prefers-color-scheme: light) { p { color: #111 } }",
        "p { color: #eee } @media not all and (prefers-color-scheme: dark) { p { color: #111 } }",
    ],
)
def test_light_and_dark_mode_have_their_own_colours(css):
    assert colours(css) == ("#111111", "#eeeeee")
    assert mail_page.read(f"<style>{css}</style>").has_night


@pytest.mark.parametrize(
    ("query", "by_day", "in_the_dark"),
    [
        ("screen", True, True),
        ("only screen and (prefers-color-scheme:dark)", False, True),
        ("print, (prefers-color-scheme: light)", True, False),
        ("not print", True, True),
        ("(prefers-color-scheme: dark) or (prefers-color-scheme: light)", True, True),
        ("(min-width: 480px)", False, False),
        ("not all and (min-width: 480px)", False, False),
        ("(prefers-color-scheme: dark) and (max-width: 480px)", False, False),
        ("", True, True),
    ],
)
def test_a_media_query_is_evaluated_as_an_email_app_would(query, by_day, in_the_dark):
    prelude = tinycss2.parse_component_value_list(query)
    assert (media_holds(prelude, "light"), media_holds(prelude, "dark")) == (by_day, in_the_dark)


def test_a_transparent_colour_is_mixed_with_its_background():
    (text,) = mail_page.read(
        "<div style='background: rgba(0, 0, 0, 50%)'><p style='color: rgba(0,0,0,.5)'>a</p></div>"
    ).texts
    assert (text.day.behind, text.day.colour) == ("#808080", "#404040")


def test_a_stylesheet_overrides_the_bgcolor_attribute():
    (text,) = mail_page.read(
        "<style>.x { background-color: #222222 }</style>"
        "<table><tr><td class='x' bgcolor='#eeeeee'>a</td></tr></table>"
    ).texts
    assert text.day.behind == "#222222"


def test_the_last_background_wins_in_either_notation():
    (text,) = mail_page.read(
        "<style>p { background: #111111; background-color: #222222; background: #333333 }</style>"
        "<p>a</p>"
    ).texts
    assert text.day.behind == "#333333"


def test_styles_after_a_comment_are_read():
    page = mail_page.read("<p>a<!-- b -->c</p><!--[if mso]><p>d</p><![endif]-->e")
    assert [text.words for text in page.texts] == ["a", "c", "e"]


def test_an_unclosed_tag_ends_where_the_standard_ends_it():
    page = mail_page.read("<p style='color: #111111'>a<p>b")
    assert [text.day.colour for text in page.texts] == ["#111111", "#000000"]


@pytest.mark.parametrize(
    "html",
    [
        "<style>/* .a { float: left } */</style>",
        "<style>@media (min-width: 1px) { .a { display: flex } }</style>",
        "<style>@media screen { @media print { .a { float: left } } }</style>",
        "<p title='display: flex'>position: absolute</p>",
        "<p style=\"font-family: 'flex: 1'; float: none; position: static\">a</p>",
    ],
)
def test_styles_that_outlook_never_applies_are_no_problem(html):
    assert [*outlook.problems(html)] == []
