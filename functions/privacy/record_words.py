"""What several records of the data map call the same."""

from functions.core.translations import N_

NAME, EMAIL = N_("Name"), N_("Email address")
HASH = N_("Code of the address, computed with a secret key")
LANGUAGE = N_("Language of our emails to you")
EXPIRES = N_("May be deleted after")
CONFIRM_UNTIL = N_("Can be confirmed until")
REVISION = N_("Number of the latest change, so that older links do nothing")
DRAFT = N_("Typed before an earlier session ended")
LINE_HASH = N_("Hash of this line")
KEPT_UNTIL = N_("Until when the hashes of the other lines are kept")
INTERESTS, FREQUENCY = N_("What interests you?"), N_("How often do you want the newsletter?")
WHEN = N_("When")
PROFILE = {
    "name": NAME,
    "email": EMAIL,
    "office": N_("Office where you last worked"),
    "from_year": N_("From (year)"),
    "to_year": N_("To (year)"),
    "kinds": N_("What describes you?"),
    "interests": INTERESTS,
    "language": LANGUAGE,
}
AGREEMENT = {
    "text_id": N_("Which consent text"),
    "version": N_("Version of the text"),
    "words": N_("The text, as it was shown"),
    "text_sha256": N_("SHA-256 of that text"),
    "ticked_at": N_("When the box was ticked"),
    "language": N_("Language of the text"),
    "source": N_("From whom we have it, if it was given elsewhere"),
}
CIRCUMSTANCES = {
    "page": N_("Page with the form or button"),
    "shown_at": N_("Form opened, as the browser says"),
    "mailed_at": N_("Email with the link sent"),
    "message_id": N_("The email service's number of that email"),
}
ONE_KIND = {"kind": N_("What describes you?")}
MEMBER_ID = {"member_id": N_("Number of the member")}
