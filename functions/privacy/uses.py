"""What personal data is used for: the purpose, its legal basis, for how long, and who sees it.

And what else people must know (Art. 15 GDPR). The items of each use stand in
`functions.privacy.data_map`.
"""

from dataclasses import asdict

from functions.account.rules import SESSION_SECONDS
from functions.core.clock import HOUR, MINUTE
from functions.core.keep import Keep
from functions.core.lifetimes import (
    ACTIVITY_DAYS,
    DOWNLOAD_DAYS,
    GIVEN_UP_DAYS,
    LINES_DAYS,
    NEW_ADDRESS_HOURS,
    RSVP_DAYS,
    SENT_LINE_DAYS,
    SIGN_IN_SECONDS,
    UNDO_DAYS,
)
from functions.core.translations import N_
from functions.events.rules import KEEP_DAYS
from functions.membership.rules import GOODBYE_SECONDS
from functions.privacy.records import Basis, Use

TEAM = N_("the alumni team")
TEAM_AND_HOST = N_("the alumni team; once you are coming, the event's contact, too")
PROGRAMS = N_("our programs only")
AS_MEMBER = N_("for as long as you are a member")
AS_ALIVE = N_(
    "for as long as you are a member: until you leave, or %(contact_months)s months after your "
    "last sign of life and two emails that ask whether you want to stay"
)

# ---- What data are used for

MEMBERSHIP = Use(
    N_("Membership"),
    N_("to run the network, and to write to you about what suits you"),
    Basis.CONSENT,
    AS_ALIVE,
    TEAM,
)
SIGNS = Use(
    N_("Signs of life"),
    N_("to keep nobody longer than they want, and what we know about you right"),
    Basis.INTEREST,
    AS_MEMBER,
    PROGRAMS,
)
JOINING = Use(
    N_("Form to join"),
    N_("to ask whoever filled it in to confirm it by email"),
    Basis.CONSENT,
    N_("%(signup_days)s days if it isn't confirmed; deleted by the day after"),
    TEAM,
)
INVITING = Use(
    N_("Invitation to join"),
    N_("to invite people who left the company, by email only if they agreed to that"),
    Basis.INTEREST,
    N_("%(invitation_months)s months, or until you join or ask us never to write again"),
    TEAM,
)
IMPORTING = Use(
    N_("Lists brought in"),
    N_("to bring nobody in twice, and to be able to take an import back"),
    Basis.INTEREST,
    N_("30 days, and a few more until the database deletes it"),
    TEAM,
)
LEFT_ALONE = Use(
    N_("Wish to be left alone"),
    N_("to invite nobody again who asked us never to write again"),
    Basis.DUTY,
    N_("without end, or until you join by yourself; only a code of your address"),
    PROGRAMS,
)
PROOF = Use(
    N_("Consents"),
    N_("to be able to show who agreed to what, and when (Art. 7(1) GDPR)"),
    Basis.DUTY,
    AS_MEMBER,
    TEAM,
)
DIGESTS = Use(
    N_("Digests of consents"),
    N_("to sign each night what was agreed to on that day, so that nobody can alter it unseen"),
    Basis.DUTY,
    N_("%(lines_days)s days, and a few more until the database deletes it"),
    PROGRAMS,
)
VIEWERS = Use(
    N_("Network address of a consent"),
    N_("to prove from where somebody consented, only if the company sets so"),
    Basis.INTEREST,
    N_("%(consent_ip_days)s days; with 0 it is never stored"),
    TEAM,
)
HISTORY = Use(
    N_("Changes"),
    N_("to see who changed your details, when and how"),
    Basis.INTEREST,
    N_("%(history_months)s months, and no longer than you are a member"),
    TEAM,
)
ADDRESS_CHANGES = Use(
    N_("Changes of address"),
    N_("to move to a new address once it is confirmed, and to take that back"),
    Basis.REQUEST,
    N_(
        "a new address %(new_address_hours)s hours, an earlier one %(undo_days)s days; then "
        "minutes until deleted"
    ),
    TEAM,
)
EVENTS = Use(
    N_("Sign-ups for events"),
    N_(
        "to give a place to whoever asks for one; and what you write about food, by your explicit "
        "consent (Art. 9(2)(a) GDPR), to plan the catering"
    ),
    Basis.REQUEST,
    N_("%(event_days)s days after the event; %(rsvp_days)s days if it isn't confirmed"),
    TEAM_AND_HOST,
)
SIGNING_IN = Use(
    N_("Signing in"),
    N_("to show you your own data, and nobody else"),
    Basis.REQUEST,
    N_(
        "links %(link_minutes)s minutes, sessions %(session_hours)s hours; then deleted within "
        "minutes"
    ),
    PROGRAMS,
)
DOWNLOADS = Use(
    N_("Downloads"),
    N_("to show that you got your data when you asked for them (Art. 15 GDPR)"),
    Basis.DUTY,
    N_("%(download_days)s days, and a few more until the database deletes it"),
    TEAM,
)
EMAILS = Use(
    N_("Emails to be sent"),
    N_("to send an email that follows from what somebody did"),
    Basis.REQUEST,
    N_("until it is sent, in general for seconds; %(given_up_days)s days if it can't be"),
    PROGRAMS,
)
SENT = Use(
    N_("Emails that were sent"),
    N_("to answer you if you ask which emails we sent you, and when"),
    Basis.INTEREST,
    N_("%(sent_line_days)s days"),
    TEAM,
)
NEWSLETTER = Use(
    N_("Newsletters"),
    N_("to send you each issue once, and to show to whom it went"),
    Basis.CONSENT,
    N_("without end; once you have left, your number no longer says who you were"),
    TEAM,
)
SUPPRESSION = Use(
    N_("Stopped email"),
    N_("to write no more to an address that emails come back from, or that reported us as spam"),
    Basis.INTEREST,
    N_("until you ask us to write to you again, or sign in by an email that arrived"),
    TEAM,
)
PROTECTION = Use(
    N_("Protection from misuse"),
    N_("to keep anybody from flooding an inbox or guessing codes"),
    Basis.INTEREST,
    N_("counted for an hour or a day, and kept a few days until the database deletes it"),
    PROGRAMS,
)
FIGURES = Use(
    N_("Figures"),
    N_("to report each day how many joined, left and unsubscribed"),
    Basis.INTEREST,
    N_("%(activity_days)s days, and a few more until the database deletes it"),
    PROGRAMS,
)
DESK = Use(
    N_("The alumni team"),
    N_("to let those work at the desk who may, and nobody else"),
    Basis.INTEREST,
    N_("for as long as they belong to the team"),
    TEAM,
)
LOG = Use(
    N_("Log of the desk"),
    N_("to see who of the team did what, and when"),
    Basis.INTEREST,
    N_("%(log_months)s months; about whom it was, it says by a number only"),
    TEAM,
)
LEAVING = Use(
    N_("Leaving"),
    N_(
        "to delete your data and confirm that by a last email; afterwards, to answer the links in "
        "your old emails and to show that you had agreed"
    ),
    Basis.DUTY,
    N_(
        "name and address %(goodbye_minutes)s minutes; the times of your consents and a code of "
        "your address %(proof_years)s years; your number and the date without end; if "
        "you never joined, only a code of your address and the date, about four years"
    ),
    TEAM,
)
OPERATION = Use(
    "Running the programs",
    "to do what is due, once",
    Basis.NONE,
    "for as long as it is needed",
    "the alumni team",
    is_personal=False,
)

USES = (
    *(
        MEMBERSHIP,
        SIGNS,
        JOINING,
        INVITING,
        IMPORTING,
        PROOF,
        DIGESTS,
        VIEWERS,
        HISTORY,
        ADDRESS_CHANGES,
        EVENTS,
        NEWSLETTER,
        SIGNING_IN,
        DOWNLOADS,
        EMAILS,
        SENT,
    ),
    *(SUPPRESSION, LEFT_ALONE, PROTECTION, FIGURES, DESK, LOG, LEAVING, OPERATION),
)


def numbers(keep: Keep, signup_days: int) -> dict[str, int]:
    """How long data is kept, for the texts of the uses; `signup_days` is a setting of the stack."""
    return {
        "signup_days": signup_days,
        "rsvp_days": RSVP_DAYS,
        "event_days": KEEP_DAYS,
        "lines_days": LINES_DAYS,
        "activity_days": ACTIVITY_DAYS,
        "download_days": DOWNLOAD_DAYS,
        "given_up_days": GIVEN_UP_DAYS,
        "sent_line_days": SENT_LINE_DAYS,
        "link_minutes": SIGN_IN_SECONDS // MINUTE,
        "new_address_hours": NEW_ADDRESS_HOURS,
        "undo_days": UNDO_DAYS,
        "session_hours": SESSION_SECONDS // HOUR,
        "goodbye_minutes": GOODBYE_SECONDS // MINUTE,
        **asdict(keep),
    }


# What else Art. 15 GDPR wants people to know: who receives the data, where from, which rights.
RIGHTS = (
    N_(
        "Amazon Web Services processes the data on our behalf in the region that our privacy "
        "policy names, and your own email provider receives our emails. Nobody else gets anything, "
        "and no decision about you is automated, except whether an event has a place left."
    ),
    N_(
        "Pages and forms pass, encrypted, through its delivery network by way of a location near "
        "you, which can be outside the European Union; nothing that you send is stored there. "
        "Logs hold codes and numbers only, for 30 days. Backups hold what was deleted for 35 days "
        "more."
    ),
    N_(
        "We have it from you: from forms, from your clicks on our buttons, and from what our "
        "emails came back with. If you are invited to join, we have it from the company where you "
        "worked, and from what you agreed to pass on when you left."
    ),
    N_(
        "You can have your data corrected or deleted, or its use restricted. You can object to "
        "what rests on our legitimate interest, withdraw a consent at any time, for the future, "
        "and take your data to somebody else. Most of it you can do yourself on your page, and "
        "the rest if you write to us."
    ),
    N_(
        "If you are not satisfied, you can complain to the data protection authority where you "
        "live, or to ours."
    ),
)
