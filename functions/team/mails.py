"""The team's emails: what has changed about who may use the desk."""

from functions.core.aws.table import Item
from functions.core.mail.message import Mail, Skip
from functions.core.settings import settings
from functions.team.rules import ROLE_NAMES, Deed, Role
from functions.team.store import team


def team_changed(waiting: Item) -> Mail | Skip:
    """To each owner, and to whom it is about, with the name that they had then."""
    ref = waiting["ref"]
    reader = team.team_member(ref["to"])
    if reader is None:
        return Skip("no longer in the team")
    by = team.team_member(ref["by"]) if ref["by"] else None
    return Mail(
        template="team_changed",
        language=reader.language,
        name=reader.name,
        address=reader.email,
        context={
            "deed": Deed(ref["deed"]).name,
            "about": ref["name"],
            "is_reader": ref["about"] == reader.id,
            "role": ROLE_NAMES[Role(ref["role"])],
            "by": by.name if by else "",
            "url": f"{settings().site_url}/desk/?language={reader.language}",
        },
    )
