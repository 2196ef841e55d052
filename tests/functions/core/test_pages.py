"""Pages from the artifact, where their templates are compiled."""

import pytest
from jinja2 import Environment

from functions.core.web import pages
from tests.functions.support import SITE

TITLE = "This link no longer works"


@pytest.fixture
def compiled(cloud, tmp_path, monkeypatch):
    pages.compile_all(pages.FUNCTIONS, tmp_path)
    monkeypatch.setattr(pages, "COMPILED", tmp_path)
    pages._environment.cache_clear()
    yield
    pages._environment.cache_clear()


@pytest.mark.parametrize("language", SITE["languages"])
def test_a_compiled_page_is_the_same_in_every_language(cloud, request, monkeypatch, language):
    from_source = pages.render("core/gone.html", TITLE, language=language)
    request.getfixturevalue("compiled")
    monkeypatch.setattr(Environment, "compile", lambda *_, **__: pytest.fail("compiles"))
    assert pages.render("core/gone.html", TITLE, language=language) == from_source


def test_every_page_is_compiled(compiled):
    sources = pages.loader().list_templates()
    assert len(list(pages.COMPILED.iterdir())) == len(sources) > 40
