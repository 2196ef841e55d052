"""Who will get an issue, and whether SES lets it out today. Pure: asks nobody, opens nothing.

Readers are chosen by the planner's own rules, so that what is foretold is what will be planned."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from microsite.content.items import Newsletter
from microsite.letters.variants import Variant
from microsite.output.catalogue import variant_hash

from functions.core.mail.ses_account import SHARE_FOR_NEWSLETTERS, SesAccount
from functions.newsletter.rules import ledger
from functions.newsletter.rules.batches import Subscriber, variant_for
from infra import costs


@dataclass(frozen=True)
class Forecast:
    """`variants` → readers; `silent` are those whom it has nothing to say to. Costs in dollars."""

    variants: Mapping[str, int]
    silent: int
    account: SesAccount

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


def _of_account(account: SesAccount) -> Iterable[str]:
    if account.stopped:
        yield f"SES sends nothing of this account ({account.stopped}): look at its console"
    if account.in_sandbox:
        yield (
            "the account is in SES's sandbox, which mails nobody but verified addresses: "
            "ask for production access in SES's console"
        )


def _of_quota(recipients: int, account: SesAccount) -> Iterable[str]:
    if account.left_for_newsletters is None or recipients <= account.left_for_newsletters:
        return
    most = int(account.daily * SHARE_FOR_NEWSLETTERS)
    needs = f"this issue needs {recipients:,}, and would pause itself"
    if recipients > most:
        yield (
            f"the quota is too small: of SES's {account.daily:,} mails a day {most:,} are for "
            f"newsletters; {needs}: ask for a higher quota in SES's console"
        )
    else:
        yield (
            f"the quota is too small today: {account.left_for_newsletters:,} mails are left for "
            f"newsletters; {needs}: send it a day after the last large one"
        )


def as_planned(issue: Newsletter, made: Sequence[Variant]) -> ledger.Issue:
    """What the functions will know of the issue once it is published."""
    return ledger.Issue(
        slug=issue.slug,
        state=ledger.IssueState.SCHEDULED,
        subject=issue.subject,
        send_at=int(issue.send_at.timestamp()),
        deadline=int(issue.deadline.timestamp()) if issue.deadline else None,
        variants=tuple(map(_as_planned, made)),
        audience={what: list(wanted) for what, wanted in issue.audience.items()},
        frequency=issue.frequency,
        corrects=issue.corrects,
    )


def _as_planned(made: Variant) -> ledger.Variant:
    key = "" if made.is_silent else made.name
    return ledger.Variant(made.name, key, variant_hash(made), made.language, made.readers)


def forecast(
    readers: Iterable[Subscriber],
    issue: ledger.Issue,
    languages: Sequence[str],
    account: SesAccount,
) -> Forecast:
    """`languages` are the site's, in its order."""
    counted = Counter(variant_for(each, issue.variants, languages).name for each in readers)
    silent = sum(counted[each.name] for each in issue.variants if each.is_silent)
    spoken = {each.name: counted[each.name] for each in issue.variants if not each.is_silent}
    return Forecast(spoken, silent, account)
