"""What is uploaded, which headers it gets, and what CloudFront has to invalidate."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.cloud.publishing.published_files import (
    FOREVER,
    File,
    compare,
    headers,
    is_page,
    paths_to_invalidate,
)

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
def test_nothing_is_uploaded_that_is_there_already(ours, there):
    changes = compare(wanted(ours), there, upload_all=False)
    assert all(there.get(key) != ours[key] for key in changes.upload)
    assert set(changes.replaced) == set(changes.upload) & there.keys()


def test_an_etag_that_is_no_md5_is_taken_for_another_content():
    assert compare(wanted({"a": "1"}), {"a": "1-2"}, upload_all=False).upload == ("a",)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("news/feed.xml", "application/atom+xml; charset=utf-8"),
        ("sitemap.xml", "application/xml; charset=utf-8"),
        ("events/calendar.ics", "text/calendar; charset=utf-8"),
        ("assets/a.woff2", "font/woff2"),
        ("assets/PHOTO.JPG", "image/jpeg"),
        ("assets/unknown.xyz", "application/octet-stream"),
        ("no-suffix", "application/octet-stream"),
    ],
)
def test_a_browser_is_told_what_it_gets(key, kind):
    assert headers(key)["ContentType"] == kind


@pytest.mark.parametrize("key", ["a/bundle.13a4f30d.min.js", "a/main.484c7ddc.min.css"])
def test_what_has_its_hash_in_its_name_is_good_for_ever(key):
    assert headers(key)["CacheControl"] == FOREVER


@pytest.mark.parametrize("key", ["index.html", "news/2026-11-02/index.html", "a/x.min.js", "f.ics"])
def test_nothing_else_is_good_for_more_than_five_minutes(key):
    assert headers(key)["CacheControl"] in {"public, max-age=60", "public, max-age=300"}


def test_pages_name_parts_and_parts_name_no_pages():
    assert is_page("x/index.html")
    assert is_page("search/search_index.json")
    assert not is_page("assets/main.484c7ddc.min.css")


def test_a_page_is_forgotten_by_both_its_names():
    assert paths_to_invalidate(["news/x/index.html"]) == ("/news/x/", "/news/x/index.html")


def test_names_are_escaped_as_in_an_address():
    assert paths_to_invalidate(["a/Å b.png"]) == ("/a/%C3%85%20b.png",)


def test_many_changes_forget_everything_at_the_price_of_one():
    assert paths_to_invalidate(f"{n}.png" for n in range(15)) != ("/*",)
    assert paths_to_invalidate(f"{n}.png" for n in range(16)) == ("/*",)
    assert paths_to_invalidate([]) == ()
