"""Forecasts an issue: its recipients, and whether SES's quota is enough. Pure: no I/O.

Recipients are chosen by the planner's own rules, so the forecast is what will be planned."""

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
    """`variants` → recipients; `silent` get no email (nothing for them in it). Cost in dollars."""

    variants: Mapping[str, int]
    silent: int
    account: SesAccount

    @property
    def recipients(self) -> int:
        return sum(self.variants.values())

    @property
    def seconds(self) -> int | None:
        """From the first email to the last; None if SES sends nothing at all."""
        rate = self.account.rate * SHARE_FOR_NEWSLETTERS
        return math.ceil(self.recipients / rate) if rate > 0 else None

    @property
    def cost(self) -> float:
        parts = costs.month(costs.Network(self.recipients), costs.stack())
        return parts["Newsletter by SES"] + parts["Newsletter's ledger"]

    @property
    def problems(self) -> list[str]:
        return [*_of_account(self.account), *_of_quota(self.recipients, self.account)]


def _of_account(account: SesAccount) -> Iterable[str]:
    if account.stopped:
        yield f"SES has stopped sending for this account ({account.stopped}): see the SES console"
    if account.in_sandbox:
        yield (
            "the account is in SES's sandbox, which sends to verified addresses only: "
            "request production access in the SES console"
        )


def _of_quota(recipients: int, account: SesAccount) -> Iterable[str]:
    if account.left_for_newsletters is None or recipients <= account.left_for_newsletters:
        return
    most = account.day_for_newsletters or 0
    needs = f"this issue needs {recipients:,} and would be paused automatically"
    if recipients > most:
        yield (
            f"the quota is too small: of SES's {account.daily:,} emails a day {most:,} are for "
            f"newsletters; {needs}: request a higher quota in the SES console"
        )
    else:
        yield (
            f"the quota is too small today: {account.left_for_newsletters:,} emails are left for "
            f"newsletters; {needs}: send it a day after the last large issue"
        )


def as_planned(issue: Newsletter, variants: Sequence[Variant]) -> ledger.Issue:
    """The issue as the functions will store it once it is published."""
    return ledger.Issue(
        slug=issue.slug,
        state=ledger.IssueState.SCHEDULED,
        subject=issue.subject,
        send_at=int(issue.send_at.timestamp()),
        deadline=int(issue.deadline.timestamp()) if issue.deadline else None,
        variants=tuple(map(_planned_variant, variants)),
        audience={name: list(wanted) for name, wanted in issue.audience.items()},
        kind=ledger.IssueKind.INVITATION if issue.event else ledger.IssueKind.NEWSLETTER,
        frequency=issue.frequency,
        corrects=issue.corrects,
    )


def _planned_variant(variant: Variant) -> ledger.Variant:
    key = "" if variant.is_silent else variant.name
    return ledger.Variant(
        variant.name, key, variant_hash(variant), variant.language, variant.readers
    )


def forecast(
    readers: Iterable[Subscriber],
    issue: ledger.Issue,
    languages: Sequence[str],
    account: SesAccount,
) -> Forecast:
    """`languages` are the site's, in its order of preference."""
    counts = Counter(variant_for(reader, issue.variants, languages).name for reader in readers)
    silent = {variant.name for variant in issue.variants if variant.is_silent}
    sent = {v.name: counts[v.name] for v in issue.variants if v.name not in silent}
    return Forecast(sent, sum(counts[name] for name in silent), account)
