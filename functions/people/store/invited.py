"""What may stand at an address before its person joins: an invitation, an application that waits
for the team's decision, and the wish to be left alone.

Whoever joins by themselves ends all of them. What they hold is in `functions.invitations` and
`functions.approvals`.
"""

from functions.core.aws import table
from functions.core.aws.table import Key, Write


def invitation_key(invitation_id: str) -> Key:
    """`invitation_id` is the address's hash, or a random number if no address is known."""
    return (f"ADDRESS#{invitation_id}", "INVITATION")


def application_key(address_hash: str) -> Key:
    return (f"ADDRESS#{address_hash}", "APPLICATION")


def left_alone_key(address_hash: str) -> Key:
    return (f"ADDRESS#{address_hash}", "LEFT_ALONE")


def end(invitation_id: str) -> Write:
    """Delete the invitation, if there is one."""
    return table.delete(invitation_key(invitation_id))


def end_application(address_hash: str) -> Write:
    """Delete the application, if there is one: they are a member by another way, or erased."""
    return table.delete(application_key(address_hash))


def refuse_waiting(address_hash: str) -> Write:
    """Refuses a transaction if somebody with this address waits for the team's decision, or was
    declined lately."""
    return table.check(application_key(address_hash), table.NEW)


def leave_alone(address_hash: str, now: int) -> Write:
    """Remember that somebody asked us never to write again."""
    return table.put(table.keyed(left_alone_key(address_hash)) | {"at": now})


def left_alone_since(address_hash: str) -> int | None:
    """Since when somebody wants to be left alone; None if they don't."""
    item = table.get(left_alone_key(address_hash))
    return item["at"] if item else None


def refuse(address_hash: str) -> Write:
    """Refuses a transaction if somebody with this address asked us never to write again."""
    return table.check(left_alone_key(address_hash), table.NEW)


def forget_wish(address_hash: str) -> Write:
    """They write to us themselves."""
    return table.delete(left_alone_key(address_hash))
