"""What differs between deployments, read once. Nothing else reads the environment.

See docs/settings.md.
"""

import os
from dataclasses import dataclass
from functools import cache

from functions.core.lifetimes import SIGNUP_DAYS


@dataclass(frozen=True)
class Settings:
    table_name: str
    private_bucket: str
    public_bucket: str  # for the newsletter's tick only
    site_url: str  # without a trailing slash
    parameter_prefix: str
    sender: str  # Name <address>
    transactional_set: str
    newsletter_set: str
    unsubscribe_mailbox: str  # an email to this address unsubscribes; empty: there is none
    send_queue_url: str
    evidence_key: str  # of KMS, for the nightly digest only
    ticket_public_key: str  # hex digits, for the door only
    send_workers: int  # how many send at once: each has its share of SES's rate
    origin_secrets: tuple[str, ...]  # two while one is being replaced; empty: all is refused
    mails_per_address_per_day: int  # by each form; the pages check-your-mail.md promise it
    posts_per_network_per_hour: int
    mails_per_hour: int
    signup_days: int
    bounces_per_mille: int  # of an issue's emails; with more, it is paused
    complaints_per_mille: int


@cache
def settings() -> Settings:
    env = os.environ
    return Settings(
        table_name=env["TABLE_NAME"],
        private_bucket=env["PRIVATE_BUCKET"],
        public_bucket=env.get("PUBLIC_BUCKET", ""),
        site_url=env["SITE_URL"].rstrip("/"),
        parameter_prefix=env["PARAMETER_PREFIX"],
        sender=env.get("SENDER", ""),
        transactional_set=env.get("TRANSACTIONAL_SET", ""),
        newsletter_set=env.get("NEWSLETTER_SET", ""),
        unsubscribe_mailbox=env.get("UNSUBSCRIBE_MAILBOX", ""),
        send_queue_url=env.get("SEND_QUEUE_URL", ""),
        evidence_key=env.get("EVIDENCE_KEY", ""),
        ticket_public_key=env.get("TICKET_PUBLIC_KEY", ""),
        send_workers=int(env.get("SEND_WORKERS", "2")),
        origin_secrets=tuple(filter(None, env.get("ORIGIN_SECRETS", "").split(","))),
        mails_per_address_per_day=int(env.get("MAILS_PER_ADDRESS_PER_DAY", "5")),
        posts_per_network_per_hour=int(env.get("POSTS_PER_NETWORK_PER_HOUR", "60")),
        mails_per_hour=int(env.get("MAILS_PER_HOUR", "300")),
        signup_days=int(env.get("SIGNUP_DAYS", SIGNUP_DAYS)),
        bounces_per_mille=int(env.get("BOUNCES_PER_MILLE", "50")),
        complaints_per_mille=int(env.get("COMPLAINTS_PER_MILLE", "1")),
    )
