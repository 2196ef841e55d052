"""The account's emails: each reads its person again, and is skipped if that has changed since."""

from functions.account import new_address as new_addresses
from functions.account import rules, store, visitors
from functions.account.rules import SignIn
from functions.core import clock, tokens
from functions.core.aws.secrets import secrets
from functions.core.aws.table import Item
from functions.core.lifetimes import NEW_ADDRESS_HOURS, SIGN_IN_SECONDS
from functions.core.mail.message import Mail, Skip
from functions.core.tokens import Purpose
from functions.core.web.links import link
from functions.people.store import address_moves
from functions.people.store import members as people
from functions.team.store import team

HALF = rules.CODE_DIGITS // 2
USED, NOBODY = "used or expired", "nobody known at this address"


def sign_in(waiting: Item) -> Mail | Skip:
    wanted = store.sign_in(waiting["ref"]["sign_in"], clock.now())
    if wanted is None:
        return Skip(USED)
    owner = visitors.owner_at(wanted.address_hash, wanted.asked_at)
    visitor = visitors.visitor(owner) if owner else None
    if visitor is None:
        return Skip(NOBODY)
    token = tokens.make(Purpose.SIGN_IN, wanted.id)
    context = _way_in(wanted, link("/me/sign-in/link", token, visitor.language))
    return Mail("sign_in", visitor.language, visitor.name, visitor.email, context)


def desk_sign_in(waiting: Item) -> Mail | Skip:
    wanted = store.sign_in(waiting["ref"]["sign_in"], clock.now())
    if wanted is None:
        return Skip(USED)
    member = team.team_member_at(wanted.address_hash)
    if member is None:
        return Skip(NOBODY)
    token = tokens.make(Purpose.DESK_SIGN_IN, wanted.id)
    context = _way_in(wanted, link("/desk/sign-in/link", token, member.language))
    return Mail("desk_sign_in", member.language, member.name, member.email, context)


def _way_in(wanted: SignIn, url: str) -> dict[str, str | int]:
    code = rules.code(wanted.id, secrets().token_keys.signing)
    return {
        "url": url,
        "code": f"{code[:HALF]} {code[HALF:]}",
        "minutes": SIGN_IN_SECONDS // clock.MINUTE,
    }


def new_address(waiting: Item) -> Mail | Skip:
    """To an address that nobody has confirmed: no name, and not a word about whose it may become.

    If it belongs to somebody already, that is what they hear.
    """
    ref = waiting["ref"]
    new = address_moves.pending(ref["owner"], clock.now())
    member = people.member(ref["owner"][1:])
    if new is None or member is None or new.id != ref["id"]:
        return Skip("expired, replaced or used")
    token = tokens.make(Purpose.NEW_ADDRESS, new.owner, new.address_hash, new.id)
    context = {
        "url": link("/me/address/confirm", token, member.language),
        "hours": NEW_ADDRESS_HOURS,
        "is_taken": new_addresses.is_taken(new.address_hash),
    }
    return Mail("new_address", member.language, "", new.email, context)
