"""The emails to people who are invited: each reads its invitation again, and is skipped if that is
gone, or nobody agreed to it."""

from functions.core.aws.table import Item
from functions.core.mail.message import Mail, Skip, Writer
from functions.core.site import site
from functions.core.texts import listed
from functions.core.web.links import own_page
from functions.invitations import rules, store
from functions.invitations.invitation_links import invitation_link, never_link
from functions.invitations.invited_words import contact_of, known_facts
from functions.invitations.rules import Invitation
from functions.people.store import members as people


def invited(waiting: Item) -> Mail | Skip:
    return _invitation(waiting, "invited")


def invited_reminder(waiting: Item) -> Mail | Skip:
    invitation = store.get(waiting["address_hash"])
    if invitation and rules.reminder_at(invitation, site()) is None:
        return Skip("reminders are off")
    return _invitation(waiting, "invited_reminder")


def note_invited(waiting: Item, message_id: str, now: int) -> None:
    store.note_mailed(waiting["address_hash"], waiting["revision"], now, message_id)


def _invitation(waiting: Item, template: str) -> Mail | Skip:
    invitation = store.get(waiting["address_hash"])
    if invitation is None or invitation.invited_at != waiting["revision"]:
        return Skip("joined, refused or withdrawn")
    if not invitation.may_be_mailed:
        return Skip("nobody agreed to it")
    if people.member_id_at(invitation.id):
        return Skip("a member")
    leaver, language = invitation.leaver, listed(invitation.leaver.language, site())
    writer, links = contact_of(invitation), _links(invitation, language)
    return Mail(
        template=template,
        language=language,
        name=leaver.name,
        address=leaver.email,
        context=known_facts(invitation, language) | links,
        unsubscribe_url=links["never_url"],
        writer=Writer(writer["name"], writer["email"]) if writer else None,
    )


def _links(invitation: Invitation, language: str) -> dict[str, str]:
    return {
        "join_url": invitation_link(invitation, language, by_mail=True),
        "never_url": never_link(invitation, language),
        "page_url": own_page(language),
    }
