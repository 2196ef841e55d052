"""How long what ends by itself is kept, and links in emails are understood."""

SIGNUP_DAYS = 7  # unless the stack has another setting
RSVP_DAYS = 2  # site/pages/events/check-your-mail.md promises it
# Except to unsubscribe: that link never expires. What a link leads to decides whether it still
# works; until then an old one leads to a page that says what to do.
LINK_DAYS = 400
SIGN_IN_SECONDS = 15 * 60
NEW_ADDRESS_HOURS = 24  # to confirm a new address
UNDO_DAYS = 7  # to take a change of address back
ACTIVITY_DAYS = 90  # lines of who joined, left and unsubscribed
GIVEN_UP_DAYS = 90  # emails that could not be sent
LINES_DAYS = 30  # a day's list of consents, for its digest
DOWNLOAD_DAYS = 365  # lines of who downloaded their data
SENT_LINE_DAYS = 365  # lines of emails that were sent
