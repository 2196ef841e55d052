"""`alumni members unsubscribe`: for somebody who wants no more newsletters."""

from infra.alumni import console, options, terminal
from infra.alumni.members.lookup import MemberArgument, find_member


def unsubscribe_member(person: MemberArgument) -> None:
    """Unsubscribe a member who asked you to from the newsletter, as their own link would.

    They stay a member; the withdrawal is recorded. With the link in any newsletter they can
    subscribe again.
    """
    options.connect()
    from functions.core import clock
    from functions.membership import correcting
    from functions.people.store import subscriptions
    from functions.team.rules import Deed
    from functions.team.store import deeds

    member, now = find_member(person), clock.now()
    line = deeds.line(terminal.actor(), Deed.NEWSLETTER_STOPPED, member.id, now)
    subscriptions.stop_newsletter(member.id, correcting.HOW, now, line)
    if options.wants_json():
        console.print_json({"id": member.id, "newsletter": False, "changed": member.newsletter})
        return
    state = "Unsubscribed" if member.newsletter else "Already unsubscribed"
    console.print_line(f"{state}: {member.id}.")
