"""What is uploaded, which headers it gets, and what CloudFront has to invalidate."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from microsite.content import settings
from microsite.output.stylesheet import stylesheet

from infra.cloud.publishing.published_files import (
    FOREVER,
    File,
    compare,
    headers,
    is_page,
    paths_to_invalidate,
)
from infra.paths import ROOT
from tests.company_project import COMPANY

KEYS = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["1", "2"]))


def wanted(contents):
    return {key: File(key, Path(key), md5) for key, md5 in contents.items()}


@given(KEYS, KEYS)
def test_after_a_publish_the_bucket_holds_exactly_the_build(ours, there):
    changes = compare(wanted(ours), there, upload_all=False)
    after = {key: md5 for key, md5 in there.items() if key not in changes.delete}
    after |= {key: ours[key] for key in changes.upload}
    assert after == ours


@given(KEYS, KEYS)
def test_unchanged_files_are_not_uploaded(ours, there):
    changes = compare(wanted(ours), there, upload_all=False)
    assert all(there.get(key) != ours[key] for key in changes.upload)
    assert set(changes.replaced) == set(changes.upload) & there.keys()


def test_an_etag_that_is_no_md5_counts_as_changed():
    assert compare(wanted({"a": "1"}), {"a": "1-2"}, upload_all=False).upload == ("a",)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("news/feed.xml", "application/rss+xml; charset=utf-8"),
        ("sitemap.xml", "application/xml; charset=utf-8"),
        ("events/calendar.ics", "text/calendar; charset=utf-8"),
        ("assets/a.woff2", "font/woff2"),
        ("assets/PHOTO.JPG", "image/jpeg"),
        ("assets/unknown.xyz", "application/octet-stream"),
        ("no-suffix", "application/octet-stream"),
    ],
)
def test_every_file_has_its_content_type(key, kind):
    assert headers(key)["ContentType"] == kind


def test_the_stylesheet_that_the_build_names_by_its_content_is_cached_for_ever():
    sheet = stylesheet(ROOT, settings.load(COMPANY))
    assert headers(sheet.name)["CacheControl"] == FOREVER


@pytest.mark.parametrize(
    "key", ["assets/team.20261103.png", "assets/a.13a4f30d.min.js", "x/assets/site.1ca18f8e04.css"]
)
def test_a_file_that_only_looks_as_if_it_were_named_by_its_content_is_asked_for_again(key):
    assert headers(key)["CacheControl"] == "public, max-age=300"


@pytest.mark.parametrize("key", ["index.html", "news/2026-11-02/index.html", "a/x.min.js", "f.ics"])
def test_other_files_are_cached_for_five_minutes_at_most(key):
    assert headers(key)["CacheControl"] in {"public, max-age=60", "public, max-age=300"}


def test_html_and_the_search_index_count_as_pages():
    assert is_page("x/index.html")
    assert is_page("search/search_index.json")
    assert not is_page("assets/site.1ca18f8e04.css")


def test_a_page_is_invalidated_under_both_its_names():
    assert paths_to_invalidate(["news/x/index.html"]) == ("/news/x/", "/news/x/index.html")


def test_names_are_escaped_as_in_a_url():
    assert paths_to_invalidate(["a/Å b.png"]) == ("/a/%C3%85%20b.png",)


def test_many_changes_are_one_invalidation_of_everything():
    assert paths_to_invalidate(f"{n}.png" for n in range(15)) != ("/*",)
    assert paths_to_invalidate(f"{n}.png" for n in range(16)) == ("/*",)
    assert paths_to_invalidate([]) == ()
