"""How long unconfirmed sign-ups are kept, and links in emails work."""

RSVP_DAYS = 2  # site/content/pages/events/check-your-mail.md promises it
LONGEST_SIGNUP_DAYS = 31  # that SignupDays in template.yaml allows
CHANGE_RSVP_DAYS = 400
# Except to unsubscribe: that link never expires.
LONGEST_LINK_DAYS = max(RSVP_DAYS, LONGEST_SIGNUP_DAYS, CHANGE_RSVP_DAYS)
