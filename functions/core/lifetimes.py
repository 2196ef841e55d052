"""How long unconfirmed sign-ups are kept, and links in emails are understood."""

RSVP_DAYS = 2  # site/pages/events/check-your-mail.md promises it
# Except to unsubscribe: that link never expires. What a link leads to decides whether it still
# works; until then an old one leads to a page that says what to do.
LINK_DAYS = 400
SIGN_IN_SECONDS = 15 * 60
