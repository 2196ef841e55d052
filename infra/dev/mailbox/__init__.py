"""A mailbox for the local stack: an SMTP server, and a page that shows mails as people get them.

Nothing of the product may import this; it knows nothing of alumni, members or events.
"""
