"""No variant of the sample's next issues looks like spam, and a shouting email does."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import pytest
from microsite.content import edition
from microsite.output.site import Site

from tests.company_project import copy_company
from tests.infra import spam
from tests.infra.spam import Verdict
from tests.site.project import NOW

MOST = 1.0
SHOUTED = """<html><body><font color="red" size="7">CONGRATULATIONS!!! You have WON $1,000,000!!!
</font><a href="http://192.0.2.1/claim.exe">CLICK HERE NOW</a> Viagra, cheap meds, no prescription,
100% FREE, act now, this is not spam, risk free, money back guarantee, lose weight fast
</body></html>"""


@dataclass(frozen=True)
class Letters:
    sample: dict[str, EmailMessage]
    verdicts: dict[str, Verdict]


def coming(site: Site) -> Iterator[tuple[str, Any]]:
    """Every variant of every issue that is to come."""
    for issue in site.edition.issues:
        if not issue.is_past(NOW):
            for variant in site.variants(issue):
                if not variant.is_silent:
                    yield f"{issue.slug}.{variant.name}", variant


def shouted() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "PRIZE DEPT <winner@example.biz>"
    message["Subject"] = "YOU WON!!! FREE MONEY $$$ CLICK NOW"
    message["Message-ID"] = "<shouted@example.biz>"
    message.set_content(SHOUTED, subtype="html")
    return message


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Letters:
    site = Site(edition.read(copy_company(tmp_path_factory.mktemp("company")), now=NOW))
    settings = site.edition.settings
    sender = f"{settings.site_name} <alumni@fjardholm.example.com>"
    messages = {name: spam.letter(name, v, settings.site_url, sender) for name, v in coming(site)}
    every = {**messages, "shouted": shouted()}
    return Letters(messages, spam.judge(every, tmp_path_factory.mktemp("home")))


def test_no_variant_of_the_sample_is_judged_spam(letters: Letters, record_property):
    verdicts = {name: letters.verdicts[name] for name in letters.sample}
    assert verdicts
    scores = [verdict.score for verdict in verdicts.values()]
    record_property("spam score", f"{max(scores)} at most, of {len(scores)} variants")
    assert {name: verdict for name, verdict in verdicts.items() if verdict.score >= MOST} == {}


def test_an_email_that_shouts_is_judged_spam(letters: Letters):
    assert letters.verdicts["shouted"].score > MOST


def test_the_judged_email_is_the_one_a_reader_gets(letters: Letters):
    assert letters.sample
    for letter in letters.sample.values():
        assert letter["List-Unsubscribe"].startswith("<https://")
        assert {"From", "To", "Date", "Message-ID", "List-Id", "Subject"} <= set(letter.keys())
        parts = {part.get_content_type(): part.get_content() for part in letter.iter_parts()}
        assert set(parts) == {"text/plain", "text/html"}
        assert all("{{" not in text and "Kim" in text for text in parts.values())


def test_a_missing_spamassassin_is_reported(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match="run `make test-tools`"):
        spam.judge({}, tmp_path)
