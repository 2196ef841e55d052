"""Who will get an issue, and whether SES lets it out today. Pure: asks nobody, opens nothing."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from microsite.items import Newsletter
from microsite.newsletters import Variant

from functions.newsletter.rules.audience import is_inside
from infra import costs

UNLIMITED = -1  # SES says so where an account has no daily limit
EVERY_ISSUE = "every"  # how often a member wants to hear of us who has not said


@dataclass(frozen=True)
class Account:
    """What SES's GetAccount says: mails in 24 hours, of which `sent`; `rate` mails a second."""

    daily: int
    sent: int
    rate: float
    in_sandbox: bool
    stopped: str = ""  # why it sends nothing

    @property
    def left(self) -> int | None:
        """Mails for the rest of the day; None where there is no limit."""
        return None if self.daily == UNLIMITED else max(0, self.daily - self.sent)


@dataclass(frozen=True)
class Forecast:
    """`variants` → readers; `silent` are those whom it has nothing to say to. Costs in dollars."""

    variants: Mapping[str, int]
    silent: int
    account: Account

    @property
    def recipients(self) -> int:
        return sum(self.variants.values())

    @property
    def seconds(self) -> int | None:
        """From the first to the last; None where SES sends nothing at all."""
        return math.ceil(self.recipients / self.account.rate) if self.account.rate > 0 else None

    @property
    def cost(self) -> float:
        parts = costs.month(costs.Network(self.recipients), costs.stack())
        return parts["Newsletter by SES"] + parts["Newsletter's ledger"]

    @property
    def problems(self) -> list[str]:
        return [*_of_account(self.account), *_of_quota(self.recipients, self.account)]


def _of_account(account: Account) -> Iterable[str]:
    if account.stopped:
        yield f"SES sends nothing of this account ({account.stopped}): look at its console"
    if account.in_sandbox:
        yield (
            "the account is in SES's sandbox, which mails nobody but verified addresses: "
            "ask for production access in SES's console"
        )


def _of_quota(recipients: int, account: Account) -> Iterable[str]:
    if account.left is None or recipients <= account.left:
        return
    if recipients > account.daily:
        yield (
            f"the quota is too small: SES takes {account.daily:,} mails a day and this issue needs "
            f"{recipients:,}: ask for a higher quota in SES's console"
        )
    else:
        yield (
            f"the quota is too small today: SES takes {account.left:,} more and this issue needs "
            f"{recipients:,}: wait until {recipients - account.left:,} of the {account.sent:,} "
            "mails of the last 24 hours are older than that"
        )


def forecast(
    people: Iterable[Mapping[str, Any]],
    issue: Newsletter,
    made: Sequence[Variant],
    languages: Sequence[str],
    account: Account,
) -> Forecast:
    """`people` are members as the table has them; `languages` the site's, in its order."""
    counted = Counter(
        variant_for(person, made, languages).name
        for person in people
        if _is_reader(person, issue) and made
    )
    silent = sum(counted[each.name] for each in made if each.is_silent)
    spoken = {each.name: counted[each.name] for each in made if not each.is_silent}
    return Forecast(spoken, silent, account)


def _is_reader(person: Mapping[str, Any], issue: Newsletter) -> bool:
    """A correction is for whoever got the wrong one, however often they want to hear of us."""
    often = (person.get("frequency") or EVERY_ISSUE) == issue.frequency or bool(issue.corrects)
    return bool(person.get("newsletter")) and often and is_inside(issue.audience, person)


def variant_for(
    person: Mapping[str, Any], made: Sequence[Variant], languages: Sequence[str]
) -> Variant:
    """In the reader's language, or the first that the issue has, the one meant most closely."""
    written = {each.language for each in made}
    wanted = (str(person.get("language")), *languages)
    language = next(code for code in wanted if code in written)
    own = (each for each in made if each.language == language)
    return max(own, key=lambda variant: _closeness(person, variant.readers))


def _closeness(person: Mapping[str, Any], readers: Iterable[Mapping[str, Collection[str]]]) -> int:
    """How much the closest fitting condition asks; -1 where none fits."""
    fitting = (
        len(each)
        for each in readers
        if all(person.get(what) in wanted for what, wanted in each.items())
    )
    return max(fitting, default=-1)
