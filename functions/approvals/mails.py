"""The emails about joining where the team decides: to who waits, and to the team."""

from functions.approvals.rules import State
from functions.approvals.store import applications as store
from functions.core.aws.table import Item
from functions.core.mail.message import Mail, Skip
from functions.core.settings import settings
from functions.core.site import site
from functions.membership import store as membership

MOST_COUNTED = 500


def join_waiting(waiting: Item) -> Mail | Skip:
    """To somebody who has confirmed the address: we have it, and the team decides."""
    application = store.get(waiting["address_hash"])
    if application is None or application.confirmed_at != waiting["revision"]:
        return Skip("decided or replaced")
    profile = application.signup.profile
    return Mail("join_waiting", profile.language, profile.name, profile.email, {})


def join_declined(waiting: Item) -> Mail | Skip:
    """With the reason, if the team wanted it to be sent."""
    application = store.get(waiting["address_hash"])
    if application is None or application.state is not State.DECLINED:
        return Skip("decided otherwise")
    profile = application.signup.profile
    context = {"reason": application.reason}
    return Mail("join_declined", profile.language, profile.name, profile.email, context)


def join_by_invitation(waiting: Item) -> Mail | Skip:
    """To whoever's address was typed where only the invited may join: no name, no link."""
    signup = membership.signup(waiting["address_hash"])
    if signup is None or signup.revision != waiting["revision"]:
        return Skip("replaced")
    profile = signup.profile
    return Mail("join_by_invitation", profile.language, "", profile.email, {})


def approvals(_waiting: Item) -> Mail | Skip:
    """To the team: a number and the way to the desk."""
    team, number = site().get("team"), store.number_waiting(MOST_COUNTED)
    if not team:
        return Skip("no team is set")
    if not number:
        return Skip("nobody waits")
    language = team.get("language") or site()["languages"][0]
    url = f"{settings().site_url}/desk/approvals/?language={language}"
    return Mail("approvals", language, "", team["email"], {"number": number, "url": url})
