"""Every kind of email in one table: its legal basis, who may get it, and what limits it.

A kind's name is its folder in `newsletter_templates/` and, sent to one person, its function in
`functions/post/mails.py`. docs/mail.md shows the table.
"""

from dataclasses import dataclass
from enum import StrEnum


class Basis(StrEnum):
    """What allows us to send it (Art. 6 (1) GDPR)."""

    CONSENT = "consent (a)"
    REQUEST = "their own request (b)"
    DUTY = "our duty to inform (c)"
    INTEREST = "legitimate interest (f)"


class Recipient(StrEnum):
    """Who may get it."""

    TYPED = "whoever's address was typed into the form"
    KNOWN = "whoever's address was typed into the form, if it is known"
    MEMBER = "the member"
    PERSON = "the member or guest"
    SIGNED_UP = "whoever is signed up for the event"
    READERS = "members whose consent to the newsletter is in force"
    WELCOME = "members whose consent to invitations is in force"
    INVITED = "whoever's agreement to be written to is recorded"
    HOST = "the event's contact, or else the team"
    TEAM = "the team"


class Subscription(StrEnum):
    """A consent that has to be in force when the email is sent: a `Member`'s attribute."""

    NEWSLETTER = "newsletter"
    INVITATIONS = "invitations"


class Door(StrEnum):
    """What anybody can use to have us email an address. Each has a share of the day's emails of its
    own: a stranger who uses up one of them silences none of the others."""

    JOIN = "join"
    EVENT = "event"
    LINK = "link"  # an old one, whose page sends the newest
    NEWSLETTER = "newsletter"  # with a member's link, which may have been forwarded
    SIGN_IN = "sign-in"
    DESK = "desk"
    NEW_ADDRESS = "new-address"  # to which a member wants to change


@dataclass(frozen=True)
class Kind:
    """Without `doors`, only something that happened sends it: `once` for each.

    With `needs`, no outbox sends it. With `agreed`, the consent is recorded with the fact behind
    the email, and read again when it is sent.

    `proof` names what the outbox item's `ref` holds that only the email's reader can show: somebody
    asked for it, so that it goes out even after a bounce, once a day.
    """

    when: str
    basis: Basis
    to: Recipient
    doors: tuple[Door, ...] = ()  # each email counts against one of them
    once: str = ""  # for what it is sent at most once
    needs: Subscription | None = None
    agreed: bool = False
    proof: str = ""


REQUEST, INTEREST = Basis.REQUEST, Basis.INTEREST
TYPED, MEMBER, SIGNED_UP = Recipient.TYPED, Recipient.MEMBER, Recipient.SIGNED_UP
TEAM = Recipient.TEAM

KINDS = {
    "confirm_join": Kind("a form to join was sent", REQUEST, TYPED, (Door.JOIN, Door.LINK)),
    "join_by_invitation": Kind(
        "the same, where only the invited may join", REQUEST, TYPED, (Door.JOIN,)
    ),
    "join_waiting": Kind(
        "joining was confirmed where the team decides", REQUEST, Recipient.PERSON, once="click"
    ),
    "join_declined": Kind(
        "the team decided against it", REQUEST, Recipient.PERSON, once="decision"
    ),
    "approvals": Kind("somebody waits for the team's decision", INTEREST, TEAM, once="day"),
    "already_member": Kind("the same, by a member", REQUEST, TYPED, (Door.JOIN,)),
    "welcome": Kind("joining was confirmed", REQUEST, MEMBER, once="membership"),
    "address_changed": Kind(
        "the address was changed; to the old one, too",
        INTEREST,
        MEMBER,
        (Door.JOIN,),
        once="change",
    ),
    "address_undone": Kind(
        "a change of address was taken back, to that address", INTEREST, MEMBER, once="change"
    ),
    "new_address": Kind("a member wants emails to go there", REQUEST, TYPED, (Door.NEW_ADDRESS,)),
    "goodbye": Kind("the data is deleted", Basis.DUTY, Recipient.PERSON, once="erasure"),
    "subscribed_again": Kind(
        "the newsletter was wanted again", REQUEST, MEMBER, (Door.NEWSLETTER,)
    ),
    "still_there": Kind(
        "60 and 14 days before a silent member is erased", INTEREST, MEMBER, once="warning"
    ),
    "still_right": Kind("a year without that question", INTEREST, MEMBER, once="year"),
    "sign_in": Kind(
        "signing in was asked for", REQUEST, Recipient.KNOWN, (Door.SIGN_IN,), proof="sign_in"
    ),
    "desk_sign_in": Kind(
        "signing in at the desk was asked for",
        REQUEST,
        Recipient.KNOWN,
        (Door.DESK,),
        proof="sign_in",
    ),
    "imported": Kind("a list brought them in, as a member", Basis.DUTY, MEMBER, once="membership"),
    "team_changed": Kind("who may use the desk has changed", INTEREST, TEAM, once="change"),
    "invited": Kind(
        "the team invites somebody who left",
        Basis.CONSENT,
        Recipient.INVITED,
        once="invitation",
        agreed=True,
    ),
    "invited_reminder": Kind(
        "the same, if `invitation_reminder_days` is set and they didn't react",
        Basis.CONSENT,
        Recipient.INVITED,
        once="invitation",
        agreed=True,
    ),
    "confirm_rsvp": Kind("a sign-up was sent", REQUEST, TYPED, (Door.EVENT, Door.LINK)),
    "rsvp_not_open": Kind(
        "the same, where only members or the invited may come",
        REQUEST,
        TYPED,
        (Door.EVENT, Door.LINK),
    ),
    "already_signed_up": Kind("the same, by somebody signed up", REQUEST, SIGNED_UP, (Door.EVENT,)),
    "rsvp_accepted": Kind("a sign-up was confirmed", REQUEST, SIGNED_UP, once="sign-up"),
    "rsvp_waiting": Kind(
        "a sign-up for a full event was confirmed", REQUEST, SIGNED_UP, once="sign-up"
    ),
    "rsvp_requested": Kind(
        "a sign-up was confirmed where the contact decides", REQUEST, SIGNED_UP, once="sign-up"
    ),
    "rsvp_declined": Kind(
        "the event's contact decided against it", REQUEST, Recipient.PERSON, once="decision"
    ),
    "seat_offered": Kind("a place of the waiting list is held", REQUEST, SIGNED_UP, once="offer"),
    "seat_given": Kind("a place of the waiting list is given", REQUEST, SIGNED_UP, once="place"),
    "offer_lapsed": Kind("an offer wasn't answered in time", REQUEST, SIGNED_UP, once="offer"),
    "rsvp_reminder": Kind(
        "the event is in a week, and tomorrow (settings)", REQUEST, SIGNED_UP, once="reminder"
    ),
    "event_thanks": Kind(
        "the morning after an event to which they came (setting)",
        Basis.CONSENT,
        Recipient.WELCOME,
        once="event",
        agreed=True,
    ),
    "event_message": Kind(
        "the team writes to its guests about it", REQUEST, SIGNED_UP, once="message"
    ),
    "invitation_message": Kind(
        "the team writes to who hasn't answered an invitation",
        Basis.CONSENT,
        Recipient.WELCOME,
        once="message",
        agreed=True,
    ),
    "invitation_changed": Kind(
        "time or place have changed since the invitation, or the event is cancelled",
        Basis.CONSENT,
        Recipient.WELCOME,
        once="change",
        agreed=True,
    ),
    "rsvp_link": Kind("the newest link was asked for", REQUEST, SIGNED_UP, (Door.LINK,)),
    "rsvp_changed": Kind("a sign-up was changed", REQUEST, SIGNED_UP, once="change"),
    "rsvp_cancelled": Kind("a sign-up was cancelled", REQUEST, SIGNED_UP, once="cancellation"),
    "event_changed": Kind("time or place have changed", REQUEST, SIGNED_UP, once="change"),
    "event_cancelled": Kind("the event is cancelled", REQUEST, SIGNED_UP, once="cancellation"),
    "sign_up_requests": Kind(
        "somebody waits for the contact's yes or no", INTEREST, Recipient.HOST, once="day"
    ),
    "guest_list": Kind(
        "the event is tomorrow", INTEREST, Recipient.HOST, (Door.LINK,), once="day and contact"
    ),
    "door": Kind("the event is today", INTEREST, Recipient.HOST, once="day and contact"),
    "digest": Kind("somebody joined or left", INTEREST, TEAM, once="day"),
    "issue_paused": Kind("a newsletter was paused", INTEREST, TEAM, once="pause"),
    "issue_skipped": Kind("a newsletter is not sent", INTEREST, TEAM, once="newsletter"),
    "issue_report": Kind("a newsletter ended a day ago", INTEREST, TEAM, once="newsletter"),
    "issue": Kind(
        "HR publishes a newsletter",
        Basis.CONSENT,
        Recipient.READERS,
        once="newsletter, or quarter",
        needs=Subscription.NEWSLETTER,
    ),
    "event_invitation": Kind(
        "HR publishes an event with `invite`",
        Basis.CONSENT,
        Recipient.WELCOME,
        once="event",
        needs=Subscription.INVITATIONS,
    ),
}
