"""An issue whose mail would cut, hide, mislead or be unreadable is refused, with what to do."""

import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from microsite.checks import check
from microsite.checks.mail import contrast, headers, mail_check, mail_page, size
from microsite.content import edition
from microsite.letters import mail_templates
from microsite.output.site import Site

from functions.newsletter import preflight
from tests.site.project import NOW, Project

PATH = "newsletters/2026-12-01-december.md"


@pytest.fixture
def rendered(site: Project):
    site.write(PATH, "Words.\n", send_at="2026-12-01 09:00", preheader="And soup.")
    whole = site.read()
    (issue,) = whole.edition.issues
    return whole.variants(issue)[0], issue, whole


def problems_of(rendered, **changed):
    variant, issue, whole = rendered
    changed_variant = replace(variant, **changed)
    return [text for _, text in mail_check.variant_problems(changed_variant, issue, whole)]


def test_a_sound_email_has_no_problem(rendered):
    assert problems_of(rendered) == []


WORDS = "<p>Words.</p>"
HTML = [
    (' lang="en"', "", "has no lang on its html"),
    (WORDS, '<img src="/a.png" alt="a">', "link '/a.png' does not work in an email"),
    (WORDS, '<img src="https://example.com/a.png">', "has no alternative text"),
    (WORDS, '<img src="https://example.com/a.svg" alt="a">', "is not shown by email apps"),
    (WORDS, '<a href="about/">a</a>', "write the full address"),
    (WORDS, '<a href="javascript:x">a</a>', "write the full address"),
    (WORDS, '<a href="http://example.com/">a</a>', "is not encrypted"),
    (WORDS, '<a href="https://example.com/"> </a>', "has no text: write where it leads"),
    (WORDS, '<a href="https://alumni.fjardholm.example.com/gone/">a</a>', "no page of the site"),
    (WORDS, "<p>{{ first_name }}</p>", "shows '{{ first_name }}' to its readers"),
    (WORDS, "<p>{{name_text}}</p>", "shows '{{name_text}}' to its readers"),
    (WORDS, "<p>{% if x %}</p>", "shows '{% if x %}'"),
    (WORDS, "<p>Hello %(name)s,</p>", "shows '%(name)s'"),
    (WORDS, "<p>When: None</p>", "shows 'When: None', which is not a value"),
    (WORDS, '<a href="https://example.com/None">a</a>', "which is not a value"),
    (WORDS, '<p style="color: #999">Words</p>', "text #999999 on #ffffff ('Words') has a contrast"),
    (
        WORDS,
        '<p style="color: #999; font-size: 24px">Words</p>',
        "of 2.8, but at least 3.0 is needed",
    ),
    (
        WORDS,
        '<p style="color: #1d2a2e !important">Words</p>',
        "text #1d2a2e on #13262e in dark mode",
    ),
    (
        WORDS,
        '<div style="display: flex">a</div>',
        "'display: flex', which Outlook on Windows doesn't support",
    ),
    (WORDS, '<div style="color:#000;position:absolute">a</div>', "'position: absolute', which"),
    (WORDS, "<style>.a { float: left }</style>", "'float: left', which"),
    ('_url}}" style="', '_url}}" style="display:none;', "no visible unsubscribe link"),
    ("Company number", "Number", "has no imprint in its HTML"),
]


@pytest.mark.parametrize(("there", "instead", "text"), HTML)
def test_a_fault_in_the_html_is_reported(rendered, there, instead, text):
    html = rendered[0].html
    assert there in html
    problems = problems_of(rendered, html=html.replace(there, instead))
    assert any(text in problem for problem in problems), problems


TEXT = [
    ("Words.", "<p>Words.</p>", "has '<p>' in its text part"),
    ("Words.", "Fish &amp; soup", "has '&amp;' in its text part"),
    ("Words.", "{{name_html}}", "shows '{{name_html}}' to its readers"),
    ("Words.", "Where: None", "shows 'Where: None'"),
    ("{{unsubscribe_url}}", "", "has no unsubscribe link in its text part"),
    ("Company number", "Number", "has no imprint in its text part"),
]


@pytest.mark.parametrize(("there", "instead", "text"), TEXT)
def test_a_fault_in_the_text_part_is_reported(rendered, there, instead, text):
    problems = problems_of(rendered, text=rendered[0].text.replace(there, instead))
    assert any(text in problem for problem in problems), problems


def test_a_text_about_marks_of_html_and_jinja_has_no_problem(site: Project):
    site.write(
        PATH,
        "Write `<br>`, `&amp;`, `{# x #}`, {% y %} and `{{ z }}`.\n",
        send_at="2026-12-01 09:00",
        title="On <b>",
    )
    assert wrong(site) == []


def test_an_email_without_a_text_part_is_refused(rendered):
    assert "has no text part: some readers see nothing else" in problems_of(rendered, text="\n")


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("subject", "S" * 71, "subject has 71 characters, and phones cut it off after about 70"),
        ("subject", "Two\nlines", "subject has a line break"),
        ("subject", "A\x07bell", "subject has an invisible character (U+0007)"),
        ("subject", "Turned \u202earound", "has an invisible character (U+202E)"),
        ("subject", " ", "subject is empty"),
        ("preheader", "p" * 141, "preheader has 141 characters: shorten it to 140"),
        ("preheader", "Two\r\nlines", "preheader has a line break"),
    ],
)
def test_a_header_that_breaks_or_is_cut_off_is_refused(rendered, key, value, text):
    (problem,) = problems_of(rendered, **{key: value})
    assert text in problem


@pytest.mark.parametrize(
    "subject",
    [
        'Åsa "Ö" <x> & co',
        "\U0001f469\u200d\U0001f52c\U0001f384 Glögg",
        "شوربة يوم الخميس",
        "\u200f\u05e9\u05dc\u05d5\u05dd\u200e",
        "Ä" * 70,
    ],
)
def test_a_subject_may_have_any_script_and_emoji(rendered, subject):
    assert problems_of(rendered, subject=subject, preheader=subject) == []
    assert headers.longest_line(subject) <= 78


def test_the_size_counts_the_encoding_used_in_transfer(rendered):
    assert size.in_transfer("a" * 10_000) == (13_512, "base64")
    assert size.in_transfer("=" * 10_000)[1] == "quoted-printable"
    assert size.in_transfer("{{unsubscribe_url}}")[0] > 300
    html = rendered[0].html
    fits = html.replace("Words.", "w" * (73_000 - len(html)))
    assert problems_of(rendered, html=fits) == []
    (problem,) = problems_of(rendered, html=fits.replace("www", "w" * 1000, 1))
    assert "bytes when encoded (base64)" in problem


def test_an_unsubscribe_link_needs_visible_text(rendered):
    html = re.sub(r'("{{unsubscribe_url}}"[^>]*>)[^<]+', r"\1", rendered[0].html)
    assert any("no visible unsubscribe link" in text for text in problems_of(rendered, html=html))


def test_hidden_text_needs_no_contrast_and_does_not_count_as_imprint(rendered):
    html = rendered[0].html
    hidden = '<div style="display:none"><p style="color:#fff">Words.</p></div>'
    assert problems_of(rendered, html=html.replace(WORDS, hidden)) == []
    small = html.replace("<p>Fjärdholm AB", '<p style="font-size:0">Fjärdholm AB')
    assert problems_of(rendered, html=small) == [
        "has no imprint in its HTML: the law requires it, add {{ imprint }}"
    ]


def wrong(site: Project) -> list[str]:
    return [str(problem) for problem in check.site_problems(site.read(NOW))]


def test_only_problems_of_unsent_issues_are_reported_with_their_lines(site: Project):
    body = 'Words.\n\nAsk Anna Lindquist.\n<span style="color:#ccc">Pale.</span>\n'
    site.write(PATH, body, send_at="2026-12-01 09:00", subject="S" * 71)
    places = [problem.split(": ")[0] for problem in wrong(site)]
    assert places == [f"site/content/{PATH}:{line}" for line in (3, 5, 7)]
    site.write(PATH, body, send_at="2026-11-10 09:00", subject="S" * 71)
    assert wrong(site) == []


def test_a_summary_used_as_preheader_is_reported_at_its_own_line(site: Project):
    site.write(PATH, send_at="2026-12-01 09:00", summary="s" * 141)
    (problem,) = wrong(site)
    assert problem.startswith(f"site/content/{PATH}:4: preheader has 141 characters")


def test_a_problem_of_a_translation_is_reported_in_its_file(site: Project):
    site.write(PATH, send_at="2026-12-01 09:00")
    swedish = PATH.replace(".md", ".sv.md")
    site.write(swedish, "Fråga Anna Lindquist.\n", subject="S" * 71, send_at=None)
    places = [problem.split(": ")[0] for problem in wrong(site)]
    assert places == [f"site/content/{swedish}:2", f"site/content/{swedish}:4"]


def test_a_site_on_localhost_passes_the_checks(site: Project):
    site.write(PATH, "[a](../pages/about.md)", send_at="2026-12-01 09:00")
    local = Site(edition.read(site.root, "http://localhost:8000/", NOW))
    assert check.site_problems(local) == []


def test_an_issue_with_a_broken_link_is_not_rendered(site: Project):
    site.write(PATH, "[a](/gone/)", send_at="2026-12-01 09:00", subject="S" * 71)
    (problem,) = wrong(site)
    assert "link '/gone/' leads nowhere" in problem


def test_an_email_that_passes_is_not_refused_at_planning(rendered):
    variant, *_ = rendered
    parts = ("subject", "html", "text")
    for body in ("Words.", "`{{ x }}` {% y %} {# z #}"):
        text = variant.text.replace("Words.", mail_templates.plain(body))
        html = variant.html.replace("Words.", mail_templates.html(body))
        changed = replace(variant, text=text, html=html)
        assert problems_of(rendered, text=text, html=html) == []
        assert preflight.content_fault({part: getattr(changed, part) for part in parts}) is None


SCRAPS = (
    "color: #fff #12 rgb(1,2 font-size: 1.2.3px ² ; { } .a > @media (prefers-color-scheme:dark) "
    "<b style=' ' </b> <p/> !important"
)
STYLES = st.lists(st.sampled_from(SCRAPS.split()), max_size=12)


@example(["font-size:1.2.3px"], [])
@example(["font-weight:²"], [])
@example([], ["<![x[y]]>"])
@given(STYLES, STYLES)
def test_contrast_can_be_checked_for_any_html_and_css(css, html):
    read = mail_page.read(
        f"<style>{' '.join(css)}</style><p style='{' '.join(css)}'>a {' '.join(html)}"
    )
    assert isinstance(list(contrast.problems(read)), list)


def test_a_control_character_in_a_file_is_refused_with_its_line(site: Project):
    site.write(PATH, "Words.\n\nSou\x1bp.\n", send_at="2026-12-01 09:00")
    (problem,) = wrong(site)
    assert problem.startswith(f"site/content/{PATH}:")
    assert problem.endswith("has a control character (U+001B): delete it or type it again")


def test_no_control_character_of_a_title_reaches_an_email(site: Project):
    site.write(PATH, "Soup.\n", send_at="2026-12-01 09:00", title='"Dece\\amber\\e"')
    (problem,) = site.problems()
    assert "title has a control character" in problem
