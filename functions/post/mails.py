"""Every email to one person: its name, which is also its folder of templates, and its function.

To add one, see CONTRIBUTING.md.
"""

from collections.abc import Callable

from functions.account import mails as account
from functions.approvals import mails as approvals
from functions.core.aws.table import Item, Write
from functions.core.mail.message import Mail, Skip
from functions.events import invitation_mails as event_invitations
from functions.events import mails as events
from functions.imports import mails as imports
from functions.invitations import mails as invitations
from functions.membership import mails as membership
from functions.newsletter import mails as newsletter
from functions.team import mails as team

MAILS: dict[str, Callable[[Item], Mail | Skip]] = {
    "confirm_join": membership.confirm_join,
    "join_by_invitation": approvals.join_by_invitation,
    "join_waiting": approvals.join_waiting,
    "join_declined": approvals.join_declined,
    "approvals": approvals.approvals,
    "already_member": membership.already_member,
    "welcome": membership.welcome,
    "address_changed": membership.address_changed,
    "address_undone": membership.address_undone,
    "goodbye": membership.goodbye,
    "subscribed_again": membership.subscribed_again,
    "still_there": membership.still_there,
    "still_right": membership.still_right,
    "digest": membership.digest,
    "confirm_rsvp": events.confirm_rsvp,
    "rsvp_not_open": events.rsvp_not_open,
    "already_signed_up": events.already_signed_up,
    "rsvp_accepted": events.rsvp_accepted,
    "rsvp_waiting": events.rsvp_waiting,
    "rsvp_requested": events.rsvp_requested,
    "rsvp_declined": events.rsvp_declined,
    "sign_up_requests": events.sign_up_requests,
    "event_message": events.event_message,
    "invitation_message": event_invitations.invitation_message,
    "invitation_changed": event_invitations.invitation_changed,
    "rsvp_reminder": events.rsvp_reminder,
    "event_thanks": events.event_thanks,
    "seat_offered": events.seat_offered,
    "seat_given": events.seat_given,
    "offer_lapsed": events.offer_lapsed,
    "rsvp_link": events.rsvp_link,
    "rsvp_changed": events.rsvp_changed,
    "rsvp_cancelled": events.rsvp_cancelled,
    "guest_list": events.guest_list,
    "door": events.door,
    "event_changed": events.event_changed,
    "event_cancelled": events.event_cancelled,
    "sign_in": account.sign_in,
    "desk_sign_in": account.desk_sign_in,
    "team_changed": team.team_changed,
    "new_address": account.new_address,
    "imported": imports.imported,
    "invited": invitations.invited,
    "invited_reminder": invitations.invited_reminder,
    "issue_paused": newsletter.issue_paused,
    "issue_skipped": newsletter.issue_skipped,
    "issue_report": newsletter.issue_report,
}

# What is noted once SES has accepted an email: proof of consent names the one with the link.
AFTER_SENDING: dict[str, Callable[[Item, str, int], None]] = {
    "confirm_join": membership.note_confirm_join,
    "invited": invitations.note_invited,
}
# What is stored when SES has taken the email, or `reached` nobody, as the address gets none any
# more: in the transaction that removes it from the outbox.
TAKEN: dict[str, Callable[..., tuple[Write, ...]]] = {
    "still_there": membership.still_there_taken,
    "still_right": membership.still_right_taken,
    "rsvp_accepted": events.rsvp_taken,
    "rsvp_waiting": events.rsvp_taken,
    "rsvp_requested": events.rsvp_taken,
    "rsvp_changed": events.rsvp_taken,
    "rsvp_cancelled": events.rsvp_taken,
}
