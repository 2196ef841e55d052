"""A mailbox for the local stack: an SMTP server, and a page that shows the emails it receives.

The product never imports it, and it knows nothing of alumni, members or events.
"""
