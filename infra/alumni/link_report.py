"""What `alumni check --links` tells of the links that it asked."""

from typing import TYPE_CHECKING, Any

from microsite.content.problems import ContentError

from infra.alumni import console
from infra.cloud.place import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from infra.external_links import Answers


def of(root: "Path" = ROOT) -> "Answers | None":
    """None where mkdocs.yml can't be read, which is a problem already."""
    from microsite.content.edition import read

    from infra import external_links

    try:
        return external_links.of(read(root))
    except ContentError:
        return None


def document(answers: "Answers") -> dict[str, Any]:
    return {
        "asked": answers.asked,
        "unanswered": [
            {"file": each.file, "line": each.line, "text": each.text} for each in answers.unanswered
        ],
        "network": answers.has_network,
    }


def tell(answers: "Answers") -> None:
    for problem in answers.unanswered:
        console.line(str(problem))
    if answers.has_network:
        console.line(f"{answers.asked} links were asked.")
    else:
        console.line("no network: links were not asked")
