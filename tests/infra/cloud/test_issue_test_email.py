"""A test mail is of a variant that is published and says something; else it says what there is."""

import pytest

from functions.newsletter import bulk_email
from infra.cloud import issue_test_email
from infra.cloud.errors import CloudError

EN = {"key": "newsletters/december/en.json", "hash": "0", "language": "en", "readers": [{}]}
SILENT = {"key": "", "hash": "", "language": "en", "readers": [{"office": ["malmo"]}]}
ISSUES = {
    "december": {"variants": {"en": EN, "en-malmo": SILENT}, "nothing": []},
    "empty": {"variants": {}, "nothing": ["text"]},
}
OUTPUTS = {
    "PrivateBucket": "private",
    "SiteUrl": "https://example.com",
    "Sender": "a@example.com",
    "NewsletterSet": "alumni-newsletter",
}
MAIL = {"subject": "Dec", "preheader": "", "html": "Hi {{name_html}}", "text": "{{name_text}}"}


class FakeAws:
    """A cloud whose SES keeps its requests."""

    def __init__(self) -> None:
        self.requests = []

    def client(self, _name):
        return self

    def send_email(self, **request):
        self.requests.append(request)
        return {"MessageId": "1"}


@pytest.fixture(autouse=True)
def _published(monkeypatch):
    files = {"catalogue.json": {"issues": ISSUES}, EN["key"]: MAIL}
    monkeypatch.setattr(issue_test_email, "_read", lambda _place, _bucket, key: files[key])


def send(aws, slug, variant, to="boss@example.com", stack=OUTPUTS):
    email = issue_test_email.published(aws, "private", slug, variant)
    return issue_test_email.send(aws, stack, email, to)


def test_a_variant_is_sent_with_a_samples_name():
    aws = FakeAws()
    assert send(aws, "december", "en") == "1"
    content = aws.requests[0]["Content"]["Simple"]
    assert content["Subject"]["Data"] == "[Test] Dec"
    assert content["Body"]["Html"]["Data"] == "Hi Kim Sample"


@pytest.mark.parametrize(
    "to", ["Bo Ek <bo@example.com>", "=?utf-8?q?x?= <bo@example.com>", "bo@example.com,a@b.example"]
)
def test_only_a_plain_address_gets_a_test_email(to):
    aws = FakeAws()
    with pytest.raises(CloudError, match="write it alone"):
        send(aws, "december", "en", to)
    assert aws.requests == []


def test_it_goes_out_by_the_newsletters_configuration_set():
    aws = FakeAws()
    send(aws, "december", "en")
    assert aws.requests[0]["ConfigurationSetName"] == "alumni-newsletter"


def test_a_stack_that_does_not_name_its_configuration_set_is_deployed_first():
    older = {name: value for name, value in OUTPUTS.items() if name != "NewsletterSet"}
    with pytest.raises(CloudError, match="run `alumni deploy` first"):
        send(FakeAws(), "december", "en", stack=older)


def test_it_comes_from_the_same_sender_as_the_newsletter():
    aws = FakeAws()
    name = {"Sender": "Fjärdholm Alumni <alumni@example.com>"}
    send(aws, "december", "en", stack=OUTPUTS | name)
    sender = aws.requests[0]["FromEmailAddress"]
    assert sender == bulk_email.sender(name["Sender"])
    assert sender == "=?utf-8?q?Fj=C3=A4rdholm_Alumni?= <alumni@example.com>"


@pytest.mark.parametrize(
    ("slug", "variant", "text"),
    [
        ("january", "en", "january is not published: run `alumni publish` first"),
        ("december", "sv", "has no variant sv; its variants: en, en-malmo"),
        ("december", "en-malmo", "readers of en-malmo get no email"),
        ("empty", "en", "it has nothing to report"),
    ],
)
def test_a_test_email_that_cannot_be_sent_is_reported_with_the_reason(slug, variant, text):
    aws = FakeAws()
    with pytest.raises(CloudError, match=text):
        send(aws, slug, variant)
    assert aws.requests == []
