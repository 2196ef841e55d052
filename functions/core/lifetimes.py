"""How long unconfirmed sign-ups are kept, and their confirmation links work."""

RSVP_DAYS = 2  # site/content/pages/events/check-your-mail.md promises it
LONGEST_SIGNUP_DAYS = 31  # that SignupDays in template.yaml allows
