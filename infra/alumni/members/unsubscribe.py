"""`alumni members unsubscribe`: stops the newsletter for somebody who asked for it."""

from infra.alumni import console, options
from infra.alumni.members.lookup import MemberArgument, find_member


def unsubscribe_member(person: MemberArgument) -> None:
    """Stop the newsletter for a member who asked you to, as their own link would.

    They stay a member; the withdrawal is recorded. The link in any newsletter starts it again.
    """
    options.connect()
    from functions.core import clock
    from functions.people import store

    member = find_member(person)
    store.stop_newsletter(member.id, "the team, as the person asked", clock.now())
    if options.wants_json():
        console.print_json({"id": member.id, "newsletter": False, "changed": member.newsletter})
        return
    state = "stopped" if member.newsletter else "already stopped"
    console.print_line(f"The newsletter is {state} for {member.id}.")
