"""`alumni members unsubscribe`: for somebody who wants no more newsletters."""

from infra.alumni import console, options
from infra.alumni.members.lookup import MemberArgument, find_member


def unsubscribe_member(person: MemberArgument) -> None:
    """Unsubscribe a member who asked you to from the newsletter, as their own link would.

    They stay a member; the withdrawal is recorded. With the link in any newsletter they can
    subscribe again.
    """
    options.connect()
    from functions.core import clock
    from functions.people.store import subscriptions

    member = find_member(person)
    subscriptions.stop_newsletter(member.id, "the team, as the person asked", clock.now())
    if options.wants_json():
        console.print_json({"id": member.id, "newsletter": False, "changed": member.newsletter})
        return
    state = "Unsubscribed" if member.newsletter else "Already unsubscribed"
    console.print_line(f"{state}: {member.id}.")
