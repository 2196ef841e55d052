"""Files below site/content that nobody means to publish. Everything there that is no item becomes
public as it is."""

from pathlib import PurePosixPath
from unicodedata import normalize

from microsite.content.front_matter import FIELDS

_TEXTS = {
    *(".doc", ".docx", ".htm", ".html", ".markdown", ".mdown", ".mdx", ".mkd", ".odt", ".pages"),
    *(".rst", ".rtf", ".txt", ".yaml", ".yml"),
}
_OF_PEOPLE = {
    *(".csv", ".db", ".eml", ".mbox", ".msg", ".numbers", ".ods", ".pst", ".sql"),
    *(".sqlite", ".tsv", ".vcf", ".xls", ".xlsm", ".xlsx"),
}


def problem(name: str) -> str:
    """The problem with a file, named relative to site/content, or ""."""
    path = PurePosixPath(name)
    ending = path.suffix.lower()
    if name != normalize("NFC", name):
        return "spells a letter of its name as two characters: rename it, and type the name again"
    if path.name.startswith("~$"):
        return "is what Word or Excel leaves behind, with your name in it: delete it"
    if ending in _OF_PEOPLE:
        return "would be public, and may hold people's data: move it out of site/content"
    if path.parts[0] in FIELDS and (ending in _TEXTS or (ending == ".md" != path.suffix)):
        return f"is no item, but would be public: name it {_item_name(path)}, or move it to assets/"
    return ""


def _item_name(path: PurePosixPath) -> str:
    return path.name.partition(".")[0] + ".md"
