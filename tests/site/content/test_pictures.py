"""Pictures are what they are called, small and harmless, and are published without where and by
whom they were taken."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from microsite.content.pictures.exif import DamagedError
from microsite.content.pictures.picture_files import CHOICE, problem, published
from microsite.content.pictures.svg import ActiveError

from tests.site.pictures import KINDS, SECRET, SVG, opened, picture, with_everything
from tests.site.project import Project

every_kind = pytest.mark.parametrize("kind", KINDS)
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99)


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@every_kind
def test_a_published_picture_does_not_say_who_took_it_and_where(kind: str):
    taken = with_everything(kind)
    assert SECRET in taken
    clean = published(taken)
    assert SECRET not in clean
    assert b"xmpmeta" not in clean
    assert not opened(clean).getexif().get_ifd(0x8825)
    assert published(clean) == clean


@every_kind
def test_a_published_picture_looks_as_before(kind: str):
    taken = with_everything(kind)
    before, after = opened(taken), opened(published(taken))
    assert before.tobytes() == after.tobytes()
    assert after.info["icc_profile"] == before.info["icc_profile"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("turned", range(1, 9))
def test_a_turned_picture_stays_turned(kind: str, turned: int):
    clean = published(with_everything(kind, turned))
    assert dict(opened(clean).getexif()) == ({0x0112: turned} if turned > 1 else {})


def test_an_avif_is_turned_without_exif():
    """By a property of its own, which its EXIF only repeats."""
    taken = picture("AVIF", 6)
    before, after = opened(taken), opened(published(taken))
    assert before.size == after.size
    assert before.tobytes() == after.tobytes()


@every_kind
def test_a_picture_without_metadata_is_published_as_it_is(kind: str):
    clean = published(with_everything(kind))
    assert published(clean) == clean


def test_a_film_behind_a_jpeg_is_left_out():
    assert published(picture("JPEG") + b"ftypmp42" + SECRET) == published(picture("JPEG"))


@every_kind
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_picture_that_breaks_off_is_refused(kind: str, part: float, tmp_path: Path):
    data = picture(kind)
    path = put(tmp_path, f"a.{KINDS[kind]}", data[: int(len(data) * part)])
    assert "is damaged" in problem(path)


@every_kind
@given(data=st.data())
def test_any_other_bytes_are_refused_without_a_crash(kind: str, data):
    taken = bytearray(picture(kind))
    at = data.draw(st.integers(16, len(taken) - 1))
    taken[at:] = data.draw(st.binary(max_size=200))
    try:
        kept = published(bytes(taken))
    except DamagedError:
        return
    assert kept[:2] == taken[:2]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.jpg", b"", "is no picture: save it as JPEG, PNG, WebP, AVIF or SVG"),
        ("a.jpg", b"<html>", "is no picture: save it as"),
        ("a.jpg", HEIC, "is HEIC: save it as JPEG"),
        ("a.heic", HEIC, "is HEIC: save it as JPEG"),
        ("a.HEIC", HEIC, "is HEIC: save it as JPEG"),
        ("a.gif", b"GIF89a", "is GIF: save it as JPEG"),
        ("a.tif", b"II*\0", "is TIFF: save it as JPEG"),
        ("a.png", b"%PDF-1.7", "is PDF: save it as JPEG"),
        ("a.jpg", SVG, "is SVG, so its name must end in .svg: rename it, or save it as JPEG"),
        ("a.jfif", picture("JPEG"), "is JPEG, so its name must end in .jpeg: rename it"),
        ("a.svg", b"<svg/>", "is damaged (it does not begin with <svg xmlns="),
        ("a.svg", SVG[:-3], "is damaged (the SVG is not valid XML: "),
        ("a.PNG", picture("PNG"), ""),
        ("a.jpeg", picture("JPEG"), ""),
        ("a.svg", b"\xef\xbb\xbf<?xml version='1.0'?>\n" + SVG, ""),
        ("a.pdf", b"%PDF-1.7", ""),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_file_is_what_its_content_says(tmp_path: Path, name: str, content: bytes, expected: str):
    text = problem(put(tmp_path, name, content))
    assert text.startswith(expected)
    assert bool(text) == bool(expected)


def test_a_picture_of_41_mb_is_refused(tmp_path: Path):
    path = put(tmp_path, "a.jpg", picture("JPEG"))
    os.truncate(path, 41_000_000)
    assert problem(path) == "has 41.0 MB, but 4 MB is the most: save it 2,000 pixels wide"


def svg(inside: str, attributes: str = "") -> bytes:
    links = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {links} {attributes}>{inside}</svg>'.encode()


@pytest.mark.parametrize(
    "hostile",
    [
        svg("<script>alert(1)</script>"),
        svg("<SCRIPT/>"),
        svg('<h:script xmlns:h="http://www.w3.org/1999/xhtml"/>'),
        svg("<foreignObject/>"),
        svg("", 'onload="alert(1)"'),
        svg('<path ONCLICK="x"/>'),
        svg('<image href="https://example.com/a.png"/>'),
        svg('<image xlink:href="//example.com/a.png"/>'),
        svg('<use href="other.svg#a"/>'),
        svg('<image href="data:image/svg+xml,x"/>'),
        svg('<a href="javascript:alert(1)"/>'),
        svg('<a href=" java&#115;cript:alert(1)"/>'),
        svg('<set attributeName="href" to="javascript:alert(1)"/>'),
        svg('<animate attributeName="xlink:href" to="javascript:alert(1)"/>'),
        svg("<style>@import 'https://example.com/a.css';</style>"),
        svg("<style>@imp<!-- -->ort 'https://example.com/a.css';</style>"),
        svg("<style>@imp<?x?>ort 'https://example.com/a.css';</style>"),
        svg("<style>a{fill:url(https://example.com/a)}</style>"),
        svg("<style>a{fill:u\\72l(https://example.com/a)}</style>"),
        svg("<style>a{background:image-set('https://example.com/a' 1x)}</style>"),
        svg('<path style="fill:url( &quot;https://example.com/a&quot;)"/>'),
        svg('<path fill="url(//example.com/a)"/>'),
        b"<?xml-stylesheet href='https://example.com/a.css'?>" + SVG,
        b"<!DOCTYPE svg [<!ENTITY a 'b'>]>" + SVG,
    ],
    ids=lambda value: value.decode()[60:130],
)
def test_an_svg_that_could_do_more_than_draw_is_refused(hostile: bytes):
    with pytest.raises(ActiveError):
        published(hostile)


@pytest.mark.parametrize(
    "drawing",
    [
        svg('<style>.a{fill:url(#b)}</style><use href="#a"/><use xlink:href="#a"/>'),
        svg('<image href="data:image/png;base64,AAAA"/>', 'style="fill:#fff"'),
        svg('<path fill="url(#a)" transform="rotate(3)"/><text>on (and) on</text>'),
        b"<?xml version='1.0' encoding='utf-8'?><!DOCTYPE svg PUBLIC 'a' 'http://b/svg.dtd'>" + SVG,
    ],
)
def test_an_svg_that_draws_is_published_as_it_is(drawing: bytes):
    assert published(drawing) == drawing


def test_an_svg_loses_its_description():
    note = '<metadata a="b"><r:RDF xmlns:r="r">Anna</r:RDF></metadata>'
    assert published(svg(f"<g>{note}<path/>{note}</g>")) == svg("<g><path/></g>")
    assert published(svg('<metadata/><path d="M0"/>')) == svg('<path d="M0"/>')


def test_every_picture_of_the_content_is_checked(site: Project):
    site.put("assets/talk.jpg", HEIC)
    site.put("assets/notes.pdf", b"%PDF")
    site.write("news/a.md", image="assets/talk.jpg", image_alt="A talk")
    site.write("news/b.md", "![A](../assets/notes.pdf)\n", image="assets/notes.pdf", image_alt="B")
    assert site.problems() == [
        "site/content/assets/talk.jpg:1: is HEIC: save it as JPEG, PNG, WebP, AVIF or SVG",
        f"site/content/news/b.md:5: image 'assets/notes.pdf' is no picture: use {CHOICE}",
        f"site/content/news/b.md:8: '../assets/notes.pdf' is no picture: use {CHOICE}",
    ]
