"""Files of people: asked for, together with a line in the desk's log, and read."""

from functions.core.aws import private_files, table
from functions.core.segments import Segment
from functions.exports.rules import KIND, Part, path
from functions.team.rules import Deed, TeamMember
from functions.team.store import deeds
from functions.work import store as work_store
from functions.work.rules import Work


def ask(actor: TeamMember, segment: Segment, language: str, now: int) -> Work:
    """Have the members of the segment written down whom the actor sees."""
    wanted = {
        "segment": {key: list(values) for key, values in segment.items()},
        "offices": list(actor.offices),
        "language": language,
    }
    work, write = work_store.asking(KIND, actor.id, wanted, now)
    filters = {key: ", ".join(values) for key, values in segment.items()}
    table.transact(
        write, deeds.line(actor, Deed.PEOPLE_DOWNLOADED, f"WORK#{work.id}", now, **filters)
    )
    return work


def read(work: Work, part: Part) -> bytes:
    return private_files.read(path(work, part))
