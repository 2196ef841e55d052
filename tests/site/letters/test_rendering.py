"""An issue's mail is complete but for the fields that SES fills in."""

import json
import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from microsite.content.problems import ContentError
from microsite.output.catalogue import variant_document, variant_hash

from functions.core.mail.message import HTML_BYTES_MAX
from tests.site.pictures import picture
from tests.site.project import Project

BRACES = ["{", "{{", "{{{", "}", "}}", "name_html", "unsubscribe_url", "#if x", " ", "a"]
FIELD = re.compile(r"\{\{(.*?)\}\}")


def variant(site: Project, body: str, **front: str):
    path = site.write("newsletters/november.md", body, **front)
    assert site.problems() == []
    whole = site.read()
    (issue,) = whole.edition.issues
    path.unlink()
    (rendered,) = whole.variants(issue)
    return rendered


def test_the_email_has_a_greeting_the_text_and_an_unsubscribe_link(site: Project):
    rendered = variant(site, "## Harbour\n\nWe *met* there.", subject="News")
    assert set(FIELD.findall(rendered.html)) == {"name_html", "unsubscribe_url"}
    assert set(FIELD.findall(rendered.text)) == {"name_text", "unsubscribe_url"}
    assert "<em>met</em>" in rendered.html
    assert "Harbour\n-------\n\nWe met there." in rendered.text
    assert 'href="{{unsubscribe_url}}"' in rendered.html
    assert '<html lang="en"' in rendered.html


def test_without_a_greeting_the_email_begins_with_the_text_and_names_nobody(site: Project):
    rendered = variant(site, "Hej alla!", subject="News", greeting="false")
    assert FIELD.findall(rendered.html) == FIELD.findall(rendered.text) == ["unsubscribe_url"]
    assert "====\n\nHej alla!\n\n--" in rendered.text
    assert "Dear" not in rendered.html + rendered.text


def test_an_issue_that_is_not_on_the_web_has_no_link_to_it(site: Project):
    url = "/newsletters/november/"
    rendered = variant(site, "Words.")
    assert (url in rendered.html, url in rendered.text) == (True, True)
    assert "Read this issue on our website" in rendered.html
    rendered = variant(site, "Words.", web="false")
    assert url not in rendered.html + rendered.text
    assert "Read this issue on our website" not in rendered.html + rendered.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example(["{{", "name_html", "}}"])
@example(["{{{{"])
@given(st.lists(st.sampled_from(BRACES), min_size=1, max_size=9))
def test_braces_that_hr_types_never_become_a_field(site: Project, words):
    line = " ".join("".join(words).split()) or "x"
    rendered = variant(site, f"Words {line}", subject=json.dumps(f"S {line}"), preheader="P")
    assert len(FIELD.findall(rendered.html)) == rendered.html.count("{{") == 2
    assert rendered.text.count("{{") == 2
    assert "{{" not in rendered.subject + rendered.preheader


def test_links_are_absolute_in_both_parts(site: Project):
    site.put("assets/a.png", picture("PNG"))
    body = "[about](../pages/about.md) [talks](/events/) ![a pier](../assets/a.png)"
    rendered = variant(site, body)
    home = "https://alumni.fjardholm.example.com"
    assert f'href="{home}/about/"' in rendered.html
    assert f'src="{home}/assets/a.png"' in rendered.html
    assert f"about: {home}/about/ talks: {home}/events/ [a pier]" in rendered.text.replace(
        "\n", " "
    )
    assert re.findall(r'(?:href|src)="(?!https://|mailto:|\{\{)', rendered.html) == []


def test_text_that_hr_types_is_escaped(site: Project):
    rendered = variant(site, "Words.", subject='"Tom & <b>Jerry</b>"')
    assert "Tom &amp; &lt;b&gt;Jerry" in rendered.html
    assert "<b>" not in rendered.html
    assert rendered.subject == "Tom & <b>Jerry</b>"


def test_the_same_issue_has_the_same_hash(site: Project):
    first, second = variant(site, "Words."), variant(site, "Words.")
    assert variant_hash(first) == variant_hash(second)
    assert variant_hash(variant(site, "Other.")) != variant_hash(first)
    assert set(json.loads(variant_document(first))) == {"subject", "preheader", "html", "text"}


def test_an_email_that_gmail_would_cut_off_is_refused(site: Project):
    body = "\n\n".join(f"- [a](https://example.com/{n})" for n in range(1800))
    with pytest.raises(ContentError, match=f"at most {HTML_BYTES_MAX}"):
        variant(site, body)


def test_an_email_loads_nothing_from_another_host(site: Project):
    rendered = variant(site, "Words.")
    hosts = set(re.findall(r'(?:src|href|url\()\s*=?\s*["\']?https?://([^/"\')]+)', rendered.html))
    assert hosts == {"alumni.fjardholm.example.com"}
