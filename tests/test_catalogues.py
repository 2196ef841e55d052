"""Every text that people read stands in every language's catalogue, with the same placeholders."""

import re
import string
from collections import Counter
from collections.abc import Iterator

import pytest
import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from infra.paths import ROOT
from tests.company_project import COMPANY

# Where the mapping and the catalogues stand.
FUNCTIONS = ("functions/locale/babel.cfg", "functions/locale")
SITE = ("site/microsite/babel.cfg", "site/microsite/locale")
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
PERCENT = re.compile(r"%\((\w+)\)s")
DU = r"\b([Dd]u|[Dd]ich|[Dd]ir|[Dd]eine?[mnrs]?|[Ee]uch|[Ee]ure?[mnrs]?)\b"
AFTER_GREETING = re.compile(r'_\("Hello.*?\n\n(.+?)\n\n', re.DOTALL)
MARKED = re.compile(r'_\("(.+?)"[,)]')
GOES_ON = re.compile("[a-zäöü„]|Ihr|Sie")  # a polite pronoun has its capital everywhere
LANGUAGES = ("sv", "de")  # mkdocs.yml's, without the sources' own
EVERY = [(*part, language) for part in (FUNCTIONS, SITE) for language in LANGUAGES]
SAME_AS_IN_ENGLISH = {
    "sv": {"Alumni", "Online", "online"},
    "de": {"Alumni", "Name", "Online", "online", "Newsletter", "Newsletter: {name}"}
    | {"April", "August", "September", "November"},
}


def extracted(mapping: str) -> set[object]:
    """The msgids of the sources; a pair where there is a plural."""
    with (ROOT / mapping).open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    extractions = extract_from_dir(
        ROOT, methods, options, KEYWORDS, directory_filter=lambda path: "/." not in path
    )
    return {message for _file, _line, message, _comments, _context in extractions}


def catalogue(locale: str, language: str) -> Catalog:
    path = ROOT / locale / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def messages(locale: str, language: str) -> Iterator[Message]:
    return (message for message in catalogue(locale, language) if message.id)


def pairs(message: Message) -> list[tuple[str, str]]:
    """Source and translation, form by form."""
    if isinstance(message.id, str):
        return [(message.id, message.string)]
    return list(zip(message.id, message.string, strict=True))


def placeholders(text: str) -> Counter[str]:
    fields = [name for _, name, _, _ in string.Formatter().parse(PERCENT.sub("", text)) if name]
    return Counter(PERCENT.findall(text) + fields)


def has_words(text: str) -> bool:
    """Not so a pattern of a date, which is its placeholders and their punctuation."""
    return any(letter.isalpha() for letter in PERCENT.sub("", text))


def test_the_catalogues_are_those_of_the_companys_languages():
    class Loader(yaml.SafeLoader):
        """mkdocs.yml has tags of its own."""

    Loader.add_multi_constructor("!", lambda *_: None)
    settings = yaml.load((COMPANY / "mkdocs.yml").read_text(encoding="utf-8"), Loader)
    assert settings["extra"]["alumni"]["languages"] == ["en", *LANGUAGES]


@pytest.mark.parametrize(("mapping", "locale"), [FUNCTIONS, SITE])
def test_every_text_is_in_every_catalogue_and_no_other(mapping, locale):
    wanted = extracted(mapping)
    assert len(wanted) > 50
    for language in LANGUAGES:
        assert {message.id for message in messages(locale, language)} == wanted


@pytest.mark.parametrize(("mapping", "locale", "language"), EVERY)
def test_no_translation_is_empty_fuzzy_or_obsolete(mapping, locale, language):
    assert not catalogue(locale, language).obsolete
    for message in messages(locale, language):
        assert not message.fuzzy, message.id
        assert all(text for _, text in pairs(message)), message.id


@pytest.mark.parametrize(("mapping", "locale", "language"), EVERY)
def test_a_translation_has_its_sources_placeholders(mapping, locale, language):
    for message in messages(locale, language):
        for source, text in pairs(message):
            assert placeholders(text) == placeholders(source), source
            assert text.count("%") == len(PERCENT.findall(text)), text


@pytest.mark.parametrize(("mapping", "locale", "language"), EVERY)
def test_every_text_is_translated(mapping, locale, language):
    translations = (pair for message in messages(locale, language) for pair in pairs(message))
    same = {source for source, text in translations if source == text and has_words(source)}
    assert same <= SAME_AS_IN_ENGLISH[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_has_the_same_translation_in_both_catalogues(language):
    here, there = (
        {m.id: m.string for m in messages(locale, language)} for _, locale in (FUNCTIONS, SITE)
    )
    shared = here.keys() & there.keys()
    assert {msgid: here[msgid] for msgid in shared} == {msgid: there[msgid] for msgid in shared}


@pytest.mark.parametrize(("mapping", "locale"), [FUNCTIONS, SITE])
def test_swedish_uses_du_and_german_uses_sie(mapping, locale):
    swedish = " ".join(text for m in messages(locale, "sv") for _, text in pairs(m))
    german = " ".join(text for m in messages(locale, "de") for _, text in pairs(m))
    assert not re.search(r"\b(Ni|Er|Edert?|Edra)\b", swedish)
    assert not re.search(DU, german)


def test_german_items_use_sie_like_the_email_around_them():
    items = list((COMPANY / "site" / "content").rglob("*.de.md"))
    assert items
    for item in items:
        assert not re.search(DU, item.read_text(encoding="utf-8")), item.name


def opening_sentences() -> set[str]:
    """The texts that come right after a mail's greeting."""
    mails = (ROOT / "newsletter_templates").glob("*/body.txt")
    paragraphs = (AFTER_GREETING.search(path.read_text(encoding="utf-8")) for path in mails)
    return {text for paragraph in paragraphs if paragraph for text in MARKED.findall(paragraph[1])}


def test_the_sentence_after_a_greeting_begins_as_its_language_requires():
    """English and Swedish begin a new sentence; German goes on after the greeting's comma."""
    begun = opening_sentences()
    assert len(begun) > 10
    assert [text for text in begun if text[0].islower()] == []
    swedish, german = (
        {m.id: m.string for m in messages(FUNCTIONS[1], language)} for language in LANGUAGES
    )
    assert [swedish[text] for text in begun if swedish[text][0].islower()] == []
    assert [german[text] for text in begun if not GOES_ON.match(german[text])] == []


def test_a_german_sentence_on_a_page_begins_with_a_capital():
    """A page has no greeting with a comma before it, though an email may share the sentence."""
    folders = (ROOT / "functions").glob("*/pages/*.html")
    on_pages = {text for path in folders for text in MARKED.findall(path.read_text("utf-8"))}
    assert len(on_pages) > 40
    german = dict(pair for message in messages(FUNCTIONS[1], "de") for pair in pairs(message))
    wrong = [german[text] for text in on_pages if text[0].isupper() and german[text][0].islower()]
    assert not wrong


def test_the_forms_of_the_site_are_in_its_language():
    from microsite import words

    swedish = words.translations("sv")
    assert swedish.gettext("Office where you last worked") == "Kontor där du senast arbetade"
    assert swedish.gettext("All events") == "Alla evenemang"
    assert words.translations("fr").gettext("All events") == "All events"


def test_the_titles_of_pages_from_functions_are_translated_too():
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "functions").rglob("*.py"))
    titles = {t for text in sources for t in re.findall(r'"\w+/\w+\.html", "([^"]+)"', text)}
    assert len(titles) >= 7
    assert titles <= {message.id for message in messages(FUNCTIONS[1], "de")}
