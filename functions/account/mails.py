"""The account's emails: each reads its person again, and is skipped if that has changed since."""

from functions.account import rules, store, visitors
from functions.core import clock, tokens
from functions.core.aws.secrets import secrets
from functions.core.aws.table import Item
from functions.core.lifetimes import SIGN_IN_SECONDS
from functions.core.mail.message import Mail, Skip
from functions.core.tokens import Purpose
from functions.core.web.links import link

HALF = rules.CODE_DIGITS // 2


def sign_in(waiting: Item) -> Mail | Skip:
    wanted = store.sign_in(waiting["ref"]["sign_in"], clock.now())
    if wanted is None:
        return Skip("used or expired")
    owner = visitors.owner_at(wanted.address_hash)
    visitor = visitors.visitor(owner) if owner else None
    if visitor is None:
        return Skip("nobody known at this address")
    token = tokens.make(Purpose.SIGN_IN, wanted.id)
    code = rules.code(wanted.id, secrets().token_keys.signing)
    return Mail(
        template="sign_in",
        language=visitor.language,
        name=visitor.name,
        address=visitor.email,
        context={
            "url": link("/me/sign-in/link", token, visitor.language),
            "code": f"{code[:HALF]} {code[HALF:]}",
            "minutes": SIGN_IN_SECONDS // clock.MINUTE,
        },
    )
