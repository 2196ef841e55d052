"""How long what somebody has not confirmed is kept, and with it the link that confirms it."""

RSVP_DAYS = 2  # site/content/pages/events/check-your-mail.md promises it
LONGEST_SIGNUP_DAYS = 31  # that SignupDays in template.yaml allows
