"""Who runs a command, as records and the desk's log name them: by an id, without personal data."""

from infra.alumni import options


def actor() -> str:
    """`terminal`, and who runs it: a team member whom AWS knows by the address that the desk knows,
    else the IAM user's id or the role. Names of users and sessions are often people's own."""
    from functions.team.rules import at_terminal

    caller = options.shared().aws.client("sts").get_caller_identity()
    kind, *names = caller["Arn"].rpartition(":")[2].split("/")
    return at_terminal(_team_id(names) or _id_at_aws(kind, names, caller["UserId"]))


def _team_id(names: list[str]) -> str:
    """The id of the team member whose address is the last name; empty if it is nobody's."""
    from functions.core.addresses import address_hash, normalise
    from functions.team.store import team

    address = normalise(names[-1]) if names else None
    member = team.team_member_at(address_hash(address)) if address else None
    return member.id if member else ""


def _id_at_aws(kind: str, names: list[str], user_id: str) -> str:
    if kind == "user":
        return user_id
    return f"role/{names[0]}" if kind == "assumed-role" else kind
