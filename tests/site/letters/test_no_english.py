"""The issues of the tests' company in Swedish and German hold no English words of ours.

What HR wrote may be in English where nobody has translated it: an included item, a name.
"""

import pytest
from microsite.content.edition import read
from microsite.output.site import Site

from tests import english
from tests.company_project import copy_company
from tests.site.project import NOW


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(read(copy_company(tmp_path_factory.mktemp("company")), now=NOW))


def settings_texts(site: Site, language: str) -> list[tuple[str, str]]:
    known = site.edition.settings
    entries = (*known.offices, *known.kinds, *known.topics)
    texts = [known.imprint, known.tagline]
    texts += [one.name for one in entries] + [one.role for one in known.contacts]
    return [(text.in_language("en"), text.in_language(language)) for text in texts]


@pytest.mark.parametrize("language", ["sv", "de"])
def test_every_variant_is_entirely_in_its_language(sample: Site, language: str):
    texts = settings_texts(sample, language)
    issues = sample.edition.issues
    variants = [v for issue in issues for v in sample.variants(issue) if v.language == language]
    assert len(variants) > 4
    for variant in variants:
        shown = " ".join((variant.text, english.visible(variant.html)))
        assert english.leftovers(shown, language, texts, words=False) == set(), variant.name


def test_the_check_above_finds_english(sample: Site):
    variants = [v for issue in sample.edition.issues for v in sample.variants(issue)]
    shown = next(variant.text for variant in variants if variant.language == "en")
    assert english.leftovers(shown, "sv", settings_texts(sample, "sv"), words=False)
