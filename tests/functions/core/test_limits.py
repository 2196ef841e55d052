"""The budget of emails to an address: a share for each door."""

import pytest

from functions.core.aws import table
from functions.core.errors import RefusedError
from functions.core.mail import limits
from functions.core.mail_kinds import Door
from functions.core.settings import settings
from infra.cloud.template import load
from infra.paths import ROOT
from tests.functions.support import NOW

pytestmark = pytest.mark.usefixtures("cloud")


def mails(door, address="asa@example.com"):
    """How many emails of a day a door sends to an address."""
    for sent in range(100):
        try:
            table.write(limits.mail_to(door, address, NOW))
        except RefusedError:
            return sent
    return 100


def test_a_door_that_is_used_up_silences_no_other():
    share = settings().mails_per_address_per_day
    assert [mails(door) for door in Door] == [share] * len(Door)
    assert [mails(door) for door in Door] == [0] * len(Door)


def test_the_documents_state_the_most_emails_of_a_day():
    in_all = len(Door) * settings().mails_per_address_per_day
    security = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    assert f"{in_all} a day in all" in security


@pytest.mark.parametrize("page", sorted((ROOT / "site" / "pages").rglob("check-your-mail*.md")))
def test_the_pages_promise_the_share_that_the_template_sets(page):
    share = load(ROOT / "template.yaml")["Parameters"]["MailsPerAddressPerDay"]["Default"]
    assert share == settings().mails_per_address_per_day == 5
    language = page.suffixes[0].strip(".")
    promise = {"sv": "högst fem", "de": "höchstens fünf"}.get(language, "at most five")
    assert promise in page.read_text(encoding="utf-8")


def test_spellings_of_one_inbox_share_what_a_door_may_send():
    assert mails(Door.JOIN, "asa+one@example.com") == settings().mails_per_address_per_day
    assert mails(Door.JOIN, "asa+two@example.com") == 0
